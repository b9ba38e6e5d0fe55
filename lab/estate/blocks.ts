import { createHash } from 'node:crypto';
import { unitHash } from '../time/seeded';
import type { Snapshot } from './storage-types';

/** Every block of the EBS direct APIs (F23). */
export const BLOCK_BYTES = 512 * 1024;
const BLOCKS_PER_GIB = (1024 * 1024 * 1024) / BLOCK_BYTES;
/** The lab writes one block in this many, so that a disk of 8 GiB has about 64 of its 16,384 blocks. */
const SPARSENESS = 256;

/** Indices of the written blocks: the first (partition table) and a scatter that depends on the content alone. */
export function usedBlocks(snapshot: Snapshot): number[] {
  const all = snapshot.gib * BLOCKS_PER_GIB;
  const count = Math.max(1, Math.floor(all / SPARSENESS));
  const indices = new Set([0]);
  for (let i = 1; i < count; i++) indices.add(Math.floor(unitHash(snapshot.content, 'block', i) * all));
  return [...indices].sort((a, b) => a - b);
}

/** A block's bytes: a digest of content and index, repeated. Copies of one disk have equal blocks. */
export function blockData(snapshot: Snapshot, index: number): Buffer {
  return Buffer.alloc(BLOCK_BYTES, createHash('sha256').update(`${snapshot.content}/${index}`).digest());
}
