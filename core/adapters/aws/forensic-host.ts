import {
  type _InstanceType,
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Instance,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { NeedsHuman, Transient } from '../../errors';
import type { IncidentId } from '../../incident/ids';
import type { ForensicHost, ForensicMachine, HostRequest } from '../../ports/forensic-host';
import { awsErrorName, calling, orElse, tagList } from './aws-call';
import { describeInstance, stateOf } from './estate-instance';
import { isInstanceType } from './instance-type';
import { closeDoors, type DoorSettings, openDoors } from './quarantine-doors';

export interface QuarantineSettings extends DoorSettings {
  readonly launchTemplate: string;
}

/** EC2's ways to say "not this type here now". */
const NO_CAPACITY = [
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InstanceLimitExceeded',
  'VcpuLimitExceeded',
  'Unsupported',
  'UnsupportedOperation',
];

/** ForensicHost over EC2, in our own account and region. */
export function ec2ForensicHost(ec2: EC2Client, settings: QuarantineSettings): ForensicHost {
  return {
    find: (incident) => findMachine(ec2, incident),
    openDoors: () => openDoors(ec2, settings),
    closeDoors: (incident) => closeDoors(ec2, settings, incident),
    launch: (request) => launchSomewhere(ec2, settings, request),
    async terminate(instance) {
      const command = new TerminateInstancesCommand({ InstanceIds: [instance] });
      await orElse('ec2 TerminateInstances', ['InvalidInstanceID.NotFound'], undefined, () => ec2.send(command));
    },
    async volumes(incident) {
      const filters = [
        { Name: 'tag:cordon:incident', Values: [incident] },
        { Name: 'tag:cordon:role', Values: ['evidence-volume'] },
      ];
      const page = await calling('ec2 DescribeVolumes', () =>
        ec2.send(new DescribeVolumesCommand({ Filters: filters })),
      );
      return (page.Volumes ?? []).map((volume) => {
        const attachment = volume.Attachments?.find((each) => each.State === 'attached' || each.State === 'attaching');
        return {
          volume: volume.VolumeId ?? '',
          snapshot: volume.SnapshotId ?? '',
          state: attachment?.State === 'attached' ? 'attached' : (volume.State ?? 'creating'),
          ...(attachment?.InstanceId ? { attachedTo: attachment.InstanceId } : {}),
          ...(attachment?.Device ? { device: attachment.Device } : {}),
        };
      });
    },
    async createVolume(incident, snapshot, zone, token) {
      const tags = {
        'cordon:incident': incident,
        'cordon:role': 'evidence-volume',
        'cordon:step': 'attach-the-evidence-volumes',
      };
      const command = new CreateVolumeCommand({
        SnapshotId: snapshot,
        AvailabilityZone: zone,
        VolumeType: 'gp3',
        ClientToken: token,
        TagSpecifications: [{ ResourceType: 'volume', Tags: tagList(tags) }],
      });
      const answer = await calling('ec2 CreateVolume', () => ec2.send(command));
      if (answer.VolumeId === undefined) throw new NeedsHuman(`EC2 named no volume made from ${snapshot}.`);
      return answer.VolumeId;
    },
    async attach(instance, volume, device) {
      const command = new AttachVolumeCommand({ InstanceId: instance, VolumeId: volume, Device: device });
      try {
        await calling('ec2 AttachVolume', () => ec2.send(command), ['VolumeInUse', 'IncorrectState']);
      } catch (error) {
        const name = awsErrorName(error);
        if (name === 'IncorrectState') throw new Transient(`${volume} or ${instance} is not ready to be attached.`);
        if (name !== 'VolumeInUse') throw error;
      }
      // The volume goes with the machine; EC2 takes this only once it shows the mapping, and clean-up looks anyway.
      const gone = [{ DeviceName: device, Ebs: { DeleteOnTermination: true } }];
      const modify = new ModifyInstanceAttributeCommand({ InstanceId: instance, BlockDeviceMappings: gone });
      await orElse('ec2 ModifyInstanceAttribute', ['InvalidInstanceAttributeValue'], undefined, () => ec2.send(modify));
    },
    async deleteVolume(volume) {
      try {
        await calling('ec2 DeleteVolume', () => ec2.send(new DeleteVolumeCommand({ VolumeId: volume })), [
          'InvalidVolume.NotFound',
          'VolumeInUse',
          'IncorrectState',
        ]);
        return 'deleted';
      } catch (error) {
        const name = awsErrorName(error);
        if (name === 'InvalidVolume.NotFound') return 'gone';
        if (name === 'VolumeInUse' || name === 'IncorrectState') return 'busy';
        throw error;
      }
    },
  };
}

async function findMachine(ec2: EC2Client, incident: IncidentId): Promise<ForensicMachine | undefined> {
  const filters = [
    { Name: 'tag:cordon:incident', Values: [incident] },
    { Name: 'tag:cordon:role', Values: ['forensic'] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] },
  ];
  const page = await calling('ec2 DescribeInstances', () =>
    ec2.send(new DescribeInstancesCommand({ Filters: filters })),
  );
  const found = (page.Reservations ?? []).flatMap((each) => each.Instances ?? [])[0];
  return found === undefined ? undefined : machineOf(found);
}

function machineOf(found: Instance): ForensicMachine {
  const mappings = (found.BlockDeviceMappings ?? []).flatMap((each) =>
    each.DeviceName && each.Ebs?.VolumeId ? [[each.DeviceName, each.Ebs.VolumeId] as const] : [],
  );
  return {
    instance: found.InstanceId ?? '',
    state: stateOf(found),
    zone: found.Placement?.AvailabilityZone ?? '',
    attached: Object.fromEntries(mappings),
  };
}

/** Subnet by subnet, type by type: each candidate has its own token, as EC2 binds a token to its parameters. */
async function launchSomewhere(
  ec2: EC2Client,
  settings: QuarantineSettings,
  request: HostRequest,
): Promise<ForensicMachine> {
  const refused: string[] = [];
  for (const type of request.types.filter(isInstanceType)) {
    for (const [index, subnet] of settings.subnets.entries()) {
      try {
        return await launchOne(
          ec2,
          settings.launchTemplate,
          request,
          type,
          subnet,
          `${request.token}-${type}-${index}`,
        );
      } catch (error) {
        const name = awsErrorName(error);
        if (!NO_CAPACITY.includes(name)) throw error;
        refused.push(`${type} in ${subnet}: ${name}`);
      }
    }
  }
  throw new NeedsHuman(`EC2 has no capacity for a forensic instance: ${refused.join('; ')}.`);
}

async function launchOne(
  ec2: EC2Client,
  template: string,
  request: HostRequest,
  type: _InstanceType,
  subnet: string,
  token: string,
): Promise<ForensicMachine> {
  const command = new RunInstancesCommand({
    LaunchTemplate: { LaunchTemplateId: template, Version: '$Default' },
    MinCount: 1,
    MaxCount: 1,
    InstanceType: type,
    SubnetId: subnet,
    ClientToken: token.slice(0, 64),
    TagSpecifications: [{ ResourceType: 'instance', Tags: tagList(request.tags) }],
  });
  const answer = await calling('ec2 RunInstances', () => ec2.send(command), NO_CAPACITY);
  const made = answer.Instances?.[0];
  if (made?.InstanceId === undefined) throw new NeedsHuman('EC2 named no instance after RunInstances.');
  return machineOf((await describeInstance(ec2, made.InstanceId)) ?? made);
}
