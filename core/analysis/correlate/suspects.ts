import { isRemote, parentChain } from '../detect/describe';
import type { Connection, Host, Process } from '../detect/host';
import { inProgramPlace } from '../detect/paths';
import type { RankedFinding } from '../detect/run-shelf';
import type { ShellCommandRow } from '../memory/memory-rows';
import type { SourceLine } from '../parse-result';

/** A process that findings are about, with everything joined to it. */
export interface Suspect {
  readonly process: Process;
  readonly findings: readonly RankedFinding[];
  /** Its connections to the outside: its own, and that of a tool that relays what it says. */
  readonly connections: readonly Connection[];
  /** Its ancestors, nearest first. */
  readonly parents: readonly Process[];
  /** A process whose connection it inherited, when its own parent has ended: most likely what started it. */
  readonly heirOf: Process | undefined;
  /** Unix milliseconds at which its program came to the disk. */
  readonly droppedAt: number | undefined;
  /** The typed command that put the program there, as far as name and time say. */
  readonly droppedBy: ShellCommandRow | undefined;
}

/** Detectors that judge a process rather than what was typed in it. */
const ABOUT_PROCESSES = new Set([
  'finding-match',
  'known-tool',
  'yara-match',
  'reverse-shell',
  'telling-command',
  'process-deleted-program',
  'process-odd-place',
  'kernel-thread-lookalike',
  'process-not-listed',
  'suspect-connection',
  'dns-channel',
  'timer-start',
  'unexpected-listener',
  'injected-memory',
]);

const RANK = { high: 100, medium: 10, low: 0 } as const;

/** Processes with a finding of at least medium confidence, the most incriminated first. */
export function suspectsOf(host: Host, findings: readonly RankedFinding[]): readonly Suspect[] {
  const groups = new Map<number, RankedFinding[]>();
  for (const finding of findings) {
    if (finding.subject.kind !== 'process' || !ABOUT_PROCESSES.has(finding.detector) || finding.confidence === 'low')
      continue;
    groups.set(finding.subject.pid, [...(groups.get(finding.subject.pid) ?? []), finding]);
  }
  const suspects = [...groups].flatMap(([pid, about]) => {
    const process = host.processes.get(pid);
    return process === undefined ? [] : [suspectOf(process, about, host)];
  });
  return suspects.sort((a, b) => blame(b) - blame(a) || a.process.pid - b.process.pid);
}

function blame({ findings }: Suspect): number {
  return findings.reduce((sum, { confidence, weight }) => sum + RANK[confidence] + weight / 10, 0);
}

function suspectOf(process: Process, findings: readonly RankedFinding[], host: Host): Suspect {
  const path = process.program?.path ?? '';
  const born = bornAt(process);
  return {
    process,
    findings,
    connections: host.connections.filter(
      ({ owner, state, remoteAddress }) =>
        (owner.pid === process.pid || isRelayed(owner.source, findings)) &&
        state !== 'LISTEN' &&
        isRemote(remoteAddress),
    ),
    parents: parentChain(host, process.pid).slice(1),
    heirOf: heirOf(process, host),
    droppedAt: born,
    droppedBy: born === undefined || path === '' ? undefined : droppingCommand(path, born, host),
  };
}

/** A network tool holds the connection of the shell beside it: that finding rests on the tool's socket. */
function isRelayed(socket: SourceLine, findings: readonly RankedFinding[]): boolean {
  return findings.some(
    ({ detector, evidence }) =>
      detector === 'reverse-shell' && evidence.some(({ file, line }) => file === socket.file && line === socket.line),
  );
}

function heirOf({ pid, ppid }: Process, host: Host): Process | undefined {
  if (ppid > 1) return undefined;
  const inherited = host.connections.find(
    ({ heirs, state }) => state !== 'LISTEN' && heirs.some((heir) => heir.pid === pid),
  );
  return inherited === undefined ? undefined : host.processes.get(inherited.owner.pid);
}

/** When an installed program came to the disk says nothing. */
function bornAt({ programFile, program }: Process): number | undefined {
  if (program !== undefined && inProgramPlace(program.path)) return undefined;
  if (programFile.kind === 'on-disk' && programFile.row.crtime > 0) return programFile.row.crtime * 1000;
  const orphan = programFile.kind === 'deleted' ? programFile.orphan?.details : undefined;
  return orphan !== undefined && orphan.crtime > 0 ? orphan.crtime * 1000 : undefined;
}

/** A command is recorded as it starts; the file it writes is born within moments, scripts take longer. */
const BEFORE_MS = 30_000;

function droppingCommand(path: string, born: number, { memory }: Host): ShellCommandRow | undefined {
  return memory.commands.find(
    ({ at, command }) =>
      at !== undefined &&
      at <= born + 2_000 &&
      born - at <= BEFORE_MS &&
      command.includes(path) &&
      />|-[oO]\b|\bcp\b|\bmv\b/.test(command),
  );
}
