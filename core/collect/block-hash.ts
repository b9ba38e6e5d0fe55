import type { VolumeCopy } from '../incident/events';

/** Every block of the EBS direct APIs is 512 KiB (forensics F23): 100 GiB are 204,800 blocks, 16 TiB are 33,554,432. */
export const BLOCK_BYTES = 512 * 1024;
const BLOCKS_PER_GIB = 1024 ** 3 / BLOCK_BYTES;
/**
 * Blocks that one call of a function reads: 16 GiB. At 40 MiB/s that is 410 s of the 900 s a function has; its pairs are
 * 32,768 × 40 bytes = 1.25 MiB.
 */
export const CHUNK_BLOCKS = 32_768;
/**
 * Chunks of one run, all volumes together: 16 TiB ÷ 16 GiB. Of the execution's 25,000 history events an iteration of the
 * Map takes 7 (started, entered, scheduled, started, succeeded, exited, succeeded): 1,024 × 7 = 7,168, and 22 when each of
 * its five retries is used: 22,528. Its items are `{"incident","run","chunk"}` of at most 64 bytes: 64 KiB of 256.
 */
export const MOST_CHUNKS = 1024;
/** GetSnapshotBlock admits 1,000 requests a second; ten functions at 40 MiB/s make 800. Full 16 TiB then take 11.7 hours. */
export const SIDE_BY_SIDE = 10;

export const PAIR_BYTES = 8 + 32;

/** What the hash is, in words that let anybody compute it again. */
export const DEFINITION =
  'SHA-256 over the concatenation, in ascending order of block index, of one 40-byte record for each block that EBS lists ' +
  'for the copy (ListSnapshotBlocks): the index as 8 bytes, big-endian, then the SHA-256 of the 524,288 bytes of the block. ' +
  'Blocks that were never written are not listed and count nothing.';

/** Blocks `from` up to, not including, `to` of one copy. */
export interface Chunk {
  readonly volume: string;
  readonly copy: string;
  readonly from: number;
  readonly to: number;
}

/** A volume that has a copy, and its chunks: none when the run's chunks are used up. */
export interface HashedVolume {
  readonly volume: VolumeCopy & { readonly copy: string };
  readonly chunks: readonly Chunk[];
}

/**
 * How the copies are cut, in the ledger's order of volumes: by size alone, so that every call finds the same chunks
 * without anything handed on. A volume whose chunks no longer fit gets none.
 */
export function planBlockHash(volumes: readonly VolumeCopy[]): readonly HashedVolume[] {
  let left = MOST_CHUNKS;
  return volumes.flatMap((volume) => {
    const { copy } = volume;
    if (copy === undefined) return [];
    const blocks = volume.gib * BLOCKS_PER_GIB;
    const count = Math.ceil(blocks / CHUNK_BLOCKS);
    const fits = count <= left;
    if (fits) left -= count;
    const chunks = Array.from({ length: fits ? count : 0 }, (_, n) => ({
      volume: volume.volume,
      copy,
      from: n * CHUNK_BLOCKS,
      to: Math.min((n + 1) * CHUNK_BLOCKS, blocks),
    }));
    return [{ volume: { ...volume, copy }, chunks }];
  });
}

/** All chunks of a run; their place in this list is their number in the Map. */
export function allChunks(volumes: readonly VolumeCopy[]): readonly Chunk[] {
  return planBlockHash(volumes).flatMap(({ chunks }) => chunks);
}

/** One record of the hash. `digest` is the block's SHA-256, 32 bytes. */
export function encodePair(index: number, digest: Uint8Array): Uint8Array {
  const record = new Uint8Array(PAIR_BYTES);
  new DataView(record.buffer).setBigUint64(0, BigInt(index));
  record.set(digest, 8);
  return record;
}

/** Why records are not those of a chunk, or undefined: whole records, in ascending order, inside the chunk. */
export function pairsProblem(records: Uint8Array, { from, to }: Pick<Chunk, 'from' | 'to'>): string | undefined {
  if (records.length % PAIR_BYTES !== 0) return `${records.length} bytes are not whole records`;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let least = from;
  for (let at = 0; at < records.length; at += PAIR_BYTES) {
    const index = Number(view.getBigUint64(at));
    if (index < least || index >= to) return `block ${index} is out of order or outside ${from} to ${to - 1}`;
    least = index + 1;
  }
  return undefined;
}
