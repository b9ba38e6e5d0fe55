import {
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Instance,
  type InstanceAttribute,
  type InstanceAttributeName,
  type InstanceNetworkInterface,
} from '@aws-sdk/client-ec2';
import {
  type EstateInstance,
  type EstateInterface,
  type EstateVolume,
  INSTANCE_STATES,
  type InstanceState,
  type ProfileAttachment,
  type Protections,
} from '../../estate/estate';
import type { InstanceKey } from '../../incident/ids';
import { calling, everyPage, orElse, tagRecord } from './aws-call';

const UNKNOWN_INSTANCE = ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'];

/** One instance as EC2 describes it; undefined when EC2 does not know it (an hour after termination it forgets). */
export async function describeInstance(ec2: EC2Client, instance: string): Promise<Instance | undefined> {
  const answer = await orElse('ec2 DescribeInstances', UNKNOWN_INSTANCE, undefined, () =>
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] })),
  );
  return answer?.Reservations?.flatMap((reservation) => reservation.Instances ?? [])[0];
}

export function stateOf(instance: Instance): InstanceState {
  return INSTANCE_STATES.find((state) => state === instance.State?.Name) ?? 'pending';
}

export async function readInstance(ec2: EC2Client, key: InstanceKey, found: Instance): Promise<EstateInstance> {
  const type = found.InstanceType ?? 'unknown';
  return {
    id: key.instance,
    account: key.account,
    region: key.region,
    state: stateOf(found),
    type,
    architecture: found.Architecture ?? 'x86_64',
    platform: found.Platform === 'Windows' ? 'windows' : 'linux',
    lifecycle:
      found.InstanceLifecycle === 'spot' || found.InstanceLifecycle === 'scheduled'
        ? found.InstanceLifecycle
        : 'on-demand',
    zone: found.Placement?.AvailabilityZone ?? '',
    image: found.ImageId ?? '',
    launchedAt: found.LaunchTime?.toISOString() ?? '',
    memoryMiB: await memoryOf(ec2, type),
    tags: tagRecord(found.Tags),
    ...(found.VpcId ? { vpc: found.VpcId } : {}),
    ...(found.SubnetId ? { subnet: found.SubnetId } : {}),
    ...(found.PrivateIpAddress ? { privateAddress: found.PrivateIpAddress } : {}),
    ...(found.PublicIpAddress ? { publicAddress: found.PublicIpAddress } : {}),
    ...(found.RootDeviceName ? { rootDevice: found.RootDeviceName } : {}),
  };
}

/** Enough for the usual server, where EC2 does not know the type. */
const USUAL_MIB = 16_384;

/** RAM of the type in MiB. Asked by filter, which takes types that are newer than this SDK. */
async function memoryOf(ec2: EC2Client, type: string): Promise<number> {
  const answer = await calling('ec2 DescribeInstanceTypes', () =>
    ec2.send(new DescribeInstanceTypesCommand({ Filters: [{ Name: 'instance-type', Values: [type] }] })),
  );
  return answer.InstanceTypes?.[0]?.MemoryInfo?.SizeInMiB ?? USUAL_MIB;
}

async function attribute(ec2: EC2Client, instance: string, name: InstanceAttributeName): Promise<InstanceAttribute> {
  return orElse('ec2 DescribeInstanceAttribute', UNTOLD, {}, () =>
    ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: instance, Attribute: name })),
  );
}

/** What EC2 does not tell of an instance (it is gone, or a spot instance) reads as not set. */
const UNTOLD = ['IncorrectInstanceState', 'InvalidInstanceID.NotFound', 'UnsupportedOperation'];

export async function readProtections(ec2: EC2Client, instance: string): Promise<Protections> {
  const [termination, stop, shutdown] = await Promise.all([
    attribute(ec2, instance, 'disableApiTermination'),
    attribute(ec2, instance, 'disableApiStop'),
    attribute(ec2, instance, 'instanceInitiatedShutdownBehavior'),
  ]);
  return {
    termination: termination.DisableApiTermination?.Value === true,
    stop: stop.DisableApiStop?.Value === true,
    shutdown: shutdown.InstanceInitiatedShutdownBehavior?.Value === 'terminate' ? 'terminate' : 'stop',
  };
}

