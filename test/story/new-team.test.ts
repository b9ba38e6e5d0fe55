import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
/** What a clone has, without the tests and the pictures. */
const PARTS = [
  ...['.github', 'bin', 'bot', 'core', 'handlers', 'infra', 'lab', 'runbooks'],
  ...['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json', 'README.md'],
];
/** The team's own people in the places of those the policy came with. */
const PEOPLE = {
  alice: 'ana',
  'Alice Hart': 'Ana Ruiz',
  bob: 'ben',
  'Bob Okafor': 'Ben Osei',
  carol: 'cleo',
  'Carol Lindqvist': 'Cleo Marsh',
  dave: 'dan',
  'Dave Moreau': 'Dan Ito',
  lena: 'lou',
  'Lena Novak': 'Lou Berg',
  erin: 'eva',
  'Erin Castellanos': 'Eva Lund',
} as const;

describe('a new team', () => {
  const clone = mkdtempSync(join(tmpdir(), 'cordon-new-team-'));
  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  function cordon(...argv: readonly string[]): { exit: number | null; said: string } {
    // No key, no region, no endpoint: nothing here may need an account. CDK's own checks are another test's.
    const env = { PATH: process.env.PATH ?? '', HOME: clone, CDK_VALIDATION: 'false' };
    const run = spawnSync(process.execPath, ['bin/cordon.mjs', ...argv], { cwd: clone, env, encoding: 'utf8' });
    return { exit: run.status, said: `${run.stdout}${run.stderr}` };
  }
  const read = (file: string) => readFileSync(join(clone, file), 'utf8');

  beforeAll(() => {
    for (const part of PARTS) cpSync(join(ROOT, part), join(clone, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  });

  it('answers the questions, names its people, and has a policy that holds', () => {
    const { exit, said } = cordon(
      ...['init', '--team', '3', '--channel', 'C0NEWTEAM1', '--repository', 'acme/ir'],
      ...['--account', '777788889999', '--region', 'eu-central-1'],
    );
    expect([exit, said]).toEqual([0, expect.stringContaining('npx cdk bootstrap aws://777788889999/eu-central-1')]);
    const policy = Object.entries(PEOPLE).reduce(
      (text, [theirs, ours]) => text.replace(new RegExp(`\\b${theirs}\\b`, 'g'), ours),
      read('runbooks/policy.yaml').replace(/\bU0/g, 'U0NEW'),
    );
    writeFileSync(join(clone, 'runbooks/policy.yaml'), policy);
    expect(cordon('policy', 'check')).toMatchObject({ exit: 0 });
  });

  it('synthesizes stacks that are bound to its account and region, without asking either', () => {
    expect(cordon('synth')).toMatchObject({ exit: 0 });
    const { artifacts, missing } = JSON.parse(read('cdk.out/manifest.json'));
    const places = Object.values<{ type: string; environment: string }>(artifacts)
      .filter(({ type }) => type === 'aws:cloudformation:stack')
      .map(({ environment }) => environment);
    expect([new Set(places), missing]).toEqual([new Set(['aws://777788889999/eu-central-1']), undefined]);
    expect(read('cdk.out/CordonResponse.template.json')).toContain('"SLACK_CHANNEL": "C0NEWTEAM1"');
  });

  it('drills a whole incident in its own channel with its own people, and can verify the evidence', () => {
    const { exit, said } = cordon('drill', '--decide', 'stop=approve', '--out', 'drilled');
    expect([exit, said]).toEqual([0, expect.stringContaining('stopped')]);
    const { channel } = JSON.parse(read('drilled/thread.json'));
    expect(channel).toBe('C0NEWTEAM1');
    const { outcome, gates } = JSON.parse(read('drilled/incident.json'));
    expect(outcome).toBe('stopped');
    // A team of three: one person who did not ask, with the typed id.
    expect(JSON.stringify(gates)).toMatch(/cleo|dan/);
    expect(read('drilled/ledger.jsonl')).not.toMatch(/alice|carol/);
    expect(cordon('verify', 'drilled')).toMatchObject({ exit: 0 });
  }, 240_000);
});
