import type { Tagged } from './tagged';

export interface BlockDevice {
  readonly device: string;
  readonly volume: string;
  deleteOnTermination: boolean;
  readonly attachedAt: number;
}

export type VolumeState = 'creating' | 'available' | 'in-use' | 'deleting' | 'deleted' | 'error';

export interface Volume extends Tagged {
  readonly account: string;
  readonly gib: number;
  readonly type: string;
  readonly zone: string;
  readonly encrypted: boolean;
  readonly kmsKey: string | undefined;
  readonly snapshot: string | undefined;
  readonly createdAt: number;
  readonly clientToken: string | undefined;
  /** What is written on it: copies and clones of one disk share it, and so the EBS direct APIs show equal blocks. */
  readonly content: string;
  state: VolumeState;
  attachment:
    | { readonly instance: string; readonly device: string; state: 'attaching' | 'attached' | 'detaching'; at: number }
    | undefined;
}

export interface SnapshotLock {
  readonly mode: 'governance' | 'compliance';
  readonly lockedAt: number;
  readonly days: number;
  readonly expiresAt: number;
}

export interface Snapshot extends Tagged {
  readonly account: string;
  readonly volume: string;
  readonly gib: number;
  readonly encrypted: boolean;
  readonly kmsKey: string | undefined;
  readonly description: string;
  readonly startedAt: number;
  readonly content: string;
  state: 'pending' | 'completed' | 'error';
  stateMessage: string | undefined;
  completedAt: number | undefined;
  lock: SnapshotLock | undefined;
  /** Accounts that may make volumes of it. */
  sharedWith: readonly string[];
}
