import type { BodyfileRow } from '../disk/disk-rows';
import type { SourceLine } from '../parse-result';
import { evidenceOf, named, processName } from './describe';
import { secondsAsIso } from './file-times';
import type { Confidence, Detection, Detector } from './finding';
import type { Host, OrphanFile, Process } from './host';
import { inTemporaryPlace, isLog } from './paths';

export const deletedWhileOpen: Detector = {
  id: 'deleted-while-open',
  title: 'files deleted while a process held them open (orphan inodes), joined to the processes',
  technique: 'T1070.004',
  rationale:
    'Such a file has no name any more and its content is still whole: it is the best recovery there is, and lost at shutdown.',
  falsePositives:
    'Temporary files that databases and servers delete at once; a file replaced by an upgrade or by log rotation.',
  needs: [['ils-orphans', 'fsstat']],
  run: (host) => host.disk.orphans.map((orphan) => detect(orphan, host)),
};

interface Holder {
  readonly process: Process | undefined;
  readonly path: string;
  readonly source: SourceLine;
}

function detect(orphan: OrphanFile, host: Host): Detection {
  const holders = holdersOf(orphan, host);
  const listed = orphan.root ? nameOf(orphan, host) : undefined;
  const successor = holders.length === 0 && listed === undefined ? successorOf(orphan, host) : undefined;
  const path = holders[0]?.path ?? listed?.path ?? successor?.path;
  const { details, inode } = orphan;
  const program = details !== undefined && /[1357]/.test(details.mode.slice(-3)) && details.size > 0;
  const upgraded = path !== undefined && !inTemporaryPlace(path) && host.disk.byPath.has(path) && !isLog(path);
  const running = !upgraded && holders.some(({ process }) => process?.program?.inode === inode);
  const log = path !== undefined && isLog(path);
  return {
    title: `Inode ${inode}${path === undefined ? '' : ` (${named(path)})`} was deleted while open${heldBy(holders)}${sizeOf(orphan)}`,
    ...(upgraded ? UPGRADED : judge(program, running, log, details !== undefined)),
    ...(successor === undefined
      ? {}
      : {
          because: `a file of that name, owner and mode was born the moment this one was deleted: it was most likely replaced (\`sed -i\` does so)`,
        }),
    subject: path === undefined ? { kind: 'inode', inode } : { kind: 'file', path },
    theme: 'traces',
    inode,
    evidence: evidenceOf(
      [...orphan.sources, ...holders.map(({ source }) => source), listed?.source, successor?.source],
      8,
    ),
    ...(details !== undefined && details.ctime > 0 ? { at: details.ctime * 1000 } : {}),
  };
}

const UPGRADED = {
  confidence: 'low',
  because: 'a file of that name is in its place: an upgrade under a running program leaves this',
  weight: 10,
} as const;

function judge(
  program: boolean,
  running: boolean,
  log: boolean,
  detailed: boolean,
): { confidence: Confidence; because: string; weight: number } {
  if (running)
    return {
      confidence: 'high',
      because: 'a process runs it; `icat` gives the whole file as long as the machine was not shut down',
      weight: 75,
    };
  if (program)
    return {
      confidence: 'medium',
      because: 'it is a program; upgrades replace programs too, but their names come back',
      weight: 60,
    };
  if (log)
    return {
      confidence: 'medium',
      because: 'it was a log; rotation deletes logs too, `icat` gives what it held',
      weight: 56,
    };
  return {
    confidence: 'low',
    because: detailed ? 'servers keep temporary files so' : 'only its number is known',
    weight: 15,
  };
}

/** Inode numbers are joined only on the device whose listing this is. */
function holdersOf({ inode, root }: OrphanFile, host: Host): readonly Holder[] {
  if (!root) return [];
  const holders = new Map<string, Holder>();
  const add = (pid: number, path: string, source: SourceLine) => {
    if (!holders.has(`${pid}`))
      holders.set(`${pid}`, { process: host.processes.get(pid), path: path.replace(/ \(deleted\)$/, ''), source });
  };
  for (const row of host.memory.maps)
    if (row.inode === inode && host.holds(row.device)) add(row.pid, row.path, row.source);
  for (const row of host.memory.openFiles)
    if (row.inode === inode && host.holds(row.device)) add(row.pid, row.path, row.source);
  return [...holders.values()];
}

/** Kernels before 5.13 leave the name of a deleted file in its folder: fls shows it, and calls the inode reallocated. */
function nameOf({ inode }: OrphanFile, { disk }: Host): BodyfileRow | undefined {
  return disk.files.find(
    (row) => row.inode === inode && row.state !== 'allocated' && !row.path.startsWith('/$OrphanFiles'),
  );
}

/** The log that was born with the owner and mode of the deleted file in the second of its deletion. */
function successorOf({ details }: OrphanFile, { disk }: Host): BodyfileRow | undefined {
  if (details === undefined || details.ctime <= 0) return undefined;
  return disk.files.find(
    ({ path, crtime, uid, gid, state }) =>
      state === 'allocated' &&
      isLog(path) &&
      Math.abs(crtime - details.ctime) <= 2 &&
      uid === details.uid &&
      gid === details.gid,
  );
}

function heldBy(holders: readonly Holder[]): string {
  const names = holders.flatMap(({ process }) => (process === undefined ? [] : [processName(process)]));
  return names.length === 0 ? '' : ` by ${names.slice(0, 3).join(', ')}`;
}

function sizeOf({ details }: OrphanFile): string {
  if (details === undefined) return '';
  const deleted = details.ctime > 0 ? `, deleted ${secondsAsIso(details.ctime)}` : '';
  return `: ${details.size} bytes, mode ${details.mode}${deleted}`;
}
