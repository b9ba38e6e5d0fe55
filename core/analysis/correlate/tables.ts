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

/** Deleted files with what still knows of them and whether their content is whole. */
export function deletedOf(host: Host, findings: readonly RankedFinding[]): Summary['deleted'] {
  return findings.flatMap((finding): Summary['deleted'] => {
    const base = { at: finding.at === undefined ? null : isoTime(finding.at), finding: finding.id };
    const name = finding.subject.kind === 'file' ? finding.subject.path : '';
    if (finding.detector === 'deleted-while-open') {
      const inode = finding.inode ?? 0;
      const details = host.disk.orphans.find((orphan) => orphan.inode === inode)?.details;
      const content = details === undefined ? 'unknown' : details.size > 0 ? 'whole' : 'none';
      return [
        {
          ...base,
          name: name === '' ? `(nameless, inode ${inode})` : name,
          inode,
          known: 'orphan-inode',
          content,
          bytes: details?.size ?? null,
        },
      ];
    }
    if (finding.detector === 'surviving-text') {
      return [{ ...base, name: finding.title, inode: null, known: 'text-only', content: 'fragments', bytes: null }];
    }
    if (finding.detector !== 'deleted-file') return [];
    const row = host.disk.byPath.get(name);
    const deleted = row !== undefined && row.state !== 'allocated';
    if (deleted) {
      return [
        {
          ...base,
          name,
          inode: row.inode,
          known: 'deleted-name',
          content: row.size > 0 && row.state === 'deleted' ? 'unknown' : 'none',
          bytes: row.size,
        },
      ];
    }
    return [
      {
        ...base,
        name,
        inode: null,
        known: /page cache and not/.test(finding.title) ? 'page-cache' : 'command',
        content: 'unknown',
        bytes: null,
      },
    ];
  });
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
