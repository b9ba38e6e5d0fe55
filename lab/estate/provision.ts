import type { Made, Provision, Resource } from '../assembly/deployment';
import { dictOf, listOf, textOf } from '../aws/platform';
import { hexHash } from '../time/seeded';
import { findGroup } from './estate';
import {
  addAcl,
  addDocument,
  addEndpoint,
  addGateway,
  addGroup,
  addInstanceProfile,
  addLaunchTemplate,
  addPrefixList,
  addRole,
  addRouteTable,
  addSubnet,
  addVpc,
} from './install';
import { addRule } from './network';
import { ruleOf } from './provision-rules';
import { templateDataOf } from './provision-template';
import type { Estate } from './types';
import type { Estates } from './world';

/** An id as EC2 would give, the same in every run. */
function idOf(prefix: string, { stack, logicalId }: Resource): string {
  return `${prefix}-0${hexHash(16, stack, logicalId)}`;
}

function tagsOf({ properties }: Resource): Record<string, string> {
  return Object.fromEntries(
    listOf(properties.Tags)
      .map(dictOf)
      .map((tag) => [textOf(tag.Key), textOf(tag.Value)]),
  );
}

/** The EC2, instance profile and SSM resources of the templates, put into the estate they are deployed to. */
export function estateProvisions(estates: Estates): Readonly<Record<string, Provision>> {
  const provide =
    (make: (estate: Estate, resource: Resource) => Made): Provision =>
    (resource) =>
      make(estates.at(resource.account, resource.region), resource);
  return {
    'AWS::EC2::VPC': provide(vpc),
    'AWS::EC2::Subnet': provide(subnet),
    'AWS::EC2::RouteTable': provide((estate, resource) => {
      const id = idOf('rtb', resource);
      const vpcId = textOf(resource.properties.VpcId);
      const routes = [{ destination: estate.vpcs.get(vpcId)?.cidr ?? '', target: 'local' }];
      addRouteTable(estate, { id, vpc: vpcId, main: false, subnets: [], routes });
      return { ref: id, attributes: { RouteTableId: id } };
    }),
    'AWS::EC2::SubnetRouteTableAssociation': provide((estate, resource) => {
      const { RouteTableId, SubnetId } = resource.properties;
      const table = estate.routeTables.get(textOf(RouteTableId));
      if (table !== undefined) {
        estate.routeTables.set(table.id, { ...table, subnets: [...table.subnets, textOf(SubnetId)] });
      }
      return { ref: idOf('rtbassoc', resource) };
    }),
    'AWS::EC2::Route': provide(route),
    'AWS::EC2::InternetGateway': provide((_, resource) => ({ ref: idOf('igw', resource) })),
    'AWS::EC2::VPCGatewayAttachment': provide((estate, resource) => {
      const id = textOf(resource.properties.InternetGatewayId);
      addGateway(estate, { kind: 'internet', id, vpc: textOf(resource.properties.VpcId), subnets: [] });
      return { ref: idOf('igw-attach', resource) };
    }),
    'AWS::EC2::SecurityGroup': provide(securityGroup),
    'AWS::EC2::SecurityGroupIngress': provide((estate, resource) => looseRule(estate, resource, false)),
    'AWS::EC2::SecurityGroupEgress': provide((estate, resource) => looseRule(estate, resource, true)),
    'AWS::EC2::VPCEndpoint': provide(endpoint),
    'AWS::EC2::FlowLog': provide((_, resource) => ({ ref: idOf('fl', resource) })),
    'AWS::EC2::LaunchTemplate': provide((estate, resource) => {
      const id = idOf('lt', resource);
      const name = textOf(resource.properties.LaunchTemplateName) || resource.name(128);
      addLaunchTemplate(estate, {
        id,
        name,
        data: templateDataOf(estate, dictOf(resource.properties.LaunchTemplateData)),
      });
      return { ref: id, attributes: { LaunchTemplateId: id, LatestVersionNumber: '1', DefaultVersionNumber: '1' } };
    }),
    'AWS::IAM::InstanceProfile': provide(instanceProfile),
    'AWS::SSM::Document': provide((estate, resource) => {
      const name = textOf(resource.properties.Name) || resource.name(128);
      addDocument(estate, name, dictOf(resource.properties.Content));
      return { ref: name };
    }),
    'AWS::SSM::Parameter': provide((estate, resource) => {
      const name = textOf(resource.properties.Name) || resource.name(128);
      estate.parameters.set(name, textOf(resource.properties.Value));
      return { ref: name, attributes: { Type: 'String', Value: textOf(resource.properties.Value) } };
    }),
  };
}

