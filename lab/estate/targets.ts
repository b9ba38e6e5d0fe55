import { after, note } from './estate';
import type { ScalingGroup, TargetGroup } from './scaling-types';
import type { Estate } from './types';

/** Takes an instance out of one target group: it drains first, then is gone. */
export function drain(estate: Estate, group: TargetGroup, instance: string): void {
  const target = group.targets.find((one) => one.id === instance);
  if (target === undefined || target.state === 'draining') return;
  target.state = 'draining';
  note(estate, 'DeregisterTargets', `${group.name} ${instance}`);
  after(estate, estate.parts.durations.targetDrain, `drained/${group.name}/${instance}`, () => {
    if (target.state === 'draining') group.targets = group.targets.filter((one) => one !== target);
  });
}

export function addTarget(estate: Estate, group: TargetGroup, instance: string, port: number): void {
  const known = group.targets.find((one) => one.id === instance && one.port === port);
  if (known !== undefined && known.state !== 'draining') return;
  group.targets = group.targets.filter((one) => one !== known);
  const target = { id: instance, port, state: 'initial' as 'initial' | 'healthy' };
  group.targets.push(target);
  note(estate, 'RegisterTargets', `${group.name} ${instance}`);
  after(estate, estate.parts.durations.targetHealthy, `healthy/${group.name}/${instance}`, () => {
    if (target.state === 'initial') target.state = 'healthy';
  });
}

/** What an Auto Scaling group does on standby and detach. */
export function deregister(estate: Estate, scaling: ScalingGroup, instance: string): void {
  for (const arn of scaling.targetGroups) {
    const group = estate.targetGroups.get(arn);
    if (group !== undefined) drain(estate, group, instance);
  }
  for (const name of scaling.classicBalancers) {
    const balancer = estate.classicBalancers.get(name);
    if (balancer !== undefined) balancer.instances = balancer.instances.filter((id) => id !== instance);
  }
}

export function register(estate: Estate, scaling: ScalingGroup, instance: string): void {
  for (const arn of scaling.targetGroups) {
    const group = estate.targetGroups.get(arn);
    if (group !== undefined) addTarget(estate, group, instance, group.port);
  }
  for (const name of scaling.classicBalancers) {
    const balancer = estate.classicBalancers.get(name);
    if (balancer !== undefined && !balancer.instances.includes(instance)) balancer.instances.push(instance);
  }
}
