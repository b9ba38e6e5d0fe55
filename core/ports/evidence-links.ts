import type { Artefact } from '../incident/events';
import type { IncidentId } from '../incident/ids';

/** URLs that are a permission in themselves: sent to one person, never kept. */
export interface EvidenceLinks {
  /** reads: the very version the ledger names, for `seconds`; who holds the link needs no account. */
  link(incident: IncidentId, artefact: Pick<Artefact, 'path' | 'versionId'>, seconds: number): Promise<string>;
}
