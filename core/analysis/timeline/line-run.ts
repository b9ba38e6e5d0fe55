import { LONGEST_LINE_BYTES } from '../evidence-lines';
import { BodyfileScanner } from './bodyfile-bytes';
import { LineTable } from './line-table';

/** A copy: see LineTable on imported constants. */
const LONGEST = LONGEST_LINE_BYTES;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HASH = 0x23;
const QUOTE = 0x22;
const PRINTABLE_ABOVE = 0x20;

export type BadLine = (line: number, problem: string) => void;

/** Bytes read at a time; what does not end in a line end waits in front of the next ones. */
const WINDOW_BYTES = LONGEST + 1024 * 1024;

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
  /** Where in the window the next quote stands; -1 when that is to be looked up. */
  private nextQuote = -1;
  /** Inside a line longer than is kept: its rest is dropped. */
  private skipping = false;

  constructor(
    bytes: number,
    lineCapacity: number,
    private readonly onBadLine: BadLine,
  ) {
    this.bytes = new Uint8Array(Math.max(bytes, 2 * LONGEST));
    this.table = new LineTable(lineCapacity);
  }

  /** Takes as much of `chunk` as there is room for, none while full; returns the bytes taken. */
  take(chunk: Uint8Array): number {
    const taken = this.full ? 0 : Math.min(chunk.length, this.window.length - this.filled);
    this.window.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), this.filled);
    this.filled += taken;
    this.nextQuote = -1;
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
    if (length > LONGEST && !this.skipping) {
      this.skipping = true;
      this.lines += 1;
      this.onBadLine(this.lines, TOO_LONG);
    }
    if (!this.skipping) this.window.copyWithin(0, this.read, this.filled);
    this.filled = this.skipping ? 0 : length;
    this.read = 0;
    this.nextQuote = -1;
  }

  private readLine(start: number, lineEnd: number): void {
    this.lines += 1;
    const { window } = this;
    if (lineEnd - start > LONGEST) {
      this.onBadLine(this.lines, TOO_LONG);
      return;
    }
    const end = lineEnd > start && window[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    if (window[start] === HASH) return;
    const problem = this.scanner.read(window, start, end, this.table);
    if (problem === undefined) this.store();
    else if (!isBlank(window, start, end) && !isHeader(window, start, end)) this.onBadLine(this.lines, problem);
  }

  /** Lines are read in order, so that one search for a quote serves all lines up to the place where it was found. */
  private holdsQuote(start: number, end: number): boolean {
    if (this.nextQuote < start) {
      const found = this.window.subarray(0, this.filled).indexOf(QUOTE, start);
      this.nextQuote = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.nextQuote < end;
  }

  /** Copies the line just read into the run and makes its positions the run's. */
  private store(): void {
    const { table, window, bytes, used } = this;
    const line = table.count;
    const start = table.nameStart(line);
    const length = table.rowEnd(line) - start;
    const moved = used - start;
    bytes.set(window.subarray(start, start + length), used);
    table.setPositions(line, used, table.nameEnd(line) + moved, table.inodeEnd(line) + moved, used + length);
    table.setLineTag(line, this.lines, this.holdsQuote(start, start + length));
    table.count += 1;
    this.used = (used + length + 3) & ~3;
    this.full = table.count >= table.capacity || bytes.length - this.used < LONGEST;
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
