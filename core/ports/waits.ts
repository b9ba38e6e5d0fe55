import type { IncidentId } from '../incident/ids';
import type { GateName, StepName } from '../incident/steps';

/**
 * What will resolve a parked task. `gate` and `failure` are answered by decisions, `report` and `symbols` by the ledger's
 * ReportPosted and SymbolsMade;
 * the others by an event that carries one of the wait's external ids.
 */
export const WAIT_KINDS = [
  'gate',
  'failure',
  'report',
  'symbols',
  'command',
  'snapshots',
  'copies',
  'object',
  'instance',
  'attachment',
] as const;
export type WaitKind = (typeof WAIT_KINDS)[number];

/**
 * What an external id is, per kind: command → SSM command id; snapshots and copies → `snap-…`; object → the S3 key;
 * instance → `i-…/<state>` (`i-0abc/running`); attachment → `vol-…/<state>`; report and symbols → the request id.
 */
export interface Wait {
  readonly incident: IncidentId;
  /** `<run>/<kind>/<step or gate>`: a retried task overwrites its own wait, so the newest token counts. */
  readonly id: string;
  readonly kind: WaitKind;
  readonly run: number;
  readonly step?: StepName;
  readonly gate?: GateName;
  /** The task token, encrypted (TaskTokens); it is never readable in the table. */
  readonly sealedToken: string;
  /** External ids and whether their event came. */
  readonly external: Readonly<Record<string, 'pending' | 'arrived'>>;
  /** Where the thing waited for lives, for looking at it: account, region, instance. */
  readonly place?: { readonly account: string; readonly region: string; readonly instance: string };
  /** ISO time after which nobody waits any longer. */
  readonly deadline: string;
  /** ISO time of the next look by reconcile. */
  readonly dueAt: string;
  readonly status: 'parked' | 'answered';
}

/** Parked tasks. */
export interface Waits {
  /** changes: puts or replaces the wait of that id. */
  park(wait: Wait): Promise<void>;
  /** changes: records the external ids of a parked wait, so that events find it. */
  expect(incident: IncidentId, waitId: string, external: readonly string[]): Promise<void>;
  /** reads: strongly consistent. */
  find(incident: IncidentId, waitId: string): Promise<Wait | undefined>;
  /** reads: all waits of an incident that are still parked. */
  parkedOf(incident: IncidentId): Promise<readonly Wait[]>;
  /** reads: who waits for that external id. */
  waitingFor(kind: WaitKind, external: string): Promise<Wait | undefined>;
  /** changes: marks one external id as arrived and returns the wait as it is then. */
  arrived(incident: IncidentId, waitId: string, external: string): Promise<Wait | undefined>;
  /** changes: marks as answered, if it still holds the same token. */
  answered(wait: Wait): Promise<void>;
  /** changes: moves the next look. */
  lookAgainAt(wait: Wait, dueAt: string): Promise<void>;
  /** reads: parked waits due at or before `now`, oldest first, at most `limit`. */
  due(now: string, limit: number): Promise<readonly Wait[]>;
}

/** Events that came before their wait; kept for 15 minutes. */
export interface Inbox {
  /** changes */
  keep(kind: WaitKind, external: string, expiresAt: Date): Promise<void>;
  /** reads: whether the event of that external id has come already. */
  has(kind: WaitKind, external: string): Promise<boolean>;
}
