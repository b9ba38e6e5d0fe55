import type { RowCursor } from './row-cursor';
import { isoSeconds } from './utc-date';

const PIPE = 0x7c;
const COMMA = 0x2c;
const QUOTE = 0x22;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const SECONDS_OF_DAY = 86_400;
/** `hh:mm:ssZ` at the end of a date. */
const CLOCK_BYTES = 9;
const CHUNK_BYTES = 256 * 1024;
/** Date, macb, separators and quotes of a row. A date is at most 30 characters: a double's largest integers have 17-digit years. */
const FIXED_BYTES = 64;

export const CSV_HEADER = 'Date,Size,Type,Mode,UID,GID,Meta,File Name\n';

/** The sixteen values of the Type column, by mask. */
export const MACB: readonly string[] = Array.from({ length: 16 }, (_, mask) =>
  ['m', 'a', 'c', 'b'].map((letter, bit) => ((mask >>> bit) & 1 ? letter : '.')).join(''),
);

/** The same, four bytes each. */
const MACB_BYTES = Buffer.from(MACB.join(''), 'latin1');

/**
 * The rows as `mactime -d -y -z UTC` prints them, in pieces of about 256 KiB. Names pass byte for byte, quotes doubled.
 */
export function* csvChunks(rows: RowCursor): Generator<Uint8Array> {
  const writer = new CsvWriter();
  while (rows.next()) {
    const full = writer.makeRoom(FIXED_BYTES + (rows.end - rows.nameStart) * 2);
    if (full !== undefined) yield full;
    writer.write(rows);
  }
  yield writer.rest();
}

class CsvWriter {
  private out = Buffer.allocUnsafe(CHUNK_BYTES);
  private used = 0;
  private readonly date = Buffer.alloc(32);
  private dateBytes = 0;
  private dateOf = Number.NaN;
  private dayOf = Number.NaN;

  constructor() {
    this.used = this.out.write(CSV_HEADER, 0, 'latin1');
  }

  /** What is written so far when the next row may not fit behind it. */
  makeRoom(bytes: number): Uint8Array | undefined {
    if (this.used + bytes <= this.out.length) return undefined;
    const full = this.rest();
    // A new buffer each time: whoever takes the piece may still be writing it.
    this.out = Buffer.allocUnsafe(Math.max(bytes, CHUNK_BYTES));
    this.used = 0;
    return full;
  }

  rest(): Uint8Array {
    return this.out.subarray(0, this.used);
  }

  /** Bytes go one by one, except for the name: for shorter pieces a call to copy them costs more than they do. */
  write(row: RowCursor): void {
    const { out, date } = this;
    const { bytes, mask, nameEnd, inodeEnd, end } = row;
    if (row.time !== this.dateOf) this.setDate(row.time);
    const dateBytes = this.dateBytes;
    const sizeStart = lastPipe(bytes, end) + 1;
    let at = this.used;
    for (let index = 0; index < dateBytes; index += 1) out[at++] = date[index] ?? 0;
    out[at++] = COMMA;
    for (let index = sizeStart; index < end; index += 1) out[at++] = bytes[index] ?? 0;
    out[at++] = COMMA;
    for (let index = mask * 4; index < mask * 4 + 4; index += 1) out[at++] = MACB_BYTES[index] ?? 0;
    // From the pipe behind the inode to the one before the size: ,mode,uid,gid,
    for (let index = inodeEnd; index < sizeStart; index += 1) {
      const byte = bytes[index] ?? 0;
      out[at++] = byte === PIPE ? COMMA : byte;
    }
    for (let index = nameEnd + 1; index < inodeEnd; index += 1) out[at++] = bytes[index] ?? 0;
    out[at++] = COMMA;
    out[at++] = QUOTE;
    at = row.quoted ? this.doubleQuotes(row, at) : this.copyName(row, at);
    out[at++] = QUOTE;
    out[at++] = NEWLINE;
    this.used = at;
  }

  private copyName({ bytes, nameStart, nameEnd }: RowCursor, at: number): number {
    this.out.set(bytes.subarray(nameStart, nameEnd), at);
    return at + nameEnd - nameStart;
  }

  private doubleQuotes({ bytes, nameStart, nameEnd }: RowCursor, from: number): number {
    const { out } = this;
    let at = from;
    for (let index = nameStart; index < nameEnd; index += 1) {
      const byte = bytes[index] ?? 0;
      out[at++] = byte;
      if (byte === QUOTE) out[at++] = QUOTE;
    }
    return at;
  }

  /** The day is made once; the time of day is put behind its `T` digit by digit. */
  private setDate(time: number): void {
    this.dateOf = time;
    const day = Math.floor(time / SECONDS_OF_DAY);
    if (time === 0 || day !== this.dayOf) {
      this.dateBytes = this.date.write(mactimeDate(time), 0, 'latin1');
      this.dayOf = time === 0 ? Number.NaN : day;
      return;
    }
    const second = time - day * SECONDS_OF_DAY;
    const clock = this.dateBytes - CLOCK_BYTES;
    this.twoDigits(clock, (second / 3600) | 0);
    this.twoDigits(clock + 3, ((second % 3600) / 60) | 0);
    this.twoDigits(clock + 6, second % 60);
  }

  private twoDigits(at: number, value: number): void {
    this.date[at] = ZERO + ((value / 10) | 0);
    this.date[at + 1] = ZERO + (value % 10);
  }
}

/** mactime prints the zero time, which stands for none, as a date that cannot be. */
export function mactimeDate(time: number): string {
  return time === 0 ? '0000-00-00T00:00:00Z' : `${isoSeconds(time)}Z`;
}

function lastPipe(bytes: Uint8Array, end: number): number {
  let at = end - 1;
  while (bytes[at] !== PIPE) at -= 1;
  return at;
}
