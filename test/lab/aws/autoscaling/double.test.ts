import {
  AttachInstancesCommand,
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
} from '@aws-sdk/client-auto-scaling';
import { autoScalingDouble } from '../../../../lab/aws/autoscaling/double';
import { createGroup, setGroups } from '../../../../lab/estate/network';
import { closeServers, type EstateLab, estateLab } from '../estate-lab';

afterEach(closeServers);

const HOUR = 3_600_000;
const AutoScalingGroupName = 'web-group';

function isolate(lab: EstateLab): void {
  const wanted = { name: 'isolation', description: '', vpc: lab.instance.vpc, tags: new Map<string, string>() };
  const group = createGroup(lab.estate, wanted);
  group.rules = [];
  for (const id of lab.instance.interfaces) setGroups(lab.estate, lab.estate.interfaces.get(id)!, [group.id]);
}

const working = (lab: EstateLab) =>
  lab.estate.scalingGroups.get(AutoScalingGroupName)?.members.filter((one) => one.state === 'InService').length;

describe('the Auto Scaling double', () => {
  it('shows the group of the finding with its sibling', async () => {
    const lab = await estateLab(autoScalingDouble);
    const client = new AutoScalingClient(lab.server.config);
    const groups = await client.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }),
    );
    expect(groups.AutoScalingGroups?.[0]).toMatchObject({
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 2,
      HealthCheckType: 'ELB',
    });
    expect(groups.AutoScalingGroups?.[0]?.Instances).toHaveLength(2);
    const own = await client.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [lab.instance.id] }));
    expect(own.AutoScalingInstances).toMatchObject([
      { AutoScalingGroupName, LifecycleState: 'InService', HealthStatus: 'HEALTHY' },
    ]);
  });

  it('terminates an isolated instance that is still in service, termination protection or not', async () => {
    const lab = await estateLab(autoScalingDouble);
    lab.instance.disableApiTermination = true;
    isolate(lab);
    await lab.pass(HOUR);
    expect(lab.instance.state).toBe('terminated');
    expect(lab.events.map((event) => event['detail-type'])).toContain('EC2 Instance Terminate Successful');
    expect(working(lab)).toBe(2);
  });

  it('leaves an instance in standby alone, and launches its replacement when desired capacity is kept', async () => {
    const lab = await estateLab(autoScalingDouble);
    const client = new AutoScalingClient(lab.server.config);
    const InstanceIds = [lab.instance.id];
    await client.send(
      new EnterStandbyCommand({ AutoScalingGroupName, InstanceIds, ShouldDecrementDesiredCapacity: false }),
    );
    expect([...lab.estate.targetGroups.values()][0]?.targets).toContainEqual({
      id: lab.instance.id,
      port: 80,
      state: 'draining',
    });
    isolate(lab);
    await lab.pass(HOUR);
    expect(lab.instance.state).toBe('running');
    expect(working(lab)).toBe(2);
    expect([...lab.estate.targetGroups.values()][0]?.targets.map((target) => target.id)).not.toContain(lab.instance.id);
    expect(lab.events.map((event) => event['detail-type'])).toContain('EC2 Instance Launch Successful');
  });

  it('refuses a standby that would take desired under min', async () => {
    const lab = await estateLab(autoScalingDouble, { scaling: { min: 2, max: 2, desired: 2 } });
    const client = new AutoScalingClient(lab.server.config);
    const standby = { AutoScalingGroupName, InstanceIds: [lab.instance.id], ShouldDecrementDesiredCapacity: true };
    await expect(client.send(new EnterStandbyCommand(standby))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('min-size=2'),
    });
    await client.send(new EnterStandbyCommand({ ...standby, ShouldDecrementDesiredCapacity: false }));
    await expect(
      client.send(new ExitStandbyCommand({ AutoScalingGroupName, InstanceIds: [lab.instance.id] })),
    ).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining('max-size=2') });
  });

  it('detaches and attaches, with desired capacity following', async () => {
    const lab = await estateLab(autoScalingDouble);
    const client = new AutoScalingClient(lab.server.config);
    const InstanceIds = [lab.instance.id];
    await client.send(
      new DetachInstancesCommand({ AutoScalingGroupName, InstanceIds, ShouldDecrementDesiredCapacity: true }),
    );
    expect(lab.estate.scalingGroups.get(AutoScalingGroupName)).toMatchObject({ desired: 1 });
    const own = await client.send(new DescribeAutoScalingInstancesCommand({ InstanceIds }));
    expect(own.AutoScalingInstances).toEqual([]);
    await client.send(new AttachInstancesCommand({ AutoScalingGroupName, InstanceIds }));
    await lab.pass(HOUR);
    expect(lab.estate.scalingGroups.get(AutoScalingGroupName)).toMatchObject({ desired: 2 });
    expect(working(lab)).toBe(2);
    expect(lab.instance.state).toBe('running');
  });
});
