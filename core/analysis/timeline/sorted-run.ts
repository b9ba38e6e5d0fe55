import type { LineTable } from './line-table';
import { RadixSorter } from './radix-sort';
import { compareBytes, type RowCursor } from './row-cursor';

/** From inclusive, to exclusive, Unix seconds: mactime's own range. */
export interface TimeRange {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/**
 * Sorts the lines of one run into rows. Lines are first ranked by inode and name; rows are then made in that order and
 * sorted by time alone, stably, so that the cheap numeric sort also settles the ties.
 */
export class RunSorter {
  private readonly sorter: RadixSorter;
  /** Lines by inode and name. */
  private readonly order: Uint32Array;
  /** Lines with the same inode and name share a number: their rows of one time are one row. */
  private readonly sameFile: Uint32Array;

  constructor(lineCapacity: number) {
    this.sorter = new RadixSorter(lineCapacity * 4);
    this.order = new Uint32Array(lineCapacity);
    this.sameFile = new Uint32Array(lineCapacity);
  }

  /** The rows of `table`, whose positions are into `bytes`; valid until the next `sort`. */
  sort(bytes: Uint8Array, table: LineTable, range: TimeRange): RowCursor {
    const ranked = this.rank(bytes, table);
    this.sorter.clear();
    for (const line of ranked) this.addEntries(table, line, range);
    return new SortedRun(bytes, table, this.sorter, this.sameFile);
  }

  private rank(bytes: Uint8Array, table: LineTable): Uint32Array {
    this.sorter.clear();
    for (let line = 0; line < table.count; line += 1) this.sorter.add(table.inodeKey(line), line);
    this.order.set(this.sorter.sort());
    const ranked = this.order.subarray(0, table.count);
    const keyAt = (at: number) => table.inodeKey(ranked[at] ?? 0);
    let start = 0;
    while (start < ranked.length) {
      const key = keyAt(start);
      let end = start + 1;
      while (end < ranked.length && keyAt(end) === key) end += 1;
      if (end - start > 1) ranked.subarray(start, end).sort((a, b) => compareLines(bytes, table, a, b) || a - b);
      this.numberFiles(bytes, table, ranked, start, end);
      start = end;
    }
    return ranked;
  }

  private numberFiles(bytes: Uint8Array, table: LineTable, ranked: Uint32Array, start: number, end: number): void {
    for (let at = start; at < end; at += 1) {
      const line = ranked[at] ?? 0;
      const previous = ranked[at - 1] ?? 0;
      const same = at > start && compareLines(bytes, table, previous, line) === 0;
      this.sameFile[line] = same ? (this.sameFile[previous] ?? 0) : at;
    }
  }

  /** Up to four rows of a line; equal times are one row. A line whose four times are all zero tells nothing. */
  private addEntries(table: LineTable, line: number, range: TimeRange): void {
    const m = table.time(line, 0);
    const a = table.time(line, 1);
    const c = table.time(line, 2);
    const b = table.time(line, 3);
    if (m === 0 && a === 0 && c === 0 && b === 0) return;
    this.addEntry(m, line, 1 | (a === m ? 2 : 0) | (c === m ? 4 : 0) | (b === m ? 8 : 0), range);
    if (a !== m) this.addEntry(a, line, 2 | (c === a ? 4 : 0) | (b === a ? 8 : 0), range);
    if (c !== m && c !== a) this.addEntry(c, line, 4 | (b === c ? 8 : 0), range);
    if (b !== m && b !== a && b !== c) this.addEntry(b, line, 8, range);
  }

  private addEntry(time: number, line: number, mask: number, range: TimeRange): void {
    if (range.from !== undefined && time < range.from) return;
    if (range.to !== undefined && time >= range.to) return;
    this.sorter.add(time, line * 16 + mask);
  }
}

function compareLines(bytes: Uint8Array, table: LineTable, a: number, b: number): number {
  const aName = table.nameEnd(a);
  const bName = table.nameEnd(b);
  const inodes = compareBytes(bytes, aName + 1, table.inodeEnd(a), bytes, bName + 1, table.inodeEnd(b));
  if (inodes !== 0) return inodes;
  return compareBytes(bytes, table.nameStart(a), aName, bytes, table.nameStart(b), bName);
}

/** The rows of a sorted run, duplicates joined; of duplicate lines the last one's mode, ids and size are shown. */
class SortedRun implements RowCursor {
  time = 0;
  mask = 0;
  quoted = false;
  line = 0;
  inodeKey = 0;
  nameStart = 0;
  nameEnd = 0;
  inodeEnd = 0;
  end = 0;
  readonly words: Uint32Array;
  private readonly entries: Uint32Array;
  private at = 0;

  constructor(
    readonly bytes: Uint8Array,
    private readonly table: LineTable,
    private readonly sorter: RadixSorter,
    private readonly sameFile: Uint32Array,
  ) {
    this.entries = sorter.sort();
    this.words = new Uint32Array(bytes.buffer);
  }

  next(): boolean {
    const { entries } = this;
    if (this.at >= entries.length) return false;
    let entry = entries[this.at] ?? 0;
    this.time = this.timeOf(entry);
    this.mask = entry & 15;
    this.at += 1;
    while (this.at < entries.length && this.isSameRow(entry, this.at)) {
      entry = entries[this.at] ?? 0;
      this.mask |= entry & 15;
      this.at += 1;
    }
    this.show(entry >>> 4);
    return true;
  }

  private show(line: number): void {
    const { table } = this;
    const tag = table.lineTag(line);
    this.quoted = (tag & 1) === 1;
    this.line = Math.floor(tag / 2);
    this.inodeKey = table.inodeKey(line);
    this.nameStart = table.nameStart(line);
    this.nameEnd = table.nameEnd(line);
    this.inodeEnd = table.inodeEnd(line);
    this.end = table.rowEnd(line);
  }

  /** Most neighbours differ in time, which is seen without touching their lines. */
  private isSameRow(entry: number, next: number): boolean {
    return (
      this.sorter.tiesWithPrevious(next) &&
      this.sameFile[entry >>> 4] === this.sameFile[(this.entries[next] ?? 0) >>> 4]
    );
  }

  /** All times of an entry are equal: the lowest bit of its mask finds one. */
  private timeOf(entry: number): number {
    const bit = (entry & 1) !== 0 ? 0 : (entry & 2) !== 0 ? 1 : (entry & 4) !== 0 ? 2 : 3;
    return this.table.time(entry >>> 4, bit);
  }
}
