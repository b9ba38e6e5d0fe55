import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type Route as Ec2Route,
  type Instance,
  type NetworkInterface,
  type RouteTable,
  type SecurityGroup,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { EndpointGroup, GatewayEndpoint, InterfaceEndpoint, NetworkAround, Route } from '../../estate/estate';
import { calling, everyPage, portions, tagRecord } from './aws-call';

/** Reads what lies around an instance: endpoints with their groups, its route tables, its neighbours. */
export async function readNetwork(ec2: EC2Client, instance: Instance): Promise<NetworkAround> {
  // An instance may have interfaces in other VPCs than its own (EC2 User Guide, "Multi-VPC ENI attachments").
  const vpc = instance.VpcId;
  const vpcs = [...new Set((instance.NetworkInterfaces ?? []).flatMap((each) => each.VpcId ?? []))];
  const subnets = [...new Set((instance.NetworkInterfaces ?? []).flatMap((each) => each.SubnetId ?? []))];
  if (vpc === undefined || subnets.length === 0) {
    return { interfaceEndpoints: [], gatewayEndpoints: [], routes: [], neighbours: [], accelerated: false };
  }
  const [endpoints, tables, interfaces] = await Promise.all([
    endpointsOf(ec2, vpc),
    routeTablesOf(ec2, vpcs, instance),
    interfacesIn(ec2, subnets),
  ]);
  const gateways = endpoints.filter((each) => each.VpcEndpointType === 'Gateway');
  return {
    interfaceEndpoints: await interfaceEndpoints(ec2, endpoints),
    gatewayEndpoints: await gatewayEndpoints(
      ec2,
      gateways,
      tables.filter((table) => table.VpcId === vpc),
    ),
    routes: tables.flatMap((table) => (table.Routes ?? []).map(readRoute)),
    neighbours: await neighboursOf(ec2, interfaces, instance.InstanceId ?? ''),
    accelerated: interfaces.some((each) => each.InterfaceType === 'global_accelerator_managed'),
  };
}

/** The endpoints of the instance's own VPC, through which its agent talks. */
function endpointsOf(ec2: EC2Client, vpc: string): Promise<readonly VpcEndpoint[]> {
  return everyPage((token) =>
    calling('ec2 DescribeVpcEndpoints', async () => {
      const page = await ec2.send(
        new DescribeVpcEndpointsCommand({
          Filters: [{ Name: 'vpc-id', Values: [vpc] }],
          ...(token ? { NextToken: token } : {}),
        }),
      );
      return { items: page.VpcEndpoints ?? [], next: page.NextToken };
    }),
  );
}

/** The tables of the interfaces' subnets: their own, else the main one of their VPC. */
async function routeTablesOf(
  ec2: EC2Client,
  vpcs: readonly string[],
  instance: Instance,
): Promise<readonly RouteTable[]> {
  const tables = await everyPage((token) =>
    calling('ec2 DescribeRouteTables', async () => {
      const page = await ec2.send(
        new DescribeRouteTablesCommand({
          Filters: [{ Name: 'vpc-id', Values: [...vpcs] }],
          ...(token ? { NextToken: token } : {}),
        }),
      );
      return { items: page.RouteTables ?? [], next: page.NextToken };
    }),
  );
  const mainOf = (vpc: string | undefined) =>
    tables.find((table) => table.VpcId === vpc && table.Associations?.some((each) => each.Main === true));
  const own = (instance.NetworkInterfaces ?? []).map(
    ({ SubnetId: subnet, VpcId: vpc }) =>
      tables.find((table) => table.Associations?.some((each) => each.SubnetId === subnet)) ?? mainOf(vpc),
  );
  return [...new Set(own.filter((table) => table !== undefined))];
}

function readRoute(route: Ec2Route): Route {
  const destination =
    route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '';
  if (route.NatGatewayId) return { destination, via: 'nat', target: route.NatGatewayId };
  if (route.TransitGatewayId) return { destination, via: 'transit-gateway', target: route.TransitGatewayId };
  if (route.VpcPeeringConnectionId) return { destination, via: 'peering', target: route.VpcPeeringConnectionId };
  const gateway = route.GatewayId ?? '';
  if (gateway === 'local') return { destination, via: 'local', target: gateway };
  if (gateway.startsWith('igw-')) return { destination, via: 'internet', target: gateway };
  // Gateway Load Balancer and Network Firewall endpoints are routed to as vpce-… for an address range.
  if (gateway.startsWith('vpce-')) {
    return { destination, via: destination.startsWith('pl-') ? 'endpoint' : 'firewall', target: gateway };
  }
  return { destination, via: 'other', target: gateway || (route.NetworkInterfaceId ?? '') };
}

