import { named, processName, programName } from '../detect/describe';
import type { Process } from '../detect/host';
import { isWebServer } from '../detect/known-tools';
import type { RankedFinding } from '../detect/run-shelf';
import type { Suspect } from './suspects';

export interface Entry {
  /** What is known of the way in, in words, surest first. */
  readonly known: readonly string[];
  /** Why it is not known, and where to look. */
  readonly unknown: readonly string[];
}

/** How the attacker got in, as far as parents, environments and surviving requests tell. */
export function entryOf(suspects: readonly Suspect[], findings: readonly RankedFinding[]): Entry {
  const known = [
    ...new Set([...overSsh(suspects), ...throughWeb(suspects), ...byTimer(suspects), ...byRequests(findings)]),
  ];
  if (known.some((sentence) => !sentence.startsWith('Requests'))) return { known, unknown: [] };
  const sure = suspects.length > 0 || findings.some(({ confidence }) => confidence === 'high');
  return { known, unknown: sure ? whyUnknown(suspects, findings) : [] };
}

function overSsh(suspects: readonly Suspect[]): readonly string[] {
  return suspects.flatMap(({ process, parents }) => {
    const from = variable([process, ...parents], 'SSH_CONNECTION') ?? variable([process, ...parents], 'SSH_CLIENT');
    const address = from?.split(' ')[0];
    if (address === undefined || address === '') return [];
    const user = variable([process, ...parents], 'SUDO_USER') ?? variable([process, ...parents], 'LOGNAME');
    const sudo = variable([process, ...parents], 'SUDO_USER') === undefined ? '' : ', who then used sudo';
    return [
      `Over SSH from ${named(address, 60)}${user === undefined ? '' : ` as ${named(user, 40)}${sudo}`}: ${processName(process)} carries that session in its environment (medium confidence).`,
    ];
  });
}

function throughWeb(suspects: readonly Suspect[]): readonly string[] {
  return suspects.flatMap(({ process, parents }) => {
    const server = parents.find((parent) => isWebServer(programName(parent)));
    return server === undefined
      ? []
      : [
          `Through the web server: ${processName(process)} was started below ${processName(server)} (medium confidence).`,
        ];
  });
}

function byTimer(suspects: readonly Suspect[]): readonly string[] {
  return suspects.flatMap(({ process, parents }) => {
    const unit = variable([process, ...parents], 'TRIGGER_UNIT');
    return unit === undefined
      ? []
      : [
          `${processName(process)} is started again and again by the systemd timer ${named(unit, 60)}; that is how it stays, not how it first came.`,
        ];
  });
}

function byRequests(findings: readonly RankedFinding[]): readonly string[] {
  const requests = findings.filter(({ detector, technique }) => detector === 'surviving-text' && technique === 'T1190');
  return requests.map(
    ({ evidence }) =>
      `Requests of an attack on the web server survive (${evidence.length} lines); they show attempts, not that one worked (low confidence).`,
  );
}

function whyUnknown(suspects: readonly Suspect[], findings: readonly RankedFinding[]): readonly string[] {
  const orphaned = suspects
    .filter(({ process, heirOf }) => process.ppid === 1 && heirOf === undefined)
    .map(({ process }) => processName(process));
  return [
    `How the attacker got in is not known${orphaned.length === 0 ? '' : `: ${orphaned.slice(0, 3).join(', ')} ${orphaned.length === 1 ? 'hangs' : 'hang'} below the init process, so what started ${orphaned.length === 1 ? 'it' : 'them'} has ended or was init itself`}.`,
    ...replacedLogs(findings),
  ];
}

/** A log that was replaced while its writer held the old one can often be read whole: the best lead there is. */
function replacedLogs(findings: readonly RankedFinding[]): readonly string[] {
  return findings.flatMap(({ detector, subject }) => {
    if (detector !== 'log-tampering' || subject.kind !== 'file') return [];
    const old = findings.find(
      (other) =>
        other.detector === 'deleted-while-open' && other.subject.kind === 'file' && other.subject.path === subject.path,
    );
    const inode = old?.inode;
    return [
      `${named(subject.path)} was replaced in the attack${inode === undefined ? '' : `; what it held before can still be read whole (icat ${inode})`}: look there first.`,
    ];
  });
}

function variable(processes: readonly Process[], key: string): string | undefined {
  for (const { environment } of processes) {
    const value = environment.get(key)?.value;
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}
