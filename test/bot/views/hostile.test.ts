import fc from 'fast-check';
import { namesOf } from '../../../bot/roster';
import { card } from '../../../bot/views/card';
import { gateAsk } from '../../../bot/views/gate-ask';
import { linesMessage } from '../../../bot/views/lines-message';
import { evidenceList } from '../../../bot/views/lists';
import { attachModal, releaseModal, voteModal } from '../../../bot/views/modals';
import { code, foreign, md } from '../../../bot/views/mrkdwn';
import { status } from '../../../bot/views/status';
import { threadLines } from '../../../bot/views/thread-lines';
import { timelineText } from '../../../bot/views/timeline';
import type { IncidentEvent } from '../../../core/incident/events';
import { personKey, sha256 } from '../../../core/incident/ids';
import { messageFaults, viewFaults } from '../../../lab/slack/block-kit';
import {
  type Entry,
  FINDING,
  ID,
  incidentOf,
  OPENED,
  person,
  rowsOf,
  rulebook,
  STOP_ASKED,
  SYSTEM,
} from '../../support/chat/rows';

const names = namesOf(rulebook.policy);

/** What an attacker on the host or in a tag would try. */
const ATTACKS = [
  '<!channel>',
  '<!here>',
  '<!everyone>',
  '<!subteam^S0123456>',
  '<@U0ALICE01>',
  '<#C0CORDON>',
  '<https://evil.example|Approve>',
  '<mailto:a@evil.example>',
  'https://evil.example/approve',
  '`',
  '```',
  '*approved by Carol*',
  '_x_',
  '~x~',
  ':rotating_light:',
  '&lt;!channel&gt;',
  '<!date^1577836800^{date}|<https://evil.example>>',
  '\u202eevorppa',
  '\u200b<!chan\u200bnel>',
  '\u0000',
  '\u2028',
  '😈'.repeat(50),
  '<'.repeat(200),
  '|',
  '\n*Stop approved*\n',
  'a'.repeat(5000),
];
const hostile = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.constantFrom(...ATTACKS), { maxLength: 6 }).map((parts) => parts.join('')),
);
const iso = fc.oneof(fc.constant('2020-01-01T00:00:00Z'), hostile);
const finding = fc.record({
  id: fc.constant(FINDING.id),
  type: hostile,
  title: hostile,
  severity: fc.double({ min: 0, max: 10, noNaN: true }),
  count: fc.nat(),
  firstSeen: iso,
  lastSeen: iso,
  digest: fc.constant(sha256('f')),
  facts: fc.array(fc.record({ label: hostile, value: hostile }), { maxLength: 12 }),
});

const events: fc.Arbitrary<IncidentEvent> = fc.oneof(
  fc.record({ type: fc.constant('FindingAttached' as const), finding }),
  fc.record({
    type: fc.constant('StepCompleted' as const),
    step: fc.constantFrom('Seal', 'Stop', 'Capture memory'),
    said: hostile,
    missing: fc.array(fc.record({ what: hostile, reason: hostile }), { maxLength: 9 }),
  }),
  fc.record({
    type: fc.constant('StepFailed' as const),
    step: fc.constant('Capture memory' as const),
    error: hostile,
    cause: hostile,
    attempt: fc.constant(1),
  }),
  fc.record({
    type: fc.constant('InstanceIsolated' as const),
    group: hostile,
    interfaces: fc.array(hostile, { maxLength: 20 }),
    residual: fc.array(hostile, { maxLength: 20 }),
  }),
  fc.record({
    type: fc.constant('InstanceReleased' as const),
    restored: fc.array(hostile, { maxLength: 30 }),
    differs: fc.array(hostile, { maxLength: 30 }),
  }),
  fc.record({ type: fc.constant('EvidenceLost' as const), why: hostile }),
  fc.record({ type: fc.constant('NoteAdded' as const), text: hostile }),
  fc.record({ type: fc.constant('EstateNoticed' as const), text: hostile }),
  fc.record({ type: fc.constant('LinksAsked' as const), paths: fc.array(hostile, { maxLength: 15 }) }),
  fc.record({ type: fc.constant('CampaignNoticed' as const), lead: fc.constant(ID), why: hostile }),
  fc.record({
    type: fc.constant('ReportPosted' as const),
    request: hostile,
    ts: hostile,
    summarySha256: fc.constant(sha256('s')),
    runUrl: hostile,
    verdict: hostile,
  }),
  fc.record({ type: fc.constant('Paused' as const), reason: hostile }),
  fc.record({ type: fc.constant('SessionsRevoked' as const), role: hostile, scope: hostile }),
  fc.record({
    type: fc.constant('InstanceDetached' as const),
    group: hostile,
    how: fc.constant('standby' as const),
    targets: fc.array(hostile),
  }),
  fc.record({
    type: fc.constant('EstateRecorded' as const),
    digest: fc.constant(sha256('e')),
    summary: fc.record({
      state: hostile,
      interfaces: fc.nat(),
      volumes: fc.nat(),
      group: hostile,
      targetGroups: fc.array(hostile, { maxLength: 30 }),
      profile: hostile,
      publicAddress: hostile,
      ssmOnline: fc.boolean(),
      platform: fc.constant('linux' as const),
      instanceType: hostile,
      owner: hostile,
    }),
  }),
  fc.record({
    type: fc.constant('EvidenceKept' as const),
    artefacts: fc.array(
      fc.record({
        path: hostile,
        sha256: fc.constant(sha256('a')),
        bytes: fc.nat(),
        versionId: hostile,
        tool: hostile,
        toolVersion: hostile,
        at: iso,
        actor: hostile,
        origin: fc.constantFrom('captured' as const, 'recorded' as const, 'stand-in' as const),
      }),
      { maxLength: 40 },
    ),
  }),
);

