import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import type { GroupRules, Peer } from '../../estate/group-rules';

/** What has to change so that a group has exactly the rules wanted. */
export interface RuleChanges {
  readonly revokeIngress: readonly IpPermission[];
  readonly revokeEgress: readonly IpPermission[];
  readonly allowIngress: readonly IpPermission[];
  readonly allowEgress: readonly IpPermission[];
}

/**
 * Compares rule by rule. A new group admits all egress, also to ::/0 where the VPC has IPv6 (forensics F6), so whatever
 * is found and not wanted is revoked; no literal is assumed.
 */
export function ruleChanges(group: SecurityGroup, rules: GroupRules): RuleChanges {
  const ingress = compare(group.IpPermissions ?? [], rules.ingress);
  const egress = compare(group.IpPermissionsEgress ?? [], rules.egress);
  return {
    revokeIngress: ingress.surplus,
    allowIngress: ingress.missing,
    revokeEgress: egress.surplus,
    allowEgress: egress.missing,
  };
}

export function isSettled(changes: RuleChanges): boolean {
  return Object.values(changes).every((list) => list.length === 0);
}

/** What the group lets through beside TCP 443 out to a group or a prefix list; undefined when nothing. */
export function leakOf(group: SecurityGroup): string | undefined {
  const name = group.GroupId ?? 'the group';
  if ((group.IpPermissions ?? []).length > 0) return `${name} lets something in`;
  const wide = (group.IpPermissionsEgress ?? []).find(
    (rule) =>
      rule.IpProtocol !== 'tcp' ||
      rule.FromPort !== 443 ||
      rule.ToPort !== 443 ||
      (rule.IpRanges ?? []).length > 0 ||
      (rule.Ipv6Ranges ?? []).length > 0,
  );
  return wide === undefined ? undefined : `${name} lets out more than TCP 443 to VPC endpoints`;
}

function compare(found: readonly IpPermission[], wanted: readonly Peer[]) {
  const have = new Map(found.flatMap(single).map((rule) => [keyOf(rule), rule]));
  const want = new Map(wanted.flatMap(permissionsOf).map((rule) => [keyOf(rule), rule]));
  return {
    surplus: [...have].filter(([key]) => !want.has(key)).map(([, rule]) => rule),
    missing: [...want].filter(([key]) => !have.has(key)).map(([, rule]) => rule),
  };
}

function permissionsOf(peer: Peer): readonly IpPermission[] {
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
  switch (peer.kind) {
    case 'everywhere':
      return [
        { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
        { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
      ];
    case 'https-to-group':
      return [{ ...https, UserIdGroupPairs: [{ GroupId: peer.group }] }];
    case 'https-to-prefix-list':
      return [{ ...https, PrefixListIds: [{ PrefixListId: peer.prefixList }] }];
  }
}

/** EC2 folds rules of one protocol and port range into one permission: take them apart, one peer each. */
function single(rule: IpPermission): readonly IpPermission[] {
  const base: IpPermission = {
    IpProtocol: rule.IpProtocol,
    ...(rule.FromPort === undefined ? {} : { FromPort: rule.FromPort }),
    ...(rule.ToPort === undefined ? {} : { ToPort: rule.ToPort }),
  };
  return [
    ...(rule.IpRanges ?? []).map((each) => ({ ...base, IpRanges: [{ CidrIp: each.CidrIp }] })),
    ...(rule.Ipv6Ranges ?? []).map((each) => ({ ...base, Ipv6Ranges: [{ CidrIpv6: each.CidrIpv6 }] })),
    ...(rule.UserIdGroupPairs ?? []).map((each) => ({ ...base, UserIdGroupPairs: [{ GroupId: each.GroupId }] })),
    ...(rule.PrefixListIds ?? []).map((each) => ({ ...base, PrefixListIds: [{ PrefixListId: each.PrefixListId }] })),
  ];
}

function keyOf(rule: IpPermission): string {
  const ports = rule.IpProtocol === '-1' ? 'all' : `${rule.IpProtocol}:${rule.FromPort}-${rule.ToPort}`;
  const peer =
    rule.IpRanges?.[0]?.CidrIp ??
    rule.Ipv6Ranges?.[0]?.CidrIpv6 ??
    rule.UserIdGroupPairs?.[0]?.GroupId ??
    rule.PrefixListIds?.[0]?.PrefixListId ??
    '';
  return `${ports} ${peer}`;
}
