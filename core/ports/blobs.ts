import type { IncidentId, Sha256 } from '../incident/ids';

/** Facts too large for the ledger, by their SHA-256, under `incidents/<incident>/derived/blobs/`. */
export interface Blobs {
  /** changes: writes the RFC 8785 JSON of `value`; the same value again is the same blob. */
  put(incident: IncidentId, value: unknown): Promise<Sha256>;
  /** reads: parsed JSON, after its digest was checked. */
  get(incident: IncidentId, digest: Sha256): Promise<unknown>;
}
