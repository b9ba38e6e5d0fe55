import type {
  DeregisterEndPointsInput,
  DescribeAccessPointsInput,
  DescribeAccessPointsOutput,
  DescribeEndPointStateInput,
  DescribeEndPointStateOutput,
  LoadBalancerDescription,
  RegisterEndPointsInput,
} from '@aws-sdk/client-elastic-load-balancing';
import * as client from '@aws-sdk/client-elastic-load-balancing';
import { note, partition } from '../../estate/estate';
import type { ClassicBalancer } from '../../estate/scaling-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { page } from '../ec2/listing';
import { type AccessCheck, AwsFault, type Call, type Operation, operation, type ServiceDouble } from '../service';

/** Classic Load Balancing as the product uses it. */
export function classicElbDouble(estates: Estates): ServiceDouble {
  return {
    name: 'elasticloadbalancing',
    version: '2012-06-01',
    protocol: 'query',
    model: client,
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/',
    operations: operations(estates),
  };
}

interface Named {
  readonly LoadBalancerName: string | undefined;
}

function find(estate: Estate, name: string | undefined): ClassicBalancer {
  const balancer = estate.classicBalancers.get(name ?? '');
  if (balancer === undefined)
    throw new AwsFault('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name ?? ''}'`);
  return balancer;
}

function operations(estates: Estates): Record<string, Operation> {
  const any = (action: string) => (): readonly AccessCheck[] => [
    { action: `elasticloadbalancing:${action}`, resource: '*', context: {} },
  ];
  const onBalancer =
    (action: string) =>
    (input: Named, call: Call): readonly AccessCheck[] => {
      const { region, account } = call;
      const arn = `arn:${partition(region)}:elasticloadbalancing:${region}:${account}:loadbalancer/${input.LoadBalancerName}`;
      return [{ action: `elasticloadbalancing:${action}`, resource: arn, context: {} }];
    };
  return {
    DescribeLoadBalancers: operation<DescribeAccessPointsInput, DescribeAccessPointsOutput>(
      ['LoadBalancerNames', 'Marker', 'PageSize'],
      {
        latencyMs: 80,
        authorize: any('DescribeLoadBalancers'),
        run(input, call) {
          const estate = estates.of(call);
          for (const name of input.LoadBalancerNames ?? []) find(estate, name);
          const all = [...estate.classicBalancers.values()].filter(
            (one) => input.LoadBalancerNames?.includes(one.name) ?? true,
          );
          const { items, next } = page(all, input.PageSize, input.Marker);
          const more = next.NextToken === undefined ? {} : { NextMarker: next.NextToken };
          return { LoadBalancerDescriptions: items.map(render), ...more };
        },
      },
    ),
    DescribeInstanceHealth: operation<DescribeEndPointStateInput, DescribeEndPointStateOutput>(
      ['LoadBalancerName', 'Instances'],
      {
        latencyMs: 80,
        authorize: any('DescribeInstanceHealth'),
        run(input, call) {
          const balancer = find(estates.of(call), input.LoadBalancerName);
          const wanted = input.Instances?.map((one) => one.InstanceId);
          const shown = balancer.instances.filter((id) => wanted?.includes(id) ?? true);
          return { InstanceStates: shown.map((InstanceId) => ({ InstanceId, State: 'InService', ReasonCode: 'N/A' })) };
        },
      },
    ),
    RegisterInstancesWithLoadBalancer: operation<RegisterEndPointsInput, object>(['LoadBalancerName', 'Instances'], {
      latencyMs: 200,
      authorize: onBalancer('RegisterInstancesWithLoadBalancer'),
      run(input, call) {
        const balancer = find(estates.of(call), input.LoadBalancerName);
        const added = (input.Instances ?? []).flatMap((one) => one.InstanceId ?? []);
        balancer.instances = [...new Set([...balancer.instances, ...added])];
        note(estates.of(call), 'RegisterInstancesWithLoadBalancer', `${balancer.name} ${added.join(',')}`);
        return { Instances: balancer.instances.map((InstanceId) => ({ InstanceId })) };
      },
    }),
    DeregisterInstancesFromLoadBalancer: operation<DeregisterEndPointsInput, object>(
      ['LoadBalancerName', 'Instances'],
      {
        latencyMs: 200,
        authorize: onBalancer('DeregisterInstancesFromLoadBalancer'),
        run(input, call) {
          const balancer = find(estates.of(call), input.LoadBalancerName);
          const gone = (input.Instances ?? []).flatMap((one) => one.InstanceId ?? []);
          balancer.instances = balancer.instances.filter((id) => !gone.includes(id));
          note(estates.of(call), 'DeregisterInstancesFromLoadBalancer', `${balancer.name} ${gone.join(',')}`);
          return { Instances: balancer.instances.map((InstanceId) => ({ InstanceId })) };
        },
      },
    ),
  };
}

function render(balancer: ClassicBalancer): LoadBalancerDescription {
  return {
    LoadBalancerName: balancer.name,
    VPCId: balancer.vpc,
    Subnets: [...balancer.subnets],
    SecurityGroups: [...balancer.groups],
    Instances: balancer.instances.map((InstanceId) => ({ InstanceId })),
    Scheme: 'internet-facing',
  };
}
