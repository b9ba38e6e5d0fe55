import { dictOf, listOf, textOf } from '../aws/platform';
import {
  addAcl,
  addEndpoint,
  addGateway,
  addGroup,
  addPrefixList,
  addRouteTable,
  addSubnet,
  addVpc,
} from '../estate/install';
import { addRule } from '../estate/network';
import type { RuleSource, SecurityGroup } from '../estate/network-types';
import type { Estate } from '../estate/types';
import type { Estates } from '../estate/world';
import { hexHash } from '../time/seeded';
import type { Made, Provision, Resource } from './deployment';

type Dict = Readonly<Record<string, unknown>>;

/** An EC2 id that depends on stack and logical id alone. */
export function ec2Id(prefix: string, { stack, logicalId }: Resource): string {
  return `${prefix}-0${hexHash(16, prefix, stack, logicalId)}`;
}

/** CloudFormation's list of `{Key, Value}` as a record. */
export function tagsOf(raw: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listOf(raw)
      .map(dictOf)
      .map(({ Key, Value }) => [textOf(Key), textOf(Value)]),
  );
}

/** VPCs, subnets, route tables, gateways, endpoints and security groups of the templates, put into the estate. */
export function networkProvisions(estates: Estates): Readonly<Record<string, Provision>> {
  const estateOf = ({ account, region }: Resource): Estate => estates.at(account, region);
  return {
    'AWS::EC2::VPC': (resource) => vpc(estateOf(resource), resource),
    'AWS::EC2::Subnet': (resource) => subnet(estateOf(resource), resource),
    'AWS::EC2::RouteTable': (resource) => {
      const id = ec2Id('rtb', resource);
      addRouteTable(estateOf(resource), {
        id,
        vpc: textOf(resource.properties.VpcId),
        main: false,
        subnets: [],
        routes: [],
      });
      return { ref: id, attributes: { RouteTableId: id } };
    },
    'AWS::EC2::SubnetRouteTableAssociation': (resource) => {
      const { properties } = resource;
      const { routeTables } = estateOf(resource);
      const table = routeTables.get(textOf(properties.RouteTableId));
      if (table !== undefined)
        routeTables.set(table.id, { ...table, subnets: [...table.subnets, textOf(properties.SubnetId)] });
      return { ref: ec2Id('rtbassoc', resource) };
    },
    'AWS::EC2::Route': (resource) => {
      const { properties } = resource;
      const { routeTables } = estateOf(resource);
      const table = routeTables.get(textOf(properties.RouteTableId));
      const destination = textOf(properties.DestinationCidrBlock) || textOf(properties.DestinationIpv6CidrBlock);
      const target =
        textOf(properties.GatewayId) || textOf(properties.NatGatewayId) || textOf(properties.TransitGatewayId);
      if (table !== undefined)
        routeTables.set(table.id, { ...table, routes: [...table.routes, { destination, target }] });
      return { ref: `${table?.id ?? ''}|${destination}` };
    },
    'AWS::EC2::InternetGateway': (resource) => {
      const id = ec2Id('igw', resource);
      return { ref: id, attributes: { InternetGatewayId: id } };
    },
    'AWS::EC2::VPCGatewayAttachment': (resource) => {
      const { InternetGatewayId, VpcId } = resource.properties;
      addGateway(estateOf(resource), {
        kind: 'internet',
        id: textOf(InternetGatewayId),
        vpc: textOf(VpcId),
        subnets: [],
      });
      return { ref: `${textOf(VpcId)}|${textOf(InternetGatewayId)}` };
    },
    'AWS::EC2::VPCEndpoint': (resource) => endpoint(estateOf(resource), resource),
    'AWS::EC2::SecurityGroup': (resource) => group(estateOf(resource), resource),
    'AWS::EC2::SecurityGroupIngress': (resource) => looseRule(estateOf(resource), resource, false),
    'AWS::EC2::SecurityGroupEgress': (resource) => looseRule(estateOf(resource), resource, true),
  };
}

