import {
  CopySnapshotCommand,
  CreateSnapshotsCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  LockSnapshotCommand,
  ModifySnapshotAttributeCommand,
  type Snapshot,
  type SnapshotInfo,
} from '@aws-sdk/client-ec2';
import { NeedsHuman } from '../../errors';
import type { SnapshotState, Snapshots } from '../../ports/snapshots';
import { calling, everyPage, orElse, tagList, tagRecord } from './aws-call';
import type { ClientAt } from './places';

const STATES: readonly SnapshotState['state'][] = ['pending', 'completed', 'error', 'recoverable', 'recovering'];

/** Snapshots over EC2. */
export function awsSnapshots(ec2At: ClientAt<EC2Client>): Snapshots {
  return {
    async find(key, incident, role) {
      const found = await everyPage((token) =>
        calling('ec2 DescribeSnapshots', async () => {
          const page = await ec2At(key).send(
            new DescribeSnapshotsCommand({
              OwnerIds: ['self'],
              Filters: [
                { Name: 'tag:cordon:incident', Values: [incident] },
                { Name: 'tag:cordon:role', Values: [role] },
              ],
              ...(token ? { NextToken: token } : {}),
            }),
          );
          return { items: page.Snapshots ?? [], next: page.NextToken };
        }),
      );
      return found
        .map(readSnapshot)
        .sort((a, b) => `${a.startedAt}${a.snapshot}`.localeCompare(`${b.startedAt}${b.snapshot}`));
    },
    async createSet(key, incident, without) {
      const tags = {
        'cordon:incident': incident,
        'cordon:role': 'source-snapshot',
        'cordon:step': 'snapshot-the-volumes',
      };
      const command = new CreateSnapshotsCommand({
        InstanceSpecification: {
          InstanceId: key.instance,
          ...(without?.boot === true ? { ExcludeBootVolume: true } : {}),
          ...(without === undefined || without.data.length === 0 ? {} : { ExcludeDataVolumeIds: [...without.data] }),
        },
        Description: `Cordon ${incident}: crash-consistent set of ${key.instance}`,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: tagList(tags) }],
      });
      const answer = await calling('ec2 CreateSnapshots', () => ec2At(key).send(command));
      return (answer.Snapshots ?? []).map(readSnapshot);
    },
    async lock(key, snapshot, days) {
      const command = new LockSnapshotCommand({ SnapshotId: snapshot, LockMode: 'governance', LockDuration: days });
      const locked = ['SnapshotAlreadyLocked', 'IncorrectState.SnapshotLocked'];
      await orElse('ec2 LockSnapshot', locked, undefined, () => ec2At(key).send(command));
    },
    async copy(key, incident, source, kmsKey) {
      const tags = {
        'cordon:incident': incident,
        'cordon:role': 'evidence-copy',
        'cordon:source': source.snapshot,
        'cordon:volume': source.volume,
        'cordon:step': 'copy-the-snapshots',
      };
      const command = new CopySnapshotCommand({
        SourceRegion: key.region,
        SourceSnapshotId: source.snapshot,
        Encrypted: true,
        KmsKeyId: kmsKey,
        Description: `Cordon ${incident}: ${source.snapshot} of ${source.volume} under the evidence key`,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: tagList(tags) }],
      });
      const answer = await calling('ec2 CopySnapshot', () => ec2At(key).send(command));
      if (answer.SnapshotId === undefined) throw new NeedsHuman(`EC2 named no copy of ${source.snapshot}.`);
      return answer.SnapshotId;
    },
    async share(key, snapshot, account) {
      const command = new ModifySnapshotAttributeCommand({
        SnapshotId: snapshot,
        Attribute: 'createVolumePermission',
        CreateVolumePermission: { Add: [{ UserId: account }] },
      });
      await calling('ec2 ModifySnapshotAttribute', () => ec2At(key).send(command));
    },
  };
}

/** CreateSnapshots answers SnapshotInfo (State), DescribeSnapshots answers Snapshot (State, StateMessage). */
function readSnapshot(found: Snapshot & SnapshotInfo): SnapshotState {
  return {
    snapshot: found.SnapshotId ?? '',
    volume: found.VolumeId ?? '',
    gib: found.VolumeSize ?? 0,
    state: STATES.find((state) => state === found.State) ?? 'pending',
    message: found.StateMessage ?? '',
    startedAt: found.StartTime?.toISOString() ?? '',
    encrypted: found.Encrypted === true,
    tags: tagRecord(found.Tags),
  };
}
