import { AwsFault } from '../aws/service';
import { changed, findGroup, note, now } from './estate';
import type { NetworkInterface, RuleSource, SecurityGroup, SecurityRule } from './network-types';
import type { Tags } from './tagged';
import type { Estate } from './types';

/** A group as CreateSecurityGroup makes it: no ingress, all egress over IPv4, and over IPv6 where the VPC has it. */
export function createGroup(
  estate: Estate,
  wanted: { id?: string; name: string; description: string; vpc: string; tags: Tags },
): SecurityGroup {
  const vpc = estate.vpcs.get(wanted.vpc);
  if (vpc === undefined) throw new AwsFault('InvalidVpcID.NotFound', `The vpc ID '${wanted.vpc}' does not exist`);
  const twin = [...estate.groups.values()].find((group) => group.vpc === vpc.id && group.name === wanted.name);
  if (twin !== undefined) {
    throw new AwsFault(
      'InvalidGroup.Duplicate',
      `The security group '${wanted.name}' already exists for VPC '${vpc.id}'`,
    );
  }
  const group: SecurityGroup = {
    ...wanted,
    id: wanted.id ?? estate.ids.next('sg'),
    account: estate.parts.account,
    rules: [],
  };
  estate.groups.set(group.id, group);
  addRule(estate, group, allEgress('cidr4', '0.0.0.0/0'));
  if (vpc.cidr6 !== undefined) addRule(estate, group, allEgress('cidr6', '::/0'));
  note(estate, 'CreateSecurityGroup', group.id);
  return group;
}

type NewRule = Omit<SecurityRule, 'id' | 'tags'>;

function allEgress(kind: 'cidr4' | 'cidr6', value: string): NewRule {
  return {
    egress: true,
    protocol: '-1',
    from: undefined,
    to: undefined,
    source: { kind, value },
    description: undefined,
  };
}

/** Adds one rule; the same rule twice is InvalidPermission.Duplicate, as in EC2. */
export function addRule(estate: Estate, group: SecurityGroup, rule: NewRule): SecurityRule {
  if (group.rules.some((known) => sameRule(known, rule))) {
    throw new AwsFault('InvalidPermission.Duplicate', `the specified rule "${describeRule(rule)}" already exists`);
  }
  const made: SecurityRule = { ...rule, id: estate.ids.next('sgr'), tags: new Map() };
  group.rules.push(made);
  return made;
}

export function removeRule(group: SecurityGroup, rule: NewRule): SecurityRule {
  const found = group.rules.find((known) => sameRule(known, rule));
  if (found === undefined) {
    throw new AwsFault(
      'InvalidPermission.NotFound',
      `The specified rule does not exist in this security group (${describeRule(rule)}).`,
    );
  }
  group.rules = group.rules.filter((known) => known !== found);
  return found;
}

function sameRule(a: NewRule, b: NewRule): boolean {
  return a.egress === b.egress && describeRule(a) === describeRule(b);
}

function describeRule(rule: NewRule): string {
  const ports = rule.from === undefined ? 'ALL' : `${rule.from}-${rule.to}`;
  return `peer: ${rule.source.value}, ${rule.protocol === '-1' ? 'ALL' : rule.protocol}, from port: ${ports}`;
}

export function deleteGroup(estate: Estate, id: string): void {
  const group = findGroup(estate, id);
  const attached = [...estate.interfaces.values()].some((eni) => eni.groups.includes(id));
  const named = [...estate.groups.values()].some(
    (other) => other.id !== id && other.rules.some((rule) => rule.source.kind === 'group' && rule.source.value === id),
  );
  const endpoint = [...estate.endpoints.values()].some((one) => one.state !== 'deleted' && one.groups.includes(id));
  if (attached || named || endpoint) {
    throw new AwsFault('DependencyViolation', `resource ${id} has a dependent object`);
  }
  if (group.name === 'default')
    throw new AwsFault('CannotDelete', `the specified group: "${id}" name: "default" cannot be deleted by a user`);
  estate.groups.delete(id);
  note(estate, 'DeleteSecurityGroup', id);
}

/** Swaps the groups of one interface. At least one group, and each in the interface's own VPC (F5). */
export function setGroups(estate: Estate, eni: NetworkInterface, groups: readonly string[]): void {
  if (groups.length === 0) {
    throw new AwsFault('InvalidParameterValue', 'You must specify at least one security group for a network interface');
  }
  for (const id of groups) {
    if (findGroup(estate, id).vpc !== eni.vpc) {
      throw new AwsFault(
        'InvalidParameterValue',
        `Security group ${id} and interface ${eni.id} belong to different networks.`,
      );
    }
  }
  eni.groups = [...groups];
  eni.groupHistory.push({ at: now(estate), groups: [...groups] });
  note(estate, 'ModifyNetworkInterfaceAttribute', `${eni.id} ${groups.join(',')}`);
  const instance = eni.attachment?.instance;
  if (instance !== undefined) changed(estate, instance);
}

/** Whether one of the groups admits this traffic in the given direction. `peer` is an address and the peer's groups. */
export function groupsAdmit(
  estate: Estate,
  groups: readonly string[],
  egress: boolean,
  port: number,
  peer: Peer,
): boolean {
  return groups.some((id) =>
    (estate.groups.get(id)?.rules ?? []).some(
      (rule) => rule.egress === egress && coversPort(rule, port) && coversPeer(estate, rule.source, peer),
    ),
  );
}

/** `internet` stands for any public address. */
export interface Peer {
  readonly address: string | 'internet';
  readonly groups: readonly string[];
  readonly prefixList?: string;
}

function coversPort(rule: SecurityRule, port: number): boolean {
  if (rule.protocol === '-1') return true;
  if (rule.protocol !== 'tcp' && rule.protocol !== '6') return false;
  return (rule.from ?? 0) <= port && port <= (rule.to ?? 65535);
}

function coversPeer(estate: Estate, source: RuleSource, peer: Peer): boolean {
  switch (source.kind) {
    case 'group':
      return peer.groups.includes(source.value);
    case 'prefix-list':
      return (
        peer.prefixList === source.value ||
        (estate.prefixLists.get(source.value)?.cidrs ?? []).some((cidr) => inCidr(peer.address, cidr))
      );
    case 'cidr4':
      return source.value === '0.0.0.0/0' || inCidr(peer.address, source.value);
    case 'cidr6':
      return false;
  }
}

/** IPv4 only: an IPv6 or unknown address is in no IPv4 range. */
export function inCidr(address: string, cidr: string): boolean {
  const [base, bits] = cidr.split('/');
  const a = ipv4(address);
  const b = ipv4(base ?? '');
  if (a === undefined || b === undefined) return false;
  const size = 2 ** (32 - Number(bits ?? 32));
  return Math.floor(a / size) === Math.floor(b / size);
}

function ipv4(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
