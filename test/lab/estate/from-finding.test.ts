import fc from 'fast-check';
import { estateSnapshot } from '../../../lab/estate/estate-snapshot';
import { estateFromFinding, type ScenarioOptions } from '../../../lab/estate/from-finding';
import { reachesS3, reachesSsm } from '../../../lab/estate/reach';
import { findingEvent, VICTIM } from './finding-event';
import { ACCOUNT, labEstates } from './lab-estates';

function build(options: ScenarioOptions = {}, event: unknown = findingEvent()) {
  const lab = labEstates();
  const made = estateFromFinding(lab.estates, event, options);
  if (made?.instance === undefined) throw new Error('The finding names an instance.');
  return { ...lab, estate: made.estate, instance: made.instance };
}

describe('an estate from a finding', () => {
  it('holds what the finding says', () => {
    const { estate, instance } = build();
    expect(estateSnapshot(estate, VICTIM)).toMatchObject({
      state: 'running',
      groups: { 'eni-0aa11bb22cc33dd01': ['sg-0aa11bb22cc33dd01'] },
      asg: { name: 'web-group', state: 'InService', desired: 2, members: 2 },
      targetGroups: [{ name: 'web', state: 'healthy' }],
      protections: {
        termination: false,
        stop: false,
        shutdownBehavior: 'stop',
        deleteOnTermination: { '/dev/xvda': true },
      },
      profile: `arn:aws:iam::${ACCOUNT}:instance-profile/web`,
    });
    expect(instance).toMatchObject({ zone: 'eu-west-1b', type: 't3.micro', subnet: 'subnet-0aa11bb22cc33dd01' });
    expect(estate.subnets.get(instance.subnet)?.cidr).toBe('172.16.4.0/24');
  });

  it('is the same in every run', () => {
    const ids = () => {
      const { estate } = build({ dataVolumes: 3, extraInterfaces: 1, neighbours: 2 });
      return [estate.instances, estate.interfaces, estate.volumes, estate.endpoints].map((map) => [...map.keys()]);
    };
    expect(ids()).toEqual(ids());
  });

  it('knows the finding in GuardDuty even when it names no instance', () => {
    const lab = labEstates();
    const made = estateFromFinding(lab.estates, findingEvent({ instanceId: 'not-an-id' }));
    expect(made?.instance).toBeUndefined();
    expect(made?.estate.findings.size).toBe(1);
    expect(made?.estate.detectors.size).toBe(1);
  });

  it('makes stand-ins for everything the finding leaves out', () => {
    const bare = findingEvent({
      networkInterfaces: [],
      tags: [],
      iamInstanceProfile: null,
      availabilityZone: null,
      launchTime: null,
      instanceType: null,
    });
    const { estate, instance } = build({}, bare);
    expect(instance.interfaces).toHaveLength(1);
    expect(estate.vpcs.get(instance.vpc)?.cidr).toBe('10.20.0.0/16');
    expect(reachesSsm(estate, instance)).toBe(true);
  });

  it('puts the interfaces of a multi-homed dual-stack instance into their own subnets and VPC', () => {
    const interfaces = [0, 1].map((index) => ({
      networkInterfaceId: `eni-0aa11bb22cc33dd0${index}`,
      privateIpAddress: `10.1.${index}.5`,
      subnetId: `subnet-0aa11bb22cc33dd0${index}`,
      vpcId: 'vpc-0aa11bb22cc33dd01',
      ipv6Addresses: [`2001:db8::${index}5`],
      securityGroups: [0, 1].map((n) => ({ groupId: `sg-0aa11bb22cc33d${index}${n}`, groupName: `g${index}${n}` })),
    }));
    const { estate, instance } = build({}, findingEvent({ networkInterfaces: interfaces }));
    expect(instance.interfaces).toHaveLength(2);
    expect(estateSnapshot(estate, VICTIM)?.groups['eni-0aa11bb22cc33dd01']).toHaveLength(2);
    expect(estate.vpcs.get('vpc-0aa11bb22cc33dd01')?.cidr6).toBeDefined();
    expect(estate.subnets.get('subnet-0aa11bb22cc33dd01')?.cidr6).toBeDefined();
  });

  it.each([
    ['a spot instance', { lifecycle: 'spot' }, { lifecycle: 'spot', shutdownBehavior: 'terminate' }],
    ['a stopped instance', { state: 'stopped' }, { state: 'stopped' }],
    ['an instance without agent', { agent: 'none' }, { agent: 'none' }],
    [
      'an instance-store root',
      { instanceStore: 'root' },
      { rootType: 'instance-store', devices: [], ephemeralDisks: 1 },
    ],
    ['a Windows instance', { platform: 'windows' }, { platform: 'windows', rootDevice: '/dev/sda1' }],
  ] as const)('can be %s', (_, options, expected) => {
    expect(build(options).instance).toMatchObject(expected);
  });

  it('can have twelve volumes under the AWS-managed key', () => {
    const { estate, instance } = build({ dataVolumes: 11, encryption: 'aws-managed' });
    expect(instance.devices).toHaveLength(12);
    expect(
      [...estate.volumes.values()].filter((one) => one.encrypted && one.kmsKey?.endsWith('alias/aws/ebs')),
    ).toHaveLength(12);
  });

  it.each([
    ['endpoints', true, true],
    ['internet', true, true],
    ['nat', true, true],
    ['none', false, false],
  ] as const)('gets out by %s', (reach, ssm, s3) => {
    const { estate, instance } = build({ reach });
    expect([reachesSsm(estate, instance), reachesS3(estate, instance)]).toEqual([ssm, s3]);
  });

  it('never throws, whatever stands in the details', () => {
    const odd = fc.oneof(
      fc.constant(null),
      fc.string(),
      fc.integer(),
      fc.array(fc.anything(), { maxLength: 2 }),
      fc.object(),
    );
    const keys = [
      'networkInterfaces',
      'tags',
      'iamInstanceProfile',
      'launchTime',
      'platform',
      'availabilityZone',
      'imageId',
    ];
    const details = fc.record(Object.fromEntries(keys.map((key) => [key, odd])), { requiredKeys: [] });
    fc.assert(
      fc.property(details, (replaced) => {
        const { estate, instance } = build({}, findingEvent(replaced));
        expect(instance.interfaces.length).toBeGreaterThan(0);
        expect(estateSnapshot(estate, VICTIM)).not.toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('is nothing for an event that has no detail', () => {
    expect(estateFromFinding(labEstates().estates, { hello: 1 })).toBeUndefined();
  });
});
