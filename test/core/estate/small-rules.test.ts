import fc from 'fast-check';
import { cidrHolds } from '../../../core/estate/addresses';
import { differences } from '../../../core/estate/difference';
import { deviceFor, forensicTypes, MOST_EVIDENCE_VOLUMES } from '../../../core/estate/forensic-sizing';
import { protectedBy } from '../../../core/estate/protected';
import { revocationPolicy } from '../../../core/estate/revocation';
import { summarize } from '../../../core/estate/summary';
import { estate } from './estates';

describe('address ranges', () => {
  it('hold exactly the addresses that share their first bits', () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(part, part, part, part, fc.integer({ min: 0, max: 32 }), part, (a, b, c, d, length, x) => {
        const bits = (text: string) =>
          text
            .split('.')
            .map((each) => Number(each).toString(2).padStart(8, '0'))
            .join('');
        const [base, other] = [`${a}.${b}.${c}.${d}`, `${a}.${b}.${x}.${d}`];
        const same = bits(base).slice(0, length) === bits(other).slice(0, length);
        expect(cidrHolds(`${base}/${length}`, other)).toBe(same);
      }),
    );
  });

  it.each(['', '10.0.0.0', '10.0.0.0/33', '300.0.0.0/8', '::/0', 'x/8'])(
    'never hold anything when they are %j',
    (cidr) => {
      expect(cidrHolds(cidr, '10.0.0.1')).toBe(false);
    },
  );
});

describe('a protected instance', () => {
  const rule = { tags: [{ key: 'role', value: 'bastion' }, { key: 'never' }], instances: ['i-1'] };
  it.each([
    [{ id: 'i-1', tags: {} }, 'policy.yaml names it'],
    [{ id: 'i-2', tags: { role: 'bastion' } }, 'tag role=bastion'],
    [{ id: 'i-2', tags: { never: '' } }, 'tag never='],
    [{ id: 'i-2', tags: { 'cordon:role': 'forensic' } }, "it is Cordon's own forensic machine"],
    [{ id: 'i-2', tags: { role: 'web' } }, undefined],
  ])('is told by id, tag or being our own', (instance, why) => {
    expect(protectedBy(instance as never, rule)).toBe(why);
  });
});

describe('the revocation of sessions', () => {
  it('names the instance twice and a time, all in one statement', () => {
    const { instance } = estate();
    const key = { account: instance.account, region: instance.region, instance: instance.id };
    const [statement, ...others] = JSON.parse(revocationPolicy(key, 'aws', new Date('2026-05-16T02:20:00Z'))).Statement;
    expect(others).toEqual([]);
    expect(statement).toMatchObject({ Effect: 'Deny', Action: '*' });
    expect(statement.Condition).toEqual({
      StringLike: { 'aws:userid': '*:i-0aa11bb22cc33dd44' },
      ArnEquals: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0aa11bb22cc33dd44' },
      DateLessThan: { 'aws:TokenIssueTime': '2026-05-16T02:20:00.000Z' },
    });
  });
});

describe('the forensic instance', () => {
  it.each([
    [0, 100, 'm7i.xlarge'],
    [16 * 1024 ** 3, 100, 'm7i.xlarge'],
    [64 * 1024 ** 3, 100, 'm7i.2xlarge'],
    [512 * 1024 ** 3, 16_000, 'r7i.8xlarge'],
    [24 * 1024 ** 4, 0, 'r7i.16xlarge'],
  ])('for %i bytes of memory and %i GiB of disk starts with %s', (image, disk, type) => {
    expect(forensicTypes(image, disk)[0]).toBe(type);
  });

  it('has a device name of its own for every volume it may hold', () => {
    const names = Array.from({ length: MOST_EVIDENCE_VOLUMES }, (_, i) => deviceFor(i));
    expect(new Set(names).size).toBe(MOST_EVIDENCE_VOLUMES);
  });
});

describe('the differences after a release', () => {
  it('are none when everything is as it was', () => {
    expect(differences(estate(), estate({ recordedAt: 'later' }))).toEqual([]);
  });

  it('name each thing that is not back', () => {
    const before = estate({ profile: { association: 'a', arn: 'arn:own' } });
    const now = estate({
      interfaces: [{ ...before.interfaces[0]!, groups: ['sg-isolation'] }],
      attributes: { termination: true, stop: false, shutdown: 'stop' },
      volumes: [],
    });
    expect(differences(before, now)).toEqual([
      'eni-1 carries sg-isolation, carried sg-web',
      'termination protection is on',
      'vol-1 is no longer attached',
      'instance profile is none, was arn:own',
    ]);
  });

  it('name what its Auto Scaling group does otherwise, and not what it did before', () => {
    const group = { name: 'web', lifecycle: 'InService', min: 1, max: 2, desired: 1, healthCheck: 'ELB' };
    const before = estate({ group: { ...group, protectedFromScaleIn: false, suspended: ['AZRebalance'] } });
    const suspended = ['AZRebalance', 'ReplaceUnhealthy'];
    expect(differences(before, estate({ group: { ...group, protectedFromScaleIn: true, suspended } }))).toEqual([
      'scale-in protection in web is on',
      'web has suspended ReplaceUnhealthy since',
    ]);
  });
});

describe('the summary of an estate', () => {
  it('names twenty neighbours, and says how many more there are', () => {
    const neighbours = Array.from({ length: 30 }, (_, i) => ({ id: `i-${i}`, subnet: 'subnet-1', name: 'web' }));
    const summary = summarize(estate({ network: { ...estate().network, neighbours } }), undefined);
    expect(summary.neighbours).toHaveLength(21);
    expect(summary.neighbours?.at(-1)).toBe('10 more');
    expect(summary.neighbours?.[0]).toBe('i-0 (web)');
  });
});
