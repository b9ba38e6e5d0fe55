import type { EvidenceLine } from './evidence-source';

const NEWLINE = 0x0a;

/** A file without line ends must not be gathered whole; no tool prints a line near this long. */
export const LONGEST_LINE_BYTES = 1024 * 1024;

/** Cuts bytes into numbered lines. The last line may lack its end; a carriage return before the end is dropped. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<EvidenceLine> {
  const carry = new LineCarry();
  let line = 0;
  for await (const piece of chunks) {
    const bytes = asBuffer(piece);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      line += 1;
      yield { line, text: lineText(carry.take(bytes, start, end)) };
      start = end + 1;
    }
    carry.keep(bytes.subarray(start));
  }
  if (carry.size > 0) yield { line: line + 1, text: lineText(carry.take(Buffer.alloc(0), 0, 0)) };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function lineText(bytes: Buffer): string {
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
  return bytes.toString('utf8', 0, end);
}

/** The beginning of a line whose end has not been read yet, bounded. */
class LineCarry {
  private parts: Buffer[] = [];
  size = 0;

  keep(part: Buffer): void {
    const room = LONGEST_LINE_BYTES - this.size;
    if (part.length === 0 || room <= 0) return;
    // Copied: the reader may reuse the chunk's memory.
    this.parts.push(Buffer.from(part.subarray(0, room)));
    this.size += Math.min(part.length, room);
  }

  take(bytes: Buffer, start: number, end: number): Buffer {
    if (this.size === 0) return bytes.subarray(start, Math.min(end, start + LONGEST_LINE_BYTES));
    this.keep(bytes.subarray(start, end));
    const whole = Buffer.concat(this.parts);
    this.parts = [];
    this.size = 0;
    return whole;
  }
}
