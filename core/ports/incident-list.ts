import type { IncidentId, InstanceKey } from '../incident/ids';

/** An index row for lists; the ledger is the truth. */
export interface ListedIncident extends InstanceKey {
  readonly incident: IncidentId;
  readonly openedAt: string;
  readonly status: string;
  readonly title: string;
  readonly severity: number;
  readonly channel: string;
}

/** The open incidents. Can be rebuilt from the ledger. */
export interface IncidentList {
  /** reads: newest first. */
  open(limit: number): Promise<readonly ListedIncident[]>;
  /** changes */
  put(row: ListedIncident): Promise<void>;
  /** changes: a closed incident leaves the list. */
  remove(incident: IncidentId): Promise<void>;
}

/** Slack user groups, refreshed on a schedule; a stale row counts as no membership. */
export interface Groups {
  /** reads: Slack user ids; undefined when unknown or older than the time to live. */
  members(group: string, now: Date): Promise<readonly string[] | undefined>;
  /** changes */
  put(group: string, members: readonly string[], expiresAt: Date): Promise<void>;
}
