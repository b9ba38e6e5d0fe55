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

/** SubnetAcls over EC2. A new network ACL has only the deny rule, for IPv4 and IPv6. */
export function awsSubnetAcls(ec2At: ClientAt<EC2Client>): SubnetAcls {
  return {
    async of(key, subnets) {
      const filter = [{ Name: 'association.subnet-id', Values: [...subnets] }];
      const acls = await describe(ec2At(key), filter);
      return acls.flatMap(associationsOf).filter((each) => subnets.includes(each.subnet));
    },
    async ensureDenyAll(key, vpc, incident, before) {
      const found = await ours(ec2At(key), incident);
      if (found?.NetworkAclId !== undefined) return found.NetworkAclId;
      const was = Object.fromEntries(before.map((each) => [`${WAS}${each.subnet}`, each.acl]));
      const own = { Name: `cordon-${incident}`, 'cordon:incident': incident, 'cordon:role': 'deny-all' };
      const tags = tagList({ ...was, ...own });
      const answer = await calling('ec2 CreateNetworkAcl', () =>
        ec2At(key).send(
          new CreateNetworkAclCommand({
            VpcId: vpc,
            ClientToken: `${incident}-deny-all`,
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
      const answer = await calling('ec2 ReplaceNetworkAclAssociation', () => ec2At(key).send(command));
      return answer.NewAssociationId ?? '';
    },
    async remove(key, acl) {
      const command = new DeleteNetworkAclCommand({ NetworkAclId: acl });
      await orElse('ec2 DeleteNetworkAcl', ['InvalidNetworkAclID.NotFound'], undefined, () => ec2At(key).send(command));
    },
    async remembered(key, incident) {
      const found = await ours(ec2At(key), incident);
      if (found?.NetworkAclId === undefined) return undefined;
      const now = associationsOf(found);
      const before = Object.entries(tagRecord(found.Tags))
        .filter(([tag]) => tag.startsWith(WAS))
        .map(([tag, acl]) => {
          const subnet = tag.slice(WAS.length);
          return { subnet, acl, association: now.find((each) => each.subnet === subnet)?.association ?? '' };
        });
      return { acl: found.NetworkAclId, before };
    },
  };
}

async function describe(ec2: EC2Client, filters: { Name: string; Values: string[] }[]): Promise<readonly NetworkAcl[]> {
  const answer = await calling('ec2 DescribeNetworkAcls', () =>
    ec2.send(new DescribeNetworkAclsCommand({ Filters: filters })),
  );
  return answer.NetworkAcls ?? [];
}

async function ours(ec2: EC2Client, incident: string): Promise<NetworkAcl | undefined> {
  const acls = await describe(ec2, [
    { Name: 'tag:cordon:incident', Values: [incident] },
    { Name: 'tag:cordon:role', Values: ['deny-all'] },
  ]);
  return acls[0];
}

function associationsOf(acl: NetworkAcl): readonly AclAssociation[] {
  return (acl.Associations ?? []).map((each) => ({
    subnet: each.SubnetId ?? '',
    association: each.NetworkAclAssociationId ?? '',
    acl: each.NetworkAclId ?? acl.NetworkAclId ?? '',
  }));
}
