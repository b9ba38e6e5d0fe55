import { join } from 'node:path';
import type { Actor, Commit, FindingRef, IncidentEvent } from '../../../core/incident/events';
import { replay } from '../../../core/incident/evolve';
import {
  type AccountId,
  commandId,
  type InstanceId,
  incidentId,
  personKey,
  type RegionName,
  sha256,
} from '../../../core/incident/ids';
import type { Incident } from '../../../core/incident/incident';
import { nextRow } from '../../../core/incident/ledger-row';
import { playbookForRequest } from '../../../core/playbook/match';
import { loadRulebook } from '../../../core/policy/load';

export const rulebook = loadRulebook(join(__dirname, '..', '..', '..'));
const playbook = playbookForRequest(rulebook.playbooks, false);
if (playbook?.action !== 'respond') throw new Error('no playbook responds');
export const PIN = playbook.pin;
export const KEY = {
  account: '000111222333' as AccountId,
  region: 'eu-west-1' as RegionName,
  instance: 'i-0011222aa333333b4' as InstanceId,
};
export const ID = incidentId(KEY, 1);
export const SYSTEM: Actor = { kind: 'system', part: 'step' };
export const person = (key: string): Actor => ({ kind: 'person', person: personKey(key) });
export const START = Date.parse('2020-01-01T00:00:00Z');

export const FINDING: FindingRef = {
  id: '11111aa1122223bb344cc55555555555aa',
  type: 'Trojan:EC2/DNSDataExfiltration',
  title: 'Data exfiltration through DNS queries from EC2 instance i-0011222aa333333b4.',
  severity: 8,
  count: 1,
  firstSeen: '2020-01-01T00:00:00Z',
  lastSeen: '2020-01-01T00:00:00Z',
  digest: sha256('finding'),
  facts: [{ label: 'Domain', value: '0ybb2enpjyobgcbvgcgh33sd.loganding123test.com' }],
};

export const OPENED: IncidentEvent = {
  type: 'IncidentOpened',
  ...KEY,
  generation: 1,
  channel: 'C0CORDON',
  playbook: PIN,
  finding: FINDING,
  instanceName: 'LAB-IR_NginxWebApp_ASGroup',
};

export type Entry =
  | IncidentEvent
  | { readonly by: Actor; readonly events: readonly IncidentEvent[]; readonly after?: number };

/** Rows of a ledger, one minute apart unless an entry says otherwise (`after`, in seconds). */
export function rowsOf(entries: readonly Entry[]): readonly Commit[] {
  const rows: Commit[] = [];
  let at = START;
  for (const [i, entry] of entries.entries()) {
    const { by, events, after } =
      'type' in entry ? { by: SYSTEM, events: [entry], after: undefined } : { after: undefined, ...entry };
    at += i === 0 ? 0 : (after ?? 60) * 1000;
    rows.push(nextRow(ID, rows.at(-1), { events, actor: by, commandId: commandId(`c${i}`), at: new Date(at) }));
  }
  return rows;
}

export function incidentOf(...entries: readonly Entry[]): Incident {
  const incident = replay(rowsOf(entries));
  if (!incident) throw new Error('no rows');
  return incident;
}

const step = (name: Parameters<typeof done>[0]): IncidentEvent => ({ type: 'StepStarted', step: name, attempt: 1 });
function done(name: Extract<IncidentEvent, { type: 'StepCompleted' }>['step'], said = 'Done.'): IncidentEvent {
  return { type: 'StepCompleted', step: name, said };
}

const RUN: readonly Entry[] = [
  { by: SYSTEM, events: [OPENED, { type: 'RunRequested', run: 1, purpose: 'respond' }] },
  { type: 'RunStarted', run: 1, execution: 'arn:aws:states:eu-west-1:000111222333:execution:respond:x' },
];

const ESTATE: readonly Entry[] = [
  step('Record the estate'),
  {
    by: SYSTEM,
    events: [
      {
        type: 'EstateRecorded',
        digest: sha256('estate'),
        summary: {
          state: 'running',
          interfaces: 1,
          volumes: 1,
          group: 'NginxWebApp-NginxWebAppASGroup-1A06OS804SAF0',
          targetGroups: ['web'],
          profile: 'Role_for_Nginx_Web_App_Instance',
          publicAddress: '203.0.113.7',
          ssmOnline: true,
          platform: 'linux',
          instanceType: 't3.micro',
          owner: 'FirstName LastName',
        },
      },
      done('Record the estate', 'Recorded 1 interface, 1 volume, 1 Auto Scaling group.'),
    ],
  },
];

