import type { Resource } from '../../../lab/assembly/deployment';
import { estateProvisions } from '../../../lab/estate/provision';
import { labEstates } from './lab-estates';

function resource(type: string, logicalId: string, properties: Record<string, unknown>): Resource {
  return {
    stack: 'Quarantine',
    logicalId,
    type,
    path: [logicalId],
    properties,
    template: properties,
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    name: (maximum) => `Quarantine-${logicalId}`.slice(0, maximum),
  };
}

describe('estate provisions', () => {
  const make = () => {
    const { estates, estate } = labEstates();
    const provisions = estateProvisions(estates);
    const put = (type: string, logicalId: string, properties: Record<string, unknown>) =>
      provisions[type]!(resource(type, logicalId, properties));
    return { estate, put };
  };

  it('put a template into the estate so that an instance can be launched from it', () => {
    const { estate, put } = make();
    const vpc = put('AWS::EC2::VPC', 'Vpc', { CidrBlock: '10.213.0.0/24' }).ref;
    const subnet = put('AWS::EC2::Subnet', 'Subnet', {
      VpcId: vpc,
      CidrBlock: '10.213.0.0/26',
      AvailabilityZone: 'eu-west-1a',
    }).ref;
    const group = put('AWS::EC2::SecurityGroup', 'Host', {
      VpcId: vpc,
      GroupDescription: 'host',
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }],
    }).ref;
    const profile = put('AWS::IAM::InstanceProfile', 'Profile', { Roles: ['forensic-role'] });
    const template = put('AWS::EC2::LaunchTemplate', 'Template', {
      LaunchTemplateData: {
        InstanceType: 'm7i.large',
        IamInstanceProfile: { Arn: profile.attributes?.Arn },
        SecurityGroupIds: [group],
        MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
        UserData: 'IyEvYmluL3No',
      },
    }).ref;
    expect(estate.groups.get(group)?.rules).toHaveLength(1);
    expect(estate.subnets.get(subnet)?.vpc).toBe(vpc);
    expect(estate.launchTemplates.get(template)?.versions[0]).toMatchObject({
      instanceType: 'm7i.large',
      groups: [group],
      metadataTokens: 'required',
      metadataTags: true,
      profileArn: 'arn:aws:iam::111122223333:instance-profile/Quarantine-Profile',
    });
    expect(estate.roles.get('forensic-role')?.arn).toBe('arn:aws:iam::111122223333:role/forensic-role');
  });

  it('give a group without egress in its template all of it, as CloudFormation does', () => {
    const { estate, put } = make();
    const vpc = put('AWS::EC2::VPC', 'Vpc', { CidrBlock: '10.213.0.0/24' }).ref;
    const group = put('AWS::EC2::SecurityGroup', 'Open', { VpcId: vpc, GroupDescription: 'open' }).ref;
    expect(estate.groups.get(group)?.rules).toMatchObject([
      { egress: true, protocol: '-1', source: { value: '0.0.0.0/0' } },
    ]);
  });

  it('name the same ids in every run', () => {
    expect(make().put('AWS::EC2::VPC', 'Vpc', { CidrBlock: '10.0.0.0/24' }).ref).toBe(
      make().put('AWS::EC2::VPC', 'Vpc', { CidrBlock: '10.0.0.0/24' }).ref,
    );
  });
});
