/**
 * Rows in timeline order, one at a time: after `next()` returned true the fields describe the current row and stay
 * valid until the next call. One object for all rows, because 3 million short-lived ones cost more than the sorting.
 */
export interface RowCursor {
  next(): boolean;
  /** Unix seconds; 0 means that no time was recorded. */
  readonly time: number;
  /** Which of the four times a row stands for: 1 modified, 2 accessed, 4 changed, 8 born. */
  readonly mask: number;
  /** The name holds a quote, which CSV doubles; names are copied whole otherwise. */
  readonly quoted: boolean;
  /** Line of the bodyfile, from 1. */
  readonly line: number;
  readonly inodeKey: number;
  /** `name|inode|mode|uid|gid|size` at [nameStart, end); nameStart is a multiple of four. */
  readonly bytes: Uint8Array;
  /** The same memory by words. */
  readonly words: Uint32Array;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly inodeEnd: number;
  readonly end: number;
}

/** Order of two rows of the same time and inode key: the inode's text, then the name's bytes. */
export function compareInodeAndName(a: RowCursor, b: RowCursor): number {
  const inodes = compareBytes(a.bytes, a.nameEnd + 1, a.inodeEnd, b.bytes, b.nameEnd + 1, b.inodeEnd);
  return inodes !== 0 ? inodes : compareBytes(a.bytes, a.nameStart, a.nameEnd, b.bytes, b.nameStart, b.nameEnd);
}

/** Byte order; a prefix comes first. */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let at = 0; at < shared; at += 1) {
    const difference = (a[aStart + at] ?? 0) - (b[bStart + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}
