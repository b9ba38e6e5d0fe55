import { AwsFault } from '../aws/service';
import { note, now } from './estate';
import { launchTime, start } from './instances';
import { addInterface } from './interfaces';
import type { Instance, LaunchDevice, LaunchTemplate, LaunchTemplateData, ProfileAssociation } from './machine-types';
import type { Tags } from './tagged';
import type { Estate } from './types';
import { addDevices } from './volumes';

/** What RunInstances and Auto Scaling ask for; `template` is a launch template's id or name. */
export interface LaunchRequest extends LaunchTemplateData {
  readonly template?: string;
  readonly templateVersion?: string;
  readonly tags?: never;
  readonly instanceTags?: Tags;
  readonly volumeTags?: Tags;
  readonly clientToken?: string;
}

export function findTemplate(estate: Estate, idOrName: string): LaunchTemplate {
  const found =
    estate.launchTemplates.get(idOrName) ??
    [...estate.launchTemplates.values()].find((template) => template.name === idOrName);
  if (found === undefined) {
    throw new AwsFault(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${idOrName}, does not exist.`,
    );
  }
  return found;
}

/** `$Latest`, `$Default`, a number, or nothing (the default version). */
export function templateData(template: LaunchTemplate, version: string | undefined): LaunchTemplateData {
  const number =
    version === undefined || version === '$Default'
      ? template.defaultVersion
      : version === '$Latest'
        ? template.versions.length
        : Number(version);
  const data = template.versions[number - 1];
  if (data === undefined) {
    throw new AwsFault(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
    );
  }
  return data;
}

/** Template data under the request's own. */
export function effective(estate: Estate, request: LaunchRequest): LaunchTemplateData & LaunchRequest {
  const template = request.template === undefined ? undefined : findTemplate(estate, request.template);
  const base = template === undefined ? {} : templateData(template, request.templateVersion);
  const { tags: _, ...rest } = base;
  const merged = { ...rest, ...request };
  return merged.imageId === undefined ? merged : { ...merged, imageId: imageOf(estate, merged.imageId) };
}

/** `resolve:ssm:NAME` in a template stands for the parameter's value at launch. */
function imageOf(estate: Estate, given: string): string {
  const name = /^resolve:ssm:(.+)$/.exec(given)?.[1];
  if (name === undefined) return given;
  const value = estate.parameters.get(name);
  if (value === undefined)
    throw new AwsFault('InvalidParameterValue', `The parameter ${name} of the launch template's image does not exist.`);
  return value;
}

/** Starts one instance: interface, volumes, profile, then pending → running. */
export function launchInstance(estate: Estate, request: LaunchRequest): Instance {
  const data = effective(estate, request);
  const subnet = estate.subnets.get(data.subnet ?? '');
  if (subnet === undefined)
    throw new AwsFault('InvalidSubnetID.NotFound', `The subnet ID '${data.subnet ?? ''}' does not exist`);
  const type = data.instanceType ?? 'm1.small';
  if (estate.parts.faults.insufficientCapacity(type, subnet.zone)) {
    throw new AwsFault(
      'InsufficientInstanceCapacity',
      `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${subnet.zone}).`,
      500,
    );
  }
  const instance = newInstance(estate, data, type, { zone: subnet.zone, subnet: subnet.id, vpc: subnet.vpc });
  estate.instances.set(instance.id, instance);
  addInterface(estate, {
    instance,
    subnet,
    index: 0,
    groups: data.groups ?? [],
    publicIp: data.publicIp ?? subnet.mapPublicIp,
  });
  addDevices(
    estate,
    instance,
    data.devices ?? [rootDevice()],
    request.volumeTags ?? templateTags(estate, request, 'volume'),
  );
  if (data.profileArn !== undefined) associateProfile(estate, instance.id, data.profileArn, 'associated');
  note(estate, 'RunInstances', instance.id);
  start(estate, instance);
  return instance;
}

function rootDevice(): LaunchDevice {
  return { device: '/dev/xvda', gib: 8, type: 'gp3', deleteOnTermination: true };
}

function templateTags(estate: Estate, request: LaunchRequest, kind: string): Tags {
  if (request.template === undefined) return new Map();
  const data = templateData(findTemplate(estate, request.template), request.templateVersion);
  return new Map(Object.entries(data.tags?.[kind] ?? {}));
}

function newInstance(
  estate: Estate,
  data: LaunchTemplateData & LaunchRequest,
  type: string,
  place: { zone: string; subnet: string; vpc: string },
): Instance {
  return {
    ...place,
    id: estate.ids.next('i'),
    account: estate.parts.account,
    image: data.imageId ?? 'ami-00000000000000000',
    type,
    launchedAt: launchTime(estate),
    lifecycle: undefined,
    platform: undefined,
    // Graviton families carry a g after the generation: t4g, m7gd, c8gn.
    architecture: /^[a-z]+[0-9]+g/.test(type) ? 'arm64' : 'x86_64',
    rootDevice: data.devices?.[0]?.device ?? '/dev/xvda',
    rootType: 'ebs',
    ephemeralDisks: 0,
    agent: 'installed',
    clientToken: data.clientToken,
    launchTemplate: data.template,
    metadataTokens: data.metadataTokens ?? 'optional',
    metadataTags: data.metadataTags ?? false,
    userData: data.userData,
    hibernation: false,
    keyName: data.keyName,
    tags: new Map([...templateTags(estate, data, 'instance'), ...(data.instanceTags ?? [])]),
    state: 'pending',
    stateReason: undefined,
    interfaces: [],
    devices: [],
    disableApiTermination: false,
    disableApiStop: false,
    shutdownBehavior: data.shutdownBehavior ?? 'stop',
  };
}

/** Records a profile on an instance; `associating` becomes `associated` by the caller's timer. */
export function associateProfile(
  estate: Estate,
  instance: string,
  profileArn: string,
  state: ProfileAssociation['state'],
): ProfileAssociation {
  const association: ProfileAssociation = {
    id: estate.ids.next('iip-assoc'),
    instance,
    profileArn,
    state,
    at: now(estate),
  };
  estate.associations.set(association.id, association);
  return association;
}
