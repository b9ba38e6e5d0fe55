/** A line is 64 bytes: one cache line, because rows in time order visit the lines of a run in random order. */
const LINE_DOUBLES = 8;
const LINE_WORDS = 16;

/** Allocators put a header of 16 bytes before a large block: with these the lines begin where cache lines do (4 % less time). */
const HEADER_GAP = 48;

/** Doubles of a line: its four times in macb order, its inode's place in mactime's order, its tag. */
const INODE_KEY = 4;
const LINE_TAG = 5;

/**
 * Words of a line, positions into the run's bytes: where its name begins, the pipe behind the name (the inode begins
 * there), the end of the inode, the end of the size.
 */
const NAME_START = 12;
const NAME_END = 13;
const INODE_END = 14;
const ROW_END = 15;

/**
 * What is known of each line of a run, in one block of memory: no object per line. The places of the fields stay in this
 * file: an imported constant is looked up each time where modules are compiled one by one, a method is inlined.
 */
export class LineTable {
  count = 0;
  readonly doubles: Float64Array;
  readonly words: Uint32Array;

  constructor(readonly capacity: number) {
    const memory = new ArrayBuffer(HEADER_GAP + capacity * LINE_DOUBLES * 8);
    this.doubles = new Float64Array(memory, HEADER_GAP, capacity * LINE_DOUBLES);
    this.words = new Uint32Array(memory, HEADER_GAP, capacity * LINE_WORDS);
  }

  /** Time `slot` (0 to 3: m, a, c, b) of a line, Unix seconds. */
  time(line: number, slot: number): number {
    return this.doubles[line * LINE_DOUBLES + slot] ?? 0;
  }
  setTime(line: number, slot: number, seconds: number): void {
    this.doubles[line * LINE_DOUBLES + slot] = seconds;
  }

  inodeKey(line: number): number {
    return this.doubles[line * LINE_DOUBLES + INODE_KEY] ?? 0;
  }
  setInodeKey(line: number, key: number): void {
    this.doubles[line * LINE_DOUBLES + INODE_KEY] = key;
  }

  /** Its number in the input times two, and one more when its name holds a quote. */
  lineTag(line: number): number {
    return this.doubles[line * LINE_DOUBLES + LINE_TAG] ?? 0;
  }
  setLineTag(line: number, number: number, quoted: boolean): void {
    this.doubles[line * LINE_DOUBLES + LINE_TAG] = number * 2 + (quoted ? 1 : 0);
  }

  nameStart(line: number): number {
    return this.words[line * LINE_WORDS + NAME_START] ?? 0;
  }
  nameEnd(line: number): number {
    return this.words[line * LINE_WORDS + NAME_END] ?? 0;
  }
  inodeEnd(line: number): number {
    return this.words[line * LINE_WORDS + INODE_END] ?? 0;
  }
  rowEnd(line: number): number {
    return this.words[line * LINE_WORDS + ROW_END] ?? 0;
  }
  setPositions(line: number, nameStart: number, nameEnd: number, inodeEnd: number, rowEnd: number): void {
    const at = line * LINE_WORDS;
    this.words[at + NAME_START] = nameStart;
    this.words[at + NAME_END] = nameEnd;
    this.words[at + INODE_END] = inodeEnd;
    this.words[at + ROW_END] = rowEnd;
  }
}
