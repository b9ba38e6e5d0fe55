import { createHash } from 'node:crypto';
import { EBSClient, GetSnapshotBlockCommand, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import { ebsDouble } from '../../../../lab/aws/ebs/double';
import { copySnapshot, createSnapshots } from '../../../../lab/estate/snapshots';
import { closeServers, type EstateLab, estateLab } from '../estate-lab';
import { testCall } from '../tiny-server';

afterEach(closeServers);

async function snapshotAndCopy(lab: EstateLab) {
  const [source] = createSnapshots(lab.estate, lab.instance, {
    description: '',
    skip: () => false,
    tags: () => new Map(),
  });
  if (source === undefined) throw new Error('The instance has a volume.');
  const wanted = {
    description: '',
    encrypted: true,
    kmsKey: 'k',
    tags: new Map<string, string>(),
    by: testCall.principal,
  };
  const copy = copySnapshot(lab.estate, source, wanted);
  await lab.pass(3_600_000);
  return [source.id, copy.id] as const;
}

describe('the EBS direct API double', () => {
  it('lists written blocks in pages and serves each with its SHA-256; a copy has the same blocks', async () => {
    const lab = await estateLab(ebsDouble);
    const ids = await snapshotAndCopy(lab);
    const client = new EBSClient(lab.server.config);
    const digests: string[] = [];
    for (const SnapshotId of ids) {
      const hash = createHash('sha256');
      let NextToken: string | undefined;
      do {
        const list = await client.send(new ListSnapshotBlocksCommand({ SnapshotId, MaxResults: 30, NextToken }));
        expect(list).toMatchObject({ VolumeSize: 8, BlockSize: 524_288 });
        for (const { BlockIndex, BlockToken } of list.Blocks ?? []) {
          const block = await client.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }));
          const data = (await block.BlockData?.transformToByteArray()) ?? new Uint8Array();
          expect(createHash('sha256').update(data).digest('base64')).toBe(block.Checksum);
          hash.update(`${BlockIndex}:${block.Checksum}\n`);
        }
        NextToken = list.NextToken;
      } while (NextToken);
      digests.push(hash.digest('hex'));
    }
    expect(digests[1]).toBe(digests[0]);
  });

  it('refuses a token of another block', async () => {
    const lab = await estateLab(ebsDouble);
    const [SnapshotId] = await snapshotAndCopy(lab);
    const get = new GetSnapshotBlockCommand({ SnapshotId, BlockIndex: 0, BlockToken: 'wrong' });
    await expect(new EBSClient(lab.server.config).send(get)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