function vpc(estate: Estate, resource: Resource): Made {
  const { properties } = resource;
  const id = ec2Id('vpc', resource);
  addVpc(estate, { id, cidr: textOf(properties.CidrBlock), tags: tagsOf(properties.Tags) });
  addAcl(estate, id, ec2Id('acl', resource));
  addRouteTable(estate, { id: ec2Id('rtb', resource), vpc: id, main: true, subnets: [], routes: [] });
  addPrefixList(estate, 's3', ['52.218.0.0/17', '3.5.64.0/21']);
  const standard = addGroup(estate, {
    id: ec2Id('sg', resource),
    vpc: id,
    name: 'default',
    description: 'default VPC security group',
  });
  const acl = [...estate.acls.values()].find((one) => one.vpc === id)?.id;
  const attributes = {
    VpcId: id,
    CidrBlock: properties.CidrBlock,
    DefaultSecurityGroup: standard.id,
    DefaultNetworkAcl: acl,
  };
  return { ref: id, attributes: { ...attributes, CidrBlockAssociations: [], Ipv6CidrBlocks: [] } };
}

function subnet(estate: Estate, resource: Resource): Made {
  const { properties } = resource;
  const id = ec2Id('subnet', resource);
  const zone = textOf(properties.AvailabilityZone) || `${resource.region}a`;
  addSubnet(estate, {
    id,
    vpc: textOf(properties.VpcId),
    zone,
    cidr: textOf(properties.CidrBlock),
    mapPublicIp: properties.MapPublicIpOnLaunch === true,
    tags: tagsOf(properties.Tags),
  });
  return {
    ref: id,
    attributes: { SubnetId: id, AvailabilityZone: zone, VpcId: properties.VpcId, CidrBlock: properties.CidrBlock },
  };
}

function endpoint(estate: Estate, resource: Resource): Made {
  const { properties } = resource;
  const id = ec2Id('vpce', resource);
  const policy = properties.PolicyDocument;
  addEndpoint(estate, {
    id,
    vpc: textOf(properties.VpcId),
    service: textOf(properties.ServiceName),
    type: textOf(properties.VpcEndpointType, 'Gateway') === 'Interface' ? 'Interface' : 'Gateway',
    subnets: listOf(properties.SubnetIds).map(String),
    groups: listOf(properties.SecurityGroupIds).map(String),
    routeTables: listOf(properties.RouteTableIds).map(String),
    ...(policy === undefined ? {} : { policy: typeof policy === 'string' ? policy : JSON.stringify(policy) }),
  });
  return { ref: id, attributes: { Id: id, DnsEntries: [], NetworkInterfaceIds: [] } };
}

function group(estate: Estate, resource: Resource): Made {
  const { properties } = resource;
  const id = ec2Id('sg', resource);
  const made = addGroup(estate, {
    id,
    vpc: textOf(properties.VpcId),
    name: textOf(properties.GroupName) || resource.name(255),
    description: textOf(properties.GroupDescription),
    tags: tagsOf(properties.Tags),
  });
  // A group of a template has exactly the egress that the template gives it.
  if (properties.SecurityGroupEgress !== undefined) made.rules.splice(0);
  for (const raw of listOf(properties.SecurityGroupIngress)) addTemplateRule(estate, made, dictOf(raw), false);
  for (const raw of listOf(properties.SecurityGroupEgress)) addTemplateRule(estate, made, dictOf(raw), true);
  return { ref: id, attributes: { GroupId: id, VpcId: properties.VpcId, Id: id } };
}

function looseRule(estate: Estate, resource: Resource, egress: boolean): Made {
  const { properties } = resource;
  const made = estate.groups.get(textOf(properties.GroupId));
  if (made !== undefined) addTemplateRule(estate, made, properties, egress);
  return { ref: ec2Id('sgr', resource) };
}

function addTemplateRule(estate: Estate, made: SecurityGroup, raw: Dict, egress: boolean): void {
  // CDK writes "disallow all" as an impossible rule to 255.255.255.255/32: EC2 takes it as it is.
  const port = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));
  addRule(estate, made, {
    egress,
    protocol: String(raw.IpProtocol ?? '-1'),
    from: port(raw.FromPort),
    to: port(raw.ToPort),
    source: ruleSource(raw, estate),
    description: textOf(raw.Description) || undefined,
  });
}

function ruleSource(raw: Dict, estate: Estate): RuleSource {
  const other = textOf(raw.SourceSecurityGroupId) || textOf(raw.DestinationSecurityGroupId);
  if (other !== '') return { kind: 'group', value: other, account: estate.parts.account };
  const list = textOf(raw.SourcePrefixListId) || textOf(raw.DestinationPrefixListId);
  if (list !== '') return { kind: 'prefix-list', value: list };
  const cidr6 = textOf(raw.CidrIpv6);
  return cidr6 === '' ? { kind: 'cidr4', value: textOf(raw.CidrIp) } : { kind: 'cidr6', value: cidr6 };
}
