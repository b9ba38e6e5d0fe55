import type {
  AttachVolumeRequest,
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  DetachVolumeRequest,
  Volume as Ec2Volume,
  VolumeAttachment,
} from '@aws-sdk/client-ec2';
import { ec2Arn, findInstance } from '../../estate/estate';
import { findReadable } from '../../estate/snapshots';
import type { Volume } from '../../estate/storage-types';
import type { Estate } from '../../estate/types';
import { attachVolume, createVolume, deleteVolume, detachVolume, findVolume } from '../../estate/volumes';
import type { Estates } from '../../estate/world';
import { type AccessCheck, AwsFault, type Operation, operation } from '../service';
import { describes, onNew, onResource, requestTags, tagMap, tagsFor, tagsOnCreate } from './access';
import { chosen, dryRun, type FilterFields, matches, page, tagList } from './listing';

function filterFields(volume: Volume): FilterFields {
  return {
    'volume-id': volume.id,
    status: volume.state,
    'availability-zone': volume.zone,
    'snapshot-id': volume.snapshot,
    encrypted: String(volume.encrypted),
    'attachment.instance-id': volume.attachment?.instance,
    'attachment.device': volume.attachment?.device,
    'attachment.status': volume.attachment?.state,
    'volume-type': volume.type,
  };
}

export function volumeOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeVolumes: operation<DescribeVolumesRequest, DescribeVolumesResult>(
      ['VolumeIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
      {
        latencyMs: 80,
        authorize: describes('DescribeVolumes'),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const all = chosen(
            estate.volumes,
            input.VolumeIds,
            (id) => new AwsFault('InvalidVolume.NotFound', `The volume '${id}' does not exist.`),
          );
          const found = all.filter((one) => matches(input.Filters, filterFields(one), one.tags));
          const { items, next } = page(found, input.MaxResults, input.NextToken);
          return { Volumes: items.map((one) => renderVolume(estate, one)), ...next };
        },
      },
    ),
    CreateVolume: operation<CreateVolumeRequest, Ec2Volume>(
      [
        'AvailabilityZone',
        'SnapshotId',
        'Size',
        'VolumeType',
        'Encrypted',
        'KmsKeyId',
        'ClientToken',
        'TagSpecifications',
        'VolumeInitializationRate',
        'DryRun',
      ],
      {
        latencyMs: 350,
        authorize: (input, call) => createChecks(estates, estates.of(call), input),
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const known = [...estate.volumes.values()].find(
            (one) => input.ClientToken !== undefined && one.clientToken === input.ClientToken,
          );
          if (known !== undefined) return renderVolume(estate, sameRequest(known, input));
          const source = input.SnapshotId === undefined ? undefined : findReadable(estates, estate, input.SnapshotId);
          if (source !== undefined && source.state !== 'completed') {
            throw new AwsFault('IncorrectState', `Snapshot is in invalid state - ${source.state}`);
          }
          const gib = input.Size ?? source?.gib;
          if (gib === undefined)
            throw new AwsFault('MissingParameter', 'The request must contain the parameter size or snapshotId');
          if (source !== undefined && gib < source.gib) {
            throw new AwsFault(
              'InvalidParameterValue',
              `The size of a volume must be at least that of its snapshot (${source.gib} GiB).`,
            );
          }
          const wanted = {
            gib,
            type: input.VolumeType ?? 'gp2',
            zone: input.AvailabilityZone ?? '',
            encrypted: input.Encrypted === true || source?.encrypted === true,
            kmsKey: input.KmsKeyId ?? source?.kmsKey,
            tags: tagMap(tagsFor(input.TagSpecifications, 'volume')),
            ...(source === undefined ? {} : { snapshot: source }),
            ...(input.ClientToken === undefined ? {} : { clientToken: input.ClientToken }),
          };
          return renderVolume(estate, createVolume(estate, wanted, call.principal));
        },
      },
    ),
    ...attachmentOperations(estates),
  };
}

function sameRequest(known: Volume, input: CreateVolumeRequest): Volume {
  if (known.snapshot === input.SnapshotId && known.zone === input.AvailabilityZone) return known;
  throw new AwsFault('IdempotentParameterMismatch', 'The client token was used before with other parameters.');
}

