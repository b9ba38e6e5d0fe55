import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  type ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { GroupMembership, TargetMembership } from '../../estate/estate';
import { calling, everyPage } from './aws-call';

/** The instance's Auto Scaling group and its place in it. */
export async function readMembership(
  autoscaling: AutoScalingClient,
  instance: string,
): Promise<GroupMembership | undefined> {
  const members = await calling('autoscaling DescribeAutoScalingInstances', () =>
    autoscaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [instance] })),
  );
  const member = members.AutoScalingInstances?.[0];
  const name = member?.AutoScalingGroupName;
  if (member === undefined || name === undefined) return undefined;
  const groups = await calling('autoscaling DescribeAutoScalingGroups', () =>
    autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })),
  );
  const group = groups.AutoScalingGroups?.[0];
  const suspended = (group?.SuspendedProcesses ?? []).flatMap((each) => each.ProcessName ?? []);
  return {
    name,
    lifecycle: member.LifecycleState ?? 'InService',
    min: group?.MinSize ?? 0,
    max: group?.MaxSize ?? 0,
    desired: group?.DesiredCapacity ?? 0,
    healthCheck: group?.HealthCheckType ?? 'EC2',
    protectedFromScaleIn: member.ProtectedFromScaleIn === true,
    ...(suspended.length === 0 ? {} : { suspended }),
  };
}

/** Every target group of the VPC that has the instance, by its id or by one of its addresses. */
export async function readTargets(
  elb: ElasticLoadBalancingV2Client,
  vpc: string,
  names: readonly string[],
): Promise<readonly TargetMembership[]> {
  const groups = await everyPage((marker) =>
    calling('elasticloadbalancing DescribeTargetGroups', async () => {
      const page = await elb.send(new DescribeTargetGroupsCommand(marker ? { Marker: marker } : {}));
      return { items: page.TargetGroups ?? [], next: page.NextMarker };
    }),
  );
  const mine: { group: TargetGroup; targets: TargetMembership[] }[] = [];
  for (const group of groups.filter((each) => each.VpcId === vpc)) {
    const targets = await targetsIn(elb, group, names);
    if (targets.length > 0) mine.push({ group, targets });
  }
  const kinds = await balancerKinds(
    elb,
    mine.flatMap(({ group }) => group.LoadBalancerArns ?? []),
  );
  return mine.flatMap(({ group, targets }) => {
    const balancer = kinds.get(group.LoadBalancerArns?.[0] ?? '') ?? 'none';
    return targets.map((target) => ({ ...target, balancer }));
  });
}

async function targetsIn(
  elb: ElasticLoadBalancingV2Client,
  group: TargetGroup,
  names: readonly string[],
): Promise<TargetMembership[]> {
  const arn = group.TargetGroupArn ?? '';
  const health = await calling('elasticloadbalancing DescribeTargetHealth', () =>
    elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn })),
  );
  const registered = (health.TargetHealthDescriptions ?? []).filter((each) => each.TargetHealth?.State !== 'draining');
  return registered.flatMap(({ Target: target }) => {
    if (target?.Id === undefined || !names.includes(target.Id)) return [];
    return [
      {
        targetGroup: arn,
        target: target.Id,
        balancer: 'none' as const,
        ...(target.Port ? { port: target.Port } : {}),
        ...(target.AvailabilityZone ? { zone: target.AvailabilityZone } : {}),
      },
    ];
  });
}

async function balancerKinds(
  elb: ElasticLoadBalancingV2Client,
  arns: readonly string[],
): Promise<ReadonlyMap<string, TargetMembership['balancer']>> {
  if (arns.length === 0) return new Map();
  const answer = await calling('elasticloadbalancing DescribeLoadBalancers', () =>
    elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [...new Set(arns)] })),
  );
  return new Map((answer.LoadBalancers ?? []).map((each) => [each.LoadBalancerArn ?? '', each.Type ?? 'application']));
}

/** Names of the Classic load balancers the instance is registered with. */
export async function readClassic(elb: ElasticLoadBalancingClient, instance: string): Promise<readonly string[]> {
  const balancers = await everyPage((marker) =>
    calling('elasticloadbalancing DescribeLoadBalancers', async () => {
      const page = await elb.send(new DescribeClassicCommand(marker ? { Marker: marker } : {}));
      return { items: page.LoadBalancerDescriptions ?? [], next: page.NextMarker };
    }),
  );
  return balancers
    .filter((each) => each.Instances?.some((member) => member.InstanceId === instance) === true)
    .flatMap((each) => each.LoadBalancerName ?? []);
}
