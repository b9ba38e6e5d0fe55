import { createHash } from 'node:crypto';
import { type EBSClient, GetSnapshotBlockCommand, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import { Transient } from '../../errors';
import type { SnapshotBlocks } from '../../ports/snapshot-blocks';
import { calling } from './aws-call';
import type { ClientAt } from './places';

/** A page of a thousand blocks is read in about 13 s: its tokens, which live for days, are never old. */
const PAGE = 1000;

/**
 * SnapshotBlocks over the EBS direct APIs. Pages go on by `StartingBlockIndex`, never by `NextToken`: a retry after any
 * time then starts where it likes.
 */
export function ebsSnapshotBlocks(ebsAt: ClientAt<EBSClient>): SnapshotBlocks {
  return {
    async list(key, snapshot, from) {
      const command = new ListSnapshotBlocksCommand({
        SnapshotId: snapshot,
        StartingBlockIndex: from,
        MaxResults: PAGE,
      });
      const page = await calling('ebs ListSnapshotBlocks', () => ebsAt(key).send(command));
      const blocks = (page.Blocks ?? []).flatMap(({ BlockIndex: index, BlockToken: token }) =>
        index === undefined || token === undefined ? [] : [{ index, token }],
      );
      return { blocks, expiresAt: page.ExpiryTime ?? new Date(0) };
    },
    async digest(key, snapshot, block) {
      const command = new GetSnapshotBlockCommand({
        SnapshotId: snapshot,
        BlockIndex: block.index,
        BlockToken: block.token,
      });
      const answer = await calling('ebs GetSnapshotBlock', () => ebsAt(key).send(command));
      const data = (await answer.BlockData?.transformToByteArray()) ?? new Uint8Array();
      const digest = createHash('sha256').update(data).digest();
      if (answer.Checksum !== digest.toString('base64'))
        throw new Transient(`Block ${block.index} of ${snapshot} arrived with another SHA-256 than EBS names.`);
      return digest;
    },
  };
}
