import { interfacesOf } from './reach';
import { groupOf } from './scaling';
import type { Estate } from './types';

/** One side of estate.json: how an instance stands now, by names and ids alone. */
export interface EstateView {
  readonly instance: string;
  readonly state: string;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly asg: {
    readonly name: string;
    readonly state: string;
    readonly desired: number;
    readonly members: number;
  } | null;
  readonly targetGroups: readonly { readonly name: string; readonly state: string }[];
  readonly classicBalancers: readonly string[];
  readonly protections: {
    readonly termination: boolean;
    readonly stop: boolean;
    readonly shutdownBehavior: string;
    readonly deleteOnTermination: Readonly<Record<string, boolean>>;
  };
  readonly profile: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** Null when there is no such instance. */
export function estateSnapshot(estate: Estate, instanceId: string): EstateView | null {
  const instance = estate.instances.get(instanceId);
  if (instance === undefined) return null;
  const group = groupOf(estate, instanceId);
  const profile = [...estate.associations.values()].find(
    (one) => one.instance === instanceId && one.state !== 'disassociating',
  );
  const targets = [...estate.targetGroups.values()].flatMap((one) =>
    one.targets.filter(({ id }) => id === instanceId).map(({ state }) => ({ name: one.name, state })),
  );
  const balancers = [...estate.classicBalancers.values()].filter((one) => one.instances.includes(instanceId));
  return {
    instance: instanceId,
    state: instance.state,
    groups: Object.fromEntries(interfacesOf(estate, instance).map((eni) => [eni.id, [...eni.groups]])),
    asg:
      group === undefined
        ? null
        : {
            name: group.name,
            state: group.members.find((one) => one.instance === instanceId)?.state ?? '',
            desired: group.desired,
            members: group.members.length,
          },
    targetGroups: targets,
    classicBalancers: balancers.map((one) => one.name),
    protections: {
      termination: instance.disableApiTermination,
      stop: instance.disableApiStop,
      shutdownBehavior: instance.shutdownBehavior,
      deleteOnTermination: Object.fromEntries(instance.devices.map((one) => [one.device, one.deleteOnTermination])),
    },
    profile: profile?.profileArn ?? null,
    tags: Object.fromEntries([...instance.tags].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
