import { LONGEST_LINE_BYTES } from '../evidence-lines';
import { BodyfileScanner } from './bodyfile-bytes';
import { INODE_END, LINE_NUMBER, LineTable, NAME_END, NAME_START, ROW_END } from './line-table';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HASH = 0x23;
const PRINTABLE_ABOVE = 0x20;

export type BadLine = (line: number, problem: string) => void;

/** Bytes read at a time; what does not end in a line end waits in front of the next ones. */
const WINDOW_BYTES = LONGEST_LINE_BYTES + 1024 * 1024;

const TOO_LONG = 'the line is longer than 1 MiB';

/** Gathers lines of a bodyfile, cut to what a row shows, until a run is full. */
export class LineRun {
  readonly table: LineTable;
  /** `name|inode|mode|uid|gid|size` of each line, from a multiple of four on, so that rows are copied by words. */
  readonly bytes: Uint8Array;
  /** Lines seen in the whole input so far. */
  lines = 0;
  /** No more lines fit: sort and spill, then `restart`. */
  full = false;
  private readonly scanner = new BodyfileScanner();
  private readonly window = new Uint8Array(WINDOW_BYTES);
  /** Bytes in the window, those of them already read, and bytes of the run in use. */
  private filled = 0;
  private read = 0;
  private used = 0;
  /** Inside a line longer than is kept: its rest is dropped. */
  private skipping = false;

  constructor(
    bytes: number,
    lineCapacity: number,
    private readonly onBadLine: BadLine,
  ) {
    this.bytes = new Uint8Array(Math.max(bytes, 2 * LONGEST_LINE_BYTES));
    this.table = new LineTable(lineCapacity);
  }

  /** Takes as much of `chunk` as there is room for, none while full; returns the bytes taken. */
  take(chunk: Uint8Array): number {
    const taken = this.full ? 0 : Math.min(chunk.length, this.window.length - this.filled);
    this.window.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), this.filled);
    this.filled += taken;
    this.readLines();
    return taken;
  }

  /** Forgets the lines of the run and reads on in what was taken; the run may be full again at once. */
  restart(): void {
    this.table.count = 0;
    this.used = 0;
    this.full = false;
    this.readLines();
  }

  /** Reads what is left as the last line, which had no line end. */
  finish(): void {
    if (this.filled > this.read && !this.skipping) this.readLine(this.read, this.filled);
    this.read = this.filled;
  }

  private readLines(): void {
    while (!this.full) {
      const found = this.window.indexOf(NEWLINE, this.read);
      if (found < 0 || found >= this.filled) {
        this.keepUnendedLine();
        return;
      }
      if (this.skipping) this.skipping = false;
      else this.readLine(this.read, found);
      this.read = found + 1;
    }
  }

  private keepUnendedLine(): void {
    const length = this.filled - this.read;
    if (length > LONGEST_LINE_BYTES && !this.skipping) {
      this.skipping = true;
      this.lines += 1;
      this.onBadLine(this.lines, TOO_LONG);
    }
    if (!this.skipping) this.window.copyWithin(0, this.read, this.filled);
    this.filled = this.skipping ? 0 : length;
    this.read = 0;
  }

  private readLine(start: number, lineEnd: number): void {
    this.lines += 1;
    const { window } = this;
    if (lineEnd - start > LONGEST_LINE_BYTES) {
      this.onBadLine(this.lines, TOO_LONG);
      return;
    }
    const end = lineEnd > start && window[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    if (window[start] === HASH) return;
    const problem = this.scanner.read(window, start, end, this.table);
    if (problem === undefined) this.store();
    else if (!isBlank(window, start, end) && !isHeader(window, start, end)) this.onBadLine(this.lines, problem);
  }

  /** Copies the line just read into the run and makes its positions the run's. */
  private store(): void {
    const { table, window, bytes, used } = this;
    const line = table.count;
    const start = table.word(line, NAME_START);
    const length = table.word(line, ROW_END) - start;
    for (let offset = 0; offset < length; offset += 1) bytes[used + offset] = window[start + offset] ?? 0;
    table.setWord(line, NAME_START, used);
    table.setWord(line, NAME_END, table.word(line, NAME_END) - start + used);
    table.setWord(line, INODE_END, table.word(line, INODE_END) - start + used);
    table.setWord(line, ROW_END, used + length);
    table.setDouble(line, LINE_NUMBER, this.lines);
    table.count += 1;
    this.used = (used + length + 3) & ~3;
    this.full = table.count >= table.capacity || bytes.length - this.used < LONGEST_LINE_BYTES;
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((bytes[at] ?? 0) > PRINTABLE_ABOVE) return false;
  return true;
}

/** `ils -m` names its columns: md5|file|… */
function isHeader(bytes: Uint8Array, start: number, end: number): boolean {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + 9))).toString('latin1') === 'md5|file|';
}
