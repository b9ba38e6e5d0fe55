import type {
  CopySnapshotRequest,
  CopySnapshotResult,
  CreateSnapshotsRequest,
  CreateSnapshotsResult,
  DeleteSnapshotRequest,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  Snapshot as Ec2Snapshot,
  SnapshotInfo,
} from '@aws-sdk/client-ec2';
import { findInstance, now } from '../../estate/estate';
import { copySnapshot, createSnapshots, deleteSnapshot, findSnapshot } from '../../estate/snapshots';
import type { Snapshot, Volume } from '../../estate/storage-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, LabUnsupported, type Operation, operation } from '../service';
import { describes, onNew, onResource, requestTags, tagMap, tagsFor, tagsOnCreate } from './access';
import { chosen, dryRun, type FilterFields, matches, page, tagList } from './listing';
import { lockOperations } from './snapshot-locks';
import { sharingOperations } from './snapshot-sharing';

function filterFields(snapshot: Snapshot): FilterFields {
  return {
    'snapshot-id': snapshot.id,
    status: snapshot.state,
    'volume-id': snapshot.volume,
    description: snapshot.description,
    encrypted: String(snapshot.encrypted),
    'owner-id': snapshot.account,
  };
}

export function snapshotOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeSnapshots: operation<DescribeSnapshotsRequest, DescribeSnapshotsResult>(
      ['SnapshotIds', 'OwnerIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
      {
        latencyMs: 90,
        authorize: describes('DescribeSnapshots'),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const all = chosen(
            estate.snapshots,
            input.SnapshotIds,
            (id) => new AwsFault('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`),
          );
          const found = all.filter((one) => matches(input.Filters, filterFields(one), one.tags));
          const { items, next } = page(found, input.MaxResults, input.NextToken);
          return { Snapshots: items.map((one) => renderSnapshot(estate, one)), ...next };
        },
      },
    ),
    CreateSnapshots: operation<CreateSnapshotsRequest, CreateSnapshotsResult>(
      ['InstanceSpecification', 'Description', 'TagSpecifications', 'CopyTagsFromSource', 'DryRun'],
      {
        latencyMs: 700,
        authorize: (input, call) => createChecks(estates.of(call), input),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const instance = findInstance(estate, input.InstanceSpecification?.InstanceId);
          const given = tagMap(tagsFor(input.TagSpecifications, 'snapshot'));
          const fromSource = input.CopyTagsFromSource === 'volume';
          const set = createSnapshots(estate, instance, {
            description: input.Description ?? '',
            skip: (volume) => skipped(estate, input, volume),
            tags: (volume) => new Map([...(fromSource ? userTags(volume) : []), ...given]),
          });
          return { Snapshots: set.map(renderInfo) };
        },
      },
    ),
    CopySnapshot: operation<CopySnapshotRequest, CopySnapshotResult>(
      [
        'SourceRegion',
        'SourceSnapshotId',
        'Description',
        'Encrypted',
        'KmsKeyId',
        'TagSpecifications',
        'DestinationRegion',
        'PresignedUrl',
        'CompletionDurationMinutes',
        'DryRun',
      ],
      {
        latencyMs: 500,
        authorize(input, call) {
          const estate = estates.of(call);
          const tags = tagsFor(input.TagSpecifications, 'snapshot');
          return [
            onNew(estate, 'CopySnapshot', 'snapshot', requestTags(tags)),
            ...tagsOnCreate(estate, 'CopySnapshot', 'snapshot', tags),
          ];
        },
        run(input, call) {
          dryRun(input);
          if (input.SourceRegion !== call.region) throw new LabUnsupported('copies between regions');
          const estate = estates.of(call);
          const copy = copySnapshot(estate, findSnapshot(estate, input.SourceSnapshotId), {
            description: input.Description ?? '',
            encrypted: input.Encrypted === true,
            kmsKey: input.KmsKeyId,
            tags: tagMap(tagsFor(input.TagSpecifications, 'snapshot')),
            by: call.principal,
          });
          return { SnapshotId: copy.id, Tags: tagList(copy.tags) };
        },
      },
    ),
    DeleteSnapshot: operation<DeleteSnapshotRequest, object>(['SnapshotId', 'DryRun'], {
      latencyMs: 200,
      authorize: (input, call) => [onResource(estates.of(call), 'DeleteSnapshot', 'snapshot', input.SnapshotId)],
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        deleteSnapshot(estate, findSnapshot(estate, input.SnapshotId));
        return {};
      },
    }),
    ...lockOperations(estates),
    ...sharingOperations(estates),
  };
}

/** Tags of AWS's own are not copied to snapshots. */
function userTags(volume: Volume): [string, string][] {
  return [...volume.tags].filter(([key]) => !key.startsWith('aws:'));
}

function skipped(estate: Estate, input: CreateSnapshotsRequest, volume: Volume): boolean {
  const specification = input.InstanceSpecification;
  const root = estate.instances.get(volume.attachment?.instance ?? '')?.rootDevice;
  if (specification?.ExcludeBootVolume === true && volume.attachment?.device === root) return true;
  return specification?.ExcludeDataVolumeIds?.includes(volume.id) ?? false;
}

function createChecks(estate: Estate, input: CreateSnapshotsRequest) {
  const instance = estate.instances.get(input.InstanceSpecification?.InstanceId ?? '');
  const tags = tagsFor(input.TagSpecifications, 'snapshot');
  const volumes = (instance?.devices ?? []).map((device) => device.volume);
  return [
    onResource(estate, 'CreateSnapshots', 'instance', input.InstanceSpecification?.InstanceId),
    ...volumes.map((id) => onResource(estate, 'CreateSnapshots', 'volume', id)),
    onNew(estate, 'CreateSnapshots', 'snapshot', requestTags(tags)),
    ...tagsOnCreate(estate, 'CreateSnapshots', 'snapshot', tags),
  ];
}

function progress(estate: Estate, snapshot: Snapshot): string {
  if (snapshot.state === 'completed') return '100%';
  const { snapshotBase, snapshotPerGib } = estate.parts.durations;
  const part = (now(estate) - snapshot.startedAt) / (snapshotBase + snapshotPerGib * snapshot.gib);
  return `${Math.min(99, Math.floor(part * 100))}%`;
}

function renderSnapshot(estate: Estate, snapshot: Snapshot): Ec2Snapshot {
  return {
    SnapshotId: snapshot.id,
    VolumeId: snapshot.volume,
    VolumeSize: snapshot.gib,
    OwnerId: snapshot.account,
    State: snapshot.state,
    ...(snapshot.stateMessage === undefined ? {} : { StateMessage: snapshot.stateMessage }),
    Progress: progress(estate, snapshot),
    StartTime: new Date(snapshot.startedAt),
    ...(snapshot.completedAt === undefined ? {} : { CompletionTime: new Date(snapshot.completedAt) }),
    Description: snapshot.description,
    Encrypted: snapshot.encrypted,
    ...(snapshot.kmsKey === undefined ? {} : { KmsKeyId: snapshot.kmsKey }),
    StorageTier: 'standard',
    Tags: tagList(snapshot.tags),
  };
}

function renderInfo(snapshot: Snapshot): SnapshotInfo {
  return {
    SnapshotId: snapshot.id,
    VolumeId: snapshot.volume,
    VolumeSize: snapshot.gib,
    OwnerId: snapshot.account,
    State: snapshot.state,
    StartTime: new Date(snapshot.startedAt),
    Progress: '',
    Description: snapshot.description,
    Encrypted: snapshot.encrypted,
    Tags: tagList(snapshot.tags),
  };
}
