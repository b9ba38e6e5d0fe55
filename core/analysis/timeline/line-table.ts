/** A line is 64 bytes: one cache line, because rows in time order visit the lines of a run in random order. */
export const LINE_DOUBLES = 8;
export const LINE_WORDS = 16;

/** Doubles of a line: its four times in macb order, its inode's place in mactime's order, its number in the input. */
export const TIMES = 0;
export const INODE_KEY = 4;
export const LINE_NUMBER = 5;

/**
 * Words of a line, positions into the run's bytes: where its name begins, the pipe behind the name (the inode begins
 * there), the end of the inode, the end of the size.
 */
export const NAME_START = 12;
export const NAME_END = 13;
export const INODE_END = 14;
export const ROW_END = 15;

/** What is known of each line of a run, in one block of memory: no object per line. */
export class LineTable {
  count = 0;
  readonly doubles: Float64Array;
  readonly words: Uint32Array;

  constructor(readonly capacity: number) {
    this.doubles = new Float64Array(capacity * LINE_DOUBLES);
    this.words = new Uint32Array(this.doubles.buffer);
  }

  double(line: number, field: number): number {
    return this.doubles[line * LINE_DOUBLES + field] ?? 0;
  }

  setDouble(line: number, field: number, value: number): void {
    this.doubles[line * LINE_DOUBLES + field] = value;
  }

  word(line: number, field: number): number {
    return this.words[line * LINE_WORDS + field] ?? 0;
  }

  setWord(line: number, field: number, value: number): void {
    this.words[line * LINE_WORDS + field] = value;
  }
}
