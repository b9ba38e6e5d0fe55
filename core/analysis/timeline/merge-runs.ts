import { compareInodeAndName, type RowCursor } from './row-cursor';

/** Merges sorted runs, given in the order of their input, with a binary heap; duplicates across runs are joined. */
export class MergedRuns implements RowCursor {
  time = 0;
  mask = 0;
  quoted = false;
  line = 0;
  inodeKey = 0;
  nameStart = 0;
  nameEnd = 0;
  inodeEnd = 0;
  end = 0;
  bytes: Uint8Array = new Uint8Array(0);
  words: Uint32Array = new Uint32Array(0);
  private readonly heap: HeapEntry[] = [];
  /** The top row was shown and is to be passed before the next one: advancing at once would overwrite what it points at. */
  private shown = false;

  constructor(runs: readonly RowCursor[]) {
    runs.forEach((run, order) => {
      if (!run.next()) return;
      this.heap.push({ run, order });
      this.siftUp(this.heap.length - 1);
    });
  }

  next(): boolean {
    if (this.shown) this.pass();
    let top = this.heap[0];
    if (top === undefined) return false;
    let mask = top.run.mask;
    // Equal rows of later runs come next in the heap; the last one's mode, ids and size are shown.
    while (this.nextIsEqual(top.run)) {
      this.pass();
      top = this.heap[0];
      if (top === undefined) break;
      mask |= top.run.mask;
    }
    if (top !== undefined) this.show(top.run, mask);
    return true;
  }

  private show(run: RowCursor, mask: number): void {
    this.time = run.time;
    this.mask = mask;
    this.quoted = run.quoted;
    this.line = run.line;
    this.inodeKey = run.inodeKey;
    this.bytes = run.bytes;
    this.words = run.words;
    this.nameStart = run.nameStart;
    this.nameEnd = run.nameEnd;
    this.inodeEnd = run.inodeEnd;
    this.end = run.end;
    this.shown = true;
  }

  private nextIsEqual(row: RowCursor): boolean {
    return isEqual(row, this.heap[1]?.run) || isEqual(row, this.heap[2]?.run);
  }

  /** Moves the top run to its next row, or takes it out of the heap at its end. */
  private pass(): void {
    const [top] = this.heap;
    this.shown = false;
    if (top === undefined) return;
    if (!top.run.next()) {
      const last = this.heap.pop();
      if (last === undefined || this.heap.length === 0) return;
      this.heap[0] = last;
    }
    this.siftDown();
  }

  private siftUp(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  private siftDown(): void {
    let at = 0;
    for (;;) {
      const left = at * 2 + 1;
      const [a, b] = [this.heap[left], this.heap[left + 1]];
      if (a === undefined) return;
      const child = b !== undefined && isBefore(b, a) ? left + 1 : left;
      if (!this.swapIfBefore(child, at)) return;
      at = child;
    }
  }

  private swapIfBefore(child: number, parent: number): boolean {
    const a = this.heap[child];
    const b = this.heap[parent];
    if (a === undefined || b === undefined || !isBefore(a, b)) return false;
    this.heap[child] = b;
    this.heap[parent] = a;
    return true;
  }
}

interface HeapEntry {
  readonly run: RowCursor;
  readonly order: number;
}

function isBefore(a: HeapEntry, b: HeapEntry): boolean {
  const [x, y] = [a.run, b.run];
  if (x.time !== y.time) return x.time < y.time;
  if (x.inodeKey !== y.inodeKey) return x.inodeKey < y.inodeKey;
  const order = compareInodeAndName(x, y);
  return order !== 0 ? order < 0 : a.order < b.order;
}

function isEqual(a: RowCursor, b: RowCursor | undefined): boolean {
  return b !== undefined && a.time === b.time && a.inodeKey === b.inodeKey && compareInodeAndName(a, b) === 0;
}
