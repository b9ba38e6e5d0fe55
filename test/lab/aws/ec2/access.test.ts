import { ec2Double } from '../../../../lab/aws/ec2/double';
import { decodeForm, parseForm } from '../../../../lab/aws/protocol/form';
import { operationModel } from '../../../../lab/aws/protocol/model';
import { ssmDouble } from '../../../../lab/aws/ssm/double';
import { estateFromFinding } from '../../../../lab/estate/from-finding';
import { addInstanceProfile, addLaunchTemplate } from '../../../../lab/estate/install';
import { findingEvent, VICTIM } from '../../estate/finding-event';
import { labEstates } from '../../estate/lab-estates';
import { testCall } from '../tiny-server';

const EC2 = 'arn:aws:ec2:eu-west-1:111122223333';

function asked(operation: string, input: object) {
  const { estates, estate } = labEstates();
  estateFromFinding(estates, findingEvent(), { tags: { 'cordon:incident': 'IR-1' } });
  addInstanceProfile(estate, { name: 'forensic', roles: ['arn:aws:iam::111122223333:role/forensic'] });
  addLaunchTemplate(estate, {
    id: 'lt-1',
    name: 'forensic',
    data: {
      imageId: 'ami-1',
      groups: ['sg-0aa11bb22cc33dd01'],
      profileArn: 'arn:aws:iam::111122223333:instance-profile/forensic',
      metadataTokens: 'required',
    },
  });
  const double = operation in ec2Double(estates).operations ? ec2Double(estates) : ssmDouble(estates);
  return double.operations[operation]?.authorize?.(input, testCall) ?? [];
}

describe('what EC2 calls ask IAM', () => {
  it('names the instance with its tags for a stop', () => {
    expect(asked('StopInstances', { InstanceIds: [VICTIM] })).toMatchObject([
      {
        action: 'ec2:StopInstances',
        resource: `${EC2}:instance/${VICTIM}`,
        context: { 'aws:ResourceTag/cordon:incident': 'IR-1', 'ec2:InstanceType': 't3.micro' },
      },
    ]);
  });

  it('names interface and each group for a swap; the interface does not inherit tags of its instance', () => {
    const checks = asked('ModifyNetworkInterfaceAttribute', {
      NetworkInterfaceId: 'eni-0aa11bb22cc33dd01',
      Groups: ['sg-0aa11bb22cc33dd01'],
    });
    expect(checks.map((check) => check.resource)).toEqual([
      `${EC2}:network-interface/eni-0aa11bb22cc33dd01`,
      `${EC2}:security-group/sg-0aa11bb22cc33dd01`,
    ]);
    expect(checks[0]?.context).not.toHaveProperty('aws:ResourceTag/cordon:incident');
  });

  it('asks CreateTags with the creating action when a call tags what it makes', () => {
    const checks = asked('CreateSnapshots', {
      InstanceSpecification: { InstanceId: VICTIM },
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'cordon:incident', Value: 'IR-1' }] }],
    });
    expect(checks.map((check) => check.resource.split(':').at(-1)?.split('/')[0])).toEqual([
      'instance',
      'volume',
      'snapshot',
      'snapshot',
    ]);
    expect(checks.at(-1)).toEqual({
      action: 'ec2:CreateTags',
      resource: 'arn:aws:ec2:eu-west-1::snapshot/*',
      context: {
        'aws:TagKeys': ['cordon:incident'],
        'aws:RequestTag/cordon:incident': 'IR-1',
        'ec2:CreateAction': 'CreateSnapshots',
      },
    });
  });

  it('asks about everything a launch uses, and whether its role may be passed to EC2', () => {
    const checks = asked('RunInstances', {
      LaunchTemplate: { LaunchTemplateId: 'lt-1' },
      SubnetId: 'subnet-0aa11bb22cc33dd01',
      InstanceType: 'm7i.large',
      MinCount: 1,
      MaxCount: 1,
    });
    const kinds = checks.map((check) => `${check.action} ${check.resource.split(':').at(-1)?.split('/')[0]}`);
    expect(kinds).toEqual([
      'ec2:RunInstances instance',
      'ec2:RunInstances volume',
      'ec2:RunInstances network-interface',
      'ec2:RunInstances image',
      'ec2:RunInstances subnet',
      'ec2:RunInstances security-group',
      'ec2:RunInstances launch-template',
      'iam:PassRole role',
    ]);
    expect(checks[0]?.context).toMatchObject({
      'ec2:InstanceType': 'm7i.large',
      'ec2:MetadataHttpTokens': 'required',
      'ec2:LaunchTemplate': `${EC2}:launch-template/lt-1`,
    });
    expect(checks.at(-1)?.context).toEqual({ 'iam:PassedToService': 'ec2.amazonaws.com' });
  });

  it('asks about the document and about the instance with its tags for a command', () => {
    expect(asked('SendCommand', { DocumentName: 'Cordon-CaptureMemory', InstanceIds: [VICTIM] })).toMatchObject([
      { resource: 'arn:aws:ssm:eu-west-1:111122223333:document/Cordon-CaptureMemory' },
      { resource: `${EC2}:instance/${VICTIM}`, context: { 'ssm:resourceTag/cordon:incident': 'IR-1' } },
    ]);
  });

  it('has a check for every operation of the double', () => {
    const { estates } = labEstates();
    const without = Object.entries(ec2Double(estates).operations).filter(
      ([, operation]) => operation.authorize === undefined,
    );
    expect(without.map(([name]) => name)).toEqual([]);
  });

  it('lists only members that the SDK has', () => {
    const { estates } = labEstates();
    const double = ec2Double(estates);
    for (const [name, operation] of Object.entries(double.operations)) {
      const model = operationModel(double, name);
      const known = Object.keys(model?.input.getMemberSchemas() ?? {});
      // Describe operations share one list: NAT gateways say Filter, the others Filters.
      const strange = (operation.members ?? []).filter(
        (member) => !known.includes(member) && !/^Filters?$/.test(member),
      );
      expect([name, strange]).toEqual([name, []]);
    }
  });

  it('orders the members of a list by their number, not by their place in the form', () => {
    const model = operationModel(ec2Double(labEstates().estates), 'DescribeInstances');
    const form = parseForm(
      'Action=DescribeInstances&Version=1&Filter.2.Name=b&Filter.2.Value.1=x&Filter.1.Name=a&Filter.1.Value.1=y',
    );
    expect(decodeForm(model!.input, form, true)).toEqual({
      Filters: [
        { Name: 'a', Values: ['y'] },
        { Name: 'b', Values: ['x'] },
      ],
    });
  });
});
