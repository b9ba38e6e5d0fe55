import { AwsFault } from '../aws/service';
import type { Instance } from './machine-types';
import type { NetworkInterface, SecurityGroup } from './network-types';
import type { Tagged } from './tagged';
import type { BusEvent, Estate } from './types';

/** `arn:aws:ec2:region:account:kind/id` in the region's partition. Snapshots' ARNs have no account. */
export function ec2Arn(estate: Estate, kind: string, id: string): string {
  const account = kind === 'snapshot' || kind === 'image' ? '' : estate.parts.account;
  return `arn:${partition(estate.parts.region)}:ec2:${estate.parts.region}:${account}:${kind}/${id}`;
}

export function iamArn(estate: Estate, resource: string): string {
  return `arn:${partition(estate.parts.region)}:iam::${estate.parts.account}:${resource}`;
}

export function partition(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

export function now(estate: Estate): number {
  return estate.parts.clock.now();
}

/** A later effect of AWS's own. The key is stable, so equal times fire in a reproducible order. */
export function after(estate: Estate, ms: number, key: string, effect: () => void): void {
  estate.parts.clock.setTimer(ms, effect, `estate/${key}`);
}

export function note(estate: Estate, what: string, on: string): void {
  estate.effects.push({ at: now(estate), what, on });
}

/** Something about this instance changed: its Auto Scaling group and balancers will look at it. */
export function changed(estate: Estate, instance: string): void {
  for (const watcher of estate.watchers) watcher(instance);
}

/** Puts an event on the default bus, in EventBridge's envelope. */
export function emit(
  estate: Estate,
  source: string,
  detailType: string,
  resources: readonly string[],
  detail: Record<string, unknown>,
): void {
  const event: BusEvent = {
    version: '0',
    id: estate.ids.uuid('event'),
    'detail-type': detailType,
    source,
    account: estate.parts.account,
    time: new Date(now(estate)).toISOString().replace(/\.[0-9]{3}Z$/, 'Z'),
    region: estate.parts.region,
    resources,
    detail,
  };
  estate.parts.emit(event);
}

export function findInstance(estate: Estate, id: string | undefined): Instance {
  if (id === undefined || !/^i-[0-9a-f]{8,17}$/.test(id)) {
    throw new AwsFault('InvalidInstanceID.Malformed', `Invalid id: "${id ?? ''}"`);
  }
  const instance = estate.instances.get(id);
  if (instance === undefined) {
    throw new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  }
  return instance;
}

export function findInterface(estate: Estate, id: string | undefined): NetworkInterface {
  return find(estate.interfaces, id, 'InvalidNetworkInterfaceID.NotFound', 'networkInterface ID');
}

export function findGroup(estate: Estate, id: string | undefined): SecurityGroup {
  return find(estate.groups, id, 'InvalidGroup.NotFound', 'security group');
}

/** Looks up by id, or fails with the code EC2 has for it. */
export function find<T>(from: ReadonlyMap<string, T>, id: string | undefined, code: string, kind: string): T {
  const found = id === undefined ? undefined : from.get(id);
  if (found === undefined) throw new AwsFault(code, `The ${kind} '${id ?? ''}' does not exist`);
  return found;
}

/** Any taggable resource by its id. */
export function findTagged(estate: Estate, id: string): Tagged | undefined {
  const places: readonly ReadonlyMap<string, Tagged>[] = [
    estate.instances,
    estate.interfaces,
    estate.groups,
    estate.vpcs,
    estate.subnets,
    estate.routeTables,
    estate.endpoints,
    estate.gateways,
    estate.acls,
    estate.prefixLists,
    estate.volumes,
    estate.snapshots,
    estate.launchTemplates,
  ];
  for (const place of places) {
    const found = place.get(id);
    if (found !== undefined) return found;
  }
  return undefined;
}
