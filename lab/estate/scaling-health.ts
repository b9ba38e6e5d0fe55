import { after, emit, note } from './estate';
import { terminate } from './instances';
import type { Instance } from './machine-types';
import { groupsAdmit } from './network';
import { interfacesOf } from './reach';
import { balance, groupOf, scalingEvent } from './scaling';
import type { ScalingGroup } from './scaling-types';
import type { Estate } from './types';

/**
 * Looks at the instance again when its groups have changed: if it is still InService then and its health check fails,
 * the Auto Scaling group terminates it. DisableApiTermination does not stop that (F15).
 */
export function watchHealth(estate: Estate, instanceId: string): void {
  const { targetUnhealthy } = estate.parts.durations;
  after(estate, targetUnhealthy, `health/${instanceId}`, () => judge(estate, instanceId));
}

function judge(estate: Estate, instanceId: string): void {
  const instance = estate.instances.get(instanceId);
  const group = groupOf(estate, instanceId);
  const member = group?.members.find((one) => one.instance === instanceId);
  if (instance === undefined) return;
  const healthy = passesHealthCheck(estate, instance, group);
  markTargets(estate, instance, healthy);
  if (group === undefined || member?.state !== 'InService' || healthy) return;
  if (group.suspended.includes('HealthCheck') || group.suspended.includes('ReplaceUnhealthy')) return;
  replace(estate, group, instance);
}

function passesHealthCheck(estate: Estate, instance: Instance, group: ScalingGroup | undefined): boolean {
  if (instance.state !== 'running') return false;
  if (group !== undefined && group.healthCheck === 'EC2') return true;
  return interfacesOf(estate, instance).some((eni) => balancerReaches(estate, eni.groups, instance));
}

function balancerReaches(estate: Estate, groups: readonly string[], instance: Instance): boolean {
  const target = [...estate.targetGroups.values()].find((one) => one.targets.some(({ id }) => id === instance.id));
  const port = target?.port ?? 80;
  const cidr = estate.vpcs.get(instance.vpc)?.cidr ?? '';
  const peer = { address: cidr.split('/')[0] ?? '', groups: [...estate.groups.keys()] };
  return groupsAdmit(estate, groups, false, port, peer);
}

function markTargets(estate: Estate, instance: Instance, healthy: boolean): void {
  for (const group of estate.targetGroups.values()) {
    for (const target of group.targets) {
      if (target.id === instance.id && target.state !== 'draining') target.state = healthy ? 'healthy' : 'unhealthy';
    }
  }
}

function replace(estate: Estate, group: ScalingGroup, instance: Instance): void {
  const check = group.healthCheck === 'ELB' ? 'ELB' : 'EC2';
  note(estate, 'AutoScaling terminates unhealthy instance', instance.id);
  group.members = group.members.filter((one) => one.instance !== instance.id);
  terminate(estate, instance, 'Client.UserInitiatedShutdown: User initiated shutdown');
  const cause = `an instance was taken out of service in response to an ${check} system health check failure.`;
  emit(estate, 'aws.autoscaling', ...scalingEvent(estate, group, instance, 'Terminate', cause));
  balance(estate, group);
}
