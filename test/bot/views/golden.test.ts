import { namesOf } from '../../../bot/roster';
import { card } from '../../../bot/views/card';
import { evidenceLinks } from '../../../bot/views/evidence-links';
import { gateAsk } from '../../../bot/views/gate-ask';
import { helpAll, helpOn } from '../../../bot/views/help';
import { homeBlocks } from '../../../bot/views/home';
import { linesMessage } from '../../../bot/views/lines-message';
import { evidenceList, incidentList } from '../../../bot/views/lists';
import {
  attachModal,
  noticeModal,
  releaseModal,
  skeletonModal,
  startModal,
  voteModal,
} from '../../../bot/views/modals';
import { md } from '../../../bot/views/mrkdwn';
import { dryRun, notUnderstood, pickIncident, refused } from '../../../bot/views/replies';
import { explainPolicy, whoami } from '../../../bot/views/rights';
import { status } from '../../../bot/views/status';
import { threadLine, threadLines } from '../../../bot/views/thread-lines';
import { timelineText } from '../../../bot/views/timeline';
import { Refusal } from '../../../core/errors';
import { incidentRecord } from '../../../core/gitops/incident-record';
import { parseIncidentId, personKey } from '../../../core/incident/ids';
import { messageFaults, viewFaults } from '../../../lab/slack/block-kit';
import { ID, incidentOf, KEY, rowsOf, rulebook, STAGES } from '../../support/chat/rows';
import { expectGolden } from './golden';

const { policy } = rulebook;
const names = namesOf(policy);
const AT = { now: '2020-01-01T00:20:00.000Z', names, repository: 'acme/ir' };
const stage = (name: string) => incidentOf(...(STAGES[name] ?? []));

