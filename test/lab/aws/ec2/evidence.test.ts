import {
  AttachVolumeCommand,
  CopySnapshotCommand,
  CreateSnapshotsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeLockedSnapshotsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  EC2Client,
  LockSnapshotCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ec2Double } from '../../../../lab/aws/ec2/double';
import { addLaunchTemplate } from '../../../../lab/estate/install';
import { closeServers, type EstateLab, estateLab } from '../estate-lab';

afterEach(closeServers);

const HOUR = 3_600_000;
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/evidence';

async function snapshots(lab: EstateLab, ec2: EC2Client) {
  const made = await ec2.send(
    new CreateSnapshotsCommand({
      InstanceSpecification: { InstanceId: lab.instance.id },
      Description: 'IR-TEST',
      CopyTagsFromSource: 'volume',
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'cordon:incident', Value: 'IR-TEST' }] }],
    }),
  );
  return (made.Snapshots ?? []).map((one) => one.SnapshotId ?? '');
}

describe('evidence against the EC2 double', () => {
  it('snapshots twelve volumes as one set, with one event when the last is done', async () => {
    const lab = await estateLab(ec2Double, { dataVolumes: 11 });
    const ids = await snapshots(lab, new EC2Client(lab.server.config));
    expect(ids).toHaveLength(12);
    await lab.pass(10_000);
    expect(lab.estate.snapshots.get(ids[0] ?? '')?.state).toBe('pending');
    await lab.pass(HOUR);
    const sets = lab.events.filter((event) => event['detail-type'] === 'EBS Multi-Volume Snapshots Completion Status');
    expect(sets).toHaveLength(1);
    expect(sets[0]?.detail).toMatchObject({ event: 'createSnapshots', result: 'succeeded' });
    expect(sets[0]?.detail.snapshots).toHaveLength(12);
    expect(sets[0]?.resources[0]).toBe(`arn:aws:ec2::eu-west-1:snapshot/${ids[0]}`);
  });

  it('locks a pending snapshot, and then nobody deletes it', async () => {
    const lab = await estateLab(ec2Double);
    const ec2 = new EC2Client(lab.server.config);
    const [SnapshotId = ''] = await snapshots(lab, ec2);
    await ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode: 'compliance', LockDuration: 30 }));
    await expect(ec2.send(new DeleteSnapshotCommand({ SnapshotId }))).rejects.toMatchObject({
      name: 'OperationNotPermitted',
    });
    await expect(
      ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode: 'governance', LockDuration: 30 })),
    ).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    const locked = await ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds: [SnapshotId] }));
    expect(locked.Snapshots).toMatchObject([{ LockState: 'compliance', LockDuration: 30 }]);
  });

  it('copies under another key, and finds out later when the key may not be used', async () => {
    const denied = { action: 'kms:CreateGrant', resource: KEY, context: {} };
    for (const answer of [undefined, denied]) {
      const lab = await estateLab(ec2Double, {}, { denied: () => answer });
      const ec2 = new EC2Client(lab.server.config);
      const [source = ''] = await snapshots(lab, ec2);
      await lab.pass(HOUR);
      const copy = await ec2.send(
        new CopySnapshotCommand({
          SourceRegion: 'eu-west-1',
          SourceSnapshotId: source,
          Encrypted: true,
          KmsKeyId: KEY,
        }),
      );
      await lab.pass(HOUR);
      const shown = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [copy.SnapshotId ?? ''] }));
      const event = lab.events.find((one) => one['detail-type'] === 'EBS Snapshot Notification');
      expect(event?.detail.result).toBe(answer === undefined ? 'succeeded' : 'failed');
      expect(shown.Snapshots?.[0]).toMatchObject(
        answer === undefined
          ? { State: 'completed', Encrypted: true, KmsKeyId: KEY, VolumeId: 'vol-ffffffff' }
          : { State: 'error', StateMessage: expect.stringContaining('kms:CreateGrant') },
      );
    }
  });

  it('creates a volume once per client token, attaches it once, and deletes it when detached', async () => {
    const lab = await estateLab(ec2Double);
    const ec2 = new EC2Client(lab.server.config);
    const [SnapshotId = ''] = await snapshots(lab, ec2);
    const create = new CreateVolumeCommand({
      SnapshotId,
      AvailabilityZone: 'eu-west-1b',
      VolumeType: 'gp3',
      ClientToken: 't',
    });
    await expect(ec2.send(create)).rejects.toMatchObject({ name: 'IncorrectState' });
    await lab.pass(HOUR);
    const first = await ec2.send(create);
    expect((await ec2.send(create)).VolumeId).toBe(first.VolumeId);
    const attach = new AttachVolumeCommand({
      VolumeId: first.VolumeId,
      InstanceId: lab.instance.id,
      Device: '/dev/sdf',
    });
    await expect(ec2.send(attach)).rejects.toMatchObject({ name: 'IncorrectState' });
    await lab.pass(60_000);
    expect((await ec2.send(attach)).State).toBe('attaching');
    await expect(ec2.send(attach)).rejects.toMatchObject({ name: 'VolumeInUse' });
    await lab.pass(60_000);
    const shown = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [first.VolumeId ?? ''] }));
    expect(shown.Volumes?.[0]).toMatchObject({
      State: 'in-use',
      Attachments: [{ State: 'attached', Device: '/dev/sdf' }],
    });
    await expect(ec2.send(new DeleteVolumeCommand({ VolumeId: first.VolumeId }))).rejects.toMatchObject({
      name: 'VolumeInUse',
    });
    await ec2.send(new DetachVolumeCommand({ VolumeId: first.VolumeId }));
    await lab.pass(60_000);
    await ec2.send(new DeleteVolumeCommand({ VolumeId: first.VolumeId }));
    expect(lab.estate.volumes.has(first.VolumeId ?? '')).toBe(false);
  });

  it('runs an instance once per client token, from a template, until there is no capacity', async () => {
    const lab = await estateLab(ec2Double, {}, { insufficientCapacity: (type) => type === 'r7i.large' });
    const ec2 = new EC2Client(lab.server.config);
    const template = addLaunchTemplate(lab.estate, {
      id: 'lt-0aa11bb22cc33dd01',
      name: 'forensic',
      data: {
        imageId: 'ami-1',
        instanceType: 'm7i.large',
        groups: ['sg-0aa11bb22cc33dd01'],
        metadataTokens: 'required',
      },
    });
    const request = {
      LaunchTemplate: { LaunchTemplateId: template.id, Version: '$Default' },
      MinCount: 1,
      MaxCount: 1,
      SubnetId: lab.instance.subnet,
      ClientToken: 'token-1',
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'cordon:role', Value: 'forensic' }] }],
    };
    const before = lab.estate.instances.size;
    const first = await ec2.send(new RunInstancesCommand(request));
    const again = await ec2.send(new RunInstancesCommand(request));
    expect(again.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId);
    expect(lab.estate.instances.size).toBe(before + 1);
    await expect(ec2.send(new RunInstancesCommand({ ...request, InstanceType: 'm7i.xlarge' }))).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
    await expect(
      ec2.send(new RunInstancesCommand({ ...request, InstanceType: 'r7i.large', ClientToken: 'token-2' })),
    ).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' });
    await lab.pass(60_000);
    const id = first.Instances?.[0]?.InstanceId ?? '';
    const instance = lab.estate.instances.get(id);
    expect(instance).toMatchObject({ state: 'running', metadataTokens: 'required', type: 'm7i.large' });
    const root = instance?.devices[0]?.volume ?? '';
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await lab.pass(60_000);
    expect(instance?.state).toBe('terminated');
    expect(lab.estate.volumes.has(root)).toBe(false);
  });
});
