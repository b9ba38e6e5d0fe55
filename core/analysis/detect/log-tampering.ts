import type { BodyfileRow } from '../disk/disk-rows';
import type { OpenFileRow } from '../memory/memory-rows';
import type { SourceLine } from '../parse-result';
import { evidenceOf, named } from './describe';
import { secondsAsIso } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host } from './host';
import { baseName, folderOf, isLog, isRegular, isRotatedLog } from './paths';

export const logTampering: Detector = {
  id: 'log-tampering',
  title:
    'logs replaced or emptied in the attack window, and logs whose writer holds another file than the one on the disk',
  technique: 'T1070.002',
  rationale:
    '`sed -i` on a log makes a new file; the server goes on writing into the old one, which nobody sees any more.',
  falsePositives:
    'Log rotation (it leaves a rotated neighbour of the same minute), a new service, a log that is empty by nature.',
  needs: [['bodyfile'], ['window']],
  run: (host) => {
    const rotated = new Map<string, BodyfileRow[]>();
    for (const row of host.disk.files) {
      if (!isLog(row.path) || !isRotatedLog(row.path)) continue;
      const folder = folderOf(row.path);
      const known = rotated.get(folder);
      if (known === undefined) rotated.set(folder, [row]);
      else known.push(row);
    }
    return host.disk.files.flatMap((row) => detect(row, rotated, host));
  },
};

const ROTATION_SECONDS = 180;
/** Rotated logs by folder. */
type Rotated = ReadonlyMap<string, readonly BodyfileRow[]>;
/** Logs that attackers empty; others may be empty for want of anything to say. */
const TELLING_LOGS =
  /\/(?:wtmp|btmp|lastlog|auth\.log|secure|messages|syslog|audit\.log|access[._]log|other_vhosts_access\.log|[\w.-]*access\.log|cron(?:\.log)?)$/;

function detect(row: BodyfileRow, rotated: Rotated, host: Host): readonly Detection[] {
  if (!isLog(row.path) || !isRegular(row.mode) || row.state !== 'allocated' || isRotatedLog(row.path)) return [];
  const born = row.crtime > 0 && host.inWindow(row.crtime);
  const changed = host.inWindow(row.ctime);
  if (!born && !changed) return [];
  const base = baseName(row.path);
  const neighbours = (rotated.get(folderOf(row.path)) ?? []).filter(({ path }) => baseName(path).startsWith(base));
  if (
    neighbours.some(
      ({ ctime, crtime }) =>
        Math.abs(ctime - row.ctime) <= ROTATION_SECONDS || Math.abs(crtime - row.crtime) <= ROTATION_SECONDS,
    )
  )
    return [];
  const old = heldOlder(row, host);
  if (born && (old.length > 0 || neighbours.length > 0)) return [replaced(row, old)];
  if (
    row.size === 0 &&
    changed &&
    row.mtime === row.ctime &&
    TELLING_LOGS.test(row.path) &&
    row.crtime < row.ctime - ROTATION_SECONDS
  )
    return [emptied(row)];
  return [];
}

/** Descriptors under the log's name that lead to another inode of the same device. */
function heldOlder(row: BodyfileRow, host: Host): readonly OpenFileRow[] {
  return host.memory.openFiles.filter(
    ({ path, inode, device }) =>
      path.replace(/ \(deleted\)$/, '') === row.path &&
      inode !== undefined &&
      inode !== row.inode &&
      host.holds(device),
  );
}

function replaced(row: BodyfileRow, old: readonly OpenFileRow[]): Detection {
  const inode = old[0]?.inode;
  const sources: readonly (SourceLine | undefined)[] = [row.source, ...old.map(({ source }) => source)];
  return {
    title: `${named(row.path)} was replaced at ${secondsAsIso(row.crtime)}${inode === undefined ? '' : `; ${named(old[0]?.process ?? '', 30)} still writes to the old file, inode ${inode}`}`,
    confidence: old.length > 0 ? 'high' : 'medium',
    because:
      old.length > 0
        ? 'the open log and the named log are different inodes, and nothing was rotated then'
        : 'it is younger than its rotated neighbours, and nothing was rotated then',
    subject: { kind: 'file', path: row.path },
    theme: 'traces',
    evidence: evidenceOf(sources, 6),
    at: row.crtime * 1000,
    weight: old.length > 0 ? 74 : 53,
  };
}

function emptied(row: BodyfileRow): Detection {
  return {
    title: `${named(row.path)} was emptied at ${secondsAsIso(row.ctime)}`,
    confidence: 'medium',
    because: 'it is older than that, has no content, and nothing was rotated then',
    subject: { kind: 'file', path: row.path },
    theme: 'traces',
    evidence: evidenceOf([row.source]),
    at: row.ctime * 1000,
    weight: 58,
  };
}
