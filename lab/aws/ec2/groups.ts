import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressRequest,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupIngressRequest,
} from '@aws-sdk/client-ec2';
import { ec2Arn, findGroup, note } from '../../estate/estate';
import { addRule, createGroup, deleteGroup, removeRule } from '../../estate/network';
import type { SecurityGroup } from '../../estate/network-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, type Operation, operation } from '../service';
import { describes, onNew, onResource, requestTags, tagMap, tagsFor, tagsOnCreate } from './access';
import { readPermissions, renderGroup, renderRule } from './group-rules';
import { chosen, dryRun, type FilterFields, matches, page, tagList } from './listing';

function filterFields(group: SecurityGroup): FilterFields {
  return {
    'group-id': group.id,
    'group-name': group.name,
    'vpc-id': group.vpc,
    description: group.description,
    'owner-id': group.account,
    'ip-permission.group-id': group.rules.flatMap((rule) =>
      !rule.egress && rule.source.kind === 'group' ? [rule.source.value] : [],
    ),
    'egress.ip-permission.group-id': group.rules.flatMap((rule) =>
      rule.egress && rule.source.kind === 'group' ? [rule.source.value] : [],
    ),
  };
}

function pick(estate: Estate, ids: readonly string[] | undefined): SecurityGroup[] {
  return chosen(
    estate.groups,
    ids,
    (id) => new AwsFault('InvalidGroup.NotFound', `The security group '${id}' does not exist`),
  );
}

export function groupOperations(estates: Estates): Record<string, Operation> {
  return {
    DescribeSecurityGroups: operation<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult>(
      ['GroupIds', 'GroupNames', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
      {
        latencyMs: 80,
        authorize: describes('DescribeSecurityGroups'),
        run(input, call) {
          dryRun(input);
          const found = pick(estates.of(call), input.GroupIds)
            .filter((one) => input.GroupNames === undefined || input.GroupNames.includes(one.name))
            .filter((one) => matches(input.Filters, filterFields(one), one.tags));
          const { items, next } = page(found, input.MaxResults, input.NextToken);
          return { SecurityGroups: items.map(renderGroup), ...next };
        },
      },
    ),
    DescribeSecurityGroupRules: operation<DescribeSecurityGroupRulesRequest, DescribeSecurityGroupRulesResult>(
      ['SecurityGroupRuleIds', 'Filters', 'MaxResults', 'NextToken', 'DryRun'],
      {
        latencyMs: 70,
        authorize: describes('DescribeSecurityGroupRules'),
        run(input, call) {
          dryRun(input);
          const rules = [...estates.of(call).groups.values()].flatMap((group) =>
            group.rules
              .filter((rule) => input.SecurityGroupRuleIds?.includes(rule.id) ?? true)
              .filter((rule) =>
                matches(input.Filters, { 'group-id': group.id, 'security-group-rule-id': rule.id }, rule.tags),
              )
              .map((rule) => renderRule(group, rule)),
          );
          const { items, next } = page(rules, input.MaxResults, input.NextToken);
          return { SecurityGroupRules: items, ...next };
        },
      },
    ),
    CreateSecurityGroup: operation<CreateSecurityGroupRequest, CreateSecurityGroupResult>(
      ['GroupName', 'Description', 'VpcId', 'TagSpecifications', 'DryRun'],
      {
        latencyMs: 250,
        authorize(input, call) {
          const estate = estates.of(call);
          const tags = tagsFor(input.TagSpecifications, 'security-group');
          const vpc = { 'ec2:Vpc': ec2Arn(estate, 'vpc', input.VpcId ?? '') };
          return [
            onNew(estate, 'CreateSecurityGroup', 'security-group', { ...requestTags(tags), ...vpc }),
            onResource(estate, 'CreateSecurityGroup', 'vpc', input.VpcId),
            ...tagsOnCreate(estate, 'CreateSecurityGroup', 'security-group', tags),
          ];
        },
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const tags = tagMap(tagsFor(input.TagSpecifications, 'security-group'));
          const wanted = {
            name: input.GroupName ?? '',
            description: input.Description ?? '',
            vpc: input.VpcId ?? '',
            tags,
          };
          const group = createGroup(estate, wanted);
          return {
            GroupId: group.id,
            Tags: tagList(group.tags),
            SecurityGroupArn: ec2Arn(estate, 'security-group', group.id),
          };
        },
      },
    ),
    DeleteSecurityGroup: operation<DeleteSecurityGroupRequest, object>(['GroupId', 'DryRun'], {
      latencyMs: 200,
      authorize: (input, call) => [
        onResource(estates.of(call), 'DeleteSecurityGroup', 'security-group', input.GroupId),
      ],
      run(input, call) {
        dryRun(input);
        deleteGroup(estates.of(call), input.GroupId ?? '');
        return { GroupId: input.GroupId };
      },
    }),
    ...ruleOperations(estates),
  };
}

type RuleInput = AuthorizeSecurityGroupEgressRequest | AuthorizeSecurityGroupIngressRequest;
type RevokeInput = RevokeSecurityGroupEgressRequest | RevokeSecurityGroupIngressRequest;

function ruleOperations(estates: Estates): Record<string, Operation> {
  const authorizeRules = (egress: boolean, name: string) =>
    operation<RuleInput, object>(['GroupId', 'IpPermissions', 'DryRun'], {
      latencyMs: 150,
      authorize: (input, call) => [onResource(estates.of(call), name, 'security-group', input.GroupId)],
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        const group = findGroup(estate, input.GroupId);
        const made = readPermissions(estate, input.IpPermissions, egress).map((rule) => addRule(estate, group, rule));
        note(estate, name, group.id);
        return { Return: true, SecurityGroupRules: made.map((rule) => renderRule(group, rule)) };
      },
    });
  const revokeRules = (egress: boolean, name: string) =>
    operation<RevokeInput, object>(['GroupId', 'IpPermissions', 'SecurityGroupRuleIds', 'DryRun'], {
      latencyMs: 150,
      authorize: (input, call) => [onResource(estates.of(call), name, 'security-group', input.GroupId)],
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        const group = findGroup(estate, input.GroupId);
        revokeById(group, input.SecurityGroupRuleIds ?? []);
        for (const rule of readPermissions(estate, input.IpPermissions, egress)) removeRule(group, rule);
        note(estate, name, group.id);
        return { Return: true };
      },
    });
  return {
    AuthorizeSecurityGroupIngress: authorizeRules(false, 'AuthorizeSecurityGroupIngress'),
    AuthorizeSecurityGroupEgress: authorizeRules(true, 'AuthorizeSecurityGroupEgress'),
    RevokeSecurityGroupIngress: revokeRules(false, 'RevokeSecurityGroupIngress'),
    RevokeSecurityGroupEgress: revokeRules(true, 'RevokeSecurityGroupEgress'),
  };
}

function revokeById(group: SecurityGroup, ids: readonly string[]): void {
  for (const id of ids) {
    if (group.rules.some((rule) => rule.id === id)) continue;
    throw new AwsFault('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
  }
  group.rules = group.rules.filter((rule) => !ids.includes(rule.id));
}
