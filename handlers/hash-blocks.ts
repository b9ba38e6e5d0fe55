import { allChunks, type Chunk, encodePair } from '../core/collect/block-hash';
import { workKey } from '../core/collect/vault-paths';
import { Refusal, Transient } from '../core/errors';
import type { IncidentId, InstanceKey } from '../core/incident/ids';
import type { Clock } from '../core/ports/clock';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import type { BlockRef, SnapshotBlocks } from '../core/ports/snapshot-blocks';
import { begin, openStep, type StepPorts } from './step';
import type { ChunkInput } from './task-input';

export interface HashBlocksPorts extends StepPorts {
  readonly vault: EvidenceVault;
  readonly blocks: SnapshotBlocks;
}

/** Blocks in flight: 8 × 512 KiB hide the latency and leave a function of 1 GiB its room. */
const IN_FLIGHT = 8;

/** Where the records of a chunk lie: 40 bytes a block, see core/collect/block-hash.ts. */
export function chunkKey(incident: IncidentId, chunk: Chunk): string {
  return workKey(incident, `blocks/${chunk.copy}/${String(chunk.from).padStart(9, '0')}.pairs`);
}

/**
 * Reads one chunk of one copy through the EBS direct APIs and stores its records. A repeat finds them stored and reads
 * nothing; the ledger hears of the whole from the step that keeps it.
 */
export function makeHashBlocks(ports: HashBlocksPorts) {
  return async (input: ChunkInput): Promise<{ readonly blocks: number }> => {
    const context = await openStep(ports, input);
    const { incident, key } = context;
    const chunk = allChunks(incident.volumes)[input.chunk];
    if (chunk === undefined)
      throw new Refusal('blocks.unknown-chunk', `${incident.id} has no chunk ${input.chunk} of blocks to hash.`);
    // One row for all chunks: the second one to say it is a repeat.
    await begin(ports, context);
    const place = chunkKey(incident.id, chunk);
    if ((await ports.vault.head(place)) !== undefined) return { blocks: 0 };
    const records = await readChunk(ports, key, chunk);
    await ports.vault.putOnce(place, Buffer.concat(records));
    return { blocks: records.length };
  };
}

type Reader = { readonly blocks: SnapshotBlocks; readonly clock: Clock };

async function readChunk(ports: Reader, key: InstanceKey, chunk: Chunk): Promise<readonly Uint8Array[]> {
  const records: Uint8Array[] = [];
  let next = chunk.from;
  while (next < chunk.to) {
    const page = await ports.blocks.list(key, chunk.copy, next);
    const mine = page.blocks.filter(({ index }) => index < chunk.to);
    if (mine.length === 0) break;
    const read = await readPage(ports, key, chunk, mine, page.expiresAt);
    if (read.length === 0) throw new Transient(`The block tokens of ${chunk.copy} had run out when they came.`);
    records.push(...read);
    next = (mine[read.length - 1]?.index ?? chunk.to) + 1;
  }
  return records;
}

/** Reads blocks for as long as their tokens live; what is left is listed anew, with new tokens. */
async function readPage(
  { blocks, clock }: Reader,
  key: InstanceKey,
  chunk: Chunk,
  page: readonly BlockRef[],
  expiresAt: Date,
): Promise<readonly Uint8Array[]> {
  const records: Uint8Array[] = [];
  for (let at = 0; at < page.length && clock.now() < expiresAt; at += IN_FLIGHT) {
    const together = page.slice(at, at + IN_FLIGHT);
    records.push(...(await Promise.all(together.map((block) => recordOf(blocks, key, chunk, block)))));
  }
  return records;
}

async function recordOf(blocks: SnapshotBlocks, key: InstanceKey, chunk: Chunk, block: BlockRef): Promise<Uint8Array> {
  return encodePair(block.index, await blocks.digest(key, chunk.copy, block));
}
