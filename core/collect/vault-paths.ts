import type { IncidentId } from '../incident/ids';

/** Where an incident's things lie in the evidence bucket. */
export function incidentPrefix(incident: IncidentId): string {
  return `incidents/${incident}/`;
}

/** Scratch of a run (URL lists, host results, markers): inside the incident's prefix, never evidence. */
export function workKey(incident: IncidentId, name: string): string {
  return `${incidentPrefix(incident)}work/${name}`;
}

export const MEMORY_IMAGE = 'images/memory.lime';
export const BLOCK_HASHES = 'derived/blocks/block-hashes.json';
export const VOLATILE_STATE = 'derived/volatile/volatile-state.json';
