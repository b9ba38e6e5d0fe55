import fc from 'fast-check';
import { LONGEST_LINE_BYTES, splitLines } from '../../../core/analysis/evidence-lines';

async function* pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function split(bytes: Uint8Array, size: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { text } of splitLines(pieces(bytes, size))) found.push(text);
  return found;
}

test('lines are the same however the bytes arrive', async () => {
  const bytes = fc
    .array(fc.constantFrom(0x0a, 0x0d, 0x41, 0xc3, 0xa9, 0x00), { maxLength: 60 })
    .map((list) => Uint8Array.from(list));
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 61 }), async (input, size) => {
      const whole = Buffer.from(input).toString('latin1').split('\n');
      if (whole.at(-1) === '') whole.pop();
      const expected = whole.map((line) => Buffer.from(line.replace(/\r$/, ''), 'latin1').toString('utf8'));
      expect(await split(input, size)).toEqual(expected);
    }),
  );
});

test('a line without end is cut at 1 MiB and the next one is read', async () => {
  const input = Buffer.concat([Buffer.alloc(LONGEST_LINE_BYTES + 70_000, 'x'), Buffer.from('\nnext\n')]);
  for (const size of [65_536, input.length]) {
    expect((await split(input, size)).map((line) => line.length)).toEqual([LONGEST_LINE_BYTES, 4]);
  }
});