async function interfaceEndpoints(
  ec2: EC2Client,
  endpoints: readonly VpcEndpoint[],
): Promise<readonly InterfaceEndpoint[]> {
  const chosen = endpoints.filter((each) => each.VpcEndpointType === 'Interface');
  const ids = [...new Set(chosen.flatMap((each) => (each.Groups ?? []).flatMap((group) => group.GroupId ?? [])))];
  if (ids.length === 0) return [];
  const answer = await calling('ec2 DescribeSecurityGroups', () =>
    ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids })),
  );
  const groups = new Map((answer.SecurityGroups ?? []).map((group) => [group.GroupId, endpointGroup(group)]));
  return chosen.map((each) => ({
    id: each.VpcEndpointId ?? '',
    service: each.ServiceName ?? '',
    privateDns: each.PrivateDnsEnabled === true,
    available: `${each.State}`.toLowerCase() === 'available',
    groups: (each.Groups ?? []).flatMap((group) => groups.get(group.GroupId) ?? []),
  }));
}

/** Whom the group admits on TCP 443. */
function endpointGroup(group: SecurityGroup): EndpointGroup {
  const rules = (group.IpPermissions ?? []).filter(
    (rule) =>
      rule.IpProtocol === '-1' ||
      (rule.IpProtocol === 'tcp' && (rule.FromPort ?? 0) <= 443 && 443 <= (rule.ToPort ?? 65_535)),
  );
  return {
    id: group.GroupId ?? '',
    cidrs: rules.flatMap((rule) => (rule.IpRanges ?? []).flatMap((range) => range.CidrIp ?? [])),
    sources: rules.flatMap((rule) => (rule.UserIdGroupPairs ?? []).flatMap((pair) => pair.GroupId ?? [])),
  };
}

async function gatewayEndpoints(
  ec2: EC2Client,
  gateways: readonly VpcEndpoint[],
  tables: readonly RouteTable[],
): Promise<readonly GatewayEndpoint[]> {
  if (gateways.length === 0) return [];
  const lists = await calling('ec2 DescribePrefixLists', () => ec2.send(new DescribePrefixListsCommand({})));
  const own = tables.flatMap((table) => table.RouteTableId ?? []);
  return gateways.map((each) => {
    const list = lists.PrefixLists?.find((candidate) => candidate.PrefixListName === each.ServiceName)?.PrefixListId;
    return {
      id: each.VpcEndpointId ?? '',
      service: each.ServiceName ?? '',
      routed: own.length > 0 && own.every((table) => each.RouteTableIds?.includes(table) === true),
      policy: each.PolicyDocument ?? '',
      ...(list ? { prefixList: list } : {}),
    };
  });
}

/** Every interface in the subnets, ours or another's. */
function interfacesIn(ec2: EC2Client, subnets: readonly string[]): Promise<readonly NetworkInterface[]> {
  return everyPage((token) =>
    calling('ec2 DescribeNetworkInterfaces', async () => {
      const page = await ec2.send(
        new DescribeNetworkInterfacesCommand({
          Filters: [{ Name: 'subnet-id', Values: [...subnets] }],
          ...(token ? { NextToken: token } : {}),
        }),
      );
      return { items: page.NetworkInterfaces ?? [], next: page.NextToken };
    }),
  );
}

/** A filter takes at most 200 values (EC2 API Reference, "Filter"); a /20 subnet holds 4,091 instances. */
const FILTER_VALUES = 200;

/** One that was terminated meanwhile is no neighbour; asked by id, EC2 would refuse the whole question. */
function namedInstances(ec2: EC2Client, ids: readonly string[]): Promise<readonly Instance[]> {
  const filter = [{ Name: 'instance-id', Values: [...ids] }];
  return everyPage((token) =>
    calling('ec2 DescribeInstances', async () => {
      const page = await ec2.send(
        new DescribeInstancesCommand({ Filters: filter, ...(token ? { NextToken: token } : {}) }),
      );
      return { items: (page.Reservations ?? []).flatMap((each) => each.Instances ?? []), next: page.NextToken };
    }),
  );
}

/** The other instances behind those interfaces, with the names people know them by. */
async function neighboursOf(
  ec2: EC2Client,
  interfaces: readonly NetworkInterface[],
  self: string,
): Promise<NetworkAround['neighbours']> {
  const subnetOf = new Map<string, string>();
  for (const each of interfaces) {
    const instance = each.Attachment?.InstanceId;
    if (instance !== undefined && instance !== self) subnetOf.set(instance, each.SubnetId ?? '');
  }
  if (subnetOf.size === 0) return [];
  const found: Instance[] = [];
  for (const some of portions([...subnetOf.keys()], FILTER_VALUES)) found.push(...(await namedInstances(ec2, some)));
  return found
    .map(({ InstanceId: id = '', Tags }) => {
      const name = tagRecord(Tags).Name;
      return { id, subnet: subnetOf.get(id) ?? '', ...(name ? { name } : {}) };
    })
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}
