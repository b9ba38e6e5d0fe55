import type { SecurityGroup as Ec2Group, IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { RuleSource, SecurityGroup, SecurityRule } from '../../estate/network-types';
import type { Estate } from '../../estate/types';
import { AwsFault } from '../service';
import { tagList } from './listing';

type NewRule = Omit<SecurityRule, 'id' | 'tags'>;

/** IpPermissions name several sources at once; EC2 keeps one rule per source. */
export function readPermissions(
  estate: Estate,
  permissions: readonly IpPermission[] | undefined,
  egress: boolean,
): NewRule[] {
  return (permissions ?? []).flatMap((permission) => {
    const base = {
      egress,
      protocol: permission.IpProtocol ?? '-1',
      // All protocols cover all ports, whatever was sent with them.
      from: permission.IpProtocol === '-1' ? undefined : permission.FromPort,
      to: permission.IpProtocol === '-1' ? undefined : permission.ToPort,
    };
    const rules = sourcesOf(estate, permission).map(({ source, description }) => ({ ...base, source, description }));
    if (rules.length === 0)
      throw new AwsFault('MissingParameter', 'A permission must name at least one source or destination.');
    return rules;
  });
}

interface Described {
  readonly source: RuleSource;
  readonly description: string | undefined;
}

function sourcesOf(estate: Estate, permission: IpPermission): Described[] {
  const cidr4 = (permission.IpRanges ?? []).map((one) => ({
    source: { kind: 'cidr4' as const, value: one.CidrIp ?? '' },
    description: one.Description,
  }));
  const cidr6 = (permission.Ipv6Ranges ?? []).map((one) => ({
    source: { kind: 'cidr6' as const, value: one.CidrIpv6 ?? '' },
    description: one.Description,
  }));
  const lists = (permission.PrefixListIds ?? []).map((one) => ({
    source: { kind: 'prefix-list' as const, value: one.PrefixListId ?? '' },
    description: one.Description,
  }));
  const groups = (permission.UserIdGroupPairs ?? []).map((one) => {
    const value = one.GroupId ?? '';
    if (!estate.groups.has(value))
      throw new AwsFault('InvalidGroup.NotFound', `The security group '${value}' does not exist`);
    return {
      source: { kind: 'group' as const, value, account: one.UserId ?? estate.parts.account },
      description: one.Description,
    };
  });
  return [...cidr4, ...cidr6, ...lists, ...groups];
}

export function renderGroup(group: SecurityGroup): Ec2Group {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    OwnerId: group.account,
    VpcId: group.vpc,
    IpPermissions: renderPermissions(group.rules.filter((rule) => !rule.egress)),
    IpPermissionsEgress: renderPermissions(group.rules.filter((rule) => rule.egress)),
    Tags: tagList(group.tags),
  };
}

/** Rules of one protocol and port range stand together, as DescribeSecurityGroups shows them. */
function renderPermissions(rules: readonly SecurityRule[]): IpPermission[] {
  const byPorts = new Map<string, SecurityRule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol}/${rule.from}/${rule.to}`;
    byPorts.set(key, [...(byPorts.get(key) ?? []), rule]);
  }
  return [...byPorts.values()].flatMap((together) => {
    const [first] = together;
    return first === undefined ? [] : [renderPermission(first, together)];
  });
}

function renderPermission(first: SecurityRule, rules: readonly SecurityRule[]): IpPermission {
  const described = (rule: SecurityRule) => (rule.description === undefined ? {} : { Description: rule.description });
  const of = (kind: RuleSource['kind']) => rules.filter((rule) => rule.source.kind === kind);
  return {
    IpProtocol: first.protocol,
    ...(first.from === undefined ? {} : { FromPort: first.from }),
    ...(first.to === undefined ? {} : { ToPort: first.to }),
    IpRanges: of('cidr4').map((rule) => ({ CidrIp: rule.source.value, ...described(rule) })),
    Ipv6Ranges: of('cidr6').map((rule) => ({ CidrIpv6: rule.source.value, ...described(rule) })),
    PrefixListIds: of('prefix-list').map((rule) => ({ PrefixListId: rule.source.value, ...described(rule) })),
    UserIdGroupPairs: of('group').map((rule) => ({
      GroupId: rule.source.value,
      ...(rule.source.kind === 'group' ? { UserId: rule.source.account } : {}),
      ...described(rule),
    })),
  };
}

export function renderRule(group: SecurityGroup, rule: SecurityRule): SecurityGroupRule {
  const source = rule.source;
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: group.id,
    GroupOwnerId: group.account,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.from ?? -1,
    ToPort: rule.to ?? -1,
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    ...(source.kind === 'cidr4' ? { CidrIpv4: source.value } : {}),
    ...(source.kind === 'cidr6' ? { CidrIpv6: source.value } : {}),
    ...(source.kind === 'prefix-list' ? { PrefixListId: source.value } : {}),
    ...(source.kind === 'group' ? { ReferencedGroupInfo: { GroupId: source.value, UserId: source.account } } : {}),
    Tags: tagList(rule.tags),
  };
}
