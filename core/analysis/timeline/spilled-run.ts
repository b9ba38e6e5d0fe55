import type { RowCursor } from './row-cursor';
import type { SpillFile, SpillStore } from './spill';

/**
 * A row on disk, 8-byte aligned so that one buffer serves as doubles, words and bytes:
 * f64 time, f64 inodeKey, f64 line*32 + 16 when quoted + mask, u32 length of name|inode|mode|uid|gid|size, u32 name length*64 + inode length, those bytes.
 */
const HEADER_BYTES = 32;
const WRITE_BUFFER_BYTES = 1024 * 1024;

/** Names are at most a line long (1 MiB = 2^20) and inodes at most 63: 2^20 * 64 fits 32 bits. */
const INODE_LENGTHS = 64;

/** Writes a sorted run and returns its file. */
export function spillRun(rows: RowCursor, store: SpillStore): SpillFile {
  const file = store.create();
  let buffer = new AlignedBuffer(WRITE_BUFFER_BYTES);
  let used = 0;
  while (rows.next()) {
    const needed = recordBytes(rows.end - rows.nameStart);
    if (used + needed > buffer.bytes.length) {
      file.append(buffer.bytes.subarray(0, used));
      used = 0;
      if (needed > buffer.bytes.length) buffer = new AlignedBuffer(needed);
    }
    writeRecord(buffer, used, rows);
    used += needed;
  }
  file.append(buffer.bytes.subarray(0, used));
  return file;
}

function recordBytes(length: number): number {
  return HEADER_BYTES + ((length + 7) & ~7);
}

class AlignedBuffer {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;

  constructor(size: number) {
    const memory = new ArrayBuffer((size + 7) & ~7);
    this.bytes = new Uint8Array(memory);
    this.words = new Uint32Array(memory);
    this.doubles = new Float64Array(memory);
  }
}

function writeRecord(buffer: AlignedBuffer, at: number, row: RowCursor): void {
  const { words, doubles } = buffer;
  const length = row.end - row.nameStart;
  doubles[at >>> 3] = row.time;
  doubles[(at >>> 3) + 1] = row.inodeKey;
  doubles[(at >>> 3) + 2] = row.line * 32 + (row.quoted ? 16 : 0) + row.mask;
  words[(at >>> 2) + 6] = length;
  words[(at >>> 2) + 7] = (row.nameEnd - row.nameStart) * INODE_LENGTHS + (row.inodeEnd - row.nameEnd - 1);
  // Rows start at multiples of four in a run and in a record: copied by words, the last one's spare bytes included.
  const from = row.nameStart >>> 2;
  const to = (at + HEADER_BYTES) >>> 2;
  const count = (length + 3) >>> 2;
  const source = row.words;
  for (let word = 0; word < count; word += 1) words[to + word] = source[from + word] ?? 0;
}

/** Reads a spilled run back, a piece at a time. */
export class SpilledRun implements RowCursor {
  time = 0;
  mask = 0;
  quoted = false;
  line = 0;
  inodeKey = 0;
  nameStart = 0;
  nameEnd = 0;
  inodeEnd = 0;
  end = 0;
  bytes: Uint8Array;
  words: Uint32Array;
  private buffer: AlignedBuffer;
  private at = 0;
  private filled = 0;
  private position = 0;

  constructor(
    private readonly file: SpillFile,
    bufferBytes: number,
  ) {
    this.buffer = new AlignedBuffer(bufferBytes);
    this.bytes = this.buffer.bytes;
    this.words = this.buffer.words;
  }

  next(): boolean {
    if (!this.has(HEADER_BYTES)) return false;
    const length = this.buffer.words[(this.at >>> 2) + 6] ?? 0;
    const size = recordBytes(length);
    if (!this.has(size)) return false;
    const { words, doubles } = this.buffer;
    const { at } = this;
    const lineAndMask = doubles[(at >>> 3) + 2] ?? 0;
    const lengths = words[(at >>> 2) + 7] ?? 0;
    this.time = doubles[at >>> 3] ?? 0;
    this.inodeKey = doubles[(at >>> 3) + 1] ?? 0;
    this.line = Math.floor(lineAndMask / 32);
    this.quoted = (lineAndMask & 16) !== 0;
    this.mask = lineAndMask & 15;
    this.nameStart = at + HEADER_BYTES;
    this.nameEnd = this.nameStart + Math.floor(lengths / INODE_LENGTHS);
    this.inodeEnd = this.nameEnd + 1 + (lengths % INODE_LENGTHS);
    this.end = this.nameStart + length;
    this.at += size;
    return true;
  }

  close(): void {
    this.file.close();
  }

  /** Makes sure that `needed` bytes lie at `at`, moving the rest of the buffer to its front and reading on. */
  private has(needed: number): boolean {
    if (this.filled - this.at >= needed) return true;
    const rest = this.buffer.bytes.subarray(this.at, this.filled);
    if (needed > this.buffer.bytes.length) {
      this.buffer = new AlignedBuffer(needed);
      this.bytes = this.buffer.bytes;
      this.words = this.buffer.words;
    }
    this.buffer.bytes.set(rest);
    this.filled = rest.length;
    this.at = 0;
    while (this.filled < needed) {
      const read = this.file.read(this.position, this.buffer.bytes.subarray(this.filled));
      if (read === 0) return false;
      this.position += read;
      this.filled += read;
    }
    return true;
  }
}
