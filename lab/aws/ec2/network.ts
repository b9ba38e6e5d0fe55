import type {
  RouteTable as Ec2RouteTable,
  Subnet as Ec2Subnet,
  Vpc as Ec2Vpc,
  Filter,
  InternetGateway,
  NatGateway,
  TransitGatewayVpcAttachment,
} from '@aws-sdk/client-ec2';
import { ec2Arn } from '../../estate/estate';
import type { Gateway, RouteTable, Subnet, Vpc } from '../../estate/network-types';
import type { Tagged } from '../../estate/tagged';
import type { Estate } from '../../estate/types';
import type { Estates } from '../../estate/world';
import { AwsFault, type Operation } from '../service';
import { describes } from './access';
import { chosen, dryRun, type FilterFields, matches, page, tagList } from './listing';

/** What every describe call of a network resource has in common. */
interface DescribeInput {
  readonly ids?: readonly string[];
  readonly Filters?: readonly Filter[];
  readonly Filter?: readonly Filter[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly DryRun?: boolean;
}

interface Listing<T extends Tagged> {
  readonly name: string;
  readonly idsMember: string;
  readonly answer: string;
  readonly notFound: string;
  from(estate: Estate): ReadonlyMap<string, T>;
  fields(one: T, estate: Estate): FilterFields;
  render(one: T, estate: Estate): object;
}

/** One describe operation over a map of the estate. NAT gateways name their filters `Filter`. */
export function describeOperation<T extends Tagged>(estates: Estates, listing: Listing<T>): Record<string, Operation> {
  const members = [listing.idsMember, 'Filters', 'Filter', 'MaxResults', 'NextToken', 'DryRun'];
  const run: Operation<DescribeInput & Record<string, unknown>>['run'] = (input, call) => {
    dryRun(input);
    const estate = estates.of(call);
    const ids = input[listing.idsMember];
    const wanted = Array.isArray(ids) ? ids.map(String) : undefined;
    const all = chosen(
      listing.from(estate),
      wanted,
      (id) => new AwsFault(listing.notFound, `The ID '${id}' does not exist`),
    );
    const filters = input.Filters ?? input.Filter;
    const found = all.filter((one) => matches(filters, listing.fields(one, estate), one.tags));
    const { items, next } = page(found, input.MaxResults, input.NextToken);
    return { [listing.answer]: items.map((one) => listing.render(one, estate)), ...next };
  };
  const made = { members, latencyMs: 70, authorize: describes(listing.name), run } satisfies Operation<
    DescribeInput & Record<string, unknown>
  >;
  return { [listing.name]: made };
}

function ofKind(kind: Gateway['kind']) {
  return (estate: Estate): ReadonlyMap<string, Gateway> =>
    new Map([...estate.gateways].filter(([, one]) => one.kind === kind));
}

export function networkOperations(estates: Estates): Record<string, Operation> {
  return {
    ...describeOperation<Vpc>(estates, {
      name: 'DescribeVpcs',
      idsMember: 'VpcIds',
      answer: 'Vpcs',
      notFound: 'InvalidVpcID.NotFound',
      from: (estate) => estate.vpcs,
      fields: (vpc) => ({ 'vpc-id': vpc.id, cidr: vpc.cidr, 'is-default': String(vpc.isDefault) }),
      render: renderVpc,
    }),
    ...describeOperation<Subnet>(estates, {
      name: 'DescribeSubnets',
      idsMember: 'SubnetIds',
      answer: 'Subnets',
      notFound: 'InvalidSubnetID.NotFound',
      from: (estate) => estate.subnets,
      fields: (subnet) => ({
        'subnet-id': subnet.id,
        'vpc-id': subnet.vpc,
        'availability-zone': subnet.zone,
        'cidr-block': subnet.cidr,
      }),
      render: renderSubnet,
    }),
    ...describeOperation<RouteTable>(estates, {
      name: 'DescribeRouteTables',
      idsMember: 'RouteTableIds',
      answer: 'RouteTables',
      notFound: 'InvalidRouteTableID.NotFound',
      from: (estate) => estate.routeTables,
      fields: (table) => ({
        'route-table-id': table.id,
        'vpc-id': table.vpc,
        'association.subnet-id': table.subnets,
        'association.main': String(table.main),
        'route.gateway-id': table.routes.map((route) => route.target),
        'route.nat-gateway-id': table.routes.map((route) => route.target),
        'route.destination-cidr-block': table.routes.map((route) => route.destination),
      }),
      render: renderRouteTable,
    }),
    ...describeOperation<Gateway>(estates, {
      name: 'DescribeNatGateways',
      idsMember: 'NatGatewayIds',
      answer: 'NatGateways',
      notFound: 'NatGatewayNotFound',
      from: ofKind('nat'),
      fields: (gateway) => ({
        'vpc-id': gateway.vpc,
        'subnet-id': gateway.subnets,
        state: 'available',
        'nat-gateway-id': gateway.id,
      }),
      render: renderNat,
    }),
    ...describeOperation<Gateway>(estates, {
      name: 'DescribeInternetGateways',
      idsMember: 'InternetGatewayIds',
      answer: 'InternetGateways',
      notFound: 'InvalidInternetGatewayID.NotFound',
      from: ofKind('internet'),
      fields: (gateway) => ({ 'attachment.vpc-id': gateway.vpc, 'internet-gateway-id': gateway.id }),
      render: renderInternet,
    }),
    ...describeOperation<Gateway>(estates, {
      name: 'DescribeTransitGatewayVpcAttachments',
      idsMember: 'TransitGatewayAttachmentIds',
      answer: 'TransitGatewayVpcAttachments',
      notFound: 'InvalidTransitGatewayAttachmentID.NotFound',
      from: ofKind('transit-attachment'),
      fields: (gateway) => ({ 'vpc-id': gateway.vpc, state: 'available', 'transit-gateway-id': gateway.gateway }),
      render: renderAttachment,
    }),
    ...prefixListOperations(estates),
  };
}

function renderVpc(vpc: Vpc): Ec2Vpc {
  return {
    VpcId: vpc.id,
    OwnerId: vpc.account,
    State: 'available',
    CidrBlock: vpc.cidr,
    CidrBlockAssociationSet: [
      {
        CidrBlock: vpc.cidr,
        AssociationId: `vpc-cidr-assoc-${vpc.id.slice(4)}`,
        CidrBlockState: { State: 'associated' },
      },
    ],
    Ipv6CidrBlockAssociationSet:
      vpc.cidr6 === undefined ? [] : [{ Ipv6CidrBlock: vpc.cidr6, Ipv6CidrBlockState: { State: 'associated' } }],
    IsDefault: vpc.isDefault,
    InstanceTenancy: 'default',
    Tags: tagList(vpc.tags),
  };
}

function renderSubnet(subnet: Subnet, estate: Estate): Ec2Subnet {
  return {
    SubnetId: subnet.id,
    SubnetArn: ec2Arn(estate, 'subnet', subnet.id),
    VpcId: subnet.vpc,
    OwnerId: subnet.account,
    AvailabilityZone: subnet.zone,
    CidrBlock: subnet.cidr,
    Ipv6CidrBlockAssociationSet:
      subnet.cidr6 === undefined ? [] : [{ Ipv6CidrBlock: subnet.cidr6, Ipv6CidrBlockState: { State: 'associated' } }],
    State: 'available',
    MapPublicIpOnLaunch: subnet.mapPublicIp,
    AvailableIpAddressCount: 200,
    Tags: tagList(subnet.tags),
  };
}

function renderRouteTable(table: RouteTable): Ec2RouteTable {
  return {
    RouteTableId: table.id,
    VpcId: table.vpc,
    OwnerId: table.account,
    Associations: [
      ...(table.main ? [{ Main: true, RouteTableId: table.id }] : []),
      ...table.subnets.map((SubnetId) => ({ Main: false, RouteTableId: table.id, SubnetId })),
    ],
    Routes: table.routes.map(({ destination, target }) => ({
      ...(destination.includes(':')
        ? { DestinationIpv6CidrBlock: destination }
        : destination.startsWith('pl-')
          ? { DestinationPrefixListId: destination }
          : { DestinationCidrBlock: destination }),
      ...routeTarget(target),
      State: 'active' as const,
      Origin: target === 'local' ? ('CreateRouteTable' as const) : ('CreateRoute' as const),
    })),
    Tags: tagList(table.tags),
  };
}

function routeTarget(target: string): object {
  if (target.startsWith('nat-')) return { NatGatewayId: target };
  if (target.startsWith('tgw-')) return { TransitGatewayId: target };
  if (target.startsWith('eni-')) return { NetworkInterfaceId: target };
  return { GatewayId: target };
}

function renderNat(gateway: Gateway): NatGateway {
  return {
    NatGatewayId: gateway.id,
    VpcId: gateway.vpc,
    SubnetId: gateway.subnets[0] ?? '',
    State: 'available',
    ConnectivityType: 'public',
    Tags: tagList(gateway.tags),
  };
}

function renderInternet(gateway: Gateway): InternetGateway {
  return {
    InternetGatewayId: gateway.id,
    OwnerId: gateway.account,
    Attachments: [{ VpcId: gateway.vpc, State: 'attached' }],
    Tags: tagList(gateway.tags),
  };
}

function renderAttachment(gateway: Gateway): TransitGatewayVpcAttachment {
  return {
    TransitGatewayAttachmentId: gateway.id,
    TransitGatewayId: gateway.gateway ?? '',
    VpcId: gateway.vpc,
    VpcOwnerId: gateway.account,
    State: 'available',
    SubnetIds: [...gateway.subnets],
    Tags: tagList(gateway.tags),
  };
}

function prefixListOperations(estates: Estates): Record<string, Operation> {
  const listing = (name: string, idsMember: string): Parameters<typeof describeOperation>[1] => ({
    name,
    idsMember,
    answer: 'PrefixLists',
    notFound: 'InvalidPrefixListID.NotFound',
    from: (estate) => estate.prefixLists,
    fields: (one, estate) => ({ 'prefix-list-id': one.id, 'prefix-list-name': estate.prefixLists.get(one.id)?.name }),
    render: (one, estate) => ({
      PrefixListId: one.id,
      PrefixListName: estate.prefixLists.get(one.id)?.name ?? '',
      ...(name === 'DescribePrefixLists'
        ? { Cidrs: [...(estate.prefixLists.get(one.id)?.cidrs ?? [])] }
        : { OwnerId: 'AWS', AddressFamily: 'IPv4', State: 'create-complete', Tags: [] }),
    }),
  });
  return {
    ...describeOperation(estates, listing('DescribePrefixLists', 'PrefixListIds')),
    ...describeOperation(estates, listing('DescribeManagedPrefixLists', 'PrefixListIds')),
  };
}
