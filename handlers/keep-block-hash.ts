import { createHash } from 'node:crypto';
import {
  BLOCK_BYTES,
  type Chunk,
  DEFINITION,
  type HashedVolume,
  PAIR_BYTES,
  pairsProblem,
  planBlockHash,
} from '../core/collect/block-hash';
import { BLOCK_HASHES, incidentPrefix } from '../core/collect/vault-paths';
import { NeedsHuman } from '../core/errors';
import type { BlockHash } from '../core/incident/events';
import type { IncidentId } from '../core/incident/ids';
import { parseSha256 } from '../core/incident/ids';
import type { StepName } from '../core/incident/steps';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import { plural } from '../core/text';
import { artefactOf } from './artefact';
import { chunkKey } from './hash-blocks';
import { failJudged } from './judge';
import { runStep, type StepPorts, slugOf } from './step';
import type { StepInput } from './task-input';

export interface KeepBlockHashPorts extends StepPorts {
  readonly vault: EvidenceVault;
}

const PLAN: StepName = 'Plan the block hash';
const HASH: StepName = 'Hash the blocks';

/** Joins the chunks to one hash a volume and keeps them, with the definition of the hash, as one artefact. */
export function makeKeepBlockHash(ports: KeepBlockHashPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const { id, volumes } = context.incident;
      const planned = planBlockHash(volumes);
      const hashes: BlockHash[] = [];
      for (const each of planned.filter(({ chunks }) => chunks.length > 0)) {
        const hash = await hashOf(ports.vault, id, each);
        if (typeof hash === 'string') {
          await failJudged(ports, context, PLAN, hash);
          throw new NeedsHuman(`The disk hash is not complete: ${hash}. The copies themselves are safe.`);
        }
        hashes.push(hash);
      }
      const missing = planned
        .filter(({ chunks }) => chunks.length === 0)
        .map(({ volume }) => ({
          what: `block hash of ${volume.volume}`,
          reason: `its ${volume.gib} GiB no longer fit the chunks of one run; the forensic instance hashes it`,
        }));
      const said = `${plural(hashes.length, 'volume')} hashed block by block from EBS itself.`;
      const settles = [PLAN, HASH].map((step) => ({ step, said: 'Every chunk was read.' }));
      if (hashes.length === 0) return { said: 'No copy was hashed block by block.', missing, settles };
      const key = `${incidentPrefix(id)}${BLOCK_HASHES}`;
      const body = `${JSON.stringify({ definition: DEFINITION, blockBytes: BLOCK_BYTES, volumes: hashes }, null, 2)}\n`;
      const stored = await ports.vault.putOnce(key, new TextEncoder().encode(body));
      const provenance = { tool: 'cordon block hash', toolVersion: '1', actor: slugOf(input.step) };
      const artefact = await artefactOf(ports.vault, id, stored, provenance);
      const events = [
        { type: 'BlocksHashed' as const, volumes: hashes },
        { type: 'EvidenceKept' as const, artefacts: [artefact] },
      ];
      return { said, events, missing, settles };
    });
}

/** The hash of one volume, or why there is none. */
async function hashOf(
  vault: EvidenceVault,
  incident: IncidentId,
  { volume, chunks }: HashedVolume,
): Promise<BlockHash | string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of chunks) {
    const records = await recordsOf(vault, incident, chunk);
    if (typeof records === 'string') return records;
    hash.update(records);
    bytes += records.length;
  }
  const sha256 = parseSha256(hash.digest('hex'));
  if (sha256 === undefined) return `no hash came of ${volume.volume}`;
  return { volume: volume.volume, device: volume.device, copy: volume.copy, blocks: bytes / PAIR_BYTES, sha256 };
}

async function recordsOf(vault: EvidenceVault, incident: IncidentId, chunk: Chunk): Promise<Uint8Array | string> {
  const key = chunkKey(incident, chunk);
  const where = `blocks ${chunk.from} to ${chunk.to - 1} of ${chunk.copy}`;
  if ((await vault.head(key)) === undefined) return `${where} were not read`;
  const records = await vault.read(key);
  const problem = pairsProblem(records, chunk);
  return problem === undefined ? records : `${where} are wrong (${problem})`;
}
