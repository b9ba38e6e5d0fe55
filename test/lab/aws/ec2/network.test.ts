import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateTagsCommand,
  CreateVpcEndpointCommand,
  DeleteNetworkAclCommand,
  DeleteTagsCommand,
  DeleteVpcEndpointsCommand,
  DescribeAddressesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeInternetGatewaysCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetConsoleOutputCommand,
  GetConsoleScreenshotCommand,
  ReplaceNetworkAclAssociationCommand,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ec2Double } from '../../../../lab/aws/ec2/double';
import type { ScenarioOptions } from '../../../../lab/estate/from-finding';
import { reachesSsm } from '../../../../lab/estate/reach';
import { closeServers, estateLab } from '../estate-lab';

afterEach(closeServers);

async function network(options: ScenarioOptions = {}) {
  const lab = await estateLab(ec2Double, options);
  const vpc = [{ Name: 'vpc-id', Values: [lab.instance.vpc] }];
  return { lab, ec2: new EC2Client(lab.server.config), vpc };
}

describe('the network against the EC2 double', () => {
  it('shows VPC, subnets, routes, gateways, endpoints and prefix lists', async () => {
    const { lab, ec2, vpc } = await network({ transitGateway: true, endpointBuckets: ['evidence'] });
    expect((await ec2.send(new DescribeVpcsCommand({ Filters: vpc }))).Vpcs).toMatchObject([
      { CidrBlock: '172.16.0.0/16' },
    ]);
    const subnets = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [lab.instance.subnet] }));
    expect(subnets.Subnets?.[0]).toMatchObject({ AvailabilityZone: 'eu-west-1b', CidrBlock: '172.16.4.0/24' });
    const association = [{ Name: 'association.subnet-id', Values: [lab.instance.subnet] }];
    const tables = await ec2.send(new DescribeRouteTablesCommand({ Filters: association }));
    expect(tables.RouteTables?.[0]?.Routes?.map((route) => Object.keys(route).sort().join(' '))).toEqual([
      'DestinationCidrBlock GatewayId Origin State',
      'DestinationCidrBlock NatGatewayId Origin State',
      'DestinationCidrBlock Origin State TransitGatewayId',
      'DestinationPrefixListId GatewayId Origin State',
    ]);
    const nat = await ec2.send(new DescribeNatGatewaysCommand({ Filter: vpc }));
    expect(nat.NatGateways).toMatchObject([{ State: 'available' }]);
    expect(
      (await ec2.send(new DescribeTransitGatewayVpcAttachmentsCommand({ Filters: vpc }))).TransitGatewayVpcAttachments,
    ).toHaveLength(1);
    const endpoints = (await ec2.send(new DescribeVpcEndpointsCommand({ Filters: vpc }))).VpcEndpoints ?? [];
    expect(endpoints.map((one) => one.ServiceName?.split('.').at(-1)).sort()).toEqual([
      'ec2messages',
      's3',
      'ssm',
      'ssmmessages',
    ]);
    expect(endpoints.find((one) => one.VpcEndpointType === 'Gateway')?.PolicyDocument).toContain(
      'arn:aws:s3:::evidence/*',
    );
    const name = [{ Name: 'prefix-list-name', Values: ['com.amazonaws.eu-west-1.s3'] }];
    expect(
      (await ec2.send(new DescribeManagedPrefixListsCommand({ Filters: name }))).PrefixLists?.[0]?.PrefixListId,
    ).toBe('pl-6da54004');
    expect((await ec2.send(new DescribePrefixListsCommand({ Filters: name }))).PrefixLists?.[0]?.Cidrs).toHaveLength(1);
  });

  it('shows an internet gateway where the instance is public', async () => {
    const { ec2, lab } = await network({ reach: 'internet' });
    const attached = [{ Name: 'attachment.vpc-id', Values: [lab.instance.vpc] }];
    expect((await ec2.send(new DescribeInternetGatewaysCommand({ Filters: attached }))).InternetGateways).toHaveLength(
      1,
    );
    expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toEqual([]);
  });

  it('cuts a subnet by moving it to a network ACL that denies everything, and gives it back', async () => {
    const { lab, ec2 } = await network();
    expect(reachesSsm(lab.estate, lab.instance)).toBe(true);
    const bySubnet = [{ Name: 'association.subnet-id', Values: [lab.instance.subnet] }];
    const before = (await ec2.send(new DescribeNetworkAclsCommand({ Filters: bySubnet }))).NetworkAcls?.[0];
    const made = await ec2.send(new CreateNetworkAclCommand({ VpcId: lab.instance.vpc }));
    const NetworkAclId = made.NetworkAcl?.NetworkAclId;
    const entry = {
      NetworkAclId,
      RuleNumber: 1,
      Protocol: '-1',
      RuleAction: 'deny',
      Egress: true,
      CidrBlock: '0.0.0.0/0',
    } as const;
    await ec2.send(new CreateNetworkAclEntryCommand(entry));
    await expect(ec2.send(new CreateNetworkAclEntryCommand(entry))).rejects.toMatchObject({
      name: 'NetworkAclEntryAlreadyExists',
    });
    const AssociationId = before?.Associations?.find(
      (one) => one.SubnetId === lab.instance.subnet,
    )?.NetworkAclAssociationId;
    const moved = await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
    expect(reachesSsm(lab.estate, lab.instance)).toBe(false);
    await expect(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
    await ec2.send(
      new ReplaceNetworkAclAssociationCommand({
        AssociationId: moved.NewAssociationId,
        NetworkAclId: before?.NetworkAclId,
      }),
    );
    await ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }));
    expect(reachesSsm(lab.estate, lab.instance)).toBe(true);
  });

  it('makes an endpoint that is available later, and deletes it', async () => {
    const { lab, ec2, vpc } = await network({ reach: 'none' });
    const made = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: lab.instance.vpc,
        ServiceName: 'com.amazonaws.eu-west-1.ssm',
        VpcEndpointType: 'Interface',
        SubnetIds: [lab.instance.subnet],
        SecurityGroupIds: ['sg-0aa11bb22cc33dd01'],
      }),
    );
    expect(made.VpcEndpoint).toMatchObject({ State: 'pending', PrivateDnsEnabled: true });
    await lab.pass(61_000);
    const list = new DescribeVpcEndpointsCommand({ Filters: vpc });
    expect((await ec2.send(list)).VpcEndpoints).toMatchObject([{ State: 'available' }]);
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [made.VpcEndpoint?.VpcEndpointId ?? ''] }));
    expect((await ec2.send(list)).VpcEndpoints).toEqual([]);
  });

  it('tags, untags and lists tags, and leaves the reserved prefix alone', async () => {
    const { lab, ec2 } = await network();
    const Resources = [lab.instance.id];
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'cordon:incident', Value: 'IR-1' }] }));
    const mine = new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['cordon:*'] }] });
    expect((await ec2.send(mine)).Tags).toEqual([
      { ResourceId: lab.instance.id, ResourceType: 'instance', Key: 'cordon:incident', Value: 'IR-1' },
    ]);
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'cordon:incident', Value: 'other' }] }));
    expect((await ec2.send(mine)).Tags).toHaveLength(1);
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'cordon:incident' }] }));
    expect((await ec2.send(mine)).Tags).toEqual([]);
    const reserved = new CreateTagsCommand({ Resources, Tags: [{ Key: 'aws:x', Value: '1' }] });
    await expect(ec2.send(reserved)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('knows sizes of types and where they are offered', async () => {
    const { ec2 } = await network();
    const types = await ec2.send(
      new DescribeInstanceTypesCommand({ InstanceTypes: ['t3.micro', 'm7i.2xlarge', 'r7g.large', 't2.micro'] }),
    );
    const facts = types.InstanceTypes?.map((one) => [
      one.MemoryInfo?.SizeInMiB,
      one.Hypervisor,
      one.ProcessorInfo?.SupportedArchitectures?.[0],
    ]);
    expect(facts).toEqual([
      [1024, 'nitro', 'x86_64'],
      [32_768, 'nitro', 'x86_64'],
      [16_384, 'nitro', 'arm64'],
      [1024, 'xen', 'x86_64'],
    ]);
    const offered = await ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: ['m7i.large'] }],
      }),
    );
    expect(offered.InstanceTypeOfferings).toEqual([
      { InstanceType: 'm7i.large', LocationType: 'availability-zone', Location: 'eu-west-1b' },
    ]);
  });

  it('shows rules, status, console and the template of the scaling group', async () => {
    const { lab, ec2 } = await network();
    const rules = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: ['sg-0aa11bb22cc33dd01'] }] }),
    );
    expect(rules.SecurityGroupRules?.map((rule) => [rule.IsEgress, rule.FromPort])).toEqual([
      [true, -1],
      [false, 80],
      [false, 443],
    ]);
    const InstanceId = lab.instance.id;
    const status = await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [InstanceId] }));
    expect(status.InstanceStatuses).toMatchObject([
      { InstanceState: { Name: 'running' }, InstanceStatus: { Status: 'ok' } },
    ]);
    const output = await ec2.send(new GetConsoleOutputCommand({ InstanceId }));
    expect(Buffer.from(output.Output ?? '', 'base64').toString()).toContain(InstanceId);
    const screen = await ec2.send(new GetConsoleScreenshotCommand({ InstanceId }));
    expect(
      Buffer.from(screen.ImageData ?? '', 'base64')
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8');
    const LaunchTemplateId = [...lab.estate.launchTemplates.keys()][0];
    const versions = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Default'] }),
    );
    expect(versions.LaunchTemplateVersions).toMatchObject([{ VersionNumber: 1, DefaultVersion: true }]);
    lab.instance.state = 'stopped';
    await ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }));
    await lab.pass(60_000);
    expect(lab.instance.state).toBe('running');
  });
});
