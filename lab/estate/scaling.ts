import { AwsFault } from '../aws/service';
import { after, changed, ec2Arn, emit, note, now } from './estate';
import { terminate } from './instances';
import { launchInstance } from './launch';
import type { Instance } from './machine-types';
import type { ScalingGroup, ScalingMember } from './scaling-types';
import { deregister, register } from './targets';
import type { Estate } from './types';

export function groupOf(estate: Estate, instance: string): ScalingGroup | undefined {
  return [...estate.scalingGroups.values()].find((group) => group.members.some((one) => one.instance === instance));
}

export function findScalingGroup(estate: Estate, name: string | undefined): ScalingGroup {
  const group = name === undefined ? undefined : estate.scalingGroups.get(name);
  if (group === undefined)
    throw new AwsFault('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
  return group;
}

export function memberOf(group: ScalingGroup, instance: string): ScalingMember {
  const member = group.members.find((one) => one.instance === instance);
  if (member === undefined) {
    throw new AwsFault('ValidationError', `The instance ${instance} is not part of Auto Scaling group ${group.name}.`);
  }
  return member;
}

/** `EnterStandby`: out of its target groups, and either desired goes down (not under min) or a replacement comes. */
export function enterStandby(estate: Estate, group: ScalingGroup, ids: readonly string[], decrement: boolean): void {
  const members = ids.map((id) => memberOf(group, id));
  for (const member of members) {
    if (member.state === 'InService') continue;
    throw new AwsFault('ValidationError', `The instance ${member.instance} is not in InService state.`);
  }
  if (decrement) lowerDesired(group, ids.length, 'place into standby');
  for (const member of members) {
    member.state = 'Standby';
    deregister(estate, group, member.instance);
    note(estate, 'EnterStandby', member.instance);
  }
  balance(estate, group);
}

/** `ExitStandby`: desired goes up, and may not pass max. */
export function exitStandby(estate: Estate, group: ScalingGroup, ids: readonly string[]): void {
  const members = ids.map((id) => memberOf(group, id));
  for (const member of members) {
    if (member.state === 'Standby') continue;
    throw new AwsFault('ValidationError', `The instance ${member.instance} is not in Standby.`);
  }
  raiseDesired(group, ids.length, 'take out of standby');
  for (const member of members) {
    member.state = 'InService';
    register(estate, group, member.instance);
    note(estate, 'ExitStandby', member.instance);
    changed(estate, member.instance);
  }
}

export function detach(estate: Estate, group: ScalingGroup, ids: readonly string[], decrement: boolean): void {
  const members = ids.map((id) => memberOf(group, id));
  for (const member of members) {
    if (member.state === 'InService' || member.state === 'Standby') continue;
    throw new AwsFault(
      'ValidationError',
      `The instance ${member.instance} is in ${member.state}: it cannot be detached.`,
    );
  }
  // A standby instance no longer counts towards desired.
  const counted = members.filter((member) => member.state === 'InService').length;
  if (decrement && counted > 0) lowerDesired(group, counted, 'detach');
  for (const member of members) {
    group.members = group.members.filter((one) => one !== member);
    deregister(estate, group, member.instance);
    estate.instances.get(member.instance)?.tags.delete('aws:autoscaling:groupName');
    note(estate, 'DetachInstances', member.instance);
  }
  balance(estate, group);
}

export function attach(estate: Estate, group: ScalingGroup, ids: readonly string[]): void {
  for (const id of ids) {
    const instance = estate.instances.get(id);
    if (instance?.state !== 'running')
      throw new AwsFault('ValidationError', `Invalid Instance ID(s): ${id} is not running.`);
    const other = groupOf(estate, id);
    if (other !== undefined)
      throw new AwsFault('ValidationError', `Instance ${id} is already part of AutoScalingGroup:${other.name}`);
  }
  raiseDesired(group, ids.length, 'attach');
  for (const id of ids) {
    group.members.push({ instance: id, state: 'InService', health: 'Healthy', protectedFromScaleIn: false });
    estate.instances.get(id)?.tags.set('aws:autoscaling:groupName', group.name);
    register(estate, group, id);
    note(estate, 'AttachInstances', id);
    changed(estate, id);
  }
}

function lowerDesired(group: ScalingGroup, by: number, verb: string): void {
  if (group.desired - by < group.min) throw sizes(group, by, verb);
  group.desired -= by;
}

function raiseDesired(group: ScalingGroup, by: number, verb: string): void {
  if (group.desired + by > group.max) throw sizes(group, by, verb);
  group.desired += by;
}

function sizes(group: ScalingGroup, by: number, verb: string): AwsFault {
  const now = `min-size=${group.min}, max-size=${group.max}, and desired-size=${group.desired}`;
  return new AwsFault(
    'ValidationError',
    `AutoScalingGroup ${group.name} has ${now}. To ${verb} ${by} more instance, please update the AutoScalingGroup sizes appropriately.`,
  );
}

/** Brings the number of working members to desired, a little later, as the service does. */
export function balance(estate: Estate, group: ScalingGroup): void {
  after(estate, estate.parts.durations.scalingDecide, `balance/${group.name}`, () => {
    const working = group.members.filter((one) => one.state === 'InService' || one.state === 'Pending');
    const missing = group.desired - working.length;
    if (group.suspended.includes('Launch')) return;
    for (let i = 0; i < missing; i++) launchMember(estate, group);
    for (const member of missing < 0 ? working.slice(missing) : []) scaleIn(estate, group, member);
  });
}

function launchMember(estate: Estate, group: ScalingGroup): void {
  const subnet = group.subnets[group.members.length % Math.max(1, group.subnets.length)];
  const instance = launchInstance(estate, {
    template: group.launchTemplate,
    ...(subnet === undefined ? {} : { subnet }),
    instanceTags: new Map([...group.tags, ['aws:autoscaling:groupName', group.name]]),
  });
  const member: ScalingMember = {
    instance: instance.id,
    state: 'Pending',
    health: 'Healthy',
    protectedFromScaleIn: false,
  };
  group.members.push(member);
  after(estate, estate.parts.durations.scalingInService, `in-service/${instance.id}`, () => {
    if (instance.state !== 'running') return;
    member.state = 'InService';
    register(estate, group, instance.id);
    const cause = `an instance was started in response to a difference between desired and actual capacity.`;
    emit(estate, 'aws.autoscaling', ...scalingEvent(estate, group, instance, 'Launch', cause));
  });
}

function scaleIn(estate: Estate, group: ScalingGroup, member: ScalingMember): void {
  const instance = estate.instances.get(member.instance);
  if (member.protectedFromScaleIn || instance === undefined) return;
  group.members = group.members.filter((one) => one !== member);
  deregister(estate, group, member.instance);
  terminate(estate, instance, 'Client.UserInitiatedShutdown: User initiated shutdown');
  const cause = 'an instance was taken out of service in response to a difference between desired and actual capacity.';
  emit(estate, 'aws.autoscaling', ...scalingEvent(estate, group, instance, 'Terminate', cause));
}

/** Detail type, resources and detail of a group's event (EC2 Auto Scaling user guide, "EventBridge events"). */
export function scalingEvent(
  estate: Estate,
  group: ScalingGroup,
  instance: Instance,
  what: 'Launch' | 'Terminate',
  cause: string,
): [string, string[], Record<string, unknown>] {
  const at = new Date(now(estate)).toISOString();
  const verb = what === 'Launch' ? 'Launching a new EC2 instance' : 'Terminating EC2 instance';
  return [
    `EC2 Instance ${what} Successful`,
    [group.arn, ec2Arn(estate, 'instance', instance.id)],
    {
      StatusCode: 'InProgress',
      Description: `${verb}: ${instance.id}`,
      AutoScalingGroupName: group.name,
      ActivityId: estate.ids.uuid('activity'),
      Details: { 'Availability Zone': instance.zone, 'Subnet ID': instance.subnet },
      RequestId: estate.ids.uuid('activity'),
      StatusMessage: '',
      EndTime: at,
      EC2InstanceId: instance.id,
      StartTime: at,
      Cause: `At ${at} ${cause}`,
      Origin: 'EC2',
      Destination: 'AutoScalingGroup',
    },
  ];
}
