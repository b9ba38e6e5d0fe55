import type { InstanceKey } from '../incident/ids';

export interface BlockRef {
  readonly index: number;
  /** What EBS wants to see when the block is read; it expires. */
  readonly token: string;
}

/** Blocks of a snapshot, read without any instance. */
export interface SnapshotBlocks {
  /** reads: the next blocks that exist from `from` on, in ascending order; none after the last. */
  list(
    key: InstanceKey,
    snapshot: string,
    from: number,
  ): Promise<{ readonly blocks: readonly BlockRef[]; readonly expiresAt: Date }>;
  /** reads: SHA-256 (32 bytes) of a block, computed here and compared with what EBS says. Throws Transient when they differ. */
  digest(key: InstanceKey, snapshot: string, block: BlockRef): Promise<Uint8Array>;
}
