import { after, note } from './estate';
import type { ScalingGroup, Target, TargetGroup } from './scaling-types';
import type { Estate } from './types';

/** Takes a target, on one port or on all, out of its group: it drains first, then is gone. */
export function drain(estate: Estate, group: TargetGroup, id: string, port?: number): void {
  const targets = group.targets.filter((one) => one.id === id && (port === undefined || one.port === port));
  for (const target of targets) drainTarget(estate, group, target);
}

function drainTarget(estate: Estate, group: TargetGroup, target: Target): void {
  if (target.state === 'draining') return;
  target.state = 'draining';
  note(estate, 'DeregisterTargets', `${group.name} ${target.id}`);
  after(estate, estate.parts.durations.targetDrain, `drained/${group.name}/${target.id}`, () => {
    if (target.state === 'draining') group.targets = group.targets.filter((one) => one !== target);
  });
}

export function addTarget(estate: Estate, group: TargetGroup, id: string, port: number): void {
  const known = group.targets.find((one) => one.id === id && one.port === port);
  if (known !== undefined && known.state !== 'draining') return;
  group.targets = group.targets.filter((one) => one !== known);
  const target = { id, port, state: 'initial' as 'initial' | 'healthy' };
  group.targets.push(target);
  note(estate, 'RegisterTargets', `${group.name} ${id}`);
  after(estate, estate.parts.durations.targetHealthy, `healthy/${group.name}/${id}`, () => {
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