export async function readProfile(ec2: EC2Client, instance: string): Promise<ProfileAttachment | undefined> {
  const answer = await calling('ec2 DescribeIamInstanceProfileAssociations', () =>
    ec2.send(
      new DescribeIamInstanceProfileAssociationsCommand({
        Filters: [
          { Name: 'instance-id', Values: [instance] },
          { Name: 'state', Values: ['associating', 'associated'] },
        ],
      }),
    ),
  );
  const found = answer.IamInstanceProfileAssociations?.[0];
  if (!found?.AssociationId || !found.IamInstanceProfile?.Arn) return undefined;
  return { association: found.AssociationId, arn: found.IamInstanceProfile.Arn };
}

/** Other instances that have the profile now. The API has no filter on the profile. */
export async function readProfileUsers(ec2: EC2Client, arn: string, instance: string): Promise<readonly string[]> {
  const associations = await everyPage((token) =>
    calling('ec2 DescribeIamInstanceProfileAssociations', async () => {
      const page = await ec2.send(new DescribeIamInstanceProfileAssociationsCommand(token ? { NextToken: token } : {}));
      return { items: page.IamInstanceProfileAssociations ?? [], next: page.NextToken };
    }),
  );
  return associations
    .filter((each) => each.IamInstanceProfile?.Arn === arn && each.InstanceId !== instance)
    .flatMap((each) => each.InstanceId ?? [])
    .sort();
}

export function readInterfaces(found: Instance): readonly EstateInterface[] {
  return (found.NetworkInterfaces ?? []).map(readInterface).sort((a, b) => a.deviceIndex - b.deviceIndex);
}

function readInterface(found: InstanceNetworkInterface): EstateInterface {
  const publicAddress = found.Association?.PublicIp;
  return {
    id: found.NetworkInterfaceId ?? '',
    vpc: found.VpcId ?? '',
    subnet: found.SubnetId ?? '',
    deviceIndex: found.Attachment?.DeviceIndex ?? 0,
    groups: (found.Groups ?? []).flatMap((group) => (group.GroupId ? [group.GroupId] : [])),
    privateAddresses: (found.PrivateIpAddresses ?? []).flatMap((each) => each.PrivateIpAddress ?? []),
    ipv6Addresses: (found.Ipv6Addresses ?? []).flatMap((each) => each.Ipv6Address ?? []),
    ...(publicAddress ? { publicAddress } : {}),
    ...(found.InterfaceType === 'trunk' ? { trunk: true as const } : {}),
  };
}

export async function readVolumes(ec2: EC2Client, found: Instance): Promise<readonly EstateVolume[]> {
  const mappings = (found.BlockDeviceMappings ?? []).filter((each) => each.Ebs?.VolumeId !== undefined);
  if (mappings.length === 0) return [];
  const ids = mappings.flatMap((each) => each.Ebs?.VolumeId ?? []);
  const volumes = await everyPage((token) =>
    calling('ec2 DescribeVolumes', async () => {
      const page = await ec2.send(
        new DescribeVolumesCommand({ VolumeIds: ids, ...(token ? { NextToken: token } : {}) }),
      );
      return { items: page.Volumes ?? [], next: page.NextToken };
    }),
  );
  return mappings.map((mapping) => {
    const volume = volumes.find((each) => each.VolumeId === mapping.Ebs?.VolumeId);
    return {
      device: mapping.DeviceName ?? '',
      volume: mapping.Ebs?.VolumeId ?? '',
      gib: volume?.Size ?? 0,
      deleteOnTermination: mapping.Ebs?.DeleteOnTermination === true,
      encrypted: volume?.Encrypted === true,
      ...(volume?.KmsKeyId ? { key: volume.KmsKeyId } : {}),
    };
  });
}
