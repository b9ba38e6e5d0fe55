import { hexHash } from '../time/seeded';
import type { FindingInstance, FindingInterface } from './finding-shape';
import type { ScenarioOptions } from './from-finding';
import { addAcl, addEndpoint, addGateway, addGroup, addPrefixList, addRouteTable, addSubnet, addVpc } from './install';
import { inCidr } from './network';
import type { Subnet } from './network-types';
import type { Estate } from './types';

/** One interface to be made: where it is and what guards it. */
export interface PlannedInterface {
  readonly id: string;
  readonly subnet: Subnet;
  readonly groups: readonly string[];
  readonly privateIp: string | undefined;
  readonly publicIp: string | undefined;
  readonly ipv6: readonly string[];
}

export interface Network {
  readonly subnet: Subnet;
  readonly group: string;
  readonly own: readonly PlannedInterface[];
}

/** Ids that the finding leaves out depend on the instance's own id. */
function standIn(prefix: string, details: FindingInstance, ...parts: readonly (string | number)[]): string {
  return `${prefix}-0${hexHash(16, details.instanceId ?? '', prefix, ...parts)}`;
}

export function buildNetwork(estate: Estate, details: FindingInstance, options: ScenarioOptions): Network {
  const named = details.networkInterfaces;
  const wanted = [
    ...(named.length > 0 ? named : [blank()]),
    ...Array.from({ length: options.extraInterfaces ?? 0 }, blank),
  ];
  const own = wanted.map((one, index) => planInterface(estate, details, named, one, index, options));
  const first = own[0];
  if (first === undefined) throw new Error('An instance has at least one interface.');
  for (const vpc of new Set(own.map((one) => one.subnet.vpc))) openWays(estate, details, vpc, own, options);
  return { subnet: first.subnet, group: first.groups[0] ?? '', own };
}

function blank(): FindingInterface {
  return { ipv6Addresses: [], securityGroups: [] };
}

function planInterface(
  estate: Estate,
  details: FindingInstance,
  named: readonly FindingInterface[],
  one: FindingInterface,
  index: number,
  options: ScenarioOptions,
): PlannedInterface {
  const vpc = one.vpcId ?? named[0]?.vpcId ?? standIn('vpc', details);
  const subnet = ensureSubnet(estate, details, vpc, one, named[0], options);
  const groups = one.securityGroups.length > 0 ? one.securityGroups : (named[0]?.securityGroups ?? []);
  const ids = groups.flatMap((group) => {
    if (group.groupId === undefined) return [];
    ensureGroup(estate, vpc, group.groupId, group.groupName ?? `group-${group.groupId.slice(3, 9)}`);
    return [group.groupId];
  });
  if (ids.length === 0) ids.push(ensureGroup(estate, vpc, standIn('sg', details), 'web'));
  return {
    id: one.networkInterfaceId ?? standIn('eni', details, index),
    subnet,
    groups: ids,
    privateIp: one.privateIpAddress,
    publicIp: one.publicIp ?? (options.reach === 'internet' && index === 0 ? '203.0.113.17' : undefined),
    ipv6: one.ipv6Addresses.length > 0 || options.ipv6 !== true ? one.ipv6Addresses : [`2001:db8:0:1::${index + 10}`],
  };
}

