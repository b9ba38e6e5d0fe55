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
import { calling, everyPage, portions } from './aws-call';

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

/** Target groups looked into at once: a region may hold 3,000, and each is a call of its own. */
const AT_ONCE = 10;
/** ARNs that one DescribeLoadBalancers takes (Elastic Load Balancing API Reference). */
const BALANCERS_PER_CALL = 20;

/** Every target group of the VPCs that has the instance, by its id or by one of its addresses. */
export async function readTargets(
  elb: ElasticLoadBalancingV2Client,
  vpcs: ReadonlySet<string>,
  names: readonly string[],
): Promise<readonly TargetMembership[]> {
  if (vpcs.size === 0) return [];
  const groups = await everyPage((marker) =>
    calling('elasticloadbalancing DescribeTargetGroups', async () => {
      const page = await elb.send(new DescribeTargetGroupsCommand(marker ? { Marker: marker } : {}));
      return { items: page.TargetGroups ?? [], next: page.NextMarker };
    }),
  );
  const mine: { group: TargetGroup; targets: TargetMembership[] }[] = [];
  for (const some of portions(
    groups.filter((each) => vpcs.has(each.VpcId ?? '')),
    AT_ONCE,
  )) {
    const seen = await Promise.all(some.map(async (group) => ({ group, targets: await targetsIn(elb, group, names) })));
    mine.push(...seen.filter(({ targets }) => targets.length > 0));
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
  const kinds = new Map<string, TargetMembership['balancer']>();
  for (const some of portions([...new Set(arns)], BALANCERS_PER_CALL)) {
    const answer = await calling('elasticloadbalancing DescribeLoadBalancers', () =>
      elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [...some] })),
    );
    for (const each of answer.LoadBalancers ?? []) kinds.set(each.LoadBalancerArn ?? '', each.Type ?? 'application');
  }
  return kinds;
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
