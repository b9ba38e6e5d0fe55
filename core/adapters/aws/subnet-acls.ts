import {
  CreateNetworkAclCommand,
  DeleteNetworkAclCommand,
  DescribeNetworkAclsCommand,
  type EC2Client,
  type NetworkAcl,
  ReplaceNetworkAclAssociationCommand,
} from '@aws-sdk/client-ec2';
import { NeedsHuman } from '../../errors';
import type { AclAssociation, SubnetAcls } from '../../ports/subnet-acls';
import { calling, orElse, tagList, tagRecord } from './aws-call';
import type { ClientAt } from './places';

/** Each subnet's earlier ACL is kept as a tag of ours, `cordon:was:subnet-… = acl-…`: it outlives any of our tables. */
const WAS = 'cordon:was:';
/** Written beside it where that was another incident's deny-all ACL, which may be gone when ours is taken back. */
const FIRST = 'cordon:first:';

/** SubnetAcls over EC2. A new network ACL has only the deny rule, for IPv4 and IPv6. */
export function awsSubnetAcls(ec2At: ClientAt<EC2Client>): SubnetAcls {
  return {
    async of(key, subnets) {
      const filter = [{ Name: 'association.subnet-id', Values: [...subnets] }];
      const acls = await describe(ec2At(key), filter);
      return acls.flatMap(associationsOf).filter((each) => subnets.includes(each.subnet));
    },
    async ensureDenyAll(key, vpc, incident, before) {
      const found = (await ours(ec2At(key), incident)).find((each) => each.VpcId === vpc);
      if (found?.NetworkAclId !== undefined) return found.NetworkAclId;
      const was = Object.fromEntries(
        before.flatMap(({ subnet, acl, first }) => [
          [`${WAS}${subnet}`, acl],
          ...(first === undefined ? [] : [[`${FIRST}${subnet}`, first]]),
        ]),
      );
      const own = { Name: `cordon-${incident}`, 'cordon:incident': incident, 'cordon:role': 'deny-all' };
      const tags = tagList({ ...was, ...own });
      const answer = await calling('ec2 CreateNetworkAcl', () =>
        ec2At(key).send(
          new CreateNetworkAclCommand({
            VpcId: vpc,
            ClientToken: `${incident}-deny-all-${vpc}`,
            TagSpecifications: [{ ResourceType: 'network-acl', Tags: tags }],
          }),
        ),
      );
      const made = answer.NetworkAcl?.NetworkAclId;
      if (made === undefined) throw new NeedsHuman(`EC2 named no network ACL after making one for ${incident}.`);
      return made;
    },
    async replace(key, association, acl) {
      const command = new ReplaceNetworkAclAssociationCommand({ AssociationId: association, NetworkAclId: acl });
      return orElse('ec2 ReplaceNetworkAclAssociation', ['InvalidNetworkAclID.NotFound'], 'gone' as const, async () => {
        await ec2At(key).send(command);
        return 'done' as const;
      });
    },
    async remove(key, acl) {
      const command = new DeleteNetworkAclCommand({ NetworkAclId: acl });
      await orElse('ec2 DeleteNetworkAcl', ['InvalidNetworkAclID.NotFound'], undefined, () => ec2At(key).send(command));
    },
    async remembered(key, incident) {
      return (await ours(ec2At(key), incident)).map((found) => ({
        acl: found.NetworkAclId ?? '',
        before: rememberedOn(found),
      }));
    },
  };
}

async function describe(ec2: EC2Client, filters: { Name: string; Values: string[] }[]): Promise<readonly NetworkAcl[]> {
  const answer = await calling('ec2 DescribeNetworkAcls', () =>
    ec2.send(new DescribeNetworkAclsCommand({ Filters: filters })),
  );
  return answer.NetworkAcls ?? [];
}

/** What each subnet had before this ACL of ours, and the association it has now. */
function rememberedOn(found: NetworkAcl): readonly AclAssociation[] {
  const tags = tagRecord(found.Tags);
  const now = associationsOf(found);
  return Object.entries(tags).flatMap(([tag, acl]) => {
    if (!tag.startsWith(WAS)) return [];
    const subnet = tag.slice(WAS.length);
    const first = tags[`${FIRST}${subnet}`];
    const association = now.find((each) => each.subnet === subnet)?.association ?? '';
    return [{ subnet, acl, association, ...(first === undefined ? {} : { first }) }];
  });
}

function ours(ec2: EC2Client, incident: string): Promise<readonly NetworkAcl[]> {
  return describe(ec2, [
    { Name: 'tag:cordon:incident', Values: [incident] },
    { Name: 'tag:cordon:role', Values: ['deny-all'] },
  ]);
}

function associationsOf(acl: NetworkAcl): readonly AclAssociation[] {
  const tags = tagRecord(acl.Tags);
  return (acl.Associations ?? []).map((each) => {
    const subnet = each.SubnetId ?? '';
    const first = tags[`${FIRST}${subnet}`] ?? tags[`${WAS}${subnet}`];
    return {
      subnet,
      association: each.NetworkAclAssociationId ?? '',
      acl: each.NetworkAclId ?? acl.NetworkAclId ?? '',
      ...(first === undefined ? {} : { first }),
    };
  });
}