/** An opened incident whose every free text is hostile, with a stop gate asked over a hostile plan. */
const life: fc.Arbitrary<readonly Entry[]> = fc
  .record({
    finding,
    instanceName: hostile,
    reason: hostile,
    middle: fc.array(events, { maxLength: 8 }),
    plan: fc.array(hostile, { maxLength: 40 }),
    vote: hostile,
  })
  .map(({ finding: found, instanceName, reason, middle, plan, vote }) => [
    {
      by: SYSTEM,
      events: [
        { ...OPENED, finding: found, instanceName, reason } as IncidentEvent,
        { type: 'RunRequested', run: 1, purpose: 'respond' },
      ],
    },
    ...middle,
    { ...STOP_ASKED, plan: { digest: sha256('p'), lines: plan } } as IncidentEvent,
    {
      by: person('carol'),
      events: [
        {
          type: 'GateVoteCast',
          gate: 'stop',
          opening: 1,
          person: personKey('carol'),
          decision: 'approve',
          reason: vote,
        },
      ],
    },
  ]);

/** Links and mentions Slack would make of these texts: anything in angle brackets that is not a date or our console. */
function madeBySlack(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(madeBySlack);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text, verbatim } = value as { type?: unknown; text?: unknown; verbatim?: unknown };
  const own: string[] = [];
  if (type === 'mrkdwn' && typeof text === 'string') {
    if (verbatim !== true) own.push(`not verbatim: ${text}`);
    own.push(
      ...(text.match(/<[^>]*>/g) ?? []).filter(
        (tag) =>
          !/^<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d :UTC-]+>$/.test(tag) &&
          !/^<https:\/\/eu-west-1\.console\.aws\.amazon\.com\//.test(tag),
      ),
    );
  }
  return [...own, ...Object.values(value).flatMap(madeBySlack)];
}

describe('text from an attacker', () => {
  test('never makes a mention or a link, and always leaves blocks Slack takes', () => {
    fc.assert(
      fc.property(life, (entries) => {
        const incident = incidentOf(...entries);
        const rows = rowsOf(entries);
        const at = { now: '2020-01-01T01:00:00.000Z', names };
        const messages = [
          card(incident, at),
          gateAsk(incident, incident.gates.stop!, { names }),
          status(incident, at),
          evidenceList(incident),
          timelineText(ID, rows, names),
          linesMessage(threadLines(rows, { names })),
        ];
        for (const { text, blocks } of messages) {
          expect(messageFaults(blocks)).toEqual([]);
          expect(madeBySlack(blocks).filter((tag) => !tag.startsWith('<https://'))).toEqual([]);
          expect(text).not.toMatch(/[<>]/);
          expect(text.length).toBeGreaterThan(10);
        }
        for (const view of [
          voteModal(incident, incident.gates.stop!, 'approve', names),
          releaseModal(incident),
          attachModal(incident.openReason ?? '', undefined),
        ]) {
          expect(viewFaults(view)).toEqual([]);
          expect(madeBySlack(view.blocks)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  }, 240_000);

  test('leaves the card whole and dead for ten thousand findings', () => {
    const opened = fc.record({ finding, instanceName: hostile, reason: hostile });
    fc.assert(
      fc.property(opened, (facts) => {
        const { text, blocks } = card(incidentOf({ ...OPENED, ...facts } as IncidentEvent), {
          now: '2020-01-01T01:00:00.000Z',
          names,
        });
        if (messageFaults(blocks).length > 0 || madeBySlack(blocks).length > 0 || /[<>]/.test(text)) {
          expect({ faults: messageFaults(blocks), made: madeBySlack(blocks), text }).toEqual({
            faults: [],
            made: [],
            text: '',
          });
        }
      }),
      { numRuns: 10_000 },
    );
  }, 240_000);

  test('cannot close a code span, start bold or leave an entity torn', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(code(text).text.slice(1, -1)).not.toContain('`');
        expect(foreign(text).text).not.toMatch(/[`*~<>]/);
        expect(md`a ${text} b`.text).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps the five attacks of a name readable and dead', () => {
    const incident = incidentOf({
      ...OPENED,
      instanceName: '<!channel> *approved* `x` https://evil.example',
    } as IncidentEvent);
    const shown = JSON.stringify(card(incident, { now: '2020-01-01T00:00:00Z', names }).blocks);
    expect(shown).toContain('&lt;!channel&gt; ∗approved∗ ˋxˋ https://evil.example');
    expect(shown).toContain('"verbatim":true');
  });
});
