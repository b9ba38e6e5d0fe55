import { isIP } from 'node:net';
import type {
  DeregisterTargetsInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  DescribeTagsInput,
  DescribeTagsOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealthStateEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as client from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Target, TargetGroup } from '../../estate/scaling-types';
import { addTarget, drain } from '../../estate/targets';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { page } from '../ec2/listing';
import { type AccessCheck, AwsFault, type Call, type Operation, operation, type ServiceDouble } from '../service';

/** Application and Network Load Balancing as the product uses it. */
export function elbV2Double(estates: Estates): ServiceDouble {
  return {
    name: 'elasticloadbalancing',
    version: '2015-12-01',
    protocol: 'query',
    model: client,
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    operations: { ...readOperations(estates), ...targetOperations(estates) },
  };
}

function any(action: string): () => readonly AccessCheck[] {
  return () => [{ action: `elasticloadbalancing:${action}`, resource: '*', context: {} }];
}

function findTargetGroup(estate: Estate, arn: string | undefined): TargetGroup {
  const group = estate.targetGroups.get(arn ?? '');
  if (group === undefined) throw new AwsFault('TargetGroupNotFound', `Target groups '${arn ?? ''}' not found`);
  return group;
}

function readOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeTargetGroups: operation<DescribeTargetGroupsInput, DescribeTargetGroupsOutput>(
      ['TargetGroupArns', 'Names', 'LoadBalancerArn', 'Marker', 'PageSize'],
      {
        latencyMs: 80,
        authorize: any('DescribeTargetGroups'),
        run(input, call) {
          const estate = estates.of(call);
          for (const arn of input.TargetGroupArns ?? []) findTargetGroup(estate, arn);
          const all = [...estate.targetGroups.values()]
            .filter((one) => input.TargetGroupArns?.includes(one.arn) ?? true)
            .filter((one) => input.Names?.includes(one.name) ?? true)
            .filter((one) => input.LoadBalancerArn === undefined || one.balancers.includes(input.LoadBalancerArn));
          const { items, next } = page(all, input.PageSize, input.Marker);
          return { TargetGroups: items.map(renderGroup), ...marker(next) };
        },
      },
    ),
    DescribeTargetHealth: operation<DescribeTargetHealthInput, DescribeTargetHealthOutput>(
      ['TargetGroupArn', 'Targets'],
      {
        latencyMs: 80,
        authorize: any('DescribeTargetHealth'),
        run(input, call) {
          const group = findTargetGroup(estates.of(call), input.TargetGroupArn);
          const wanted = input.Targets?.map((target) => target.Id);
          const known = group.targets.filter((target) => wanted?.includes(target.id) ?? true).map(renderHealth);
          const unknown = (wanted ?? []).filter((id) => !group.targets.some((target) => target.id === id));
          return { TargetHealthDescriptions: [...known, ...unknown.map((id) => unused(group, id))] };
        },
      },
    ),
    DescribeLoadBalancers: operation<DescribeLoadBalancersInput, DescribeLoadBalancersOutput>(
      ['LoadBalancerArns', 'Names', 'Marker', 'PageSize'],
      {
        latencyMs: 80,
        authorize: any('DescribeLoadBalancers'),
        run(input, call) {
          const all = balancersOf(estates.of(call)).filter(
            (one) => input.LoadBalancerArns?.includes(one.LoadBalancerArn) ?? true,
          );
          const { items, next } = page(all, input.PageSize, input.Marker);
          return { LoadBalancers: items, ...marker(next) };
        },
      },
    ),
    DescribeTags: operation<DescribeTagsInput, DescribeTagsOutput>(['ResourceArns'], {
      latencyMs: 60,
      authorize: any('DescribeTags'),
      run: (input) => ({
        TagDescriptions: (input.ResourceArns ?? []).map((ResourceArn) => ({ ResourceArn, Tags: [] })),
      }),
    }),
  };
}

