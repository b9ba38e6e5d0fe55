import { hexHash } from '../time/seeded';
import { partition } from './estate';
import type { ScenarioOptions } from './from-finding';
import { addLaunchTemplate } from './install';
import { addInterface } from './interfaces';
import type { Instance } from './machine-types';
import { interfacesOf } from './reach';
import type { ScalingGroup, TargetGroup } from './scaling-types';
import type { Estate } from './types';
import { addVolume, plug } from './volumes';

const GROUP_TAG = 'aws:autoscaling:groupName';

/** The Auto Scaling group and balancer that the instance serves in, with its siblings. */
export function buildService(estate: Estate, instance: Instance, options: ScenarioOptions): void {
  const named = instance.tags.get(GROUP_TAG);
  const sizes = options.scaling;
  const wantsGroup = sizes !== 'none' && (named !== undefined || sizes !== undefined);
  const balancer = options.balancer ?? (wantsGroup ? 'application' : 'none');
  if (!wantsGroup && balancer === 'none') return;
  const target =
    balancer === 'application' || balancer === 'network' ? addTargetGroup(estate, instance, balancer) : undefined;
  if (balancer === 'classic') addClassic(estate, instance);
  if (instance.state === 'running') target?.targets.push({ id: instance.id, port: target.port, state: 'healthy' });
  if (!wantsGroup || instance.state !== 'running') return;
  const size = sizes === undefined ? { min: 1, max: 4, desired: 2 } : sizes;
  addScalingGroup(estate, instance, named ?? 'web', size, target, balancer === 'classic');
}

function addScalingGroup(
  estate: Estate,
  instance: Instance,
  name: string,
  size: { min: number; max: number; desired: number },
  target: TargetGroup | undefined,
  classic: boolean,
): void {
  const { region, account } = estate.parts;
  instance.tags.set(GROUP_TAG, name);
  const template = addLaunchTemplate(estate, {
    id: `lt-0${hexHash(16, name)}`,
    name: `${name}-template`.slice(0, 128),
    data: {
      imageId: instance.image,
      instanceType: instance.type,
      groups: interfacesOf(estate, instance)[0]?.groups ?? [],
      ...profileOf(estate, instance),
    },
  });
  const group: ScalingGroup = {
    account,
    name,
    arn: `arn:${partition(region)}:autoscaling:${region}:${account}:autoScalingGroup:${uuidOf(name)}:autoScalingGroupName/${name}`,
    subnets: [instance.subnet],
    healthCheck: target === undefined && !classic ? 'EC2' : 'ELB',
    launchTemplate: template.id,
    tags: new Map([...instance.tags].filter(([key]) => !key.startsWith('aws:'))),
    ...size,
    members: [{ instance: instance.id, state: 'InService', health: 'Healthy', protectedFromScaleIn: false }],
    targetGroups: target === undefined ? [] : [target.arn],
    classicBalancers: classic ? [`${name.slice(0, 20)}-clb`] : [],
    suspended: [],
  };
  estate.scalingGroups.set(name, group);
  for (let index = 1; index < size.desired; index++) addSibling(estate, group, instance, index, target);
}

function profileOf(estate: Estate, instance: Instance): { profileArn?: string } {
  const association = [...estate.associations.values()].find((one) => one.instance === instance.id);
  return association === undefined ? {} : { profileArn: association.profileArn };
}

function uuidOf(text: string): string {
  const hex = hexHash(32, text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A healthy twin of the instance. */
function addSibling(
  estate: Estate,
  group: ScalingGroup,
  instance: Instance,
  index: number,
  target: TargetGroup | undefined,
): void {
  const id = `i-0${hexHash(16, instance.id, 'sibling', index)}`;
  const sibling: Instance = { ...instance, id, tags: new Map(instance.tags), interfaces: [], devices: [] };
  estate.instances.set(id, sibling);
  const subnet = estate.subnets.get(instance.subnet);
  const groups = interfacesOf(estate, instance)[0]?.groups ?? [];
  if (subnet !== undefined)
    addInterface(estate, { id: `eni-0${hexHash(16, id)}`, instance: sibling, subnet, index: 0, groups });
  const volume = addVolume(estate, {
    id: `vol-0${hexHash(16, id, 'root')}`,
    gib: 8,
    type: 'gp3',
    zone: sibling.zone,
    encrypted: false,
    kmsKey: undefined,
    tags: new Map(),
  });
  plug(estate, volume, sibling, sibling.rootDevice, true);
  const association = [...estate.associations.values()].find((one) => one.instance === instance.id);
  if (association !== undefined) {
    const own = { ...association, id: `iip-assoc-0${hexHash(16, id)}`, instance: id };
    estate.associations.set(own.id, own);
  }
  group.members.push({ instance: id, state: 'InService', health: 'Healthy', protectedFromScaleIn: false });
  target?.targets.push({ id, port: target.port, state: 'healthy' });
}

function addTargetGroup(estate: Estate, instance: Instance, kind: 'application' | 'network'): TargetGroup {
  const { region, account } = estate.parts;
  const base = `arn:${partition(region)}:elasticloadbalancing:${region}:${account}`;
  const id = hexHash(16, instance.vpc, kind);
  const letter = kind === 'application' ? 'app' : 'net';
  const group: TargetGroup = {
    arn: `${base}:targetgroup/web/${id}`,
    name: 'web',
    vpc: instance.vpc,
    protocol: kind === 'application' ? 'HTTP' : 'TCP',
    port: 80,
    balancers: [`${base}:loadbalancer/${letter}/web/${id}`],
    kind,
    targetType: 'instance',
    targets: [],
  };
  estate.targetGroups.set(group.arn, group);
  return group;
}

function addClassic(estate: Estate, instance: Instance): void {
  const name = `${(instance.tags.get(GROUP_TAG) ?? 'web').slice(0, 20)}-clb`;
  estate.classicBalancers.set(name, {
    name,
    vpc: instance.vpc,
    subnets: [instance.subnet],
    groups: [],
    instances: instance.state === 'running' ? [instance.id] : [],
  });
}
