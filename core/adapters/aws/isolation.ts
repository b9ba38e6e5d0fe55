import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { Transient } from '../../errors';
import type { GroupRole, GroupRules } from '../../estate/group-rules';
import type { IncidentId } from '../../incident/ids';
import type { Isolation } from '../../ports/isolation';
import { awsErrorName, calling, everyPage, orElse, tagList } from './aws-call';
import { isSettled, leakOf, ruleChanges } from './group-rules';
import type { ClientAt } from './places';

const NAMES: Record<GroupRole, string> = {
  isolation: 'cordon-isolation',
  'isolation-closed': 'cordon-isolation-closed',
  'allow-all': 'cordon-allow-all',
};

/** By what each is found again. IAM knows only `cordon:role`: both isolation groups are isolation to it. */
const TAGS: Record<GroupRole, Readonly<Record<string, string>>> = {
  isolation: { 'cordon:role': 'isolation', 'cordon:reach': 'endpoints' },
  'isolation-closed': { 'cordon:role': 'isolation', 'cordon:reach': 'none' },
  'allow-all': { 'cordon:role': 'allow-all' },
};

const PURPOSES: Record<GroupRole, string> = {
  isolation: 'Cordon: nothing in, nothing out but VPC endpoints',
  'isolation-closed': 'Cordon: nothing in, nothing out',
  'allow-all': 'Cordon: untracks open flows for a moment before isolation',
};

/** Isolation over EC2. */
export function awsIsolation(ec2At: ClientAt<EC2Client>): Isolation {
  return {
    async findGroup(key, vpc, role) {
      return (await find(ec2At(key), vpc, role))?.GroupId;
    },
    async ensureGroup(key, incident, { vpc, role, rules }) {
      const ec2 = ec2At(key);
      const group = (await find(ec2, vpc, role)) ?? (await make(ec2, vpc, role, incident));
      await settle(ec2, group, rules);
      const proof = await find(ec2, vpc, role);
      if (proof?.GroupId === undefined || !isSettled(ruleChanges(proof, rules))) {
        throw new Transient(`The ${role} group of ${vpc} does not show its rules yet.`);
      }
      return proof.GroupId;
    },
    async leak(key, group) {
      const answer = await calling('ec2 DescribeSecurityGroups', () =>
        ec2At(key).send(new DescribeSecurityGroupsCommand({ GroupIds: [group] })),
      );
      const found = answer.SecurityGroups?.[0];
      return found === undefined ? `${group} is not there` : leakOf(found);
    },
    async removeGroup(key, group) {
      const remove = new DeleteSecurityGroupCommand({ GroupId: group });
      const codes = ['DependencyViolation', 'InvalidGroup.InUse', 'InvalidGroup.NotFound'];
      try {
        await calling('ec2 DeleteSecurityGroup', () => ec2At(key).send(remove), codes);
        return 'removed';
      } catch (error) {
        if (!codes.includes(awsErrorName(error))) throw error;
        return awsErrorName(error) === 'InvalidGroup.NotFound' ? 'absent' : 'in-use';
      }
    },
    async interfaces(key) {
      const ec2 = ec2At(key);
      const found = await everyPage((token) =>
        calling('ec2 DescribeNetworkInterfaces', async () => {
          const filter = [{ Name: 'attachment.instance-id', Values: [key.instance] }];
          const page = await ec2.send(
            new DescribeNetworkInterfacesCommand({ Filters: filter, ...(token ? { NextToken: token } : {}) }),
          );
          return { items: page.NetworkInterfaces ?? [], next: page.NextToken };
        }),
      );
      return found
        .map((each) => ({
          id: each.NetworkInterfaceId ?? '',
          vpc: each.VpcId ?? '',
          groups: (each.Groups ?? []).flatMap((group) => group.GroupId ?? []),
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async setGroups(key, networkInterface, groups) {
      const change = { NetworkInterfaceId: networkInterface, Groups: [...groups] };
      const gone = ['InvalidGroup.NotFound', 'InvalidSecurityGroupID.NotFound'];
      return orElse('ec2 ModifyNetworkInterfaceAttribute', gone, 'no-group' as const, async () => {
        await ec2At(key).send(new ModifyNetworkInterfaceAttributeCommand(change));
        return 'done' as const;
      });
    },
  };
}

async function find(ec2: EC2Client, vpc: string, role: GroupRole): Promise<SecurityGroup | undefined> {
  const answer = await calling('ec2 DescribeSecurityGroups', () =>
    ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpc] },
          ...Object.entries(TAGS[role]).map(([tag, value]) => ({ Name: `tag:${tag}`, Values: [value] })),
        ],
      }),
    ),
  );
  return answer.SecurityGroups?.[0];
}

/** Makes the group, tagged at birth. Its name is unique in the VPC, so of two makers one finds the other's. */
async function make(ec2: EC2Client, vpc: string, role: GroupRole, incident: IncidentId): Promise<SecurityGroup> {
  const tags = tagList({ Name: NAMES[role], ...TAGS[role], 'cordon:incident': incident });
  await orElse('ec2 CreateSecurityGroup', ['InvalidGroup.Duplicate'], undefined, () =>
    ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: NAMES[role],
        Description: PURPOSES[role],
        VpcId: vpc,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tags }],
      }),
    ),
  );
  const made = await find(ec2, vpc, role);
  if (made === undefined) throw new Transient(`The ${role} group of ${vpc} is not visible yet.`);
  return made;
}

/** Brings the group's rules to what is wanted. Surplus goes first: a wrong rule is worse than a missing one. */
async function settle(ec2: EC2Client, group: SecurityGroup, rules: GroupRules): Promise<void> {
  const id = { GroupId: group.GroupId };
  const changes = ruleChanges(group, rules);
  const gone = ['InvalidPermission.NotFound'];
  const there = ['InvalidPermission.Duplicate'];
  if (changes.revokeIngress.length > 0) {
    const revoke = new RevokeSecurityGroupIngressCommand({ ...id, IpPermissions: [...changes.revokeIngress] });
    await orElse('ec2 RevokeSecurityGroupIngress', gone, undefined, () => ec2.send(revoke));
  }
  if (changes.revokeEgress.length > 0) {
    const revoke = new RevokeSecurityGroupEgressCommand({ ...id, IpPermissions: [...changes.revokeEgress] });
    await orElse('ec2 RevokeSecurityGroupEgress', gone, undefined, () => ec2.send(revoke));
  }
  if (changes.allowIngress.length > 0) {
    const allow = new AuthorizeSecurityGroupIngressCommand({ ...id, IpPermissions: [...changes.allowIngress] });
    await orElse('ec2 AuthorizeSecurityGroupIngress', there, undefined, () => ec2.send(allow));
  }
  if (changes.allowEgress.length > 0) {
    const allow = new AuthorizeSecurityGroupEgressCommand({ ...id, IpPermissions: [...changes.allowEgress] });
    await orElse('ec2 AuthorizeSecurityGroupEgress', there, undefined, () => ec2.send(allow));
  }
}
