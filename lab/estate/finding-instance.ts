import { hexHash } from '../time/seeded';
import { now } from './estate';
import type { Network, PlannedInterface } from './finding-network';
import type { FindingInstance } from './finding-shape';
import type { ScenarioOptions } from './from-finding';
import { addInstanceProfile, addRole } from './install';
import { dismantle } from './instances';
import { addInterface } from './interfaces';
import { associateProfile } from './launch';
import type { Instance } from './machine-types';
import type { Estate } from './types';
import { addVolume, plug } from './volumes';

/** The instance a finding names, with its interfaces, volumes and profile. */
export function buildInstance(
  estate: Estate,
  details: FindingInstance,
  network: Network,
  options: ScenarioOptions,
): Instance {
  const instance = newInstance(estate, details, network, options);
  estate.instances.set(instance.id, instance);
  const planned: readonly (PlannedInterface | undefined)[] = network.own.length > 0 ? network.own : [undefined];
  for (const [index, one] of planned.entries()) {
    addInterface(estate, {
      id: one?.id ?? `eni-0${hexHash(16, instance.id, index)}`,
      instance,
      subnet: one?.subnet ?? network.subnet,
      index,
      groups: one?.groups ?? [network.group],
      ipv6: one?.ipv6 ?? [],
      ...(one?.privateIp === undefined ? {} : { privateIp: one.privateIp }),
      ...(one?.publicIp === undefined ? {} : { publicIp: one.publicIp }),
    });
  }
  if (options.instanceStore !== 'root') addVolumes(estate, instance, options);
  if (options.profile !== 'none') addProfile(estate, instance, details, options);
  if (instance.state === 'terminated') dismantle(estate, instance);
  return instance;
}

function newInstance(estate: Estate, details: FindingInstance, network: Network, options: ScenarioOptions): Instance {
  const id = details.instanceId ?? '';
  const windows = options.platform === 'windows' || details.platform?.toLowerCase() === 'windows';
  const type = details.instanceType ?? 't3.medium';
  const tags = [...details.tags.map(({ key, value }) => [key, value] as const), ...Object.entries(options.tags ?? {})];
  return {
    id,
    account: estate.parts.account,
    image: details.imageId ?? `ami-0${hexHash(16, id)}`,
    type,
    zone: network.subnet.zone,
    subnet: network.subnet.id,
    vpc: network.subnet.vpc,
    launchedAt: launchTime(estate, details),
    lifecycle: options.lifecycle,
    platform: windows ? 'windows' : undefined,
    architecture: /^[a-z]+[0-9]+g/.test(type) ? 'arm64' : 'x86_64',
    rootDevice: windows ? '/dev/sda1' : '/dev/xvda',
    rootType: options.instanceStore === 'root' ? 'instance-store' : 'ebs',
    ephemeralDisks: options.instanceStore === undefined ? 0 : 1,
    agent: options.agent ?? 'installed',
    clientToken: undefined,
    launchTemplate: undefined,
    metadataTokens: 'optional',
    metadataTags: false,
    userData: Buffer.from(
      '#!/bin/sh\n# stand-in for the user data that the finding does not show\nsystemctl start nginx\n',
    ).toString('base64'),
    hibernation: false,
    keyName: undefined,
    tags: new Map(tags),
    state: stateOf(details, options),
    stateReason: undefined,
    interfaces: [],
    devices: [],
    disableApiTermination: false,
    disableApiStop: false,
    // The one that destroys evidence: a shutdown from inside would terminate the instance.
    shutdownBehavior: options.lifecycle === 'spot' ? 'terminate' : 'stop',
  };
}

function stateOf(details: FindingInstance, options: ScenarioOptions): Instance['state'] {
  if (options.state !== undefined) return options.state;
  const said = details.instanceState?.toLowerCase();
  return said === 'stopped' || said === 'terminated' ? said : 'running';
}

/** An hour ago where the finding's launch time is missing, odd or later than now. */
function launchTime(estate: Estate, details: FindingInstance): number {
  const said = details.launchTime === undefined ? Number.NaN : new Date(details.launchTime).getTime();
  return Number.isNaN(said) || said > now(estate) ? now(estate) - 3_600_000 : said;
}

function addVolumes(estate: Estate, instance: Instance, options: ScenarioOptions): void {
  const managed = options.encryption === 'aws-managed';
  const devices = [
    instance.rootDevice,
    ...Array.from({ length: options.dataVolumes ?? 0 }, (_, index) => deviceName(index)),
  ];
  for (const [index, device] of devices.entries()) {
    const volume = addVolume(estate, {
      id: `vol-0${hexHash(16, instance.id, device)}`,
      gib: index === 0 ? 8 : 20,
      type: 'gp3',
      zone: instance.zone,
      encrypted: managed,
      kmsKey: managed ? `arn:aws:kms:${estate.parts.region}:${estate.parts.account}:alias/aws/ebs` : undefined,
      tags: new Map([['Name', `${instance.id} ${device}`]]),
    });
    // EC2's default: the root goes with the instance, data volumes stay.
    plug(estate, volume, instance, device, index === 0);
  }
}

/** `/dev/sdf` to `/dev/sdp` are the recommended names, then `/dev/sdq` and so on. */
function deviceName(index: number): string {
  return `/dev/sd${String.fromCharCode('f'.charCodeAt(0) + index)}`;
}

function addProfile(estate: Estate, instance: Instance, details: FindingInstance, options: ScenarioOptions): void {
  const arn = details.iamInstanceProfile?.arn;
  if (arn === undefined && details.networkInterfaces.length > 0 && options.sharedRole !== true) return;
  const name = arn?.split('/').at(-1) ?? 'web-server';
  const profile = arn === undefined ? undefined : estate.profiles.get(arn);
  const made =
    profile ??
    addInstanceProfile(estate, {
      name,
      roles: [addRole(estate, { name }).arn],
      ...(arn === undefined ? {} : { arn }),
      ...(details.iamInstanceProfile?.id === undefined ? {} : { id: details.iamInstanceProfile.id }),
    });
  associateProfile(estate, instance.id, made.arn, 'associated');
}
