import { createHash } from 'node:crypto';
import type {
  GetSnapshotBlockRequest,
  GetSnapshotBlockResponse,
  ListSnapshotBlocksRequest,
  ListSnapshotBlocksResponse,
} from '@aws-sdk/client-ebs';
import * as client from '@aws-sdk/client-ebs';
import { BLOCK_BYTES, blockData, usedBlocks } from '../../estate/blocks';
import { ec2Arn } from '../../estate/estate';
import type { Snapshot } from '../../estate/storage-types';
import { isAwsManaged } from '../../estate/volume-keys';
import type { Estates } from '../../estate/world';
import { resourceTags } from '../ec2/access';
import { page } from '../ec2/listing';
import { type AccessCheck, AwsFault, type Call, type Operation, operation, type ServiceDouble } from '../service';

/** Block tokens live seven days (EBS direct APIs, ListSnapshotBlocks). */
const TOKEN_MS = 7 * 24 * 60 * 60 * 1000;

/** The EBS direct APIs: only blocks that exist are listed, each with its SHA-256 (F23). */
export function ebsDouble(estates: Estates): ServiceDouble {
  return { name: 'ebs', protocol: 'rest-json', model: client, operations: operations(estates) };
}

/** The codec sends bytes as they are; the SDK's own type here is the stream that a client reads. */
interface BlockAnswer extends Omit<GetSnapshotBlockResponse, 'BlockData'> {
  readonly BlockData: Uint8Array;
}

function operations(estates: Estates): Record<string, Operation> {
  const onSnapshot =
    (action: string) =>
    (input: { SnapshotId: string | undefined }, call: Call): readonly AccessCheck[] => {
      const estate = estates.of(call);
      const tags = resourceTags(estate.snapshots.get(input.SnapshotId ?? '')?.tags);
      return [{ action: `ebs:${action}`, resource: ec2Arn(estate, 'snapshot', input.SnapshotId ?? ''), context: tags }];
    };
  const readable = (input: { SnapshotId: string | undefined }, call: Call): Snapshot => {
    const snapshot = estates.of(call).snapshots.get(input.SnapshotId ?? '');
    if (snapshot === undefined)
      throw new AwsFault('ResourceNotFoundException', `The snapshot '${input.SnapshotId}' does not exist.`, 404);
    if (snapshot.state !== 'completed')
      throw new AwsFault('ValidationException', `The snapshot '${snapshot.id}' is not completed.`);
    return snapshot;
  };
  return {
    ListSnapshotBlocks: operation<ListSnapshotBlocksRequest, ListSnapshotBlocksResponse>(
      ['SnapshotId', 'NextToken', 'MaxResults', 'StartingBlockIndex'],
      {
        latencyMs: 60,
        authorize: onSnapshot('ListSnapshotBlocks'),
        run(input, call) {
          const snapshot = readable(input, call);
          const from = input.StartingBlockIndex ?? 0;
          const blocks = usedBlocks(snapshot).filter((index) => index >= from);
          const { items, next } = page(blocks, input.MaxResults ?? 10_000, input.NextToken);
          return {
            Blocks: items.map((BlockIndex) => ({ BlockIndex, BlockToken: tokenOf(snapshot, BlockIndex) })),
            ExpiryTime: new Date(call.now() + TOKEN_MS),
            VolumeSize: snapshot.gib,
            BlockSize: BLOCK_BYTES,
            ...next,
          };
        },
      },
    ),
    GetSnapshotBlock: operation<GetSnapshotBlockRequest, BlockAnswer>(['SnapshotId', 'BlockIndex', 'BlockToken'], {
      latencyMs: 40,
      authorize: (input, call) => [...onSnapshot('GetSnapshotBlock')(input, call), ...decrypting(estates, input, call)],
      run(input, call) {
        const snapshot = readable(input, call);
        const index = input.BlockIndex ?? -1;
        if (input.BlockToken !== tokenOf(snapshot, index))
          throw new AwsFault('ValidationException', 'The block token is not valid.');
        const data = blockData(snapshot, index);
        return {
          DataLength: data.length,
          Checksum: createHash('sha256').update(data).digest('base64'),
          ChecksumAlgorithm: 'SHA256',
          BlockData: data,
        };
      },
    }),
  };
}

/** EBS decrypts a block in the caller's name (KMS Developer Guide, "How Amazon EBS uses KMS"). */
function decrypting(estates: Estates, input: { SnapshotId: string | undefined }, call: Call): readonly AccessCheck[] {
  const snapshot = estates.of(call).snapshots.get(input.SnapshotId ?? '');
  if (snapshot?.kmsKey === undefined || isAwsManaged(snapshot.kmsKey)) return [];
  const context = {
    'kms:ViaService': `ec2.${call.region}.amazonaws.com`,
    'kms:CallerAccount': call.account,
    'kms:EncryptionContext:aws:ebs:id': snapshot.id,
    'kms:EncryptionContextKeys': ['aws:ebs:id'],
  };
  return [{ action: 'kms:Decrypt', resource: snapshot.kmsKey, context }];
}

function tokenOf(snapshot: Snapshot, index: number): string {
  return createHash('sha256').update(`${snapshot.id}/${index}`).digest('base64');
}
