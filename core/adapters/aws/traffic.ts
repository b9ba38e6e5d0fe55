import {
  AttachInstancesCommand,
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  ResumeProcessesCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DeregisterInstancesFromLoadBalancerCommand,
  type ElasticLoadBalancingClient,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DeregisterTargetsCommand,
  type ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetMembership } from '../../estate/estate';
import type { InstanceKey } from '../../incident/ids';
import type { Attempt, Traffic } from '../../ports/traffic';
import { awsErrorName, calling, orElse } from './aws-call';
import { readMembership } from './estate-service';
import type { ClientAt } from './places';

export interface TrafficClients {
  readonly autoscaling: ClientAt<AutoScalingClient>;
  readonly elbv2: ClientAt<ElasticLoadBalancingV2Client>;
  readonly elb: ClientAt<ElasticLoadBalancingClient>;
}

/** The group's rules speak through ValidationError: below its minimum, above its maximum, wrong lifecycle state. */
const REFUSALS = ['ValidationError', 'ValidationException'];

/** What a balancer says of an instance, or of itself, that it does not take (ELB API References, both versions). */
const TARGET_REFUSALS = [
  'TargetGroupNotFound',
  'InvalidTarget',
  'TooManyTargets',
  'TooManyRegistrationsForTargetId',
  'ValidationError',
];
const NOT_TAKEN = TARGET_REFUSALS.flatMap((name) => [name, `${name}Exception`]);
const CLASSIC_NOT_TAKEN = [
  'LoadBalancerNotFound',
  'AccessPointNotFoundException',
  'InvalidInstance',
  'InvalidEndPointException',
];

async function attempt(what: string, call: () => Promise<unknown>, refusals = REFUSALS): Promise<Attempt> {
  try {
    await calling(what, call, refusals);
    return { status: 'done' };
  } catch (error) {
    if (!refusals.includes(awsErrorName(error))) throw error;
    return { status: 'refused', why: error instanceof Error ? error.message : 'refused' };
  }
}

/** The process that terminates what fails its health check (Auto Scaling User Guide, "Suspend and resume processes"). */
const REPLACES = 'ReplaceUnhealthy';

function protectFromScaleIn(clients: TrafficClients, key: InstanceKey, group: string, on: boolean): Promise<unknown> {
  const input = { AutoScalingGroupName: group, InstanceIds: [key.instance], ProtectedFromScaleIn: on };
  return clients.autoscaling(key).send(new SetInstanceProtectionCommand(input));
}

/** Traffic over Auto Scaling and both load balancing services. */
export function awsTraffic(clients: TrafficClients): Traffic {
  return {
    async groupExists(key, group) {
      const answer = await calling('autoscaling DescribeAutoScalingGroups', () =>
        clients.autoscaling(key).send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] })),
      );
      return (answer.AutoScalingGroups ?? []).length > 0;
    },
    membership: (key) => readMembership(clients.autoscaling(key), key.instance),
    enterStandby(key, group) {
      const input = { AutoScalingGroupName: group, InstanceIds: [key.instance], ShouldDecrementDesiredCapacity: false };
      return attempt('autoscaling EnterStandby', () => clients.autoscaling(key).send(new EnterStandbyCommand(input)));
    },
    exitStandby(key, group) {
      const input = { AutoScalingGroupName: group, InstanceIds: [key.instance] };
      return attempt('autoscaling ExitStandby', () => clients.autoscaling(key).send(new ExitStandbyCommand(input)));
    },
    detach(key, group, decrement) {
      const input = {
        AutoScalingGroupName: group,
        InstanceIds: [key.instance],
        ShouldDecrementDesiredCapacity: decrement,
      };
      return attempt('autoscaling DetachInstances', () =>
        clients.autoscaling(key).send(new DetachInstancesCommand(input)),
      );
    },
    attach(key, group) {
      const input = { AutoScalingGroupName: group, InstanceIds: [key.instance] };
      return attempt('autoscaling AttachInstances', () =>
        clients.autoscaling(key).send(new AttachInstancesCommand(input)),
      );
    },
    hold: (key, group) =>
      attempt('autoscaling SuspendProcesses', async () => {
        await protectFromScaleIn(clients, key, group, true);
        const input = { AutoScalingGroupName: group, ScalingProcesses: [REPLACES] };
        await clients.autoscaling(key).send(new SuspendProcessesCommand(input));
      }),
    unhold: (key, before) =>
      attempt('autoscaling ResumeProcesses', async () => {
        if (before.suspended?.includes(REPLACES)) return;
        const input = { AutoScalingGroupName: before.name, ScalingProcesses: [REPLACES] };
        await clients.autoscaling(key).send(new ResumeProcessesCommand(input));
      }),
    protectFromScaleIn: (key, group, on) =>
      attempt('autoscaling SetInstanceProtection', () => protectFromScaleIn(clients, key, group, on)),
    async deregister(key, target) {
      const command = new DeregisterTargetsCommand(targetInput(target));
      await orElse('elasticloadbalancing DeregisterTargets', NOT_TAKEN, undefined, () =>
        clients.elbv2(key).send(command),
      );
    },
    register(key, target) {
      const command = new RegisterTargetsCommand(targetInput(target));
      return attempt('elasticloadbalancing RegisterTargets', () => clients.elbv2(key).send(command), NOT_TAKEN);
    },
    async deregisterClassic(key, balancer) {
      const command = new DeregisterInstancesFromLoadBalancerCommand(classicInput(balancer, key.instance));
      await orElse('elasticloadbalancing DeregisterInstancesFromLoadBalancer', CLASSIC_NOT_TAKEN, undefined, () =>
        clients.elb(key).send(command),
      );
    },
    registerClassic(key, balancer) {
      const command = new RegisterInstancesWithLoadBalancerCommand(classicInput(balancer, key.instance));
      const what = 'elasticloadbalancing RegisterInstancesWithLoadBalancer';
      return attempt(what, () => clients.elb(key).send(command), CLASSIC_NOT_TAKEN);
    },
  };
}

function targetInput(target: TargetMembership) {
  return {
    TargetGroupArn: target.targetGroup,
    Targets: [
      {
        Id: target.target,
        ...(target.port === undefined ? {} : { Port: target.port }),
        // Instance targets take no zone; an address outside the VPC needs the one it was registered with.
        ...(target.zone === undefined || target.target.startsWith('i-') ? {} : { AvailabilityZone: target.zone }),
      },
    ],
  };
}

function classicInput(balancer: string, instance: string) {
  return { LoadBalancerName: balancer, Instances: [{ InstanceId: instance }] };
}
