import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BLOCK_HASHES } from '../../core/collect/vault-paths';
import type { Assembly } from '../../lab/assembly/assembly';
import type { Desk } from '../../lab/desk/desk';
import { readDrillArguments } from '../../lab/drill/arguments';
import { type DrillRequest, runDrill } from '../../lab/drill/drill';
import { finding, wordsOf } from '../support/story';
import { storyAssembly } from '../support/story-assembly';

const LONG = 300_000;
const desks: Desk[] = [];
afterEach(() => Promise.all(desks.splice(0).map((desk) => desk.close())));

/** The assembly with a piece of a template's text replaced; refuses when the text is not there. */
function edited(assembly: Assembly, from: string, to: string): Assembly {
  let found = false;
  const stacks = assembly.stacks.map((stack) => {
    const text = JSON.stringify(stack.template);
    found ||= text.includes(from);
    return { ...stack, template: JSON.parse(text.replaceAll(from, to)) };
  });
  if (!found) throw new Error(`No template says ${from}.`);
  return { ...assembly, stacks };
}

interface More {
  readonly after?: DrillRequest['after'];
  /** A folder of outputs; all that the lab has unless told. */
  readonly evidence?: string;
}

async function drill(assembly: Assembly, ...decide: readonly string[]) {
  return drillOn(assembly, {}, ...decide);
}

async function drillOn(assembly: Assembly, { after, evidence }: More, ...decide: readonly string[]) {
  const wanted = readDrillArguments(decide.flatMap((word) => ['--decide', word]));
  if (typeof wanted === 'string') throw new Error(wanted);
  return runDrill({
    event: finding(),
    decisions: wanted.decisions,
    at: wanted.at,
    desk: { assembly, seed: '1', ...(evidence === undefined ? {} : { evidence }) },
    before: (desk) => void desks.push(desk),
    ...(after === undefined ? {} : { after }),
  });
}

describe('an assembly deployed otherwise', () => {
  it(
    'without grants for resources of AWS: every copy call succeeds, every copy fails later, and a person is asked',
    async () => {
      const assembly = edited(
        await storyAssembly(),
        '"kms:GrantIsForAWSResource":"true"',
        '"kms:GrantIsForAWSResource":"false"',
      );
      const { incident, rows, desk } = await drill(assembly, 'failed:Verify the copies=abort');
      const copies = desk.lab.services.recorder.rows.filter(({ operation }) => operation === 'CopySnapshot');
      expect(copies.map(({ outcome }) => outcome)).toEqual(['ok']);
      const failed = rows.flatMap(({ events }) =>
        events.filter((event) => event.type === 'StepFailed' && event.step === 'Verify the copies'),
      );
      expect(JSON.stringify(failed)).toMatch(/key ID is not accessible \(kms:CreateGrant/);
      expect(incident?.volumes).toMatchObject([{ snapshot: expect.stringMatching(/^snap-/) }]);
      expect(incident?.containment.isolated).toBeDefined();
    },
    LONG,
  );

  it(
    'with the instance-free disk hash: the Map reads every chunk and the hash is sealed',
    async () => {
      const assembly = edited(await storyAssembly(), '\\"setting\\":\\"off\\"', '\\"setting\\":\\"on\\"');
      const { incident, desk, notices } = await drill(assembly, 'stop=approve');
      expect(incident?.blockHashes).toMatchObject([{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
      expect(incident?.blockHashes?.[0]?.blocks).toBeGreaterThan(10);
      expect(incident?.artefacts.map(({ path }) => path)).toContain(BLOCK_HASHES);
      const names = new Set(desk.lab.services.recorder.rows.map(({ operation }) => operation));
      expect([names.has('ListSnapshotBlocks'), names.has('GetSnapshotBlock')]).toEqual([true, true]);
      expect(incident?.stopped).toBeDefined();
      expect(notices).toEqual([]);
    },
    LONG,
  );

  it(
    'with a clock that ticks twice an hour: whoever left an instance isolated is reminded of it every day',
    async () => {
      const assembly = edited(await storyAssembly(), 'rate(1 minute)', 'rate(30 minutes)');
      const after = (desk: Desk) => desk.lab.runFor(50 * 3_600_000);
      const evidence = mkdtempSync(join(tmpdir(), 'no-evidence-'));
      for (const kind of ['disk', 'memory']) mkdirSync(join(evidence, kind));
      const { outcome, desk } = await drillOn(assembly, { after, evidence }, 'stop=reject');
      rmSync(evidence, { recursive: true });
      expect(outcome).toBe('contained');
      const reminders = desk.slack.workspace.messages.map(wordsOf).filter((text) => text.includes('Still isolated'));
      expect(reminders).toHaveLength(2);
      expect(reminders[0]).toContain('release it, run the response again, or close the incident. <@U0CAROL01>');
    },
    LONG,
  );
});