describe('renderings', () => {
  test.each(Object.keys(STAGES))('the card when %s', (name) => {
    const shown = card(stage(name), AT);
    expect(messageFaults(shown.blocks)).toEqual([]);
    expectGolden(`card ${name}`, shown);
  });

  test.each([
    'the stop is asked',
    'one of two approved',
    'agreed and asked on GitHub',
    'rejected on GitHub',
    'stopped',
    'expired and contained',
    'a failed step',
  ])('the question when %s', (name) => {
    const incident = stage(name);
    const gate = Object.values(incident.gates)[0]!;
    const shown = gateAsk(incident, gate, { names });
    expect(messageFaults(shown.blocks)).toEqual([]);
    expectGolden(`gate ${name}`, shown);
  });

  test.each(['stopped', 'released', 'a failed step', 'rejected on GitHub'])('the thread when %s', (name) => {
    const shown = linesMessage(threadLines(rowsOf(STAGES[name] ?? []), { names }));
    expect(messageFaults(shown.blocks)).toEqual([]);
    expectGolden(`thread ${name}`, shown);
  });

  test('a closed incident leads to its record by the branch that is proposed', () => {
    const rows = rowsOf(STAGES.stopped ?? []);
    const { branch } = incidentRecord(stage('stopped'), rows);
    expect(stage('stopped').finalSeal?.rows).toBe(rows.length - 1);
    expect(JSON.stringify(card(stage('stopped'), AT).blocks)).toContain(encodeURIComponent(`head:${branch}`));
    expect(JSON.stringify(card(stage('isolated'), AT).blocks)).not.toContain('incident record');
  });

  test('the cards of one attack on several hosts', () => {
    const lead = parseIncidentId('IR-22222222')!;
    const alone = stage('isolated');
    const why = 'the same actor address, 203.0.113.66';
    const shown = {
      'card offered a lead': { ...alone, campaign: { offer: { lead, why }, members: [] } },
      'card of a member': { ...alone, campaign: { lead, members: [] } },
      'card of a lead': { ...alone, campaign: { members: [{ incident: lead, instance: KEY.instance }] } },
    };
    for (const [name, incident] of Object.entries(shown)) {
      const rendered = card(incident, AT);
      expect(messageFaults(rendered.blocks)).toEqual([]);
      expectGolden(name, rendered);
    }
  });

  test('what happens around an incident, and what is lent', () => {
    const url = 'https://evidence.example/derived/disk/fls.txt?X-Amz-Expires=300';
    const derived = stage('stopped').artefacts.filter(({ path }) => path.startsWith('derived/'));
    const lent = derived.map((artefact) => ({ artefact, url }));
    const [links] = evidenceLinks(ID, lent, 5);
    const told = linesMessage(
      (
        [
          { type: 'EstateNoticed', text: 'Auto Scaling group web started i-0a: the application heals.' },
          { type: 'EvidenceLost', why: 'i-0a was terminated, and not by Cordon.' },
          { type: 'IsolationReminded', since: '2020-01-01T00:05:00.000Z' },
          { type: 'PauseReminded', since: '2020-01-01T00:05:00.000Z' },
          { type: 'GateReminded', gate: 'stop', opening: 1 },
          { type: 'GateReminded', gate: 'revoke', opening: 1 },
          {
            type: 'GateExpired',
            gate: 'revoke',
            opening: 1,
            votes: 0,
            quorum: 1,
            why: 'the report is in and nobody took the offer',
          },
          { type: 'LinksAsked', paths: ['derived/disk/fls.txt'] },
        ] as const
      ).flatMap((event) => threadLine(event, { names, actor: { kind: 'system', part: 'resume' } }) ?? []),
    );
    for (const [name, shown] of Object.entries({ 'private evidence links': links!, 'thread around it': told })) {
      expect(messageFaults(shown.blocks)).toEqual([]);
      expectGolden(name, shown);
    }
  });

  test('every modal', () => {
    const asked = stage('the stop is asked');
    const stop = asked.gates.stop!;
    const modals = {
      'modal approve the stop': voteModal(
        stage('one of two approved'),
        stage('one of two approved').gates.stop!,
        'approve',
        names,
      ),
      'modal reject the stop': voteModal(asked, stop, 'reject', names),
      'modal release': releaseModal(stage('isolated')),
      'modal start': startModal('default'),
      'modal attach': attachModal('bob: saw this host beacon at 10:02', ID),
      'modal loading': skeletonModal(),
      'modal refused': noticeModal(
        refused(
          new Refusal('gate.requester', 'You asked for this yourself; nothing was changed.', 'Ask somebody else.'),
          'a1b2c3d4',
        ),
      ),
    };
    for (const [name, view] of Object.entries(modals)) {
      expect(viewFaults(view)).toEqual([]);
      expectGolden(name, view);
    }
  });

  test('every reply', () => {
    const listed = {
      ...KEY,
      incident: ID,
      openedAt: '2020-01-01T00:00:00.000Z',
      status: 'open',
      title: 'Data exfiltration',
      severity: 8,
      channel: 'C0CORDON',
    } as const;
    const replies = {
      'reply help': helpAll(),
      'reply help isolate': helpOn('isolate'),
      'reply list': incidentList([listed]),
      'reply empty list': incidentList([]),
      'reply evidence': evidenceList(stage('stopped')),
      'reply status': status(stage('the stop is asked'), AT),
      'reply timeline': timelineText(ID, rowsOf(STAGES.stopped ?? []), names),
      'reply whoami': whoami(policy, 'U0CAROL01', personKey('carol'), {}),
      'reply whoami nobody': whoami(policy, 'U0MALLORY', undefined, {}),
      'reply policy explain': explainPolicy(policy, {}, stage('one of two approved')),
      'reply refusal': refused(
        new Refusal(
          'pause.already',
          'It is paused already; nothing was changed.',
          'Use `/ir forensics resume` to go on.',
        ),
        'a1b2c3d4',
      ),
      'reply not understood': notUnderstood('I know no command "isloate".', undefined, 'isolate', '1a2b3c4d'),
      'reply which incident': pickIncident('forensics pause', [listed]),
      'reply dry run': dryRun('forensics pause', [
        md`*Paused* by Alice Hart. The running step finishes; the next gate holds.`,
      ]),
    };
    for (const [name, shown] of Object.entries(replies)) {
      expect(messageFaults(shown.blocks)).toEqual([]);
      expectGolden(name, shown);
    }
  });

  test('App Home of an approver', () => {
    const incidents = [stage('one of two approved'), stage('isolated')];
    const blocks = homeBlocks({
      policy,
      person: personKey('dave'),
      roles: ['responder', 'approver'],
      incidents,
      halted: undefined,
      now: AT.now,
    });
    expect(viewFaults({ type: 'home', blocks })).toEqual([]);
    expectGolden('home of an approver', { text: 'App Home', blocks });
  });
});
