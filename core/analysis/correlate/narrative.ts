import { named, parentChain, processName, remoteOf } from '../detect/describe';
import type { Host } from '../detect/host';
import type { RankedFinding, ShelfResult } from '../detect/run-shelf';
import type { Entry } from './entry';
import type { Suspect } from './suspects';
import { isoTime } from './times';

export type Assessment = 'compromised' | 'suspicious' | 'nothing-found' | 'not-analysed';

/** What the findings amount to. One sure finding of great weight, or two sure ones of different kinds, is a compromise. */
export function assess({ findings, checked }: ShelfResult): Assessment {
  if (checked.length === 0) return 'not-analysed';
  const high = findings.filter(({ confidence }) => confidence === 'high');
  const kinds = new Set(high.map(({ detector }) => detector));
  // The finding's connection alone shows who made it, not that it was wrong to.
  if (kinds.size >= 2 || high.some(({ weight, detector }) => weight >= 90 && detector !== 'finding-match'))
    return 'compromised';
  return findings.some(({ confidence }) => confidence !== 'low') ? 'suspicious' : 'nothing-found';
}

/** With less than this part of the checks, "nothing found" would comfort without reason. */
const LITTLE = 1 / 3;

/** The verdict in one sentence. */
export function verdictOf(assessment: Assessment, shelf: ShelfResult, suspects: readonly Suspect[]): string {
  switch (assessment) {
    case 'compromised':
      return `Compromised (high confidence): ${summits(shelf.findings, suspects).join('; ')}.`;
    case 'suspicious': {
      const telling = shelf.findings.filter(({ confidence }) => confidence !== 'low');
      return `Not certain: ${telling.length === 1 ? 'one thing needs' : `${telling.length} things need`} a person’s look. The weightiest: ${telling[0]?.title ?? ''}.`;
    }
    case 'nothing-found': {
      const low = shelf.findings.length;
      const checks = shelf.checked.length + shelf.notChecked.length;
      const remarks =
        low === 0 ? '' : low === 1 ? ', one remark of low confidence' : `, ${low} remarks of low confidence`;
      const ran = `${shelf.checked.length} of ${checks} checks ran${remarks}`;
      return shelf.checked.length < checks * LITTLE
        ? `Hardly anything could be checked (${ran}): that nothing was found does not mean that nothing happened.`
        : `Nothing found that points to a break-in; ${ran}.`;
    }
    case 'not-analysed':
      return 'This evidence could not be analysed: no check had what it needs.';
    default:
      return assessment satisfies never;
  }
}

function summits(findings: readonly RankedFinding[], suspects: readonly Suspect[]): readonly string[] {
  const high = findings.filter(({ confidence }) => confidence === 'high');
  const has = (detector: string) => high.filter((finding) => finding.detector === detector);
  const said: string[] = [];
  const shell = suspects.find(({ findings: about }) =>
    about.some(({ detector, confidence }) => detector === 'reverse-shell' && confidence === 'high'),
  );
  if (shell !== undefined) said.push(`a shell was driven from ${shell.connections[0]?.remoteAddress ?? 'outside'}`);
  const miners = has('known-tool');
  if (miners.length > 0)
    said.push(
      `${miners.length === 1 ? 'a known tool of intruders' : `${miners.length} known tools of intruders`} ran (${miners.map(({ subject }) => nameOf(subject, suspects)).join(', ')})`,
    );
  const others = suspects.filter((suspect) => suspect !== shell && isSure(suspect) && !isAbout(miners, suspect));
  if (others.length > 0)
    said.push(
      `${others.length === 1 ? 'a suspect program is' : `${others.length} suspect programs are`} running (${others
        .slice(0, 4)
        .map(({ process }) => named(process.comm, 40))
        .join(', ')})`,
    );
  if (has('finding-match').length > 0) said.push('the connection the finding names was found on the machine');
  const kernel = [
    ...(has('hidden-module').length > 0 ? ['a hidden module'] : []),
    ...(has('hooked-syscall').length > 0 ? ['hooked system calls'] : []),
    ...(has('kernel-hook').length > 0 ? ['foreign handlers'] : []),
  ];
  if (kernel.length > 0) said.push(`the kernel was tampered with (${kernel.join(', ')})`);
  const stays = new Set(
    high
      .filter(({ theme, detector }) => theme === 'persistence' && detector !== 'typed-commands')
      .filter(({ detector }) => detector !== 'hidden-module')
      .map(({ subject, id }) => (subject.kind === 'file' ? subject.path : id)),
  ).size;
  if (stays > 0)
    said.push(`${stays === 1 ? 'one way' : `${stays} ways`} to come back ${stays === 1 ? 'was' : 'were'} left`);
  if (said.length === 0) said.push(...high.slice(0, 2).map(({ title }) => title));
  return said;
}

