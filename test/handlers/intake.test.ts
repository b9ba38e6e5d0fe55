import fc from 'fast-check';
import { NeedsHuman } from '../../core/errors';
import { commitTo } from '../../core/incident/commit';
import { replay } from '../../core/incident/evolve';
import { commandId, incidentId } from '../../core/incident/ids';
import { makeIntake } from '../../handlers/intake';
import { HandClock, IR, KEY, person, RULEBOOK } from '../support/books';
import { MemoryLedger, memoryClaims } from '../support/chat/stores';
import {
  findingEvent,
  type Json,
  MemoryBlobs,
  MemoryFindings,
  MemoryRefused,
  memoryIndex,
} from '../support/control-plane';

function desk(pairs: [string, string][] = []) {
  const ports = {
    ledger: new MemoryLedger(),
    claims: memoryClaims(),
    clock: new HandClock(),
    findings: new MemoryFindings(),
    index: memoryIndex(),
    blobs: new MemoryBlobs(),
    refused: new MemoryRefused(),
    rulebook: RULEBOOK,
    config: {
      HOME_ACCOUNT: KEY.account,
      HOME_REGION: KEY.region,
      ADMIN_PAIRS: pairs as never,
      SLACK_CHANNEL: 'C0CORDON',
      DETECTOR_ID: undefined,
    },
  };
  const intake = makeIntake(ports);
  const take = (change?: (detail: Json, event: Json) => void) => intake(ports.findings.learn(findingEvent(change)));
  return { ...ports, intake, take };
}

const service = (detail: Json) => detail.service as Json;
const instance = (detail: Json) => (detail.resource as Json).instanceDetails as Json;