function marker(next: { NextToken?: string }): { NextMarker?: string } {
  return next.NextToken === undefined ? {} : { NextMarker: next.NextToken };
}

function targetOperations(estates: Estates): Record<string, Operation> {
  const onGroup =
    (action: string) =>
    (input: { TargetGroupArn?: string | undefined }): readonly AccessCheck[] => [
      { action: `elasticloadbalancing:${action}`, resource: input.TargetGroupArn ?? '*', context: {} },
    ];
  const each = (
    input: { TargetGroupArn?: string | undefined; Targets?: TargetDescription[] | undefined },
    call: Call,
    act: (estate: Estate, group: TargetGroup, target: TargetDescription) => void,
  ): object => {
    const estate = estates.of(call);
    const group = findTargetGroup(estate, input.TargetGroupArn);
    for (const target of input.Targets ?? []) act(estate, group, target);
    return {};
  };
  return {
    RegisterTargets: operation<RegisterTargetsInput, object>(['TargetGroupArn', 'Targets'], {
      latencyMs: 200,
      authorize: onGroup('RegisterTargets'),
      run: (input, call) =>
        each(input, call, (estate, group, target) => {
          const { Id: id = '', Port: port = group.port } = target;
          if (group.targetType === 'ip' && isIP(id) === 0)
            throw new AwsFault('ValidationError', `The IP address '${id}' is not a valid IPv4 or IPv6 address`);
          if (group.targetType === 'instance' && estate.instances.get(id)?.state !== 'running')
            throw new AwsFault('InvalidTarget', `The following targets are not in a running state: '${id}'`);
          addTarget(estate, group, id, port);
        }),
    }),
    DeregisterTargets: operation<DeregisterTargetsInput, object>(['TargetGroupArn', 'Targets'], {
      latencyMs: 200,
      authorize: onGroup('DeregisterTargets'),
      run: (input, call) =>
        // A target registered with a port of its own is only found by that port (API Reference, DeregisterTargets).
        each(input, call, (estate, group, target) => drain(estate, group, target.Id ?? '', target.Port ?? group.port)),
    }),
  };
}

function renderGroup(group: TargetGroup): client.TargetGroup {
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol === 'TCP' ? 'TCP' : 'HTTP',
    Port: group.port,
    VpcId: group.vpc,
    TargetType: group.targetType,
    LoadBalancerArns: [...group.balancers],
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: 30,
    UnhealthyThresholdCount: 2,
  };
}

const STATES: Readonly<
  Record<Target['state'], { State: TargetHealthStateEnum; Reason?: client.TargetHealthReasonEnum }>
> = {
  initial: { State: 'initial', Reason: 'Elb.RegistrationInProgress' },
  healthy: { State: 'healthy' },
  unhealthy: { State: 'unhealthy', Reason: 'Target.Timeout' },
  draining: { State: 'draining', Reason: 'Target.DeregistrationInProgress' },
};

function renderHealth(target: Target) {
  return {
    Target: { Id: target.id, Port: target.port },
    HealthCheckPort: String(target.port),
    TargetHealth: STATES[target.state],
  };
}

/** A target that is asked for and not registered is `unused`. */
function unused(group: TargetGroup, id: string | undefined) {
  const TargetHealth = { State: 'unused' as const, Reason: 'Target.NotRegistered' as const };
  return { Target: { Id: id, Port: group.port }, TargetHealth };
}

function balancersOf(estate: Estate) {
  const seen = new Map<
    string,
    { LoadBalancerArn: string; LoadBalancerName: string; Type: 'application' | 'network' }
  >();
  for (const group of estate.targetGroups.values()) {
    for (const arn of group.balancers) {
      const [, , name = ''] = (arn.split(':').at(-1) ?? '').split('/');
      seen.set(arn, { LoadBalancerArn: arn, LoadBalancerName: name, Type: group.kind });
    }
  }
  return [...seen.values()];
}
