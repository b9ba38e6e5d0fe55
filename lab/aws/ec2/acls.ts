import type {
  CreateNetworkAclEntryRequest,
  CreateNetworkAclRequest,
  CreateNetworkAclResult,
  DeleteNetworkAclRequest,
  NetworkAcl as Ec2NetworkAcl,
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult,
} from '@aws-sdk/client-ec2';
import { find, note } from '../../estate/estate';
import type { AclEntry, NetworkAcl } from '../../estate/network-types';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, type Operation, operation } from '../service';
import { onNew, onResource, requestTags, tagMap, tagsFor, tagsOnCreate } from './access';
import { dryRun, tagList } from './listing';
import { describeOperation } from './network';

/** EC2 shows the default rule as number 32767. */
const LAST_RULE = 32_767;

export function aclOperations(estates: Estates): Record<string, Operation> {
  return {
    ...describeOperation<NetworkAcl>(estates, {
      name: 'DescribeNetworkAcls',
      idsMember: 'NetworkAclIds',
      answer: 'NetworkAcls',
      notFound: 'InvalidNetworkAclID.NotFound',
      from: (estate) => estate.acls,
      fields: (acl) => ({
        'network-acl-id': acl.id,
        'vpc-id': acl.vpc,
        default: String(acl.isDefault),
        'association.subnet-id': acl.associations.map((one) => one.subnet),
        'association.association-id': acl.associations.map((one) => one.id),
      }),
      render: renderAcl,
    }),
    CreateNetworkAcl: operation<CreateNetworkAclRequest, CreateNetworkAclResult>(
      ['VpcId', 'TagSpecifications', 'ClientToken', 'DryRun'],
      {
        latencyMs: 250,
        authorize(input, call) {
          const estate = estates.of(call);
          const tags = tagsFor(input.TagSpecifications, 'network-acl');
          return [
            onNew(estate, 'CreateNetworkAcl', 'network-acl', requestTags(tags)),
            onResource(estate, 'CreateNetworkAcl', 'vpc', input.VpcId),
            ...tagsOnCreate(estate, 'CreateNetworkAcl', 'network-acl', tags),
          ];
        },
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const vpc = find(estate.vpcs, input.VpcId, 'InvalidVpcID.NotFound', 'vpc ID');
          const acl: NetworkAcl = {
            id: estate.ids.next('acl'),
            account: call.account,
            vpc: vpc.id,
            isDefault: false,
            entries: lastRules(),
            associations: [],
            tags: tagMap(tagsFor(input.TagSpecifications, 'network-acl')),
          };
          estate.acls.set(acl.id, acl);
          note(estate, 'CreateNetworkAcl', acl.id);
          return { NetworkAcl: renderAcl(acl) };
        },
      },
    ),
    CreateNetworkAclEntry: operation<CreateNetworkAclEntryRequest, object>(
      [
        'NetworkAclId',
        'RuleNumber',
        'Protocol',
        'RuleAction',
        'Egress',
        'CidrBlock',
        'Ipv6CidrBlock',
        'PortRange',
        'IcmpTypeCode',
        'DryRun',
      ],
      {
        latencyMs: 150,
        authorize: (input, call) => [
          onResource(estates.of(call), 'CreateNetworkAclEntry', 'network-acl', input.NetworkAclId),
        ],
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const acl = findAcl(estate, input.NetworkAclId);
          addEntry(acl, input);
          note(estate, 'CreateNetworkAclEntry', acl.id);
          return {};
        },
      },
    ),
    ...associationOperations(estates),
  };
}