describe('intake', () => {
  it('opens one incident and asks for its run in one row', async () => {
    const { take, ledger } = desk();
    expect(await take()).toMatchObject({ outcome: 'opened', incident: IR });
    const rows = await ledger.read(IR);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.events.map((event) => event.type)).toEqual(['IncidentOpened', 'RunRequested']);
    expect(replay(rows)).toMatchObject({ instanceName: 'LAB-IR_NginxWebApp_ASGroup', playbook: { name: 'default' } });
  });

  it('keeps the whole finding as a blob under the digest the ledger names', async () => {
    const { take, ledger, blobs } = desk();
    await take();
    const digest = replay(await ledger.read(IR))?.findings[0]?.digest;
    expect(await blobs.get(IR, digest!)).toMatchObject({ type: 'Trojan:EC2/DNSDataExfiltration' });
  });

  it('comes to the same ledger however often and in whatever order updates arrive', async () => {
    const counts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(counts, async (order) => {
        const { take, ledger } = desk();
        for (const count of order)
          await take((detail) => {
            service(detail).count = count;
          });
        const incident = replay(await ledger.read(IR));
        expect(incident?.findings).toHaveLength(1);
        expect(incident?.findings[0]?.count).toBe(Math.max(...order));
        expect(incident?.runs).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  it('attaches another finding on the instance to its incident', async () => {
    const { take, ledger } = desk();
    await take();
    const other = await take((detail) =>
      Object.assign(detail, { id: 'f2', type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS' }),
    );
    expect(other).toMatchObject({ outcome: 'attached', incident: IR });
    expect(replay(await ledger.read(IR))?.findings.map((finding) => finding.id)).toHaveLength(2);
  });

  it('posts and never contains what GuardDuty does not know, or knows otherwise', async () => {
    const { intake, findings, ledger } = desk();
    expect(await intake(findingEvent())).toMatchObject({
      outcome: 'posted',
      reason: expect.stringContaining('unverified'),
    });
    findings.learn(
      findingEvent((detail) => {
        instance(detail).instanceId = 'i-0aaaaaaaaaaaaaaaa';
      }),
    );
    expect((await intake(findingEvent())).outcome).toBe('ignored');
    expect(await ledger.read(IR)).toEqual([]);
  });

  it('posts a finding that GuardDuty cannot be asked about, instead of keeping silent', async () => {
    const { intake, findings, ledger } = desk();
    findings.find = async () => {
      throw new NeedsHuman('read the finding again: AccessDeniedException');
    };
    expect(await intake(findingEvent())).toMatchObject({
      outcome: 'posted',
      reason: expect.stringContaining('could not be asked'),
    });
    expect(await ledger.read(IR)).toEqual([]);
  });

  it.each<[string, (detail: Json) => void, string, RegExp]>([
    [
      'a sample',
      (detail) => {
        detail.title = '[SAMPLE] something';
      },
      'posted',
      /sample/,
    ],
    [
      'a sample of the newer form',
      (detail) => {
        service(detail).additionalInfo = { value: '{"sample":true}', type: 'default' };
      },
      'posted',
      /sample/,
    ],
    [
      'a low severity',
      (detail) => {
        detail.severity = 2;
      },
      'posted',
      /severity 2/,
    ],
    [
      'no instance',
      (detail) => {
        detail.resource = { resourceType: 'S3Bucket' };
      },
      'posted',
      /no instance to contain/,
    ],
    [
      'an instance of null',
      (detail) => {
        instance(detail).instanceId = null;
      },
      'posted',
      /no instance to contain/,
    ],
    [
      'an archived finding',
      (detail) => {
        service(detail).archived = true;
      },
      'ignored',
      /archived/,
    ],
  ])('does with %s what the playbook says and starts nothing', async (_what, change, outcome, reason) => {
    const { take, ledger } = desk();
    expect(await take(change)).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
    expect([...ledger.rows.keys()].filter((id) => id.startsWith('IR-'))).toEqual([]);
  });

  it.each<[string, (detail: Json, event: Json) => void, string]>([
    [
      'no detail',
      (_detail, event) => {
        delete event.detail;
      },
      'finding.malformed',
    ],
    [
      'another source',
      (_detail, event) => {
        event.source = 'my.app';
      },
      'finding.malformed',
    ],
    [
      'an instance id that is none',
      (detail) => {
        instance(detail).instanceId = 'i-xyz; rm -rf /';
      },
      'finding.malformed',
    ],
    [
      'another account in its body',
      (detail) => {
        detail.accountId = '999999999999';
      },
      'finding.account',
    ],
    [
      'another account on its envelope',
      (_detail, event) => {
        event.account = '999999999999';
      },
      'finding.account',
    ],
    [
      'another region in its body',
      (detail) => {
        detail.region = 'us-east-1';
      },
      'finding.region',
    ],
    [
      'a severity that is a text',
      (detail) => {
        detail.severity = 'high';
      },
      'finding.malformed',
    ],
  ])('sets an event with %s aside with its reason, and does not throw', async (_what, change, code) => {
    const { intake, refused, ledger } = desk();
    expect((await intake(findingEvent(change))).outcome).toBe('refused');
    expect(refused.events.map((event) => event.code)).toEqual([code]);
    expect(ledger.rows.size).toBe(0);
  });

  it('tells of a finding of another region in words, and opens nothing it could not act on', async () => {
    const { take, ledger, refused } = desk();
    const told = await take((detail, event) => {
      detail.region = 'us-east-1';
      event.region = 'us-east-1';
    });
    expect(told).toMatchObject({
      outcome: 'posted',
      reason: 'This Cordon acts in eu-west-1 alone, so nothing was contained: respond by hand, or deploy one there.',
    });
    const events = [...ledger.rows.values()].flat().flatMap((row) => row.events.map(({ type }) => type));
    expect(events).toEqual(['FindingPosted']);
    expect(refused.events).toEqual([]);
  });

  it('never throws on anything that is JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect((await desk().intake(value)).outcome).toBe('refused');
      }),
    );
  });

  it('takes a member’s finding from its configured administrator only', async () => {
    const admin = '111111111111';
    const from = (account: string) => (_detail: Json, event: Json) => {
      event.account = account;
    };
    expect((await desk([[admin, KEY.account]]).take(from(admin))).outcome).toBe('opened');
    expect((await desk([[admin, KEY.account]]).take(from('222222222222'))).outcome).toBe('refused');
  });

  it('completes a claim whose first row was never written', async () => {
    const { take, claims, ledger } = desk();
    await claims.take(KEY, { incident: IR, generation: 1 });
    expect(await take()).toMatchObject({ outcome: 'opened', incident: IR });
    expect(await ledger.read(IR)).toHaveLength(1);
  });

  it('opens the next generation for activity after a close, and leaves a late delivery alone', async () => {
    const { take, ledger, clock } = desk();
    await take();
    await commitTo(
      ledger,
      clock,
      IR,
      { type: 'EndRun', run: 1, result: 'completed' },
      person('carol'),
      commandId('end'),
    );
    await commitTo(ledger, clock, IR, { type: 'Close', as: 'resolved' }, person('carol'), commandId('close'));
    await commitTo(
      ledger,
      clock,
      IR,
      { type: 'EndRun', run: 2, result: 'completed' },
      person('carol'),
      commandId('end2'),
    );
    expect(
      await take((detail) => {
        service(detail).count = 2;
      }),
    ).toMatchObject({ outcome: 'ignored' });
    const again = await take((detail) =>
      Object.assign(service(detail), { count: 3, eventLastSeen: '2026-03-02T00:00:00Z' }),
    );
    expect(again).toMatchObject({ outcome: 'opened', incident: incidentId(KEY, 2) });
    expect(replay(await ledger.read(incidentId(KEY, 2)))).toMatchObject({ generation: 2, previous: IR });
  });
});
