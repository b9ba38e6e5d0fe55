import type { Instance } from '../estate/machine-types';
import { groupsAdmit } from '../estate/network';
import type { NetworkInterface } from '../estate/network-types';
import { interfacesOf, routeTableOf } from '../estate/reach';
import { groupOf } from '../estate/scaling';
import type { Volume } from '../estate/storage-types';
import type { Estate } from '../estate/types';
import type {
  EstateView,
  FlowView,
  InstanceRole,
  InstanceView,
  InterfaceView,
  ScalingView,
  SnapshotView,
  VolumeView,
} from './model';

/** Whom the findings are about, and who talks to them. */
export interface Victims {
  /** Instance id → addresses or names of the other side. */
  readonly remotes: ReadonlyMap<string, string>;
}

/** One account and region as the page draws it. */
export function estateView(estate: Estate, victims: Victims): EstateView {
  const instances = [...estate.instances.values()].map((one) => instanceView(estate, one, victims));
  return {
    account: estate.parts.account,
    region: estate.parts.region,
    vpcs: Object.fromEntries(
      [...estate.vpcs.values()].map((vpc) => {
        const name = vpc.tags.get('Name') ?? vpc.id;
        return [vpc.id, { id: vpc.id, name, cidr: vpc.cidr, quarantine: /quarantine/i.test(name) }];
      }),
    ),
    instances: byId(instances),
    volumes: byId([...estate.volumes.values()].filter(({ state }) => state !== 'deleted').map(volumeView)),
    snapshots: byId([...estate.snapshots.values()].map((one) => snapshotView(estate, one.id))),
    groups: Object.fromEntries([...estate.scalingGroups.keys()].map((name) => [name, scalingView(estate, name)])),
    flows: Object.fromEntries(flowsOf(estate, victims).map((flow) => [`${flow.kind} ${flow.instance}`, flow])),
  };
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}

function instanceView(estate: Estate, instance: Instance, victims: Victims): InstanceView {
  const interfaces = interfacesOf(estate, instance).map((eni) => interfaceView(estate, eni));
  const scaling = groupOf(estate, instance.id);
  const member = scaling?.members.find((one) => one.instance === instance.id);
  const profile = [...estate.associations.values()].find(
    (one) => one.instance === instance.id && one.state !== 'disassociating',
  );
  return {
    id: instance.id,
    name: instance.tags.get('Name') ?? '',
    type: instance.type,
    state: instance.state,
    role: roleOf(instance, victims, scaling !== undefined),
    vpc: instance.vpc,
    subnet: instance.subnet,
    launchedAt: new Date(instance.launchedAt).toISOString(),
    terminationProtected: instance.disableApiTermination,
    isolated:
      interfaces.length > 0 && interfaces.every(({ groups }) => groups.every(({ kind }) => kind === 'isolation')),
    interfaces,
    volumes: instance.devices.map(({ volume }) => volume),
    ...(profile === undefined ? {} : { profile: profile.profileArn.split('/').at(-1) ?? '' }),
    ...(scaling === undefined ? {} : { scaling: scaling.name }),
    ...(member === undefined ? {} : { scalingState: member.state }),
  };
}

function roleOf(instance: Instance, victims: Victims, scaled: boolean): InstanceRole {
  if (victims.remotes.has(instance.id)) return 'victim';
  if (instance.tags.get('cordon:role') === 'forensic') return 'forensic';
  return scaled ? 'member' : 'neighbour';
}

function interfaceView(estate: Estate, eni: NetworkInterface): InterfaceView {
  const groups = eni.groups.map((id) => {
    const group = estate.groups.get(id);
    const role = group?.tags.get('cordon:role');
    const kind = role === 'isolation' || role === 'allow-all' ? role : 'own';
    return { id, name: group?.name ?? id, kind } as const;
  });
  return { id: eni.id, ip: eni.privateIp, groups, ...(eni.publicIp === undefined ? {} : { publicIp: eni.publicIp }) };
}

function volumeView(volume: Volume): VolumeView {
  const { id, gib, state, attachment } = volume;
  const evidence = volume.tags.get('cordon:role') === 'evidence-volume';
  const place = attachment === undefined ? {} : { instance: attachment.instance, device: attachment.device };
  return { id, gib, state, evidence, ...place };
}

function snapshotView(estate: Estate, id: string): SnapshotView {
  const snapshot = estate.snapshots.get(id);
  const incident = snapshot?.tags.get('cordon:incident');
  return {
    id,
    ...(incident === undefined ? {} : { incident }),
    volume: snapshot?.volume ?? '',
    state: snapshot?.state ?? '',
    gib: snapshot?.gib ?? 0,
    locked: snapshot?.lock !== undefined,
    encrypted: snapshot?.encrypted ?? false,
    // A copy belongs to no volume of ours: EC2 writes vol-ffffffff there.
    copy: snapshot?.volume.startsWith('vol-ffff') ?? false,
  };
}

function scalingView(estate: Estate, name: string): ScalingView {
  const group = estate.scalingGroups.get(name);
  const targets = (group?.targetGroups ?? []).flatMap((arn) => {
    const target = estate.targetGroups.get(arn);
    return (target?.targets ?? []).map(({ id, state }) => ({ instance: id, state, group: target?.name ?? '' }));
  });
  return {
    name,
    desired: group?.desired ?? 0,
    members: (group?.members ?? []).map(({ instance, state }) => ({ instance, state })),
    targets,
  };
}

/** The attacker's side of every victim, and users through the balancer: open as groups and routes say this moment. */
function flowsOf(estate: Estate, victims: Victims): readonly FlowView[] {
  const attackers = [...victims.remotes].flatMap(([id, remote]): FlowView[] => {
    const instance = estate.instances.get(id);
    if (instance === undefined) return [];
    const open = instance.state === 'running' && interfacesOf(estate, instance).some((eni) => reaches(estate, eni));
    return [{ instance: id, remote, kind: 'attacker', open }];
  });
  const users = [...estate.targetGroups.values()].flatMap((group) =>
    group.targets.map((target): FlowView => {
      return { instance: target.id, remote: group.name, kind: 'users', open: target.state === 'healthy' };
    }),
  );
  return [...attackers, ...users];
}

/** Out to any address on 443, or in from any address: what groups admit and a default route carries. */
function reaches(estate: Estate, eni: NetworkInterface): boolean {
  const peer = { address: 'internet', groups: [] };
  const admitted = groupsAdmit(estate, eni.groups, true, 443, peer) || groupsAdmit(estate, eni.groups, false, 22, peer);
  return admitted && routeTableOf(estate, eni.subnet, eni.vpc) !== undefined;
}
