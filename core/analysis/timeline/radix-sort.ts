/** 11 bits a pass: a table of 2048 counts stays in the first-level cache. 6 passes cover the 64 bits of a double. */
const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const PASSES = 6;

/**
 * Sorts 32-bit values by a double each, stably: values with equal keys keep their order.
 * Doubles are compared through their bits, so negative and 64-bit times need no special care. NaN must not occur.
 */
export class RadixSorter {
  private high: Uint32Array;
  private low: Uint32Array;
  private values: Uint32Array;
  private otherHigh: Uint32Array;
  private otherLow: Uint32Array;
  private otherValues: Uint32Array;
  private readonly counts = new Uint32Array(BUCKETS * PASSES);
  private readonly double = new Float64Array(1);
  private readonly halves = new Uint32Array(this.double.buffer);
  private size = 0;

  constructor(capacity: number) {
    this.high = new Uint32Array(capacity);
    this.low = new Uint32Array(capacity);
    this.values = new Uint32Array(capacity);
    this.otherHigh = new Uint32Array(capacity);
    this.otherLow = new Uint32Array(capacity);
    this.otherValues = new Uint32Array(capacity);
  }

  clear(): void {
    this.size = 0;
    this.counts.fill(0);
  }

  add(key: number, value: number): void {
    // Adding zero turns -0 into 0: both are the same time.
    this.double[0] = key + 0;
    const low = this.halves[0] ?? 0;
    const high = this.halves[1] ?? 0;
    // IEEE 754 orders like an integer once the sign bit is flipped, and all bits of negative numbers are.
    const negative = high >>> 31 === 1;
    this.high[this.size] = negative ? ~high : high | 0x80000000;
    this.low[this.size] = negative ? ~low : low;
    this.values[this.size] = value;
    this.size += 1;
  }

  /** The values in order; valid until the next `clear`. */
  sort(): Uint32Array {
    this.countDigits();
    for (let pass = 0; pass < PASSES; pass += 1) {
      if (!this.isUniform(pass)) this.move(pass);
    }
    return this.values.subarray(0, this.size);
  }

  /** Whether the value at `place` of the last sort has the same key as the one before it. */
  tiesWithPrevious(place: number): boolean {
    return this.low[place] === this.low[place - 1] && this.high[place] === this.high[place - 1];
  }

  private countDigits(): void {
    const { counts, high, low, size } = this;
    for (let at = 0; at < size; at += 1) {
      const h = high[at] ?? 0;
      const l = low[at] ?? 0;
      for (let pass = 0; pass < PASSES; pass += 1) {
        const slot = pass * BUCKETS + digit(h, l, pass);
        counts[slot] = (counts[slot] ?? 0) + 1;
      }
    }
  }

  /** All keys share this digit: nothing would move. Timestamps of one decade leave two or three passes of six. */
  private isUniform(pass: number): boolean {
    const first = pass * BUCKETS + digit(this.high[0] ?? 0, this.low[0] ?? 0, pass);
    return this.counts[first] === this.size;
  }

  private move(pass: number): void {
    const { counts, high, low, values, otherHigh, otherLow, otherValues, size } = this;
    const base = pass * BUCKETS;
    let offset = 0;
    for (let bucket = base; bucket < base + BUCKETS; bucket += 1) {
      const count = counts[bucket] ?? 0;
      counts[bucket] = offset;
      offset += count;
    }
    for (let at = 0; at < size; at += 1) {
      const h = high[at] ?? 0;
      const l = low[at] ?? 0;
      const bucket = base + digit(h, l, pass);
      const to = counts[bucket] ?? 0;
      counts[bucket] = to + 1;
      otherHigh[to] = h;
      otherLow[to] = l;
      otherValues[to] = values[at] ?? 0;
    }
    [this.high, this.otherHigh] = [otherHigh, high];
    [this.low, this.otherLow] = [otherLow, low];
    [this.values, this.otherValues] = [otherValues, values];
  }
}

/** Digit `pass` of the 64 bits, least significant first; the third spans both halves: 10 bits of low and 1 of high. */
function digit(high: number, low: number, pass: number): number {
  if (pass < 2) return (low >>> (pass * DIGIT_BITS)) & (BUCKETS - 1);
  if (pass === 2) return ((low >>> 22) | (high << 10)) & (BUCKETS - 1);
  return (high >>> ((pass - 3) * DIGIT_BITS + 1)) & (BUCKETS - 1);
}
