import { isPrivate, isRemote } from '../detect/describe';
import { fromImage } from '../detect/file-times';
import type { Connection } from '../detect/host';
import { inProgramPlace, insideContainer, isExecutable } from '../detect/paths';
import type { BodyfileRow } from '../disk/disk-rows';
import type { SourceLine } from '../parse-result';
import { type Anchor, STRONG } from './anchors';
import type { ProcessDraft } from './processes';
import type { Listing } from './scan-listing';

const DAY_SECONDS = 86_400;

/**
 * When programs came that run, are connected to the outside, and that nothing installed: alone in a folder of packages, or
 * written into a container while it ran. Whatever they are called, that moment is worth a look.
 */
export function strayPrograms(
  drafts: Iterable<ProcessDraft>,
  connections: readonly Connection[],
  listing: Listing,
  unowned: ReadonlyMap<string, SourceLine> | undefined,
): readonly Anchor[] {
  const outward = new Set(
    connections
      .filter(({ state, remoteAddress }) => state !== 'LISTEN' && isRemote(remoteAddress) && !isPrivate(remoteAddress))
      .map(({ owner }) => owner.pid),
  );
  const anchors = new Map<string, Anchor>();
  for (const { pid, program, acquisition } of drafts) {
    if (program === undefined || acquisition || !outward.has(pid)) continue;
    const row = listing.kept.find(({ path, inode, state }) => {
      if (state !== 'allocated' || (program.inode !== undefined && program.inode !== inode)) return false;
      return path === program.path || insideContainer(path) === program.path;
    });
    if (row !== undefined && isStray(row, listing, unowned)) anchors.set(row.path, anchorOf(row));
  }
  return [...anchors.values()];
}

function isStray(
  row: BodyfileRow,
  { bursts, oldest }: Listing,
  unowned: ReadonlyMap<string, SourceLine> | undefined,
): boolean {
  if (!isExecutable(row.mode) || row.crtime <= 0) return false;
  if (insideContainer(row.path) !== undefined) return !fromImage(row);
  if (!inProgramPlace(row.path) || (unowned !== undefined && !unowned.has(row.path))) return false;
  return row.crtime - (oldest ?? row.crtime) > DAY_SECONDS && !bursts.around(row.crtime);
}

function anchorOf({ path, crtime }: BodyfileRow): Anchor {
  const kind = insideContainer(path) === undefined ? 'stray program' : 'program a container wrote';
  return { at: crtime * 1000, weight: STRONG, what: `${path}, which runs`, kind, group: kind, installable: false };
}

/** When programs changed that hold something else than their package brought. */
export function alteredPrograms(
  rows: readonly BodyfileRow[],
  altered: ReadonlyMap<string, SourceLine>,
): readonly Anchor[] {
  const kind = 'altered program';
  return rows
    .filter(({ path, ctime, state }) => altered.has(path) && ctime > 0 && state === 'allocated')
    .map(({ path, ctime }) => {
      return { at: ctime * 1000, weight: STRONG, what: path, kind, group: kind, installable: false };
    });
}

/** When files came that a YARA rule knows by what they hold. */
export function knownFiles(rows: readonly BodyfileRow[], known: ReadonlySet<string>): readonly Anchor[] {
  const kind = 'file a rule knows';
  return rows
    .filter(({ path, crtime, state }) => known.has(path) && crtime > 0 && state === 'allocated')
    .map(({ path, crtime }) => {
      return { at: crtime * 1000, weight: STRONG, what: path, kind, group: kind, installable: false };
    });
}