function isSure({ findings }: Suspect): boolean {
  return findings.some(({ confidence }) => confidence === 'high');
}

function isAbout(findings: readonly RankedFinding[], { process }: Suspect): boolean {
  return findings.some(({ subject }) => subject.kind === 'process' && subject.pid === process.pid);
}

function nameOf(subject: RankedFinding['subject'], suspects: readonly Suspect[]): string {
  if (subject.kind !== 'process') return '';
  const suspect = suspects.find(({ process }) => process.pid === subject.pid);
  return suspect === undefined ? `pid ${subject.pid}` : named(suspect.process.comm, 40);
}

/** A few sentences that tell the whole, for someone who knows nothing yet. */
export function narrativeOf(
  host: Host,
  suspects: readonly Suspect[],
  shelf: ShelfResult,
  entry: Entry,
): readonly string[] {
  const { findings } = shelf;
  if (shelf.checked.length === 0) return ['Nothing could be checked: what happened on this machine is not known.'];
  const sentences = [
    whenSentence(host, findings),
    ...shellSentences(host, suspects, findings),
    ...programSentences(suspects),
    ...leftSentences(findings),
    ...staySentences(findings),
    ...hideSentences(findings),
    ...findingSentences(host, findings),
  ];
  const last = entry.known[0] ?? entry.unknown[0];
  return [...sentences.filter((sentence) => sentence !== ''), ...(last === undefined ? [] : [last])];
}

function whenSentence(host: Host, findings: readonly RankedFinding[]): string {
  const window = host.windows[0];
  if (window === undefined || window.weight === 0)
    return findings.length === 0 ? 'Nothing suspicious was found in what was checked.' : '';
  const sure = findings.some(({ confidence }) => confidence === 'high');
  return `${sure ? 'Somebody was at work' : 'Something may have happened'} on this machine between ${isoTime(window.from)} and ${isoTime(window.to)} (${sure ? 'high' : 'low'} confidence).`;
}

function shellSentences(
  host: Host,
  suspects: readonly Suspect[],
  findings: readonly RankedFinding[],
): readonly string[] {
  return suspects.flatMap(({ process, connections, findings: about }) => {
    const shell = about.find(({ detector }) => detector === 'reverse-shell');
    if (shell === undefined) return [];
    if (connections.length === 0) return [`${shell.title} (${shell.confidence} confidence).`];
    const typed = findings.filter(
      ({ detector, confidence, subject }) =>
        detector === 'typed-commands' &&
        confidence === 'high' &&
        subject.kind === 'process' &&
        parentChain(host, subject.pid).includes(process),
    );
    const commands = new Set(typed.flatMap(({ evidence }) => evidence.map(({ file, line }) => `${file}:${line}`))).size;
    const from = connections[0]?.remoteAddress ?? 'outside';
    const below = typed.some(({ subject }) => subject.kind === 'process' && subject.pid !== process.pid);
    const many = commands === 1 ? 'one of the commands' : `${commands} of the commands`;
    const memory = `; ${many} typed in it${below ? ' or in a shell below it' : ''} ${commands === 1 ? 'is' : 'are'} an intruder’s and still in memory`;
    return [
      `${processName(process)} was a shell driven from ${from}${commands === 0 ? '' : memory} (${shell.confidence} confidence).`,
    ];
  });
}