const ISOLATED: readonly Entry[] = [
  step('Isolate the instance'),
  {
    by: SYSTEM,
    events: [
      {
        type: 'InstanceIsolated',
        group: 'sg-0cordonisolation1',
        interfaces: ['eni-0cee7e6414c0911ad'],
        residual: ['Flows that NAT gateways track stay open until they idle out.', 'DNS to the VPC resolver.'],
      },
      done('Isolate the instance', '1 interface in the isolation group.'),
    ],
  },
];

const SEALED: readonly Entry[] = [
  {
    by: SYSTEM,
    events: [
      {
        type: 'EvidenceKept',
        artefacts: [
          {
            path: 'images/memory.lime',
            sha256: sha256('m'),
            bytes: 1_073_741_824,
            versionId: 'v1',
            tool: 'avml',
            toolVersion: '0.14.0',
            at: '2020-01-01T00:08:00Z',
            actor: 'verify-memory',
            origin: 'captured',
          },
          {
            path: 'derived/disk/fls-r-p.txt',
            sha256: sha256('d'),
            bytes: 20_480,
            versionId: 'v1',
            tool: 'fls',
            toolVersion: '4.11.1',
            at: '2020-01-01T00:09:00Z',
            actor: 'keep-disk-results',
            origin: 'recorded',
          },
        ],
      },
      { type: 'EvidenceSealed', head: sha256('head'), signature: 's', keyId: 'k', entries: 2 },
      done('Seal', 'Sealed 2 artefacts.'),
    ],
  },
];

/** Opening of the stop gate under the pinned rule. */
export const STOP_ASKED: IncidentEvent = {
  type: 'GateOpened',
  gate: 'stop',
  opening: 1,
  plan: {
    digest: sha256('plan'),
    lines: ['Stop i-0011222aa333333b4 (LAB-IR_NginxWebApp_ASGroup).', 'Evidence head e3b0c442… is sealed.'],
  },
  rule:
    PIN.gates.stop ??
    (() => {
      throw new Error('no stop rule');
    })(),
  expiresAt: '2020-01-01T04:10:00.000Z',
  requester: personKey('alice'),
};

const FAILED: Entry = {
  by: SYSTEM,
  events: [
    {
      type: 'StepFailed',
      step: 'Capture memory',
      error: 'NeedsHuman',
      cause: 'The SSM agent did not answer in 10 minutes.',
      attempt: 1,
    },
    {
      type: 'GateOpened',
      gate: 'failed:Capture memory',
      opening: 1,
      plan: { digest: sha256('failed'), lines: ['Try again, go on without it, or abort the run.'] },
      rule:
        PIN.gates.failed ??
        (() => {
          throw new Error('no failed rule');
        })(),
      expiresAt: '2020-01-01T02:10:00.000Z',
    },
  ],
};

const vote = (who: string): Entry => ({
  by: person(who),
  events: [
    {
      type: 'GateVoteCast',
      gate: 'stop',
      opening: 1,
      person: personKey(who),
      decision: 'approve',
      reason: 'evidence is sealed',
    },
  ],
});

/** The last row of a closed incident; its `rows` are those before it. */
const FINAL: Entry = {
  by: SYSTEM,
  events: [
    {
      ...{ type: 'FinalSealed', head: sha256('final'), signature: 'c2ln', keyId: 'key', rows: 13 },
      fingerprint: sha256('key'),
    },
  ],
};

/** Both persons agreed, and policy asks GitHub's reviewers as well. */
const AGREED: readonly Entry[] = [
  ...RUN,
  ...ESTATE,
  ...ISOLATED,
  ...SEALED,
  ...(STOP_ASKED.type === 'GateOpened'
    ? [{ ...STOP_ASKED, rule: { ...STOP_ASKED.rule, outside: 'github-environment' } } as const]
    : []),
  vote('carol'),
  vote('dave'),
  {
    type: 'GateOutsideAsked',
    gate: 'stop',
    opening: 1,
    by: [personKey('carol'), personKey('dave')],
    outside: 'github-environment',
  },
];

