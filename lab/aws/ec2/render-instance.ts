import type {
  _InstanceType,
  Instance as Ec2Instance,
  NetworkInterface as Ec2NetworkInterface,
  GroupIdentifier,
  InstanceNetworkInterface,
  InstanceStateName,
} from '@aws-sdk/client-ec2';
import type { Instance, InstanceState } from '../../estate/machine-types';
import type { NetworkInterface } from '../../estate/network-types';
import { interfacesOf } from '../../estate/reach';
import type { Estate } from '../../estate/types';
import { tagList } from './listing';

/** Low byte of the state code (EC2 API reference, InstanceState). */
const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function renderState(state: InstanceState): { Code: number; Name: InstanceStateName } {
  return { Code: STATE_CODES[state], Name: state };
}

export function renderGroups(estate: Estate, groups: readonly string[]): GroupIdentifier[] {
  return groups.map((id) => ({ GroupId: id, GroupName: estate.groups.get(id)?.name ?? '' }));
}

export function profileOf(estate: Estate, instance: string): { Arn: string; Id: string } | undefined {
  const association = [...estate.associations.values()].find(
    (one) => one.instance === instance && one.state !== 'disassociating',
  );
  if (association === undefined) return undefined;
  return { Arn: association.profileArn, Id: estate.profiles.get(association.profileArn)?.id ?? 'AIPAUNKNOWN' };
}

export function renderInstance(estate: Estate, instance: Instance): Ec2Instance {
  const enis = interfacesOf(estate, instance);
  const first = enis[0];
  const profile = profileOf(estate, instance.id);
  return {
    InstanceId: instance.id,
    ImageId: instance.image,
    // The model's enumeration is closed, EC2's is not: a finding may name a newer type.
    InstanceType: instance.type as _InstanceType,
    State: renderState(instance.state),
    StateTransitionReason: instance.stateReason ?? '',
    LaunchTime: new Date(instance.launchedAt),
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default' },
    Architecture: instance.architecture,
    RootDeviceName: instance.rootDevice,
    RootDeviceType: instance.rootType,
    VirtualizationType: 'hvm',
    Hypervisor: 'xen',
    EbsOptimized: true,
    EnaSupport: true,
    Monitoring: { State: 'disabled' },
    PlatformDetails: instance.platform === 'windows' ? 'Windows' : 'Linux/UNIX',
    ...(instance.platform === undefined ? {} : { Platform: 'Windows' }),
    ...(instance.lifecycle === undefined ? {} : { InstanceLifecycle: instance.lifecycle }),
    ...(instance.clientToken === undefined ? {} : { ClientToken: instance.clientToken }),
    ...(instance.keyName === undefined ? {} : { KeyName: instance.keyName }),
    ...(profile === undefined ? {} : { IamInstanceProfile: profile }),
    ...(first === undefined ? {} : addresses(instance, first)),
    SecurityGroups: first === undefined ? [] : renderGroups(estate, first.groups),
    NetworkInterfaces: enis.map((eni) => renderAttached(estate, eni)),
    BlockDeviceMappings: instance.devices.map((device) => ({
      DeviceName: device.device,
      Ebs: {
        VolumeId: device.volume,
        Status: estate.volumes.get(device.volume)?.attachment?.state ?? 'attached',
        DeleteOnTermination: device.deleteOnTermination,
        AttachTime: new Date(device.attachedAt),
      },
    })),
    MetadataOptions: {
      State: 'applied',
      HttpTokens: instance.metadataTokens,
      HttpEndpoint: 'enabled',
      HttpPutResponseHopLimit: 2,
      InstanceMetadataTags: instance.metadataTags ? 'enabled' : 'disabled',
    },
    HibernationOptions: { Configured: instance.hibernation },
    CpuOptions: { CoreCount: 1, ThreadsPerCore: 2 },
    Tags: tagList(instance.tags),
  };
}

function addresses(instance: Instance, eni: NetworkInterface): Ec2Instance {
  return {
    VpcId: instance.vpc,
    SubnetId: instance.subnet,
    PrivateIpAddress: eni.privateIp,
    PrivateDnsName: `ip-${eni.privateIp.replaceAll('.', '-')}.ec2.internal`,
    SourceDestCheck: eni.sourceDestCheck,
    ...(eni.publicIp === undefined ? {} : { PublicIpAddress: eni.publicIp, PublicDnsName: publicName(eni.publicIp) }),
    ...(eni.ipv6[0] === undefined ? {} : { Ipv6Address: eni.ipv6[0] }),
  };
}

function publicName(ip: string): string {
  return `ec2-${ip.replaceAll('.', '-')}.compute.amazonaws.com`;
}

function association(eni: NetworkInterface) {
  if (eni.publicIp === undefined) return {};
  return { Association: { PublicIp: eni.publicIp, PublicDnsName: publicName(eni.publicIp), IpOwnerId: 'amazon' } };
}

function renderAttached(estate: Estate, eni: NetworkInterface): InstanceNetworkInterface {
  return {
    NetworkInterfaceId: eni.id,
    MacAddress: eni.mac,
    OwnerId: eni.account,
    VpcId: eni.vpc,
    SubnetId: eni.subnet,
    PrivateIpAddress: eni.privateIp,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: eni.privateIp, ...association(eni) }],
    Ipv6Addresses: eni.ipv6.map((Ipv6Address) => ({ Ipv6Address })),
    SourceDestCheck: eni.sourceDestCheck,
    Status: 'in-use',
    InterfaceType: eni.type,
    Description: eni.description,
    Groups: renderGroups(estate, eni.groups),
    ...association(eni),
    Attachment: {
      AttachmentId: eni.attachment?.id ?? '',
      DeviceIndex: eni.attachment?.index ?? 0,
      Status: 'attached',
      DeleteOnTermination: eni.deleteOnTermination,
    },
  };
}

export function renderInterface(estate: Estate, eni: NetworkInterface): Ec2NetworkInterface {
  return {
    NetworkInterfaceId: eni.id,
    MacAddress: eni.mac,
    OwnerId: eni.account,
    VpcId: eni.vpc,
    SubnetId: eni.subnet,
    AvailabilityZone: eni.zone,
    PrivateIpAddress: eni.privateIp,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: eni.privateIp, ...association(eni) }],
    Ipv6Addresses: eni.ipv6.map((Ipv6Address) => ({ Ipv6Address })),
    SourceDestCheck: eni.sourceDestCheck,
    RequesterManaged: eni.type !== 'interface',
    Status: eni.attachment === undefined ? 'available' : 'in-use',
    InterfaceType: eni.type,
    Description: eni.description,
    Groups: renderGroups(estate, eni.groups),
    ...association(eni),
    ...(eni.establishedTimeout === undefined
      ? {}
      : { ConnectionTrackingConfiguration: { TcpEstablishedTimeout: eni.establishedTimeout } }),
    ...(eni.attachment === undefined
      ? {}
      : {
          Attachment: {
            AttachmentId: eni.attachment.id,
            InstanceId: eni.attachment.instance,
            DeviceIndex: eni.attachment.index,
            InstanceOwnerId: eni.account,
            Status: 'attached',
            DeleteOnTermination: eni.deleteOnTermination,
          },
        }),
    TagSet: tagList(eni.tags),
  };
}
