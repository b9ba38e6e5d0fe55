import type {
  Activity,
  AttachInstancesQuery,
  AutoScalingGroup,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingInstancesType,
  DescribeAutoScalingInstancesType,
  DetachInstancesQuery,
  EnterStandbyQuery,
  ExitStandbyQuery,
  Instance as GroupInstance,
  ScalingProcessQuery,
  SetInstanceProtectionQuery,
} from '@aws-sdk/client-auto-scaling';
import * as client from '@aws-sdk/client-auto-scaling';
import { note, now } from '../../estate/estate';
import { attach, detach, enterStandby, exitStandby, findScalingGroup, memberOf } from '../../estate/scaling';
import type { ScalingGroup, ScalingMember } from '../../estate/scaling-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { resourceTags } from '../ec2/access';
import { page } from '../ec2/listing';
import { type AccessCheck, type Call, type Operation, operation, type ServiceDouble } from '../service';

/** EC2 Auto Scaling as the product uses it. */
export function autoScalingDouble(estates: Estates): ServiceDouble {
  return {
    name: 'autoscaling',
    protocol: 'query',
    model: client,
    xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    operations: { ...readOperations(estates), ...moveOperations(estates), ...settingOperations(estates) },
  };
}

function any(action: string): () => readonly AccessCheck[] {
  return () => [{ action: `autoscaling:${action}`, resource: '*', context: {} }];
}

interface Named {
  readonly AutoScalingGroupName?: string | undefined;
}

function onGroup(estates: Estates, action: string) {
  return (input: Named, call: Call): readonly AccessCheck[] => {
    const group = estates.of(call).scalingGroups.get(input.AutoScalingGroupName ?? '');
    const tags = resourceTags(group?.tags);
    return [{ action: `autoscaling:${action}`, resource: group?.arn ?? '*', context: tags }];
  };
}

function readOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeAutoScalingGroups: operation<AutoScalingGroupNamesType, AutoScalingGroupsType>(
      ['AutoScalingGroupNames', 'MaxRecords', 'NextToken', 'IncludeInstances'],
      {
        latencyMs: 90,
        authorize: any('DescribeAutoScalingGroups'),
        run(input, call) {
          const estate = estates.of(call);
          // Names that do not exist are left out of the answer.
          const all = [...estate.scalingGroups.values()].filter(
            (group) => input.AutoScalingGroupNames?.includes(group.name) ?? true,
          );
          const { items, next } = page(all, input.MaxRecords, input.NextToken);
          return { AutoScalingGroups: items.map((group) => renderGroup(estate, group)), ...next };
        },
      },
    ),
    DescribeAutoScalingInstances: operation<DescribeAutoScalingInstancesType, AutoScalingInstancesType>(
      ['InstanceIds', 'MaxRecords', 'NextToken'],
      {
        latencyMs: 80,
        authorize: any('DescribeAutoScalingInstances'),
        run(input, call) {
          const estate = estates.of(call);
          const all = [...estate.scalingGroups.values()].flatMap((group) =>
            group.members
              .filter((member) => input.InstanceIds?.includes(member.instance) ?? true)
              .map((member) => ({ ...renderMember(estate, group, member), AutoScalingGroupName: group.name })),
          );
          const { items, next } = page(all, input.MaxRecords, input.NextToken);
          return { AutoScalingInstances: items, ...next };
        },
      },
    ),
  };
}

function moveOperations(estates: Estates): Record<string, Operation> {
  const groupOf = (input: Named, call: Call) => findScalingGroup(estates.of(call), input.AutoScalingGroupName);
  return {
    EnterStandby: operation<EnterStandbyQuery, object>(
      ['AutoScalingGroupName', 'InstanceIds', 'ShouldDecrementDesiredCapacity'],
      {
        latencyMs: 350,
        authorize: onGroup(estates, 'EnterStandby'),
        run(input, call) {
          const group = groupOf(input, call);
          enterStandby(estates.of(call), group, input.InstanceIds ?? [], input.ShouldDecrementDesiredCapacity === true);
          return {
            Activities: activities(estates.of(call), group, input.InstanceIds, 'Moving EC2 instance to Standby'),
          };
        },
      },
    ),
    ExitStandby: operation<ExitStandbyQuery, object>(['AutoScalingGroupName', 'InstanceIds'], {
      latencyMs: 350,
      authorize: onGroup(estates, 'ExitStandby'),
      run(input, call) {
        const group = groupOf(input, call);
        exitStandby(estates.of(call), group, input.InstanceIds ?? []);
        return {
          Activities: activities(estates.of(call), group, input.InstanceIds, 'Moving EC2 instance out of Standby'),
        };
      },
    }),
    DetachInstances: operation<DetachInstancesQuery, object>(
      ['AutoScalingGroupName', 'InstanceIds', 'ShouldDecrementDesiredCapacity'],
      {
        latencyMs: 350,
        authorize: onGroup(estates, 'DetachInstances'),
        run(input, call) {
          const group = groupOf(input, call);
          detach(estates.of(call), group, input.InstanceIds ?? [], input.ShouldDecrementDesiredCapacity === true);
          return { Activities: activities(estates.of(call), group, input.InstanceIds, 'Detaching EC2 instance') };
        },
      },
    ),
    AttachInstances: operation<AttachInstancesQuery, object>(['AutoScalingGroupName', 'InstanceIds'], {
      latencyMs: 350,
      authorize: onGroup(estates, 'AttachInstances'),
      run(input, call) {
        attach(estates.of(call), groupOf(input, call), input.InstanceIds ?? []);
        return {};
      },
    }),
  };
}