function programSentences(suspects: readonly Suspect[]): readonly string[] {
  const programs = suspects.filter(({ findings }) => !findings.some(({ detector }) => detector === 'reverse-shell'));
  if (programs.length === 0) return [];
  const names = programs.slice(0, 5).map(({ process, connections }) => {
    const to = connections[0] === undefined ? '' : ` → ${remoteOf(connections[0])}`;
    return `${processName(process)}${to}`;
  });
  const sure = programs.some(({ findings }) => findings.some(({ confidence }) => confidence === 'high'));
  return [
    `Running and suspect: ${names.join(', ')}${programs.length > 5 ? ` and ${programs.length - 5} more` : ''} (${sure ? 'high' : 'medium'} confidence).`,
  ];
}

function leftSentences(findings: readonly RankedFinding[]): readonly string[] {
  const kits = findings.filter(
    ({ detector, confidence, loose }) => detector === 'tooling-in-tmp' && confidence !== 'low' && loose !== true,
  );
  const folders = kits
    .map(({ subject }) => (subject.kind === 'file' ? named(subject.path) : ''))
    .filter((path) => path !== '');
  if (folders.length === 0) return [];
  const sure = kits.some(({ confidence }) => confidence === 'high');
  return [`Tools lie in ${folders.slice(0, 4).join(', ')} (${sure ? 'high' : 'medium'} confidence).`];
}

function staySentences(findings: readonly RankedFinding[]): readonly string[] {
  const places = findings.filter(
    ({ detector, confidence }) =>
      ['persistence-change', 'setuid-file', 'web-shell'].includes(detector) && confidence !== 'low',
  );
  const paths = [...new Set(places.map(({ subject }) => (subject.kind === 'file' ? named(subject.path) : '')))].filter(
    (path) => path !== '',
  );
  if (paths.length === 0) return [];
  const sure = places.some(({ confidence }) => confidence === 'high');
  return [
    `To stay or to come back: ${paths.slice(0, 7).join(', ')}${paths.length > 7 ? ` and ${paths.length - 7} more` : ''} (${sure ? 'high' : 'medium'} confidence).`,
  ];
}

const HIDING: Readonly<Record<string, string>> = {
  'hidden-module': 'a kernel module hides itself',
  'hooked-syscall': 'system calls are hooked',
  preload: 'a library is pushed into programs',
  'kernel-thread-lookalike': 'a program passes for a kernel thread',
  timestomp: 'files carry false times',
  'log-tampering': 'a log was replaced or emptied',
  'deleted-while-open': 'files were deleted while open',
  'deleted-file': 'files were removed',
  'history-hidden': 'shells keep no history',
};

function hideSentences(findings: readonly RankedFinding[]): readonly string[] {
  const told = Object.entries(HIDING).filter(([detector]) =>
    findings.some((finding) => finding.detector === detector && finding.confidence !== 'low' && finding.loose !== true),
  );
  if (told.length === 0) return [];
  const sure = findings.some(({ detector, confidence }) => Object.hasOwn(HIDING, detector) && confidence === 'high');
  return [`To hide: ${told.map(([, words]) => words).join('; ')} (${sure ? 'high' : 'medium'} confidence).`];
}

function findingSentences(host: Host, findings: readonly RankedFinding[]): readonly string[] {
  if (host.finding === undefined) return [];
  const match = findings.find(({ detector }) => detector === 'finding-match' || detector === 'finding-mention');
  return match === undefined
    ? []
    : [`What GuardDuty saw is explained: ${match.title} (${match.confidence} confidence).`];
}
