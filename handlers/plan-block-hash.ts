import { allChunks } from '../core/collect/block-hash';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import { chunkKey } from './hash-blocks';
import { begin, openStep, type StepPorts } from './step';
import type { StepInput } from './task-input';

export interface PlanBlockHashPorts extends StepPorts {
  readonly vault: EvidenceVault;
}

/**
 * Names the chunks of the disk hash that are still to be read, for the Map behind it. Asked again, by the platform or by
 * a person's retry, it names only what is not stored yet. The step that keeps the hash says how it ended.
 */
export function makePlanBlockHash(ports: PlanBlockHashPorts) {
  return async (input: StepInput): Promise<{ readonly chunks: readonly number[] }> => {
    const context = await openStep(ports, input);
    await begin(ports, context);
    const chunks: number[] = [];
    for (const [number, chunk] of allChunks(context.incident.volumes).entries()) {
      if ((await ports.vault.head(chunkKey(context.incident.id, chunk))) === undefined) chunks.push(number);
    }
    return { chunks };
  };
}
