import { ACCOUNT, REGION } from './lab-estates';

export const VICTIM = 'i-0aa11bb22cc33dd44';

/** The victim's interface as GuardDuty tells it. */
export const FINDING_INTERFACES = [
  {
    networkInterfaceId: 'eni-0aa11bb22cc33dd01',
    privateIpAddress: '172.16.4.218',
    subnetId: 'subnet-0aa11bb22cc33dd01',
    vpcId: 'vpc-0aa11bb22cc33dd01',
    ipv6Addresses: [],
    securityGroups: [{ groupId: 'sg-0aa11bb22cc33dd01', groupName: 'web' }],
  },
] as const;

/** A GuardDuty event in the shape EventBridge sends; `instance` replaces members of instanceDetails. */
export function findingEvent(instance: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    version: '0',
    id: '7d1f0a52-0000-4000-8000-000000000001',
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: ACCOUNT,
    time: '2026-05-16T02:19:00Z',
    region: REGION,
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: ACCOUNT,
      region: REGION,
      id: 'f1ndf1ndf1ndf1ndf1ndf1ndf1ndf1nd',
      type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
      severity: 8,
      resource: {
        resourceType: 'Instance',
        instanceDetails: {
          instanceId: VICTIM,
          instanceType: 't3.micro',
          launchTime: '2026-05-15T10:00:00Z',
          platform: null,
          availabilityZone: 'eu-west-1b',
          imageId: 'ami-0123456789abcdef0',
          iamInstanceProfile: { arn: `arn:aws:iam::${ACCOUNT}:instance-profile/web`, id: 'AIPAEXAMPLE' },
          networkInterfaces: FINDING_INTERFACES,
          tags: [
            { key: 'Name', value: 'web-1' },
            { key: 'aws:autoscaling:groupName', value: 'web-group' },
          ],
          ...instance,
        },
      },
      service: { detectorId: 'de7ec7de7ec7de7ec7de7ec7de7ec7de', count: 1, archived: false },
    },
  };
}
