import { clampText, plainText } from '../../text';
import type { SourceLine } from '../parse-result';
import type { Connection, Host, Process } from './host';
import { isInterpreter, isShell } from './known-tools';
import { baseName, hiddenPart, inTemporaryPlace } from './paths';

/** A name from the evidence in a sentence: no control characters, no line breaks, not endless. */
export function named(text: string, max = 120): string {
  return clampText(plainText(text), max);
}

/** `kworker/0:1 (pid 447)`. */
export function processName(process: Pick<Process, 'comm' | 'pid'>): string {
  return `${named(process.comm, 40) || 'a nameless process'} (pid ${process.pid})`;
}

/** `203.0.113.66:4444`, `[2001:db8::1]:443`. */
export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function remoteOf({ remoteAddress, remotePort }: Connection): string {
  return endpoint(remoteAddress, remotePort);
}

/** Evidence lines without repetitions, at most `max`. */
export function evidenceOf(sources: readonly (SourceLine | undefined)[], max = 12): readonly SourceLine[] {
  const seen = new Map<string, SourceLine>();
  for (const source of sources) {
    if (source !== undefined) seen.set(`${source.file}:${source.line}:${source.text}`, source);
  }
  return [...seen.values()].slice(0, max);
}

/** An address outside of this machine and its local nets' housekeeping. */
export function isRemote(address: string): boolean {
  return (
    address !== '' &&
    !/^(?:0\.0\.0\.0|::|\*|127\.|::1$|::ffff:127\.|169\.254\.|fe80:|ff0|22[4-9]\.|23\d\.|255\.)/i.test(address)
  );
}

/** Private ranges (RFC 1918, RFC 6598, RFC 4193): reachable inside a VPC, no indicator for anyone else. */
export function isPrivate(address: string): boolean {
  return /^(?:::ffff:)?(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)|^f[cd]/i.test(
    address,
  );
}

/** Why the place a process's program lies in (or came from) is suspicious; undefined when it is not. */
export function suspiciousPlace(process: Process): string | undefined {
  const { program, programFile } = process;
  const path = program?.path ?? '';
  if (programFile.kind === 'in-memory-only') return 'its program was never a file on the disk';
  // A name the listing merely lacks may be younger than the snapshot: its place must speak then.
  if (programFile.kind === 'deleted' && (programFile.marked || programFile.orphan !== undefined))
    return 'its program file is deleted';
  if (path !== '' && inTemporaryPlace(path)) return 'its program lies in a temporary place';
  if (path !== '' && hiddenPart(path) !== undefined) return 'its program lies in a hidden place';
  const script = scriptOf(process);
  if (script !== undefined && (inTemporaryPlace(script) || hiddenPart(script) !== undefined))
    return 'its script lies in a temporary or hidden place';
  return undefined;
}

/** The script a shell or interpreter runs: the first argument that is no option, or the command of `-c` when it begins with a path. */
export function scriptOf(process: Process): string | undefined {
  const name = programName(process);
  if (!isShell(name) && !isInterpreter(name)) return undefined;
  const [, ...words] = (process.args ?? '').split(/\s+/);
  const first = words.find((word) => !word.startsWith('-'));
  return first?.startsWith('/') === true ? first.replace(/[;&|].*$/, '') : undefined;
}

/** The name by which a process's program is known: its file's, else its first argument's, else its task's. */
export function programName(process: Process): string {
  const path = process.program?.path ?? process.args?.split(' ')[0] ?? '';
  return baseName(path.replace(/ \(deleted\)$/, '')) || process.comm;
}

/** A process and its ancestors, nearest first; a circle in damaged data ends the walk. */
export function parentChain(host: Host, pid: number): readonly Process[] {
  const chain: Process[] = [];
  let next = host.processes.get(pid);
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = host.processes.get(next.ppid);
  }
  return chain;
}

/** Connections a process opened itself. */
export function ownConnections(host: Host, pid: number): readonly Connection[] {
  return host.connections.filter(({ owner }) => owner.pid === pid);
}