function createChecks(estates: Estates, estate: Estate, input: CreateVolumeRequest) {
  const tags = tagsFor(input.TagSpecifications, 'volume');
  const context = {
    ...requestTags(tags),
    'ec2:VolumeType': input.VolumeType ?? 'gp2',
    'ec2:AvailabilityZone': input.AvailabilityZone ?? '',
    ...(input.SnapshotId === undefined ? {} : { 'ec2:ParentSnapshot': ec2Arn(estate, 'snapshot', input.SnapshotId) }),
  };
  return [
    onNew(estate, 'CreateVolume', 'volume', context),
    ...(input.SnapshotId === undefined ? [] : [fromSnapshot(estates, estate, input.SnapshotId)]),
    ...tagsOnCreate(estate, 'CreateVolume', 'volume', tags),
  ];
}

/** What another account shared has an owner and no tags that we could see. */
function fromSnapshot(estates: Estates, estate: Estate, id: string): AccessCheck {
  const mine = onResource(estate, 'CreateVolume', 'snapshot', id);
  if (estate.snapshots.has(id)) return mine;
  const owner = estates.all().find(({ snapshots }) => snapshots.has(id))?.parts.account;
  return owner === undefined ? mine : { ...mine, context: { ...mine.context, 'ec2:Owner': owner } };
}

function attachmentOperations(estates: Estates): Record<string, Operation> {
  return {
    AttachVolume: operation<AttachVolumeRequest, VolumeAttachment>(['VolumeId', 'InstanceId', 'Device', 'DryRun'], {
      latencyMs: 300,
      authorize: (input, call) => [
        onResource(estates.of(call), 'AttachVolume', 'instance', input.InstanceId),
        onResource(estates.of(call), 'AttachVolume', 'volume', input.VolumeId),
      ],
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        const volume = findVolume(estate, input.VolumeId);
        attachVolume(estate, volume, findInstance(estate, input.InstanceId), input.Device ?? '/dev/sdf');
        return renderAttachment(estate, volume) ?? {};
      },
    }),
    DetachVolume: operation<DetachVolumeRequest, VolumeAttachment>(
      ['VolumeId', 'InstanceId', 'Device', 'Force', 'DryRun'],
      {
        latencyMs: 250,
        authorize: (input, call) => [
          onResource(estates.of(call), 'DetachVolume', 'instance', findAttached(estates.of(call), input)),
          onResource(estates.of(call), 'DetachVolume', 'volume', input.VolumeId),
        ],
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const volume = findVolume(estate, input.VolumeId);
          detachVolume(estate, volume);
          return renderAttachment(estate, volume) ?? {};
        },
      },
    ),
    DeleteVolume: operation<DeleteVolumeRequest, object>(['VolumeId', 'DryRun'], {
      latencyMs: 200,
      authorize: (input, call) => [onResource(estates.of(call), 'DeleteVolume', 'volume', input.VolumeId)],
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        deleteVolume(estate, findVolume(estate, input.VolumeId));
        return {};
      },
    }),
  };
}

function findAttached(estate: Estate, input: DetachVolumeRequest): string | undefined {
  return input.InstanceId ?? estate.volumes.get(input.VolumeId ?? '')?.attachment?.instance;
}

function renderAttachment(estate: Estate, volume: Volume): VolumeAttachment | undefined {
  const attachment = volume.attachment;
  if (attachment === undefined) return undefined;
  const device = estate.instances.get(attachment.instance)?.devices.find((one) => one.volume === volume.id);
  return {
    VolumeId: volume.id,
    InstanceId: attachment.instance,
    Device: attachment.device,
    State: attachment.state,
    AttachTime: new Date(attachment.at),
    DeleteOnTermination: device?.deleteOnTermination ?? false,
  };
}

export function renderVolume(estate: Estate, volume: Volume): Ec2Volume {
  const attachment = renderAttachment(estate, volume);
  return {
    VolumeId: volume.id,
    Size: volume.gib,
    // The model's enumeration is closed, EC2's is not.
    VolumeType: volume.type as NonNullable<Ec2Volume['VolumeType']>,
    State: volume.state,
    AvailabilityZone: volume.zone,
    Encrypted: volume.encrypted,
    ...(volume.kmsKey === undefined ? {} : { KmsKeyId: volume.kmsKey }),
    SnapshotId: volume.snapshot ?? '',
    CreateTime: new Date(volume.createdAt),
    Attachments: attachment === undefined ? [] : [attachment],
    MultiAttachEnabled: false,
    Tags: tagList(volume.tags),
  };
}
