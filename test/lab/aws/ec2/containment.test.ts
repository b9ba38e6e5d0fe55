import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RevokeSecurityGroupEgressCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ec2Double } from '../../../../lab/aws/ec2/double';
import { addInstanceProfile } from '../../../../lab/estate/install';
import { closeServers, estateLab } from '../estate-lab';

afterEach(closeServers);

const ALL = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
const vpcId = 'vpc-0aa11bb22cc33dd01';
const group = (name: string) => new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId });

describe('containment against the EC2 double', () => {
  it('makes a group with all egress, which can be revoked rule by rule', async () => {
    const lab = await estateLab(ec2Double);
    const ec2 = new EC2Client(lab.server.config);
    const { GroupId = '' } = await ec2.send(group('cordon-isolation'));
    const made = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    expect(made.SecurityGroups?.[0]?.IpPermissionsEgress).toMatchObject([
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ]);
    await ec2.send(
      new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: made.SecurityGroups?.[0]?.IpPermissionsEgress }),
    );
    expect(lab.estate.groups.get(GroupId)?.rules).toEqual([]);
    await expect(ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: ALL }))).rejects.toMatchObject(
      {
        name: 'InvalidPermission.NotFound',
      },
    );
    await expect(ec2.send(group('cordon-isolation'))).rejects.toMatchObject({ name: 'InvalidGroup.Duplicate' });
  });

  it('adds egress over IPv6 where the VPC has it', async () => {
    const lab = await estateLab(ec2Double, { ipv6: true });
    const { GroupId = '' } = await new EC2Client(lab.server.config).send(group('two'));
    expect(lab.estate.groups.get(GroupId)?.rules.map((rule) => rule.source.value)).toEqual(['0.0.0.0/0', '::/0']);
  });

  it('swaps groups per interface, refuses a group of another VPC and keeps the history', async () => {
    const lab = await estateLab(ec2Double);
    const ec2 = new EC2Client(lab.server.config);
    const eni = lab.instance.interfaces[0] ?? '';
    const open = await ec2.send(group('allow-all'));
    const shut = await ec2.send(group('isolation'));
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: open.GroupId, IpPermissions: ALL }));
    for (const id of [open.GroupId, shut.GroupId]) {
      await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: eni, Groups: [id ?? ''] }));
    }
    const shown = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni] }));
    expect(shown.NetworkInterfaces?.[0]?.Groups).toMatchObject([{ GroupId: shut.GroupId, GroupName: 'isolation' }]);
    expect(lab.estate.interfaces.get(eni)?.groupHistory.map((one) => one.groups)).toEqual([
      ['sg-0aa11bb22cc33dd01'],
      [open.GroupId],
      [shut.GroupId],
    ]);
    const none = new ModifyNetworkInterfaceAttributeCommand({
      NetworkInterfaceId: eni,
      Groups: ['sg-00000000000000000'],
    });
    await expect(ec2.send(none)).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
    await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: shut.GroupId }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: open.GroupId }));
  });

  it('takes one attribute a call, and Groups only with one interface', async () => {
    const lab = await estateLab(ec2Double, { extraInterfaces: 1 });
    const ec2 = new EC2Client(lab.server.config);
    const InstanceId = lab.instance.id;
    const two = { InstanceId, DisableApiTermination: { Value: true }, DisableApiStop: { Value: true } };
    await expect(ec2.send(new ModifyInstanceAttributeCommand(two))).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: true } }));
    const read = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiTermination' });
    expect((await ec2.send(read)).DisableApiTermination?.Value).toBe(true);
    const groups = new ModifyInstanceAttributeCommand({ InstanceId, Groups: ['sg-0aa11bb22cc33dd01'] });
    await expect(ec2.send(groups)).rejects.toMatchObject({ name: 'InvalidInstanceID' });
    await ec2.send(
      new ModifyInstanceAttributeCommand({
        InstanceId,
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }],
      }),
    );
    const shown = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
    const [instance] = shown.Reservations?.[0]?.Instances ?? [];
    expect(instance?.BlockDeviceMappings?.[0]?.Ebs?.DeleteOnTermination).toBe(false);
    expect(instance?.NetworkInterfaces).toHaveLength(2);
  });

  it('replaces an instance profile under a new association', async () => {
    const lab = await estateLab(ec2Double);
    const ec2 = new EC2Client(lab.server.config);
    const profile = addInstanceProfile(lab.estate, { name: 'collection', roles: [] });
    const list = new DescribeIamInstanceProfileAssociationsCommand({
      Filters: [
        { Name: 'instance-id', Values: [lab.instance.id] },
        { Name: 'state', Values: ['associating', 'associated'] },
      ],
    });
    const [before] = (await ec2.send(list)).IamInstanceProfileAssociations ?? [];
    expect(before?.IamInstanceProfile?.Arn).toMatch(/instance-profile\/web$/);
    const AssociationId = before?.AssociationId;
    const replace = { AssociationId, IamInstanceProfile: { Arn: profile.arn } };
    await ec2.send(new ReplaceIamInstanceProfileAssociationCommand(replace));
    const after = (await ec2.send(list)).IamInstanceProfileAssociations ?? [];
    expect(after).toMatchObject([{ State: 'associating', IamInstanceProfile: { Arn: profile.arn } }]);
    expect(after[0]?.AssociationId).not.toBe(AssociationId);
    await lab.pass(5000);
    expect((await ec2.send(list)).IamInstanceProfileAssociations).toMatchObject([{ State: 'associated' }]);
  });

  it('stops through the states that events report, and not while stop protection is on', async () => {
    const lab = await estateLab(ec2Double);
    const ec2 = new EC2Client(lab.server.config);
    lab.instance.disableApiStop = true;
    const stop = new StopInstancesCommand({ InstanceIds: [lab.instance.id] });
    await expect(ec2.send(stop)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    lab.instance.disableApiStop = false;
    await expect(
      ec2.send(new StopInstancesCommand({ InstanceIds: [lab.instance.id], DryRun: true })),
    ).rejects.toMatchObject({ name: 'DryRunOperation' });
    const answer = await ec2.send(stop);
    expect(answer.StoppingInstances?.[0]).toMatchObject({
      PreviousState: { Name: 'running' },
      CurrentState: { Name: 'stopping' },
    });
    await lab.pass(60_000);
    const states = lab.events
      .filter((event) => event.detail['instance-id'] === lab.instance.id)
      .map((event) => event.detail.state);
    expect(states.slice(0, 2)).toEqual(['stopping', 'stopped']);
  });

  it('finds by filters with wildcards, pages, and refuses a filter it does not know', async () => {
    const lab = await estateLab(ec2Double, { neighbours: 3 });
    const ec2 = new EC2Client(lab.server.config);
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const filter = { Name: 'tag:Name', Values: ['neighbour-*'] };
      const page = await ec2.send(new DescribeInstancesCommand({ Filters: [filter], MaxResults: 2, NextToken }));
      seen.push(...(page.Reservations ?? []).flatMap((one) => one.Instances?.[0]?.InstanceId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(new Set(seen).size).toBe(3);
    const odd = new DescribeInstancesCommand({ Filters: [{ Name: 'hypervisor', Values: ['xen'] }] });
    await expect(ec2.send(odd)).rejects.toMatchObject({ name: 'LabUnsupported' });
  });

  it('rejects the same rule twice', async () => {
    const lab = await estateLab(ec2Double);
    const ec2 = new EC2Client(lab.server.config);
    const { GroupId } = await ec2.send(group('again'));
    await expect(
      ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: ALL })),
    ).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
  });
});
