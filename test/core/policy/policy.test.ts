import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { personKey } from '../../../core/incident/ids';
import { matchesGlob, matchPlaybook, playbookForRequest } from '../../../core/playbook/match';
import { parsePlaybook } from '../../../core/playbook/schema';
import { authorize, personOfSlack, personsIn } from '../../../core/policy/authorize';
import { parsePolicy } from '../../../core/policy/check';
import { explain } from '../../../core/policy/explain';
import { RULEBOOK } from '../../support/books';

const { policy, playbooks } = RULEBOOK;
const ROOT = join(__dirname, '..', '..', '..');
const yaml = (path: string): Record<string, unknown> => parse(readFileSync(join(ROOT, 'runbooks', path), 'utf8'));
const may = (person: string, action: string) => authorize(policy, personKey(person), action);

describe('authorization', () => {
  it('maps every account of a person to that person, and strangers to nobody', () => {
    expect(personOfSlack(policy, 'U0ALICE01')).toBe(personOfSlack(policy, 'U0ALICE02'));
    expect(personOfSlack(policy, 'U0NOBODY1')).toBeUndefined();
    expect(authorize(policy, undefined, 'isolate')).toMatchObject({ allowed: false });
  });

  it.each([
    ['alice', 'isolate', true],
    ['alice', 'release', false],
    ['alice', 'gate stop', false],
    ['alice', 'gate failed:Capture memory', true],
    ['carol', 'gate stop', true],
    ['carol', 'release', true],
    ['lena', 'close', true],
    ['lena', 'gate stop', false],
    ['gus', 'isolate', false],
    ['gus', 'list', true],
    ['alice', 'no such verb', false],
    ['alice', 'gate constructor', false],
    ['nobody', 'list', false],
  ])('says of %s and `%s`: %s', (person, action, allowed) => {
    expect(may(person, action).allowed).toBe(allowed);
  });

  it('lets break-glass do anything, and says that it was break-glass', () => {
    expect(may('erin', 'gate stop')).toMatchObject({ allowed: true, breakGlass: true });
    expect(may('erin', 'halt')).toMatchObject({ allowed: true, breakGlass: true });
    expect(may('carol', 'release')).toMatchObject({ allowed: true, breakGlass: false });
  });

  it('tells who could, when somebody may not', () => {
    expect(may('alice', 'release')).toMatchObject({
      why: 'alice is responder, and `release` needs role approver or lead or break-glass',
      instead: 'Carol Lindqvist, Dave Moreau, Lena Novak, Erin Castellanos could.',
    });
  });

  it('fills a role from a group, and from none when the group cannot be read', () => {
    const grouped = parsePolicy({
      ...yaml('policy.yaml'),
      groups: { soc: { slackGroup: 'S0SOC0001' } },
      roles: { ...policy.roles, responder: { ...policy.roles.responder, persons: [], groups: ['soc'] } },
    });
    expect(personsIn(grouped, 'responder', { soc: ['U0ALICE02'] })).toEqual(['alice']);
    expect(personsIn(grouped, 'responder', {})).toEqual([]);
  });
});

describe('policy.yaml', () => {
  const broken = (over: object) => () => parsePolicy({ ...yaml('policy.yaml'), ...over });

  const withStop = (over: object) => ({ ...policy.gates, stop: { ...policy.gates.stop, ...over } });
  const withApprovers = (persons: readonly string[], groups: readonly string[] = []) => ({
    ...policy.roles,
    approver: { ...policy.roles.approver, persons, groups },
  });

  it('lets a team of three choose one who did not ask and types the id', () => {
    const small = { gates: withStop({ quorum: 1 }), roles: withApprovers(['bob', 'carol', 'dave']) };
    expect(broken(small)).not.toThrow();
  });

  it.each<[RegExp, object]>([
    [
      /role responder names zoe, who is not among the persons/,
      { roles: { ...policy.roles, responder: { persons: ['zoe'], may: [] } } },
    ],
    [
      /U0ALICE01 belongs to alice and to bob/,
      { persons: { ...policy.persons, bob: { name: 'B', slack: ['U0ALICE01'] } } },
    ],
    [
      /gate stop wants 3 persons of role approver, which has 2/,
      { gates: { ...policy.gates, stop: { ...policy.gates.stop, quorum: 3 } } },
    ],
    [/gate stop names role boss/, { gates: { ...policy.gates, stop: { ...policy.gates.stop, role: 'boss' } } }],
    [/lets the one who asked for it approve it/, { gates: withStop({ excludeRequester: false }) }],
    [/then has to type the id/, { gates: withStop({ quorum: 1, typedConfirmation: false }) }],
    [
      /is for roles of at most 3 named persons/,
      { gates: withStop({ quorum: 1 }), roles: withApprovers(['alice', 'bob', 'carol', 'dave']) },
    ],
    [
      /is for roles of at most 3 named persons/,
      {
        gates: withStop({ quorum: 1 }),
        groups: { soc: { slackGroup: 'S0SOC0001' } },
        roles: withApprovers([], ['soc']),
      },
    ],
    [/signingKey.fingerprint: must be 64 hex digits/, { signingKey: { fingerprint: 'abc' } }],
    [
      /persons.alice.slack.0: must be a Slack user id/,
      { persons: { ...policy.persons, alice: { name: 'A', slack: ['@alice'] } } },
    ],
  ])('is refused with one sentence: %s', (sentence, over) => {
    expect(broken(over)).toThrow(sentence);
  });

  it('asks two distinct approvers for a stop, never the requester, with reason and typed id', () => {
    expect(policy.gates.stop).toMatchObject({
      quorum: 2,
      excludeRequester: true,
      reasonRequired: true,
      typedConfirmation: true,
    });
  });
});

