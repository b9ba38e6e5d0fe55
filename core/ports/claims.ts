import type { IncidentId, InstanceKey } from '../incident/ids';

export interface Claim {
  readonly incident: IncidentId;
  readonly generation: number;
}

/** Who holds an (account, region, instance): at most one incident at a time. */
export interface Claims {
  /** reads: strongly consistent. */
  find(key: InstanceKey): Promise<Claim | undefined>;
  /**
   * changes: takes the claim for `claim.generation` if the row is absent (generation 1) or still at the generation
   * before. `held` tells who won instead.
   */
  take(
    key: InstanceKey,
    claim: Claim,
  ): Promise<{ readonly status: 'taken' } | { readonly status: 'held'; readonly by: Claim }>;
}

/** Which ledger a GuardDuty finding went to. Can be rebuilt from the ledger. */
export interface FindingIndex {
  /** reads */
  find(findingId: string): Promise<IncidentId | undefined>;
  /** changes: last writer wins. */
  put(findingId: string, incident: IncidentId): Promise<void>;
}