function associationOperations(estates: Estates): Record<string, Operation> {
  return {
    ReplaceNetworkAclAssociation: operation<ReplaceNetworkAclAssociationRequest, ReplaceNetworkAclAssociationResult>(
      ['AssociationId', 'NetworkAclId', 'DryRun'],
      {
        latencyMs: 250,
        authorize(input, call) {
          const estate = estates.of(call);
          const held = holderOf(estate, input.AssociationId);
          const subnet = held?.associations.find((one) => one.id === input.AssociationId)?.subnet;
          return [
            onResource(estate, 'ReplaceNetworkAclAssociation', 'network-acl', input.NetworkAclId),
            onResource(estate, 'ReplaceNetworkAclAssociation', 'subnet', subnet),
          ];
        },
        run(input, call) {
          dryRun(input);
          const estate = estates.of(call);
          const from = holderOf(estate, input.AssociationId);
          const association = from?.associations.find((one) => one.id === input.AssociationId);
          if (from === undefined || association === undefined) {
            throw new AwsFault(
              'InvalidAssociationID.NotFound',
              `The association ID '${input.AssociationId}' does not exist`,
            );
          }
          const to = findAcl(estate, input.NetworkAclId);
          if (to.vpc !== from.vpc)
            throw new AwsFault(
              'InvalidParameterValue',
              `${association.subnet} and ${to.id} belong to different networks`,
            );
          from.associations = from.associations.filter((one) => one !== association);
          const made = { id: estate.ids.next('aclassoc'), subnet: association.subnet };
          to.associations.push(made);
          note(estate, 'ReplaceNetworkAclAssociation', `${association.subnet} ${to.id}`);
          return { NewAssociationId: made.id };
        },
      },
    ),
    DeleteNetworkAcl: operation<DeleteNetworkAclRequest, object>(['NetworkAclId', 'DryRun'], {
      latencyMs: 200,
      authorize: (input, call) => [onResource(estates.of(call), 'DeleteNetworkAcl', 'network-acl', input.NetworkAclId)],
      run(input, call) {
        dryRun(input);
        const estate = estates.of(call);
        const acl = findAcl(estate, input.NetworkAclId);
        if (acl.associations.length > 0) {
          throw new AwsFault(
            'DependencyViolation',
            `The networkAcl '${acl.id}' has dependencies and cannot be deleted.`,
          );
        }
        estate.acls.delete(acl.id);
        note(estate, 'DeleteNetworkAcl', acl.id);
        return {};
      },
    }),
  };
}

function findAcl(estate: Estate, id: string | undefined): NetworkAcl {
  return find(estate.acls, id, 'InvalidNetworkAclID.NotFound', 'networkAcl ID');
}

function holderOf(estate: Estate, association: string | undefined): NetworkAcl | undefined {
  return [...estate.acls.values()].find((acl) => acl.associations.some((one) => one.id === association));
}

/** A new ACL denies everything, both ways (VPC user guide, "Custom network ACLs"). */
function lastRules(): AclEntry[] {
  return [true, false].map((egress) => ({
    number: LAST_RULE,
    egress,
    protocol: '-1',
    action: 'deny',
    cidr: '0.0.0.0/0',
    cidr6: undefined,
    ports: undefined,
  }));
}

function addEntry(acl: NetworkAcl, input: CreateNetworkAclEntryRequest): void {
  const number = input.RuleNumber ?? 0;
  const egress = input.Egress ?? false;
  if (acl.entries.some((entry) => entry.number === number && entry.egress === egress)) {
    throw new AwsFault('NetworkAclEntryAlreadyExists', `The network acl entry identified by ${number} already exists.`);
  }
  acl.entries.push({
    number,
    egress,
    protocol: input.Protocol ?? '-1',
    action: input.RuleAction === 'allow' ? 'allow' : 'deny',
    cidr: input.CidrBlock,
    cidr6: input.Ipv6CidrBlock,
    ports:
      input.PortRange === undefined ? undefined : { from: input.PortRange.From ?? 0, to: input.PortRange.To ?? 65_535 },
  });
}

function renderAcl(acl: NetworkAcl): Ec2NetworkAcl {
  return {
    NetworkAclId: acl.id,
    VpcId: acl.vpc,
    OwnerId: acl.account,
    IsDefault: acl.isDefault,
    Associations: acl.associations.map((one) => ({
      NetworkAclAssociationId: one.id,
      NetworkAclId: acl.id,
      SubnetId: one.subnet,
    })),
    Entries: acl.entries.map((entry) => ({
      RuleNumber: entry.number,
      Egress: entry.egress,
      Protocol: entry.protocol,
      RuleAction: entry.action,
      ...(entry.cidr === undefined ? {} : { CidrBlock: entry.cidr }),
      ...(entry.cidr6 === undefined ? {} : { Ipv6CidrBlock: entry.cidr6 }),
      ...(entry.ports === undefined ? {} : { PortRange: { From: entry.ports.from, To: entry.ports.to } }),
    })),
    Tags: tagList(acl.tags),
  };
}
