import {
  baseName,
  hiddenPart,
  inDocumentRoot,
  inTemporaryPlace,
  inUploadFolder,
  isDirectory,
  isExecutable,
  isRegular,
  isServerScript,
  isSetId,
  isShellHistory,
} from '../detect/paths';
import { persistencePlace } from '../detect/persistence-places';
import type { BodyfileRow } from '../disk/disk-rows';

/** Strong signs of two kinds rarely have one harmless reason. */
export type AnchorKind =
  | 'program in a temporary place'
  | 'hidden file'
  | 'web script'
  | 'set-user-id program'
  | 'way back in'
  | 'typed command'
  | 'deleted program'
  | 'suspect process'
  | 'stray program'
  | 'file a rule knows'
  | 'altered program'
  | 'program a container wrote'
  | 'other';

/** A moment at which something suspicious happened. */
export interface Anchor {
  /** Unix milliseconds. */
  readonly at: number;
  /** 1 to 10. From `STRONG` on, it makes a window by itself. */
  readonly weight: number;
  readonly what: string;
  readonly kind: AnchorKind;
  /** Finer than the kind: which way back in. Weak signs count by how many groups they fall into. */
  readonly group: string;
  /** Installing software makes such changes too: set aside in such a burst. */
  readonly installable: boolean;
}

/** Weight from which one anchor is enough to speak of an attack. */
export const STRONG = 5;

/** What a file's birth and change say. Modification times are not used: `touch -r` forges them, packages bring their own. */
export function fileAnchors(row: BodyfileRow): readonly Anchor[] {
  if (row.path.startsWith('/$OrphanFiles')) return [];
  const born = bornWeight(row);
  const changed = changedWeight(row);
  const anchors: Anchor[] = [];
  if (born !== undefined && row.crtime > 0) anchors.push(anchor(row.crtime, born, row.path));
  const mark = changed ?? (row.crtime <= 0 ? born : undefined);
  if (mark !== undefined && row.ctime > 0) anchors.push(anchor(row.ctime, mark, row.path));
  return anchors;
}

interface Mark {
  readonly kind: AnchorKind;
  readonly weight: number;
  readonly installable: boolean;
}

function anchor(seconds: number, mark: Mark, what: string): Anchor {
  return { at: seconds * 1000, what, group: persistencePlace(what)?.kind ?? mark.kind, ...mark };
}

function bornWeight(row: BodyfileRow): Mark | undefined {
  const { path, mode } = row;
  const temporary = inTemporaryPlace(path);
  if (temporary && isSetId(mode)) return { kind: 'set-user-id program', weight: 10, installable: false };
  const hidden = hiddenPart(path) !== undefined;
  if (isDirectory(mode))
    return hidden && temporary ? { kind: 'hidden file', weight: 3, installable: false } : undefined;
  if (!isRegular(mode)) return undefined;
  if (temporary && isExecutable(mode))
    return { kind: hidden ? 'hidden file' : 'program in a temporary place', weight: 5, installable: true };
  if (temporary && hidden) return { kind: 'hidden file', weight: 4, installable: false };
  if (hidden && isExecutable(mode)) return { kind: 'hidden file', weight: 5, installable: true };
  if (inDocumentRoot(path) && isServerScript(path)) {
    if (baseName(path).startsWith('.')) return { kind: 'web script', weight: 8, installable: false };
    return { kind: 'web script', weight: inUploadFolder(path) ? 5 : 1, installable: true };
  }
  return undefined;
}

const DAY_SECONDS = 86_400;

/** Records of logins are rotated by a new file; one that is old and empty was emptied. */
function isEmptiedLogin({ path, size, crtime, ctime, mtime }: BodyfileRow): boolean {
  if (!/^\/var\/log\/(?:wtmp|lastlog|auth\.log|secure|messages|syslog|audit\/audit\.log)$/.test(path)) return false;
  return size === 0 && crtime > 0 && mtime === ctime && ctime - crtime > DAY_SECONDS;
}

function changedWeight(row: BodyfileRow): Mark | undefined {
  if (!isRegular(row.mode)) return undefined;
  const place = persistencePlace(row.path);
  if (place !== undefined) return { kind: 'way back in', weight: place.weight, installable: place.weight < 8 };
  if (isSetId(row.mode) && !inTemporaryPlace(row.path))
    return { kind: 'set-user-id program', weight: 4, installable: true };
  if (isEmptiedLogin(row)) return { kind: 'other', weight: 4, installable: true };
  if (isShellHistory(row.path)) return { kind: 'other', weight: 1, installable: true };
  return undefined;
}