/** The VPC takes the /16 around the instance's address, the subnet the /24 (RFC 1918 space when there is none). */
function ensureSubnet(
  estate: Estate,
  details: FindingInstance,
  vpc: string,
  one: FindingInterface,
  first: FindingInterface | undefined,
  options: ScenarioOptions,
): Subnet {
  const address = one.privateIpAddress ?? first?.privateIpAddress ?? '10.20.4.10';
  const [a = '10', b = '20', c = '4'] = address.split('.');
  const v6 = options.ipv6 === true || details.networkInterfaces.some((each) => each.ipv6Addresses.length > 0);
  if (!estate.vpcs.has(vpc)) {
    addVpc(estate, {
      id: vpc,
      cidr: `${a}.${b}.0.0/16`,
      ...(v6 ? { cidr6: '2001:db8::/56' } : {}),
      tags: { Name: 'production' },
    });
    // Stands for AWS's own: every VPC has one, and the subnets are in it until someone moves them.
    addAcl(estate, vpc, `acl-0${hexHash(16, vpc)}`);
    addGroup(estate, { id: `sg-0${hexHash(16, vpc, 'default')}`, vpc, name: 'default' });
  }
  const id = one.subnetId ?? first?.subnetId ?? standIn('subnet', details);
  const zone = details.availabilityZone ?? `${estate.parts.region}a`;
  const cidr = `${a}.${b}.${c}.0/24`;
  const taken = [...estate.subnets.values()].some((each) => each.vpc === vpc && inCidr(`${a}.${b}.${c}.0`, each.cidr));
  return (
    estate.subnets.get(id) ??
    addSubnet(estate, {
      id,
      vpc,
      zone,
      cidr: taken ? `${a}.${b}.${(Number(c) + estate.subnets.size) % 256}.0/24` : cidr,
      ...(v6 ? { cidr6: '2001:db8:0:1::/64' } : {}),
      mapPublicIp: options.reach === 'internet',
    })
  );
}

/** The finding names a group and not its rules: a web server's are assumed (80 and 443 in, all out). */
function ensureGroup(estate: Estate, vpc: string, id: string, name: string): string {
  if (estate.groups.has(id)) return id;
  const taken = [...estate.groups.values()].some((group) => group.vpc === vpc && group.name === name);
  addGroup(estate, { id, vpc, name: taken ? `${name}-${id.slice(-4)}` : name, ingressPorts: [80, 443] });
  return id;
}

/** Routes, gateways and endpoints by which the subnets get out. */
function openWays(
  estate: Estate,
  details: FindingInstance,
  vpc: string,
  own: readonly PlannedInterface[],
  options: ScenarioOptions,
): void {
  if ([...estate.routeTables.values()].some((table) => table.vpc === vpc)) return;
  const subnets = own.filter((one) => one.subnet.vpc === vpc).map((one) => one.subnet.id);
  const reach = options.reach ?? 'endpoints';
  const internet = reach === 'internet' || details.networkInterfaces.some((one) => one.publicIp !== undefined);
  const routes = [{ destination: estate.vpcs.get(vpc)?.cidr ?? '', target: 'local' }];
  if (internet) {
    const gateway = addGateway(estate, { kind: 'internet', id: `igw-0${hexHash(16, vpc)}`, vpc, subnets: [] });
    routes.push({ destination: '0.0.0.0/0', target: gateway.id });
  } else if (reach !== 'none') {
    const gateway = addGateway(estate, { kind: 'nat', id: `nat-0${hexHash(16, vpc)}`, vpc, subnets });
    routes.push({ destination: '0.0.0.0/0', target: gateway.id });
  }
  if (options.transitGateway === true) {
    const gateway = `tgw-0${hexHash(16, vpc)}`;
    addGateway(estate, { kind: 'transit-attachment', id: `tgw-attach-0${hexHash(16, vpc)}`, vpc, subnets, gateway });
    routes.push({ destination: '10.0.0.0/8', target: gateway });
  }
  const table = addRouteTable(estate, { id: `rtb-0${hexHash(16, vpc)}`, vpc, main: true, subnets, routes });
  const list = addPrefixList(estate, 's3', ['52.218.0.0/17']);
  if (reach !== 'endpoints') return;
  const group = addGroup(estate, {
    id: `sg-0${hexHash(16, vpc, 'endpoints')}`,
    vpc,
    name: 'endpoints',
    ingressFromVpc: [443],
  });
  for (const service of ['ssm', 'ssmmessages', 'ec2messages']) {
    addEndpoint(estate, { vpc, service, type: 'Interface', subnets, groups: [group.id] });
  }
  const buckets = options.endpointBuckets;
  addEndpoint(estate, {
    vpc,
    service: 's3',
    type: 'Gateway',
    routeTables: [table.id],
    ...(buckets === undefined ? {} : { buckets }),
  });
  table.routes.push({ destination: list.id, target: `vpce-0${hexHash(16, vpc, 's3')}` });
}
