import { hexHash } from '../time/seeded';
import type { Document, DocumentContent } from './command-types';
import { iamArn, partition } from './estate';
import type { InstanceProfile, LaunchTemplate, LaunchTemplateData, Role } from './machine-types';
import { addRule, createGroup } from './network';
import type {
  Gateway,
  NetworkAcl,
  PrefixList,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
} from './network-types';
import type { Estate } from './types';

/** Functions that put resources into an estate as they are: for templates and scenarios, without any call of AWS. */

type TagRecord = Readonly<Record<string, string>>;

export function addVpc(estate: Estate, wanted: { id: string; cidr: string; cidr6?: string; tags?: TagRecord }): Vpc {
  const vpc: Vpc = {
    id: wanted.id,
    account: estate.parts.account,
    cidr: wanted.cidr,
    cidr6: wanted.cidr6,
    isDefault: false,
    tags: new Map(Object.entries(wanted.tags ?? {})),
  };
  estate.vpcs.set(vpc.id, vpc);
  return vpc;
}

export function addSubnet(
  estate: Estate,
  wanted: {
    id: string;
    vpc: string;
    zone: string;
    cidr: string;
    cidr6?: string;
    mapPublicIp?: boolean;
    tags?: TagRecord;
  },
): Subnet {
  const subnet: Subnet = {
    id: wanted.id,
    account: estate.parts.account,
    vpc: wanted.vpc,
    zone: wanted.zone,
    cidr: wanted.cidr,
    cidr6: wanted.cidr6,
    mapPublicIp: wanted.mapPublicIp ?? false,
    tags: new Map(Object.entries(wanted.tags ?? {})),
  };
  estate.subnets.set(subnet.id, subnet);
  const acl = [...estate.acls.values()].find((one) => one.vpc === wanted.vpc && one.isDefault);
  acl?.associations.push({ id: `aclassoc-0${hexHash(16, subnet.id)}`, subnet: subnet.id });
  return subnet;
}

/** A VPC's default network ACL: everything passes. */
export function addAcl(estate: Estate, vpc: string, id: string): NetworkAcl {
  const entries = [true, false].flatMap((egress) => [
    {
      number: 100,
      egress,
      protocol: '-1',
      action: 'allow' as const,
      cidr: '0.0.0.0/0',
      cidr6: undefined,
      ports: undefined,
    },
    {
      number: 32_767,
      egress,
      protocol: '-1',
      action: 'deny' as const,
      cidr: '0.0.0.0/0',
      cidr6: undefined,
      ports: undefined,
    },
  ]);
  const acl: NetworkAcl = {
    id,
    account: estate.parts.account,
    vpc,
    isDefault: true,
    entries,
    associations: [],
    tags: new Map(),
  };
  estate.acls.set(id, acl);
  return acl;
}

/** A group with all egress (as created), ingress on some ports from anywhere or from the VPC. */
export function addGroup(
  estate: Estate,
  wanted: {
    id: string;
    vpc: string;
    name: string;
    description?: string;
    ingressPorts?: readonly number[];
    ingressFromVpc?: readonly number[];
    tags?: TagRecord;
  },
): SecurityGroup {
  const group = createGroup(estate, {
    id: wanted.id,
    name: wanted.name,
    description: wanted.description ?? wanted.name,
    vpc: wanted.vpc,
    tags: new Map(Object.entries(wanted.tags ?? {})),
  });
  const cidr = estate.vpcs.get(wanted.vpc)?.cidr ?? '';
  const open = (ports: readonly number[] | undefined, value: string): void => {
    for (const port of ports ?? []) {
      const source = { kind: 'cidr4' as const, value };
      addRule(estate, group, { egress: false, protocol: 'tcp', from: port, to: port, source, description: undefined });
    }
  };
  open(wanted.ingressPorts, '0.0.0.0/0');
  open(wanted.ingressFromVpc, cidr);
  return group;
}

export function addRouteTable(
  estate: Estate,
  wanted: Pick<RouteTable, 'id' | 'vpc' | 'main' | 'subnets' | 'routes'>,
): RouteTable {
  const table: RouteTable = { ...wanted, account: estate.parts.account, tags: new Map() };
  estate.routeTables.set(table.id, table);
  return table;
}

