import type { IncidentId, InstanceKey } from '../incident/ids';

export interface SnapshotState {
  readonly snapshot: string;
  readonly volume: string;
  readonly gib: number;
  readonly state: 'pending' | 'completed' | 'error' | 'recoverable' | 'recovering';
  readonly message: string;
  readonly startedAt: string;
  readonly encrypted: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Snapshots of the victim and their copies under the evidence key. */
export interface Snapshots {
  /** reads: ours, by incident and role tags, oldest first. */
  find(key: InstanceKey, incident: IncidentId, role: SnapshotRole): Promise<readonly SnapshotState[]>;
  /** changes: one crash-consistent set of the attached volumes. EC2 has no token here: look before calling. */
  createSet(key: InstanceKey, incident: IncidentId, without?: Excluded): Promise<readonly SnapshotState[]>;
  /** changes: governance lock for `days`; harmless when it is locked already. */
  lock(key: InstanceKey, snapshot: string, days: number): Promise<void>;
  /** changes: a copy under `kmsKey`, tagged with the snapshot and volume it came from. Returns its id. */
  copy(key: InstanceKey, incident: IncidentId, source: SnapshotState, kmsKey: string): Promise<string>;
  /** changes: lets `account` make volumes of a snapshot; harmless when it may already. */
  share(key: InstanceKey, snapshot: string, account: string): Promise<void>;
}

/** Volumes a set leaves out, as CreateSnapshots wants them named. */
export interface Excluded {
  readonly boot: boolean;
  readonly data: readonly string[];
}

export type SnapshotRole = 'source-snapshot' | 'evidence-copy';
