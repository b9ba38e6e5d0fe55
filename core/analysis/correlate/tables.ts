import { endpoint } from '../detect/describe';
import type { Connection, Host } from '../detect/host';
import type { RankedFinding } from '../detect/run-shelf';
import type { Summary } from '../summary-schema';
import type { Suspect } from './suspects';
import { isoTime } from './times';

const MOST_PROCESSES = 2_000;
const MOST_SOCKETS = 1_000;
/** Hours around the newest births that the chart may show. */
const MOST_HOURS = 24 * 400;

/** All processes, with the findings that are about them. */
export function processesOf(host: Host, findings: readonly RankedFinding[]): Summary['processes'] {
  const about = new Map<number, string[]>();
  for (const { subject, id } of findings) {
    if (subject.kind === 'process') about.set(subject.pid, [...(about.get(subject.pid) ?? []), id]);
  }
  return [...host.processes.values()]
    .sort((a, b) => a.pid - b.pid)
    .slice(0, MOST_PROCESSES)
    .map(({ pid, ppid, comm, args, program, acquisition }) => ({
      pid,
      ppid,
      name: comm,
      args: args ?? null,
      program: program?.path ?? null,
      findings: about.get(pid) ?? [],
      acquisition,
    }));
}

export function socketsOf(host: Host, suspects: readonly Suspect[]): Summary['sockets'] {
  const pids = new Set(suspects.map(({ process }) => process.pid));
  const entries = host.connections.map((connection) => socket(connection, pids.has(connection.owner.pid)));
  return entries.sort((a, b) => Number(b.suspect) - Number(a.suspect) || a.pid - b.pid).slice(0, MOST_SOCKETS);
}

function socket(connection: Connection, suspect: boolean): Summary['sockets'][number] {
  const { protocol, state, localAddress, localPort, remoteAddress, remotePort, owner, heirs, otherNamespace } =
    connection;
  return {
    protocol,
    state,
    local: endpoint(localAddress, localPort),
    remote: endpoint(remoteAddress, remotePort),
    pid: owner.pid,
    process: owner.process,
    inheritedBy: heirs.map(({ pid }) => pid),
    otherNamespace,
    suspect,
  };
}

type DeletedEntry = Summary['deleted'][number];

/** Deleted files with what still knows of them and whether their content is whole. */
export function deletedOf(host: Host, findings: readonly RankedFinding[]): Summary['deleted'] {
  return findings.flatMap((finding): Summary['deleted'] => {
    const at = finding.at === undefined ? null : isoTime(finding.at);
    const known = knownOf(finding, host);
    return known === undefined ? [] : [{ ...known, at, finding: finding.id }];
  });
}

function knownOf(finding: RankedFinding, host: Host): Omit<DeletedEntry, 'at' | 'finding'> | undefined {
  const name = finding.subject.kind === 'file' ? finding.subject.path : '';
  switch (finding.detector) {
    case 'deleted-while-open':
      return orphaned(name, finding.inode ?? 0, host);
    case 'surviving-text':
      return { name: finding.title, inode: null, known: 'text-only', content: 'fragments', bytes: null };
    case 'deleted-file':
      return removed(name, finding.title, host);
    default:
      return undefined;
  }
}

function orphaned(name: string, inode: number, { disk }: Host): Omit<DeletedEntry, 'at' | 'finding'> {
  const details = disk.orphans.find((orphan) => orphan.inode === inode)?.details;
  const content = details === undefined ? 'unknown' : details.size > 0 ? 'whole' : 'none';
  const shown = name === '' ? `(nameless, inode ${inode})` : name;
  return { name: shown, inode, known: 'orphan-inode', content, bytes: details?.size ?? null };
}

function removed(name: string, title: string, { disk }: Host): Omit<DeletedEntry, 'at' | 'finding'> {
  const row = disk.byPath.get(name);
  if (row === undefined || row.state === 'allocated') {
    const known = /page cache and not/.test(title) ? 'page-cache' : 'command';
    return { name, inode: null, known, content: 'unknown', bytes: null };
  }
  const content = row.size > 0 && row.state === 'deleted' ? 'unknown' : 'none';
  return { name, inode: row.inode, known: 'deleted-name', content, bytes: row.size };
}

export function activityOf(
  births: ReadonlyMap<number, number>,
  findings: readonly RankedFinding[],
): Summary['activity'] {
  const hours = [...births].sort((a, b) => a[0] - b[0]).slice(-MOST_HOURS);
  const marks = findings
    .filter(({ at, confidence }) => at !== undefined && confidence !== 'low')
    .map(({ at, title, id, theme }) => ({ at: isoTime(at ?? 0), title, finding: id, theme }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { hours: hours.map(([hour, count]): [number, number] => [hour, count]), marks };
}