export function addGateway(
  estate: Estate,
  wanted: { kind: Gateway['kind']; id: string; vpc: string; subnets: readonly string[]; gateway?: string },
): Gateway {
  const gateway: Gateway = { ...wanted, gateway: wanted.gateway, account: estate.parts.account, tags: new Map() };
  estate.gateways.set(gateway.id, gateway);
  return gateway;
}

/** `service` is the last part of the name: ssm, ssmmessages, s3 … `buckets` limits the policy to those. */
export function addEndpoint(
  estate: Estate,
  wanted: {
    id?: string;
    vpc: string;
    service: string;
    type: VpcEndpoint['type'];
    subnets?: readonly string[];
    groups?: readonly string[];
    routeTables?: readonly string[];
    policy?: string;
    buckets?: readonly string[];
  },
): VpcEndpoint {
  const endpoint: VpcEndpoint = {
    id: wanted.id ?? `vpce-0${hexHash(16, wanted.vpc, wanted.service)}`,
    account: estate.parts.account,
    vpc: wanted.vpc,
    service: wanted.service.startsWith('com.')
      ? wanted.service
      : `com.amazonaws.${estate.parts.region}.${wanted.service}`,
    type: wanted.type,
    subnets: wanted.subnets ?? [],
    routeTables: wanted.routeTables ?? [],
    groups: wanted.groups ?? [],
    privateDns: wanted.type === 'Interface',
    policy: wanted.policy ?? bucketPolicy(estate, wanted.buckets),
    state: 'available',
    tags: new Map(),
  };
  estate.endpoints.set(endpoint.id, endpoint);
  return endpoint;
}

function bucketPolicy(estate: Estate, buckets: readonly string[] | undefined): string {
  const arn = `arn:${partition(estate.parts.region)}:s3:::`;
  const resource = buckets === undefined ? '*' : buckets.flatMap((name) => [`${arn}${name}`, `${arn}${name}/*`]);
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** AWS's prefix list of a service; its id is the one of eu-west-1's S3 list there, elsewhere a stand-in. */
export function addPrefixList(estate: Estate, service: string, cidrs: readonly string[]): PrefixList {
  const { region } = estate.parts;
  const name = `com.amazonaws.${region}.${service}`;
  const known = [...estate.prefixLists.values()].find((one) => one.name === name);
  if (known !== undefined) return known;
  const id = service === 's3' && region === 'eu-west-1' ? 'pl-6da54004' : `pl-${hexHash(8, name)}`;
  const list: PrefixList = { id, name, cidrs, tags: new Map() };
  estate.prefixLists.set(id, list);
  return list;
}

export function addRole(
  estate: Estate,
  wanted: { name: string; arn?: string; path?: string; trust?: string; attached?: Role['attached'] },
): Role {
  const role: Role = {
    arn: wanted.arn ?? iamArn(estate, `role/${wanted.name}`),
    id: `AROA${hexHash(17, wanted.name).toUpperCase()}`,
    name: wanted.name,
    path: wanted.path ?? '/',
    trust: wanted.trust ?? trustOf('ec2.amazonaws.com'),
    tags: new Map(),
    attached: wanted.attached ?? [],
    inline: new Map(),
  };
  estate.roles.set(role.name, role);
  return role;
}

function trustOf(service: string): string {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

export function addInstanceProfile(
  estate: Estate,
  wanted: { name: string; arn?: string; id?: string; roles: readonly string[] },
): InstanceProfile {
  const profile: InstanceProfile = {
    arn: wanted.arn ?? iamArn(estate, `instance-profile/${wanted.name}`),
    id: wanted.id ?? `AIPA${hexHash(17, wanted.name).toUpperCase()}`,
    name: wanted.name,
    roles: wanted.roles,
  };
  estate.profiles.set(profile.arn, profile);
  return profile;
}

export function addLaunchTemplate(
  estate: Estate,
  wanted: { id: string; name: string; data: LaunchTemplateData },
): LaunchTemplate {
  const template: LaunchTemplate = {
    id: wanted.id,
    account: estate.parts.account,
    name: wanted.name,
    versions: [wanted.data],
    defaultVersion: 1,
    tags: new Map(),
  };
  estate.launchTemplates.set(template.id, template);
  return template;
}

export function addDocument(estate: Estate, name: string, content: DocumentContent): Document {
  const document: Document = { name, version: '1', content };
  estate.documents.set(name, document);
  return document;
}
