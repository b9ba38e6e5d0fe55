import fc from 'fast-check';
import {
  allChunks,
  CHUNK_BLOCKS,
  encodePair,
  MOST_CHUNKS,
  PAIR_BYTES,
  pairsProblem,
  planBlockHash,
} from '../../../core/collect/block-hash';

const volume = (gib: number, n = 0) => ({
  device: `/dev/sd${n}`,
  volume: `vol-${n}`,
  snapshot: `snap-${n}`,
  copy: `copy-${n}`,
  gib,
});
const TIB = 1024;

describe('the chunks of a disk hash', () => {
  it('of 16 TiB are 1,024, inside what one execution may hold', () => {
    const chunks = allChunks([volume(16 * TIB)]);
    expect(chunks).toHaveLength(1024);
    expect(chunks.at(-1)?.to).toBe(33_554_432);
    // Seven events an iteration, three more for each of five retries.
    expect(chunks.length * (7 + 5 * 3)).toBeLessThan(25_000);
    const items = chunks.map((_, chunk) => ({ incident: 'IR-AAAAAAAA', run: 99, chunk }));
    expect(JSON.stringify(items).length).toBeLessThan(256 * 1024);
    expect(CHUNK_BLOCKS * PAIR_BYTES).toBe(1.25 * 1024 * 1024);
  });

  it('of 100 GiB are seven, over 204,800 blocks', () => {
    const chunks = allChunks([volume(100)]);
    expect([chunks.length, chunks.at(-1)?.to]).toEqual([7, 204_800]);
  });

  it('cover every block of every volume that fits once, and never pass the most there are', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 16 * TIB }), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, (gibs) => {
        const planned = planBlockHash(gibs.map(volume));
        expect(planned.flatMap(({ chunks }) => chunks).length).toBeLessThanOrEqual(MOST_CHUNKS);
        for (const { volume: each, chunks } of planned.filter((one) => one.chunks.length > 0)) {
          expect(chunks[0]?.from).toBe(0);
          expect(chunks.at(-1)?.to).toBe(each.gib * 2048);
          for (const [i, chunk] of chunks.entries()) expect(chunk.from).toBe(i === 0 ? 0 : chunks[i - 1]?.to);
        }
      }),
    );
  });

  it('leave out a volume without a copy', () => {
    const { copy: _, ...bare } = volume(8);
    expect(planBlockHash([bare])).toEqual([]);
  });
});

describe('the records of a chunk', () => {
  const chunk = { from: 10, to: 20 };
  const digest = new Uint8Array(32).fill(7);
  const of = (...indices: number[]) => Buffer.concat(indices.map((index) => encodePair(index, digest)));

  it('are an index of eight bytes, big-endian, and 32 of hash', () => {
    expect(Buffer.from(encodePair(258, digest)).toString('hex')).toBe(`0000000000000102${'07'.repeat(32)}`);
  });

  it.each([
    ['out of order', of(12, 11), 'block 11'],
    ['twice', of(12, 12), 'block 12'],
    ['outside', of(20), 'block 20'],
    ['before', of(9), 'block 9'],
    ['cut short', of(11).subarray(1), 'not whole'],
  ])('are refused when one is %s', (_what, records, why) => {
    expect(pairsProblem(records, chunk)).toContain(why);
  });

  it('may be none', () => {
    expect(pairsProblem(of(), chunk)).toBeUndefined();
    expect(pairsProblem(of(10, 13, 19), chunk)).toBeUndefined();
  });
});
