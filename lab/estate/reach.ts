import type { Instance } from './machine-types';
import { groupsAdmit } from './network';
import type { NetworkAcl, NetworkInterface, RouteTable, VpcEndpoint } from './network-types';
import type { Estate } from './types';

/** Whether an installed agent gets to SSM: `ssm` and a message channel, over the internet or interface endpoints (F31). */
export function reachesSsm(estate: Estate, instance: Instance): boolean {
  if (instance.agent === 'none' || instance.state !== 'running' || !hasProfile(estate, instance)) return false;
  return interfacesOf(estate, instance).some(
    (eni) =>
      reachesInternet(estate, eni) ||
      (reachesEndpoint(estate, eni, 'ssm') &&
        (reachesEndpoint(estate, eni, 'ssmmessages') || reachesEndpoint(estate, eni, 'ec2messages'))),
  );
}

/** Whether the host gets to S3: over the internet, a gateway endpoint's route or an interface endpoint. */
export function reachesS3(estate: Estate, instance: Instance): boolean {
  if (instance.state !== 'running') return false;
  return interfacesOf(estate, instance).some(
    (eni) => reachesInternet(estate, eni) || reachesGateway(estate, eni) || reachesEndpoint(estate, eni, 's3'),
  );
}

export function interfacesOf(estate: Estate, instance: Instance): NetworkInterface[] {
  return instance.interfaces.flatMap((id) => estate.interfaces.get(id) ?? []);
}

export function routeTableOf(estate: Estate, subnet: string, vpc: string): RouteTable | undefined {
  const tables = [...estate.routeTables.values()].filter((table) => table.vpc === vpc);
  return tables.find((table) => table.subnets.includes(subnet)) ?? tables.find((table) => table.main);
}

export function aclOf(estate: Estate, subnet: string): NetworkAcl | undefined {
  return [...estate.acls.values()].find((acl) => acl.associations.some((one) => one.subnet === subnet));
}

function hasProfile(estate: Estate, instance: Instance): boolean {
  return [...estate.associations.values()].some(
    (one) => one.instance === instance.id && one.state !== 'disassociating',
  );
}

/** A network ACL with no allowing entry in one direction cuts everything that leaves the subnet. */
function subnetOpen(estate: Estate, subnet: string): boolean {
  const acl = aclOf(estate, subnet);
  if (acl === undefined) return true;
  return [true, false].every((egress) =>
    acl.entries.some((entry) => entry.egress === egress && entry.action === 'allow'),
  );
}

function reachesInternet(estate: Estate, eni: NetworkInterface): boolean {
  if (!subnetOpen(estate, eni.subnet)) return false;
  if (!groupsAdmit(estate, eni.groups, true, 443, { address: 'internet', groups: [] })) return false;
  const route = routeTableOf(estate, eni.subnet, eni.vpc)?.routes.find((one) => one.destination === '0.0.0.0/0');
  if (route === undefined) return false;
  return route.target.startsWith('igw-') ? eni.publicIp !== undefined : true;
}

function reachesGateway(estate: Estate, eni: NetworkInterface): boolean {
  const table = routeTableOf(estate, eni.subnet, eni.vpc);
  const endpoint = available(estate, eni.vpc, 's3').find(
    (one) => one.type === 'Gateway' && table !== undefined && one.routeTables.includes(table.id),
  );
  if (endpoint === undefined || !subnetOpen(estate, eni.subnet)) return false;
  const list = [...estate.prefixLists.values()].find((one) => one.name.endsWith('.s3'));
  const peer = { address: 'internet', groups: [], ...(list === undefined ? {} : { prefixList: list.id }) };
  return groupsAdmit(estate, eni.groups, true, 443, peer);
}

function reachesEndpoint(estate: Estate, eni: NetworkInterface, service: string): boolean {
  if (!subnetOpen(estate, eni.subnet)) return false;
  return available(estate, eni.vpc, service).some(
    (one) =>
      one.type === 'Interface' &&
      one.privateDns &&
      groupsAdmit(estate, one.groups, false, 443, { address: eni.privateIp, groups: eni.groups }) &&
      groupsAdmit(estate, eni.groups, true, 443, { address: addressOf(estate, one), groups: one.groups }),
  );
}

function available(estate: Estate, vpc: string, service: string): VpcEndpoint[] {
  return [...estate.endpoints.values()].filter(
    (one) => one.vpc === vpc && one.state === 'available' && one.service.endsWith(`.${service}`),
  );
}

/** An endpoint's interface takes an address of its subnet; its network address stands for it. */
function addressOf(estate: Estate, endpoint: VpcEndpoint): string {
  const subnet = estate.subnets.get(endpoint.subnets[0] ?? '');
  return subnet?.cidr.split('/')[0] ?? '';
}
