import fc from 'fast-check';
import { matchesPattern } from '../../../../lab/aws/events/pattern';

const event = {
  source: 'aws.guardduty',
  'detail-type': 'GuardDuty Finding',
  resources: ['arn:a', 'arn:b'],
  detail: {
    severity: 8,
    count: null,
    type: 'Trojan:EC2/DNSDataExfiltration',
    flag: false,
    service: { archived: false },
    items: [
      { n: 1, s: 'a' },
      { n: 2, s: 'b' },
    ],
  },
};

describe('event patterns', () => {
  it.each<[object, boolean]>([
    [{ source: ['aws.guardduty'] }, true],
    [{ source: ['aws.ec2'] }, false],
    [{ source: ['aws.ec2', 'aws.guardduty'], resources: ['arn:b'] }, true],
    [{ detail: { severity: [{ numeric: ['>=', 7, '<', 9] }] } }, true],
    [{ detail: { severity: [{ numeric: ['>', 8] }] } }, false],
    [{ detail: { type: [{ prefix: 'Trojan:' }] } }, true],
    [{ detail: { type: [{ prefix: { 'equals-ignore-case': 'trojan:' } }] } }, true],
    [{ detail: { type: [{ suffix: 'Exfiltration' }] } }, true],
    [{ detail: { type: [{ wildcard: '*EC2/*' }] } }, true],
    [{ detail: { type: [{ wildcard: '*EC?/*' }] } }, false],
    [{ detail: { type: [{ 'equals-ignore-case': 'trojan:ec2/dnsdataexfiltration' }] } }, true],
    [{ detail: { type: [{ 'anything-but': ['a', 'b'] }] } }, true],
    [{ detail: { type: [{ 'anything-but': { prefix: 'Trojan' } }] } }, false],
    [{ detail: { severity: [{ 'anything-but': 8 }] } }, false],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { severity: [{ exists: true }] } }, true],
    [{ detail: { service: [{ exists: true }] } }, false],
    [{ detail: { count: [null] } }, true],
    [{ detail: { flag: [false] } }, true],
    [{ detail: { flag: ['false'] } }, false],
    [{ detail: { service: { archived: [false] } } }, true],
    [{ detail: { items: { s: ['b'] } } }, true],
    [{ $or: [{ source: ['x'] }, { detail: { severity: [8] } }] }, true],
    [{ $or: [{ source: ['x'] }, { detail: { severity: [1] } }] }, false],
  ])('%j matches: %s', (pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });

  it('made of an event match that event, and not one that differs in a named field', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean()), {
          minKeys: 1,
        }),
        (fields) => {
          const pattern = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, [value]]));
          expect(matchesPattern(pattern, fields)).toBe(true);
          const key = Object.keys(fields)[0] ?? '';
          expect(matchesPattern(pattern, { ...fields, [key]: { other: 1 } })).toBe(false);
        },
      ),
    );
  });

  it('with a filter the lab does not know are refused by name', () => {
    expect(() => matchesPattern({ source: [{ cidr: '10.0.0.0/8' }] }, event)).toThrow('event filter cidr');
  });
});
