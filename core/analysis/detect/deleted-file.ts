import type { BodyfileRow } from '../disk/disk-rows';
import type { SourceLine } from '../parse-result';
import { removedPaths } from './command-patterns';
import { evidenceOf, named } from './describe';
import { secondsAsIso, windowChange } from './file-times';
import type { Confidence, Detection, Detector } from './finding';
import type { Host } from './host';
import { baseName, folderOf, hiddenPart, inDocumentRoot, inTemporaryPlace, isLog, isShellHistory } from './paths';
import { typedShells } from './shells';

export const deletedFile: Detector = {
  id: 'deleted-file',
  title: 'files removed in the attack window: names fls still shows, names typed commands and the page cache remember',
  technique: 'T1070.004',
  rationale:
    'What an intruder removes is what they did not want found. Recent kernels wipe deleted names, so other traces must tell.',
  falsePositives: 'Temporary files of ordinary programs; a file younger than the snapshot is missing too.',
  needs: [['fls-deleted', 'bash', 'pagecache.files']],
  run: (host) => [...byCommand(host), ...byName(host), ...byCache(host)],
};

/** A folder's change this close to the command is the removal. */
const CLOSE_SECONDS = 3;

interface Removal {
  readonly path: string;
  readonly at: number | undefined;
  readonly sources: readonly SourceLine[];
  readonly intruder: boolean;
}

function byCommand(host: Host): readonly Detection[] {
  const removals = new Map<string, Removal>();
  for (const shell of typedShells(host)) {
    for (const { command, at, source } of shell.commands) {
      for (const path of removedPaths(command)) {
        const known = removals.get(path);
        const intruder = shell.intruder || known?.intruder === true;
        removals.set(path, { path, at: at ?? known?.at, sources: [...(known?.sources ?? []), source], intruder });
      }
    }
  }
  return [...removals.values()]
    .filter(({ intruder, path }) => intruder || isTelling(path))
    .map((removal) => commanded(removal, host));
}

function isTelling(path: string): boolean {
  return inTemporaryPlace(path) || hiddenPart(path) !== undefined || isLog(path) || isShellHistory(path);
}

function commanded({ path, at, sources, intruder }: Removal, host: Host): Detection {
  const folder = host.disk.byPath.get(folderOf(path));
  const cached = host.memory.cachedFiles.find((file) => file.path === path);
  const journal = host.disk.journalNames.get(baseName(path));
  const still = host.disk.byPath.get(path);
  const seconds = at === undefined ? undefined : at / 1000;
  const marked = folder !== undefined && seconds !== undefined && Math.abs(folder.ctime - seconds) <= CLOSE_SECONDS;
  const traces = [
    ...(marked ? [`its folder changed at ${secondsAsIso(folder.ctime)}`] : []),
    ...(cached !== undefined ? ['the page cache still knows it'] : []),
    ...(journal !== undefined ? ['its name survives in the journal'] : []),
    ...(still !== undefined
      ? ['a file of that name is on the disk (the disk may be older than the command, or it was made again)']
      : []),
  ];
  return {
    title: `${named(path)} was removed${at === undefined ? '' : ` at ${secondsAsIso(at / 1000)}`} by a typed command`,
    confidence: removalConfidence(intruder, still !== undefined, path),
    because: traces.length > 0 ? `the command names it; ${traces.join('; ')}` : 'only the command says so',
    subject: { kind: 'file', path },
    theme: 'traces',
    evidence: evidenceOf([...sources, marked ? folder.source : undefined, cached?.source, journal], 8),
    ...(at === undefined ? {} : { at }),
    weight: intruder ? 64 : isLog(path) || isShellHistory(path) ? 34 : 11,
  };
}

/** Administrators clear temporary folders every day; hardly one removes a log or a history by hand. */
function removalConfidence(intruder: boolean, still: boolean, path: string): Confidence {
  if (intruder) return still ? 'medium' : 'high';
  return isLog(path) || isShellHistory(path) ? 'medium' : 'low';
}

function byName(host: Host): readonly Detection[] {
  return host.disk.files.flatMap((row) => {
    if (row.state === 'allocated' || row.path.startsWith('/$OrphanFiles')) return [];
    // Still open somewhere: told as that, with what it holds.
    if (host.disk.orphans.some(({ inode, root }) => root && inode === row.inode)) return [];
    const change = windowChange(row, host);
    const telling = isTelling(row.path) || inDocumentRoot(row.path);
    if (change === undefined && !telling) return [];
    return [deletedName(row, change !== undefined, telling, host)];
  });
}

function deletedName(row: BodyfileRow, inWindow: boolean, telling: boolean, { disk }: Host): Detection {
  const listed = disk.deleted.find(({ inode, path }) => inode === row.inode && `/${path}` === row.path);
  const confidence: Confidence = inWindow && telling ? 'medium' : 'low';
  const size =
    row.state === 'reallocated'
      ? 'its inode belongs to another file now'
      : `${row.size} bytes may be recovered with icat ${row.meta}`;
  return {
    title: `${named(row.path)} was deleted${inWindow ? ` about ${secondsAsIso(row.ctime)}` : ''}`,
    confidence,
    because: `fls still shows the name; ${size}`,
    subject: { kind: 'file', path: row.path },
    theme: 'traces',
    evidence: evidenceOf([listed?.source, row.source]),
    ...(row.ctime > 0 ? { at: row.ctime * 1000 } : {}),
    weight: inWindow && telling ? 47 : 16,
  };
}

/** A file in memory's page cache that the listing of the same device lacks. */
function byCache(host: Host): readonly Detection[] {
  if (host.disk.rows === 0) return [];
  return host.memory.cachedFiles.flatMap((file) => {
    if (file.type !== 'REG' || !inTemporaryPlace(file.path) || !host.holds(file.device)) return [];
    if (host.disk.byPath.has(file.path)) return [];
    const orphan = host.disk.orphans.find(({ inode }) => inode === file.inode);
    return [
      {
        title: `${named(file.path)} is in the page cache and not on the disk: deleted, or younger than the snapshot`,
        confidence: orphan === undefined ? 'low' : 'high',
        because:
          orphan === undefined
            ? 'the snapshot may simply be older'
            : `its inode ${orphan.inode} is on the list of files deleted while open`,
        subject: { kind: 'file', path: file.path },
        theme: 'traces',
        evidence: evidenceOf([file.source, ...(orphan?.sources ?? [])]),
        ...(file.changedAt === undefined ? {} : { at: file.changedAt }),
        weight: orphan === undefined ? 18 : 68,
      } satisfies Detection,
    ];
  });
}
