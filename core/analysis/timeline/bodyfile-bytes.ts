import type { LineTable } from './line-table';

const PIPE = 0x7c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** Longer than any inode address (NTFS prints at most 20-5-5 digits); keeps the spilled record's length field small. */
export const LONGEST_INODE = 63;

/** Reads lines of a bodyfile from raw bytes, right to left, without making strings. */
export class BodyfileScanner {
  private bytes: Uint8Array = new Uint8Array(0);
  private first = 0;
  /** Just behind the byte to read next, moving left. */
  private at = 0;
  private value = 0;

  /**
   * Reads the line `bytes[start, end)` into the next free place of `table`.
   * Returns undefined when it is a row, otherwise what was wrong.
   */
  read(bytes: Uint8Array, start: number, end: number, table: LineTable): string | undefined {
    this.bytes = bytes;
    this.first = start;
    this.at = end;
    const line = table.count;
    // From the right: crtime, ctime, mtime, atime; kept in macb order.
    for (const slot of RIGHT_TO_LEFT) {
      if (!this.number(true)) return 'a time is not a number, or there are fewer than 11 fields';
      table.setTime(line, slot, this.value);
    }
    const sizeEnd = this.at;
    for (let field = 0; field < 3; field += 1) {
      if (!this.number(false)) return 'size, group or user is not a whole number';
    }
    if (!this.field()) return 'there are fewer than 11 fields';
    const inodeEnd = this.at;
    if (!this.field()) return 'there are fewer than 11 fields';
    const inodeStart = this.at + 1;
    const nameStart = this.nameStart();
    if (nameStart > this.at) return 'there are fewer than 11 fields';
    if (!isInode(bytes, inodeStart, inodeEnd)) return 'the inode is not a metadata address';
    table.setPositions(line, nameStart, inodeStart - 1, inodeEnd, sizeEnd);
    table.setInodeKey(line, inodeKey(bytes, inodeStart, inodeEnd));
    return undefined;
  }

  /** Moves left over one field of digits and its pipe; a fraction (mac-robber's kin print one) is dropped. */
  private number(fractionAllowed: boolean): boolean {
    const { bytes, first } = this;
    let value = 0;
    let scale = 1;
    let digits = 0;
    let at = this.at - 1;
    for (; at >= first; at -= 1) {
      const byte = bytes[at] ?? 0;
      if (byte >= ZERO && byte <= ZERO + 9) {
        value += (byte - ZERO) * scale;
        scale *= 10;
        digits += 1;
      } else if (byte === DOT && fractionAllowed) {
        value = 0;
        scale = 1;
        digits = 0;
      } else break;
    }
    if (bytes[at] === MINUS) {
      value = -value;
      at -= 1;
    }
    this.value = value;
    this.at = at;
    return digits > 0 && digits <= 20 && at >= first && bytes[at] === PIPE;
  }

  /** Moves left over any field and its pipe. */
  private field(): boolean {
    do {
      this.at -= 1;
      if (this.at < this.first) return false;
    } while (this.bytes[this.at] !== PIPE);
    return true;
  }

  /** Behind the first pipe: the first field is the MD5. */
  private nameStart(): number {
    const pipe = this.bytes.indexOf(PIPE, this.first);
    return pipe + 1;
  }
}

const RIGHT_TO_LEFT = [3, 2, 0, 1] as const;

function isInode(bytes: Uint8Array, start: number, end: number): boolean {
  if (end <= start || end - start > LONGEST_INODE) return false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== MINUS && (byte < ZERO || byte > ZERO + 9)) return false;
  }
  return true;
}

/** Characters that fit a double's 53 bits in base 12: 12^14 = 1.3e15 < 2^53 = 9.0e15. */
export const KEYED_INODE_CHARACTERS = 14;

/**
 * An inode's place in mactime's order, which compares it as text: `10` before `9`, `5-128-1` after `5`.
 * Base 12: end of text 0, minus 1, digits 2 to 11. Addresses longer than 14 characters tie and are compared by bytes.
 */
function inodeKey(bytes: Uint8Array, start: number, end: number): number {
  let key = 0;
  for (let at = start; at < start + KEYED_INODE_CHARACTERS; at += 1) {
    const byte = at < end ? (bytes[at] ?? 0) : 0;
    key = key * 12 + (at >= end ? 0 : byte === MINUS ? 1 : byte - ZERO + 2);
  }
  return key;
}