function vpc(estate: Estate, resource: Resource): Made {
  const id = idOf('vpc', resource);
  const cidr = textOf(resource.properties.CidrBlock);
  addVpc(estate, { id, cidr, tags: tagsOf(resource) });
  const group = addGroup(estate, { id: idOf('sg', resource), vpc: id, name: 'default' });
  const acl = addAcl(estate, id, idOf('acl', resource));
  return {
    ref: id,
    attributes: { VpcId: id, CidrBlock: cidr, DefaultSecurityGroup: group.id, DefaultNetworkAcl: acl.id },
  };
}

function subnet(estate: Estate, resource: Resource): Made {
  const { VpcId, CidrBlock, AvailabilityZone, MapPublicIpOnLaunch } = resource.properties;
  const id = idOf('subnet', resource);
  const zone = textOf(AvailabilityZone);
  const mapPublicIp = MapPublicIpOnLaunch === true;
  addSubnet(estate, { id, vpc: textOf(VpcId), zone, cidr: textOf(CidrBlock), mapPublicIp, tags: tagsOf(resource) });
  return { ref: id, attributes: { SubnetId: id, AvailabilityZone: zone, CidrBlock: textOf(CidrBlock) } };
}

function route(estate: Estate, resource: Resource): Made {
  const { RouteTableId, DestinationCidrBlock, GatewayId, NatGatewayId } = resource.properties;
  const target = textOf(GatewayId) || textOf(NatGatewayId);
  estate.routeTables.get(textOf(RouteTableId))?.routes.push({ destination: textOf(DestinationCidrBlock), target });
  return { ref: resource.name(64) };
}

/** A template that says egress (or CDK's "disallow all" line) gets just that; one that does not gets all of it (F6). */
function securityGroup(estate: Estate, resource: Resource): Made {
  const { GroupName, GroupDescription, VpcId, SecurityGroupEgress, SecurityGroupIngress } = resource.properties;
  const group = addGroup(estate, {
    id: idOf('sg', resource),
    vpc: textOf(VpcId),
    name: textOf(GroupName) || resource.name(255),
    description: textOf(GroupDescription),
    tags: tagsOf(resource),
  });
  const egress = listOf(SecurityGroupEgress).map(dictOf);
  if (egress.length > 0) group.rules = [];
  for (const rule of egress) addRule(estate, group, ruleOf(estate, rule, true));
  for (const rule of listOf(SecurityGroupIngress).map(dictOf)) addRule(estate, group, ruleOf(estate, rule, false));
  return { ref: group.id, attributes: { GroupId: group.id, VpcId: group.vpc, Id: group.id } };
}

function looseRule(estate: Estate, resource: Resource, egress: boolean): Made {
  const group = findGroup(estate, textOf(resource.properties.GroupId));
  return { ref: addRule(estate, group, ruleOf(estate, resource.properties, egress)).id };
}

function endpoint(estate: Estate, resource: Resource): Made {
  const { VpcId, ServiceName, VpcEndpointType, PolicyDocument } = resource.properties;
  const texts = (value: unknown): string[] => listOf(value).map((one) => textOf(one));
  const made = addEndpoint(estate, {
    id: idOf('vpce', resource),
    vpc: textOf(VpcId),
    service: textOf(ServiceName),
    type: VpcEndpointType === 'Interface' ? 'Interface' : 'Gateway',
    subnets: texts(resource.properties.SubnetIds),
    groups: texts(resource.properties.SecurityGroupIds),
    routeTables: texts(resource.properties.RouteTableIds),
    ...(PolicyDocument === undefined ? {} : { policy: JSON.stringify(PolicyDocument) }),
  });
  if (made.type === 'Gateway') {
    const list = addPrefixList(estate, 's3', ['52.218.0.0/17']);
    for (const id of made.routeTables)
      estate.routeTables.get(id)?.routes.push({ destination: list.id, target: made.id });
  }
  return { ref: made.id, attributes: { Id: made.id } };
}

function instanceProfile(estate: Estate, resource: Resource): Made {
  const name = textOf(resource.properties.InstanceProfileName) || resource.name(128);
  const roles = listOf(resource.properties.Roles).map((role) => {
    const roleName = textOf(role);
    return (estate.roles.get(roleName) ?? addRole(estate, { name: roleName })).arn;
  });
  const made = addInstanceProfile(estate, { name, roles });
  return { ref: name, attributes: { Arn: made.arn } };
}