/** The life of an incident as a card sees it: each stage is what one golden rendering shows. */
export const STAGES: Readonly<Record<string, readonly Entry[]>> = {
  'posted only': [
    {
      type: 'FindingPosted',
      account: KEY.account,
      region: KEY.region,
      instance: KEY.instance,
      channel: 'C0CORDON',
      finding: { ...FINDING, severity: 3 },
      why: 'It is a sample of GuardDuty (playbook samples-and-low).',
    },
  ],
  'just opened': RUN.slice(0, 1),
  'opened by hand': [
    {
      by: person('alice'),
      events: [
        { type: 'IncidentOpened', ...KEY, generation: 1, channel: 'C0CORDON', playbook: PIN, reason: 'C2 beacon' },
      ],
    },
  ],
  containing: [...RUN, ...ESTATE, step('Isolate the instance')],
  isolated: [...RUN, ...ESTATE, ...ISOLATED, step('Capture memory'), step('Snapshot the volumes')],
  'paused by a person': [
    ...RUN,
    ...ESTATE,
    ...ISOLATED,
    { by: person('bob'), events: [{ type: 'Paused', reason: 'checking with the owner' }] },
  ],
  'an aborted run': [
    ...RUN,
    ...ESTATE,
    ...ISOLATED,
    step('Capture memory'),
    { by: person('bob'), events: [{ type: 'AbortRequested', reason: 'handled elsewhere' }] },
    { by: SYSTEM, events: [done('Clean up', 'There was nothing to remove.')] },
    { by: SYSTEM, events: [done('Close', 'The books are sealed.'), { type: 'RunEnded', run: 1, result: 'aborted' }] },
  ],
  'a failed step': [...RUN, ...ESTATE, ...ISOLATED, step('Capture memory'), FAILED],
  'the stop is asked': [...RUN, ...ESTATE, ...ISOLATED, ...SEALED, STOP_ASKED],
  'one of two approved': [...RUN, ...ESTATE, ...ISOLATED, ...SEALED, STOP_ASKED, vote('carol')],
  'agreed and asked on GitHub': AGREED,
  'rejected on GitHub': [
    ...AGREED,
    {
      type: 'GateDecided',
      gate: 'stop',
      opening: 1,
      decision: 'reject',
      by: [],
      outside: { by: ['octo-reviewer'], runUrl: 'https://github.com/acme/ir/actions/runs/7' },
    },
  ],
  stopped: [
    ...RUN,
    ...ESTATE,
    ...ISOLATED,
    ...SEALED,
    STOP_ASKED,
    vote('carol'),
    vote('dave'),
    {
      type: 'GateDecided',
      gate: 'stop',
      opening: 1,
      decision: 'approve',
      by: [personKey('carol'), personKey('dave')],
      reason: 'evidence is sealed',
    },
    { by: SYSTEM, events: [{ type: 'InstanceStopped', state: 'stopped' }, done('Stop', 'Stopped.')] },
    {
      by: SYSTEM,
      events: [
        { type: 'RunEnded', run: 1, result: 'completed' },
        { type: 'IncidentClosed', as: 'stopped' },
      ],
    },
    FINAL,
  ],
  'expired and contained': [
    ...RUN,
    ...ESTATE,
    ...ISOLATED,
    ...SEALED,
    STOP_ASKED,
    vote('carol'),
    { type: 'GateExpired', gate: 'stop', opening: 1, votes: 1, quorum: 2 },
    { type: 'RunEnded', run: 1, result: 'completed' },
  ],
  'being released': [
    ...RUN,
    ...ESTATE,
    ...ISOLATED,
    { by: person('carol'), events: [{ type: 'ReleaseRequested', reason: 'load test' }] },
  ],
  released: [
    ...RUN,
    ...ESTATE,
    ...ISOLATED,
    { by: person('carol'), events: [{ type: 'ReleaseRequested', reason: 'load test' }] },
    {
      by: SYSTEM,
      events: [
        {
          type: 'InstanceReleased',
          restored: ['security groups of eni-0cee7e6414c0911ad'],
          differs: ['the public address is another one'],
        },
        { type: 'IncidentClosed', as: 'released', reason: 'load test' },
      ],
    },
  ],
  'evidence lost': [
    ...RUN,
    ...ESTATE,
    { type: 'EvidenceLost', why: 'The Auto Scaling group terminated the instance.' },
  ],
};
