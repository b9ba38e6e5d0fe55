import fc from 'fast-check';
import { campaignOf, sharedBy } from '../../../core/incident/campaign';
import { decide } from '../../../core/incident/decide';
import { evolve } from '../../../core/incident/evolve';
import { type IncidentId, type InstanceId, incidentId, sha256 } from '../../../core/incident/ids';
import type { Incident } from '../../../core/incident/incident';
import { findingRef, KEY, PIN, person } from '../../support/books';

interface Shape {
  readonly n: number;
  readonly minute?: number;
  readonly type?: string;
  readonly actor?: string;
  readonly group?: string;
  readonly drill?: boolean;
}

const idOf = (n: number): IncidentId =>
  incidentId({ ...KEY, instance: `i-0aaaaaaaaaaaaaa${String(n).padStart(2, '0')}` as InstanceId }, 1);

function host({ n, minute = 0, type = `Type:EC2/${n}`, actor, group, drill = false }: Shape): Incident {
  const at = new Date(Date.parse('2026-03-01T12:00:00Z') + minute * 60_000).toISOString();
  const facts = actor === undefined ? [] : [{ label: 'Remote address', value: actor }];
  const finding = findingRef({ type, facts });
  const opened = evolve(
    undefined,
    { type: 'IncidentOpened', ...KEY, generation: 1, channel: 'C0CORDON', playbook: PIN, finding, drill },
    { at },
    idOf(n),
  );
  if (group === undefined) return opened;
  const summary = {
    state: 'running',
    interfaces: 1,
    volumes: 1,
    group,
    targetGroups: [],
    ssmOnline: true,
    platform: 'linux',
    instanceType: 't3',
  } as const;
  return evolve(opened, { type: 'EstateRecorded', digest: sha256('e'), summary }, { at }, opened.id);
}

describe('one attack on several hosts', () => {
  test.each([
    ['the same actor address', { actor: '203.0.113.66' }],
    ['the same Auto Scaling group', { group: 'web' }],
    ['the same finding type', { type: 'Backdoor:EC2/C&CActivity.B' }],
  ])('is recognised by %s', (why, shared) => {
    const found = campaignOf(host({ n: 2, minute: 10, ...shared }), [host({ n: 1, ...shared })]);
    expect(found).toEqual({ lead: idOf(1), why: expect.stringContaining(why) });
  });

  test.each([
    ['nothing is shared', { actor: '203.0.113.66' }, { actor: '203.0.113.67' }],
    ['an hour lies between', { actor: '1.2.3.4' }, { actor: '1.2.3.4', minute: 61 }],
    ['one of them is a drill', { actor: '1.2.3.4' }, { actor: '1.2.3.4', drill: true }],
  ])('is not supposed when %s', (_why, older, newer) => {
    expect(campaignOf(host({ n: 2, minute: 10, ...newer }), [host({ n: 1, ...older })])).toBeUndefined();
  });

  test('is led by the oldest, or by whoever leads that one', () => {
    const actor = '203.0.113.66';
    const [first, second, third] = [
      host({ n: 1, actor }),
      host({ n: 2, minute: 5, actor }),
      host({ n: 3, minute: 9, actor }),
    ];
    expect(campaignOf(third, [second, first])?.lead).toBe(first.id);
    const led = evolve(second, { type: 'GroupedUnder', lead: first.id }, { at: second.openedAt }, second.id);
    expect(campaignOf(third, [led])?.lead).toBe(first.id);
  });

  test('is shared both ways, and of two hosts exactly one is offered the other', () => {
    const shape = fc.record({ minute: fc.integer({ min: 0, max: 120 }), actor: fc.constantFrom('1.1.1.1', '2.2.2.2') });
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const [one, other] = [host({ n: 1, ...a }), host({ n: 2, ...b })];
        expect(sharedBy(one, other)).toBe(sharedBy(other, one));
        const offers = [campaignOf(one, [other]), campaignOf(other, [one])].filter((offer) => offer !== undefined);
        const belong = a.actor === b.actor && Math.abs(a.minute - b.minute) <= 60;
        expect(offers).toHaveLength(belong ? 1 : 0);
      }),
    );
  });
});

describe('grouping', () => {
  const [lead, member] = [host({ n: 1 }), host({ n: 2, minute: 5 })];
  const by = { actor: person('bob'), at: new Date('2026-03-01T12:10:00Z') };
  const at = { at: '2026-03-01T12:10:00.000Z' };

  test('said twice is done once, on either side', () => {
    const joined = evolve(member, { type: 'GroupedUnder', lead: lead.id }, at, member.id);
    expect(decide(joined, { type: 'Group', lead: lead.id }, { id: member.id, ...by })).toEqual([]);
    const leads = evolve(lead, { type: 'MemberGrouped', member: member.id }, at, lead.id);
    expect(decide(leads, { type: 'Lead', member: member.id }, { id: lead.id, ...by })).toEqual([]);
  });

  test('never makes a chain or a circle', () => {
    const leads = evolve(lead, { type: 'MemberGrouped', member: member.id }, at, lead.id);
    expect(() => decide(leads, { type: 'Group', lead: idOf(3) }, { id: lead.id, ...by })).toThrow('leads 1 itself');
    const led = evolve(member, { type: 'GroupedUnder', lead: lead.id }, at, member.id);
    expect(() => decide(led, { type: 'Lead', member: idOf(3) }, { id: member.id, ...by })).toThrow('is led by');
    expect(() => decide(member, { type: 'Group', lead: member.id }, { id: member.id, ...by })).toThrow('lead itself');
  });
});
