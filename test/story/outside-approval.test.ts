import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OUTSIDE_ENVIRONMENT } from '../../core/incident/outside';
import type { Assembly } from '../../lab/assembly/assembly';
import type { Desk } from '../../lab/desk/desk';
import { readDrillArguments } from '../../lab/drill/arguments';
import { runDrill } from '../../lab/drill/drill';
import type { FunctionPool } from '../../lab/lambda/function-pool';
import { finding, later, wordsOf } from '../support/story';
import { storyAssembly } from '../support/story-assembly';

jest.setTimeout(240_000);
const folders: string[] = [];
const desks: Desk[] = [];
afterEach(() => Promise.all(desks.splice(0).map((desk) => desk.close())));
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const MINUTE = 60_000;
/** Only stop asks for typed words, so this is its rule in every bundle that carries policy and playbooks. */
const STOP_RULE = 'typedConfirmation:!0,';

const pools = new Map<string, FunctionPool>();
let asking: Assembly;
beforeAll(async () => {
  asking = await askingOutside();
});

/** A verdict is not what this is about: two outputs are read in a third of the time. */
function littleEvidence(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outside-evidence-'));
  folders.push(folder);
  for (const file of ['disk/fsstat.txt', 'memory/linux.pslist.json'])
    cpSync(join(__dirname, '../../lab/evidence', file), join(folder, file), { recursive: true });
  return folder;
}

/** The assembly as it is when policy.yaml says `outside: github-environment` for the stop. */
async function askingOutside(): Promise<Assembly> {
  const assembly = await storyAssembly();
  const assets = new Map(assembly.assets);
  for (const [key, folder] of assets) {
    const bundle = bundleIn(folder);
    if (!bundle?.includes(STOP_RULE)) continue;
    const copy = mkdtempSync(join(tmpdir(), 'outside-'));
    folders.push(copy);
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, 'index.js'), bundle.replaceAll(STOP_RULE, `${STOP_RULE}outside:"github-environment",`));
    assets.set(key, copy);
  }
  expect(folders.length).toBeGreaterThan(0);
  return { ...assembly, assets };
}

function bundleIn(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'index.js'), 'utf8');
  } catch {
    return undefined;
  }
}

const called = ({ lab }: Desk, operation: string) =>
  lab.services.recorder.rows.filter((row) => row.operation === operation && row.outcome === 'ok');

/** Both approvers say yes in Slack within half an hour; an hour later a reviewer of the environment answers on GitHub. */
async function answeredOnGithub(state: 'approved' | 'rejected') {
  const wanted = readDrillArguments(['--decide', 'stop=approve']);
  if (typeof wanted === 'string') throw new Error(wanted);
  const seen = { stops: -1, card: '' };
  const story = await runDrill({
    event: finding(),
    decisions: wanted.decisions,
    at: [],
    desk: { assembly: asking, seed: '1', pools, evidence: littleEvidence() },
    before: (desk) => {
      desks.push(desk);
      desk.github.reviews.require(OUTSIDE_ENVIRONMENT);
      later(desk, 90 * MINUTE, 'review', () => {
        seen.stops = called(desk, 'StopInstances').length;
        seen.card = desk.slack.workspace.messages.slice(0, 1).map(wordsOf).join();
        desk.github.reviews.review(OUTSIDE_ENVIRONMENT, state, 'octo-reviewer');
      });
    },
  });
  const thread = story.desk.slack.workspace.messages.map(wordsOf).join('\n');
  const assumed = called(story.desk, 'AssumeRoleWithWebIdentity').map(({ statement }) => statement);
  return { story, seen, thread, assumed };
}

describe('a stop that policy also asks outside Slack', () => {
  it('waits after both persons agreed, says for whom, and stops when GitHub’s reviewer approves', async () => {
    const { story, seen, thread } = await answeredOnGithub('approved');
    expect(seen.stops).toBe(0);
    expect(seen.card).toMatch(/Agreed here by Carol Lindqvist and Dave Moreau; now from the reviewers of environment/);
    expect([story.outcome, story.reason]).toEqual([
      'stopped',
      'the stop was approved by carol and dave, and on GitHub by octo-reviewer',
    ]);
    const [dispatch] = story.desk.github.double.dispatches.filter(({ event_type: type }) => type === 'approve-stop');
    const { digest, opening } = { ...story.incident?.gates.stop?.plan, ...story.incident?.gates.stop };
    expect(dispatch?.client_payload).toEqual({ incident: story.incident?.id, opening, plan: digest });
    expect(thread).toMatch(/Approved by Carol Lindqvist and Dave Moreau and on GitHub by octo-reviewer/);
  });

  it('leaves the instance running and isolated when GitHub’s reviewer rejects', async () => {
    const { story, assumed } = await answeredOnGithub('rejected');
    expect([story.outcome, story.reason]).toEqual([
      'contained',
      'isolated; the stop was rejected on GitHub by octo-reviewer',
    ]);
    expect(called(story.desk, 'StopInstances')).toEqual([]);
    expect(story.estate.after).toMatchObject({ state: 'running' });
    expect(assumed).toContain('trust policy, repo:example/cordon:environment:approve-stop-rejected');
    expect(assumed).not.toContain('trust policy, repo:example/cordon:environment:approve-stop');
  });
});