function settingOperations(estates: Estates): Record<string, Operation> {
  return {
    SetInstanceProtection: operation<SetInstanceProtectionQuery, object>(
      ['AutoScalingGroupName', 'InstanceIds', 'ProtectedFromScaleIn'],
      {
        latencyMs: 200,
        authorize: onGroup(estates, 'SetInstanceProtection'),
        run(input, call) {
          const group = findScalingGroup(estates.of(call), input.AutoScalingGroupName);
          for (const id of input.InstanceIds ?? []) {
            memberOf(group, id).protectedFromScaleIn = input.ProtectedFromScaleIn === true;
          }
          return {};
        },
      },
    ),
    SuspendProcesses: operation<ScalingProcessQuery, object>(['AutoScalingGroupName', 'ScalingProcesses'], {
      latencyMs: 200,
      authorize: onGroup(estates, 'SuspendProcesses'),
      run(input, call) {
        const group = findScalingGroup(estates.of(call), input.AutoScalingGroupName);
        group.suspended = [...new Set([...group.suspended, ...(input.ScalingProcesses ?? [])])];
        note(estates.of(call), 'SuspendProcesses', group.name);
        return {};
      },
    }),
    ResumeProcesses: operation<ScalingProcessQuery, object>(['AutoScalingGroupName', 'ScalingProcesses'], {
      latencyMs: 200,
      authorize: onGroup(estates, 'ResumeProcesses'),
      run(input, call) {
        const group = findScalingGroup(estates.of(call), input.AutoScalingGroupName);
        group.suspended = group.suspended.filter((one) => !(input.ScalingProcesses ?? [one]).includes(one));
        return {};
      },
    }),
  };
}

function activities(estate: Estate, group: ScalingGroup, ids: readonly string[] | undefined, verb: string): Activity[] {
  const at = new Date(now(estate));
  return (ids ?? []).map((id) => ({
    ActivityId: estate.ids.uuid('activity'),
    AutoScalingGroupName: group.name,
    Description: `${verb}: ${id}`,
    Cause: `At ${at.toISOString()} instance ${id} was moved in response to a user request.`,
    StartTime: at,
    StatusCode: 'InProgress',
    Progress: 50,
  }));
}

function renderMember(estate: Estate, group: ScalingGroup, member: ScalingMember) {
  const instance = estate.instances.get(member.instance);
  const template = estate.launchTemplates.get(group.launchTemplate);
  return {
    InstanceId: member.instance,
    InstanceType: instance?.type ?? '',
    AvailabilityZone: instance?.zone ?? '',
    LifecycleState: member.state,
    HealthStatus: member.health === 'Healthy' ? 'HEALTHY' : 'UNHEALTHY',
    ProtectedFromScaleIn: member.protectedFromScaleIn,
    ...(template === undefined
      ? {}
      : { LaunchTemplate: { LaunchTemplateId: template.id, LaunchTemplateName: template.name, Version: '1' } }),
  };
}

function renderGroup(estate: Estate, group: ScalingGroup): AutoScalingGroup {
  const zones = group.subnets.flatMap((id) => estate.subnets.get(id)?.zone ?? []);
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: [...new Set(zones)],
    VPCZoneIdentifier: group.subnets.join(','),
    HealthCheckType: group.healthCheck,
    HealthCheckGracePeriod: 0,
    TargetGroupARNs: [...group.targetGroups],
    LoadBalancerNames: [...group.classicBalancers],
    SuspendedProcesses: group.suspended.map((ProcessName) => ({ ProcessName, SuspensionReason: 'User suspended' })),
    NewInstancesProtectedFromScaleIn: false,
    CreatedTime: new Date(0),
    Instances: group.members.map((member): GroupInstance => {
      // Groups write health in mixed case, the instance call in capitals.
      return { ...renderMember(estate, group, member), HealthStatus: member.health };
    }),
    Tags: [...group.tags].map(([Key, Value]) => ({
      Key,
      Value,
      PropagateAtLaunch: true,
      ResourceId: group.name,
      ResourceType: 'auto-scaling-group',
    })),
  };
}
