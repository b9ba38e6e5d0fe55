import { textOf } from '../aws/platform';
import type { RuleSource, SecurityRule } from './network-types';
import type { Estate } from './types';

/** A rule as CloudFormation writes it, inside a group or as a resource of its own. */
export function ruleOf(
  estate: Estate,
  rule: Readonly<Record<string, unknown>>,
  egress: boolean,
): Omit<SecurityRule, 'id' | 'tags'> {
  const all = textOf(rule.IpProtocol) === '-1';
  const port = (value: unknown): number | undefined => (all || value === undefined ? undefined : Number(value));
  const description = textOf(rule.Description);
  return {
    egress,
    protocol: textOf(rule.IpProtocol, '-1'),
    from: port(rule.FromPort),
    to: port(rule.ToPort),
    source: sourceOf(estate, rule),
    description: description === '' ? undefined : description,
  };
}

function sourceOf(estate: Estate, rule: Readonly<Record<string, unknown>>): RuleSource {
  const group = textOf(rule.SourceSecurityGroupId) || textOf(rule.DestinationSecurityGroupId);
  if (group !== '') return { kind: 'group', value: group, account: estate.parts.account };
  const list = textOf(rule.SourcePrefixListId) || textOf(rule.DestinationPrefixListId);
  if (list !== '') return { kind: 'prefix-list', value: list };
  const v6 = textOf(rule.CidrIpv6);
  return v6 === '' ? { kind: 'cidr4', value: textOf(rule.CidrIp) } : { kind: 'cidr6', value: v6 };
}
