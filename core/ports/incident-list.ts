import type { AccountId, IncidentId, InstanceId, RegionName } from '../incident/ids';
import type { IncidentStatus } from '../incident/incident';

/** An index row for lists; the ledger is the truth. */
export interface ListedIncident {
  readonly incident: IncidentId;
  readonly account: AccountId;
  readonly region: RegionName;
  readonly instance?: InstanceId;
  readonly openedAt: string;
  readonly status: IncidentStatus;
  readonly title: string;
  readonly severity: number;
  readonly channel: string;
  /** The Auto Scaling group the instance was found in. */
  readonly group?: string;
  /** Still isolated, and no run is at work on it. */
  readonly leftIsolated?: boolean;
}

/**
 * Incidents and notices until they are closed and every projection has told all of them. Can be rebuilt from the ledger.
 */
export interface IncidentList {
  /** reads: newest first, whatever their status. */
  all(limit: number): Promise<readonly ListedIncident[]>;
  /** reads: the open ones, newest first. */
  open(limit: number): Promise<readonly ListedIncident[]>;
  /** changes */
  put(row: ListedIncident): Promise<void>;
  /** changes */
  remove(incident: IncidentId): Promise<void>;
}

/** Slack user groups, refreshed on a schedule; a stale row counts as no membership. */
export interface Groups {
  /** reads: Slack user ids; undefined when unknown or older than the time to live. */
  members(group: string, now: Date): Promise<readonly string[] | undefined>;
  /** changes */
  put(group: string, members: readonly string[], expiresAt: Date): Promise<void>;
}
