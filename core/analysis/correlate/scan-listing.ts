import { fromImage } from '../detect/file-times';
import {
  inDocumentRoot,
  insideContainer,
  inTemporaryPlace,
  isLog,
  isServerScript,
  isSetId,
  isShellHistory,
  isUnwritten,
} from '../detect/paths';
import { persistencePlace } from '../detect/persistence-places';
import type { BodyfileRow } from '../disk/disk-rows';
import { type Anchor, fileAnchors } from './anchors';
import { InstallBursts } from './install-bursts';
import type { Wanted } from './read-disk';

/** What one reading of the bodyfile leaves behind: a bounded part of its rows, and what was counted on the way. */
export interface Listing {
  readonly rows: number;
  readonly unwritten: number;
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
  readonly anchors: readonly Anchor[];
  readonly bursts: InstallBursts;
  readonly kept: readonly BodyfileRow[];
}

/** Rows that are kept, temporary files counted apart: a million of them must fill neither the memory nor the others' place. */
const KEPT = 20_000;
const ANCHORS_KEPT = 50_000;

/** Reads all rows once. Keeps those that matter at any time; those that matter in a window are read again later. */
export async function scanListing(rows: AsyncIterable<BodyfileRow>, wanted: Wanted): Promise<Listing> {
  const bursts = new InstallBursts();
  const kept: BodyfileRow[] = [];
  const anchors: Anchor[] = [];
  const span = { oldest: Number.POSITIVE_INFINITY, newest: Number.NEGATIVE_INFINITY };
  let count = 0;
  let unwritten = 0;
  let ofTemporary = 0;
  for await (const row of rows) {
    count += 1;
    if (isUnwritten(row.mode)) {
      unwritten += 1;
      continue;
    }
    bursts.add(row.path, row.crtime, row.ctime, row.mtime);
    widen(span, row);
    const named = wanted.paths.has(row.path) || wanted.paths.has(insideContainer(row.path) ?? '');
    if (fromImage(row) && !named) continue;
    if (anchors.length < ANCHORS_KEPT && !fromImage(row)) anchors.push(...fileAnchors(row));
    if (!named && !mattersAlways(row, wanted)) continue;
    const temporary = inTemporaryPlace(row.path);
    if ((temporary ? ofTemporary : kept.length - ofTemporary) >= KEPT) continue;
    kept.push(row);
    if (temporary) ofTemporary += 1;
  }
  const settled = anchors.filter((anchor) => !anchor.installable || !isInstalled(anchor, bursts));
  const known = Number.isFinite(span.newest);
  return {
    rows: count,
    unwritten,
    oldest: known ? span.oldest : undefined,
    newest: known ? span.newest : undefined,
    anchors: settled,
    bursts,
    kept,
  };
}

/** A checkout in a temporary place brings programs and dot files as an intruder's kit does, a hundred times as many. */
function isInstalled({ at, kind }: Anchor, bursts: InstallBursts): boolean {
  if (bursts.around(at / 1000)) return true;
  const dropped = kind === 'program in a temporary place' || kind === 'hidden file';
  return dropped && bursts.unpackedAround(at / 1000);
}

/** Births and changes only: modification times are what packages and forgers say. */
function widen(span: { oldest: number; newest: number }, row: BodyfileRow): void {
  for (const time of [row.ctime, row.crtime]) {
    if (time <= 0) continue;
    if (time < span.oldest) span.oldest = time;
    if (time > span.newest) span.newest = time;
  }
}

function mattersAlways(row: BodyfileRow, wanted: Wanted): boolean {
  const { path, mode, inode } = row;
  if (wanted.inodes.has(inode)) return true;
  if (inTemporaryPlace(path) || isSetId(mode) || isShellHistory(path)) return true;
  if (row.state !== 'allocated' || isLog(path)) return true;
  if (inDocumentRoot(path) && isServerScript(path)) return true;
  return persistencePlace(path) !== undefined;
}