describe('playbooks', () => {
  const subject = { type: 'Trojan:EC2/DNSDataExfiltration', severity: 8, sample: false, archived: false, drill: false };
  const chosen = (over: Partial<typeof subject>) => matchPlaybook(playbooks, { ...subject, ...over })?.name;

  it.each([
    [{}, 'default'],
    [{ severity: 3.9 }, 'samples-and-low'],
    [{ severity: 4 }, 'default'],
    [{ sample: true }, 'samples-and-low'],
    [{ archived: true, sample: true }, 'archived'],
    [{ type: 'Recon:EC2/PortProbeUnprotectedPort', severity: 5 }, 'samples-and-low'],
    [{ drill: true }, 'drill'],
  ])('choose for %j: %s', (over, name) => {
    expect(chosen(over)).toBe(name);
  });

  it('serve requests without a finding', () => {
    expect([playbookForRequest(playbooks, true)?.name, playbookForRequest(playbooks, false)?.name]).toEqual([
      'drill',
      'default',
    ]);
  });

  it('may be stricter than policy and never weaker', () => {
    const file = yaml('playbooks/default.yaml');
    const withStop = (stop: object) => () =>
      parsePlaybook({ ...file, gates: { ...(file.gates as object), stop } }, policy);
    expect(withStop({ mode: 'auto' })).toThrow(/gate stop always asks/);
    expect(withStop({ mode: 'ask', quorum: 1 })).toThrow(/fewer persons than policy.yaml/);
    expect(withStop({ mode: 'ask', quorum: 2 })).not.toThrow();
  });

  it('are pinned by a digest that changes with policy’s gate rules too', () => {
    const file = yaml('playbooks/default.yaml');
    const digest = (of: typeof policy) => {
      const playbook = parsePlaybook(file, of);
      return playbook.action === 'respond' ? playbook.pin.digest : '';
    };
    const stricter = { ...policy, gates: { ...policy.gates, stop: { ...policy.gates.stop, expiresMinutes: 5 } } };
    expect(digest(policy)).toBe(digest(parsePolicy(yaml('policy.yaml'))));
    expect(digest(stricter)).not.toBe(digest(policy));
  });

  it('match types by globs in linear time', () => {
    expect([
      matchesGlob('a*c*e', 'abcde'),
      matchesGlob('a*c', 'ab'),
      matchesGlob('ab*ba', 'aba'),
      matchesGlob('*', ''),
    ]).toEqual([true, false, false, true]);
    const before = process.cpuUsage();
    matchesGlob('a*'.repeat(50), 'a'.repeat(100_000));
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });
});

describe('explain', () => {
  it('says what would be done, who could decide, and whether you are one of them', () => {
    const finding = {
      type: 'Trojan:EC2/DNSDataExfiltration',
      severity: 8,
      sample: false,
      archived: false,
      instance: 'i-0011222aa333333b4' as never,
    };
    const stop = explain(RULEBOOK, finding, personKey('alice')).gates.find((gate) => gate.gate === 'stop');
    expect(stop).toMatchObject({ mode: 'ask', quorum: 2, could: ['carol', 'dave'], you: { allowed: false } });
    expect(explain(RULEBOOK, { ...finding, instance: undefined }, personKey('alice'))).toMatchObject({
      action: 'post',
      gates: [],
    });
  });
});

describe('an answer outside Slack', () => {
  const withOutside = (gate: 'stop' | 'contain') =>
    parsePolicy({
      ...yaml('policy.yaml'),
      gates: { ...policy.gates, [gate]: { ...policy.gates[gate], outside: 'github-environment' } },
    });

  it('is off in our policy, and pinned with the other rules when the stop asks for it', () => {
    expect(policy.gates.stop.outside).toBeUndefined();
    const pinned = parsePlaybook(yaml('playbooks/default.yaml'), withOutside('stop'));
    expect(pinned).toMatchObject({ pin: { gates: { stop: { outside: 'github-environment' } } } });
  });

  it('is for the stop alone', () => {
    expect(() => withOutside('contain')).toThrow('gate contain asks outside Slack, which only gate stop can.');
  });
});
