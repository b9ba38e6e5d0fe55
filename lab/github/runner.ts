import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, interpolate, type Scope, truthy, type Value } from './expressions';
import { type RunnerHost, SHIMS, type StepContext, type StepResult } from './shims';
import type { Job, Step, WorkflowFile } from './workflow-file';

export interface RunRequest {
  readonly workflow: WorkflowFile;
  readonly runId: number;
  readonly repository: string;
  readonly eventName: string;
  /** `github.event`. */
  readonly event: { readonly [key: string]: Value };
  readonly ref: string;
  /** The commit that the run is about. */
  readonly sha: string;
  readonly actor: string;
  /** Jobs that are not run here. */
  readonly without: ReadonlySet<string>;
  readonly vars: Readonly<Record<string, string>>;
  /** Of an environment: only jobs that name one see them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `github.token`: what the job's steps may ask GitHub with. */
  readonly token: string;
  /** Environment of every process: PATH, the lab's addresses, the clock's preload. */
  readonly environment: () => Readonly<Record<string, string>>;
}

export interface StepRecord {
  /** The script, or the action. */
  readonly run: string;
  readonly exit: number;
  readonly log: string;
}

export interface RunRecord {
  readonly workflow: string;
  readonly workflowSha256: string;
  readonly runId: number;
  readonly conclusion: 'success' | 'failure';
  readonly steps: readonly StepRecord[];
}

const SERVER_URL = 'https://github.com';
const ACTION = /^([\w.-]+\/[\w./-]+)@([0-9a-f]{40})$/;
/** What one step may print: a runner keeps more, a thread and a test need less. */
const LOG_LIMIT = 200_000;

/** Runs a workflow file as GitHub would: its own steps, real processes, known actions only. */
export async function runWorkflow(request: RunRequest, host: RunnerHost): Promise<RunRecord> {
  const steps: StepRecord[] = [];
  const finished = new Map<string, FinishedJob>();
  for (const [name, job] of Object.entries(request.workflow.content.jobs)) {
    if (request.without.has(name)) continue;
    const needs = job.needs ?? [];
    const blocked = needs.some((need) => finished.get(need)?.result !== 'success');
    const scope: Scope = { values: { ...contexts(request), needs: needsContext(needs, finished) }, failed: blocked };
    // Only a status function lets a job start whose needs failed.
    const may = !blocked || /\b(?:always|failure)\(\)/.test(job.if ?? '');
    if (!may || (job.if !== undefined && !truthy(evaluate(job.if, scope)))) {
      finished.set(name, { result: 'skipped', outputs: {} });
      continue;
    }
    const letIn = await host.letIn(job.environment);
    finished.set(name, letIn ? await runJob(request, job, host, steps) : { result: 'failure', outputs: {} });
  }
  const failed = [...finished.values()].some(({ result }) => result === 'failure');
  return {
    workflow: request.workflow.path,
    workflowSha256: request.workflow.sha256,
    runId: request.runId,
    conclusion: failed ? 'failure' : 'success',
    steps,
  };
}

interface FinishedJob {
  readonly result: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
}

function needsContext(needs: readonly string[], finished: ReadonlyMap<string, FinishedJob>): Value {
  return Object.fromEntries(
    needs.map((need): [string, Value] => {
      const { result = 'skipped', outputs = {} } = finished.get(need) ?? {};
      return [need, { result, outputs }];
    }),
  );
}

interface JobState {
  readonly workspace: string;
  readonly files: string;
  env: Record<string, string>;
  steps: Record<string, StepOutcome>;
  failed: boolean;
}

/** `steps.<id>` of the expressions. */
interface StepOutcome {
  readonly outputs: Record<string, string>;
  readonly outcome: 'success' | 'failure' | 'skipped';
}

async function runJob(request: RunRequest, job: Job, host: RunnerHost, records: StepRecord[]): Promise<FinishedJob> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-run-'));
  const state: JobState = {
    workspace: join(folder, 'work'),
    files: join(folder, 'files'),
    env: {},
    steps: {},
    failed: false,
  };
  mkdirSync(state.workspace);
  mkdirSync(state.files);
  try {
    for (const [index, step] of job.steps.entries()) {
      const scope: Scope = { values: contexts(request, job, state), failed: state.failed };
      const wanted =
        step.if === undefined
          ? !state.failed
          : truthy(evaluate(step.if, scope)) && (!state.failed || /always|failure/.test(step.if));
      const id = step.id ?? `step-${index}`;
      if (!wanted) {
        state.steps[id] = { outputs: {}, outcome: 'skipped' };
        continue;
      }
      const result = await runStep(request, job, step, id, state, scope, host);
      records.push({ run: step.run ?? step.uses ?? '', exit: result.exit, log: result.log.slice(0, LOG_LIMIT) });
      state.steps[id] = { outputs: { ...result.outputs }, outcome: result.exit === 0 ? 'success' : 'failure' };
      if (result.env) state.env = { ...state.env, ...result.env };
      if (result.exit !== 0 && step['continue-on-error'] !== true) state.failed = true;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const scope: Scope = { values: contexts(request, job, state), failed: state.failed };
  const outputs = Object.entries(job.outputs ?? {}).map(([name, text]) => [name, interpolate(text, scope)]);
  return { result: state.failed ? 'failure' : 'success', outputs: Object.fromEntries(outputs) };
}

async function runStep(
  request: RunRequest,
  job: Job,
  step: Step,
  id: string,
  state: JobState,
  scope: Scope,
  host: RunnerHost,
): Promise<StepResult> {
  const evaluateAll = (map: Readonly<Record<string, string>> | undefined) =>
    Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, interpolate(value, scope)]));
  try {
    if (step.uses !== undefined) {
      const context: StepContext = {
        workspace: state.workspace,
        inputs: evaluateAll(step.with),
        host,
        subject: subjectOf(request, job),
        mayMintToken: (job.permissions ?? request.workflow.content.permissions)?.['id-token'] === 'write',
      };
      return await runAction(step.uses, context);
    }
    const env = {
      ...evaluateAll(request.workflow.content.env),
      ...evaluateAll(job.env),
      ...state.env,
      ...evaluateAll(step.env),
    };
    return await runScript(request, interpolate(step.run ?? '', scope), env, id, state);
  } catch (error) {
    return { exit: 1, log: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

function runAction(uses: string, context: StepContext): Promise<StepResult> {
  const match = ACTION.exec(uses);
  if (!match) throw new Error(`"${uses}" is not pinned to a commit: the lab runs only what a deploy may run.`);
  const shim = Object.hasOwn(SHIMS, match[1] ?? '') ? SHIMS[match[1] ?? ''] : undefined;
  if (!shim) throw new Error(`The lab knows no action ${match[1]}.`);
  return shim(context);
}

/** Jobs that name an environment have it in their token's subject, others the ref. */
function subjectOf(request: RunRequest, job: Job): string {
  return `repo:${request.repository}:${job.environment === undefined ? `ref:${request.ref}` : `environment:${job.environment}`}`;
}

async function runScript(
  request: RunRequest,
  script: string,
  env: Record<string, string>,
  id: string,
  state: JobState,
): Promise<StepResult> {
  const output = join(state.files, `${id}.output`);
  const environment = join(state.files, `${id}.env`);
  const file = join(state.files, `${id}.sh`);
  for (const path of [output, environment]) writeFileSync(path, '');
  const event = join(state.files, 'event.json');
  writeFileSync(event, JSON.stringify(request.event));
  writeFileSync(file, script);
  const { exit, log } = await spawnBash(file, state.workspace, {
    ...request.environment(),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: output,
    GITHUB_ENV: environment,
    GITHUB_STEP_SUMMARY: join(state.files, `${id}.md`),
    GITHUB_REPOSITORY: request.repository,
    GITHUB_RUN_ID: String(request.runId),
    GITHUB_REF: request.ref,
    GITHUB_EVENT_PATH: event,
    GITHUB_EVENT_NAME: request.eventName,
    GITHUB_SHA: request.sha,
    GITHUB_ACTOR: request.actor,
    GITHUB_SERVER_URL: SERVER_URL,
    ...env,
  });
  return { exit, log, env: readPairs(environment), outputs: readPairs(output) };
}

/** `-eo pipefail`, as GitHub runs bash: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
function spawnBash(file: string, cwd: string, env: Record<string, string>): Promise<{ exit: number; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ exit: code ?? 1, log: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** `name=value` lines and `name<<DELIMITER` blocks of GITHUB_OUTPUT and GITHUB_ENV. */
function readPairs(file: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = readFileSync(file, 'utf8').split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const block = /^([\w-]+)<<(.+)$/.exec(line);
    if (block) {
      const value: string[] = [];
      for (let next = lines.shift(); next !== undefined && next !== block[2]; next = lines.shift()) value.push(next);
      pairs[block[1] ?? ''] = value.join('\n');
      continue;
    }
    const pair = /^([\w-]+)=(.*)$/.exec(line);
    if (pair) pairs[pair[1] ?? ''] = pair[2] ?? '';
  }
  return pairs;
}

/** `github.head_ref`: the branch that a pull request is about; empty elsewhere. */
function headRef({ pull_request: pull }: RunRequest['event']): Value {
  const head: unknown = Object(pull).head;
  const ref: unknown = Object(head).ref;
  return typeof ref === 'string' ? ref : '';
}

function contexts(request: RunRequest, job?: Job, state?: JobState): { readonly [name: string]: Value } {
  const steps = Object.entries(state?.steps ?? {}).map(([id, { outputs, outcome }]): [string, Value] => [
    id,
    { outputs, outcome, conclusion: outcome },
  ]);
  return {
    github: {
      event: request.event,
      event_name: request.eventName,
      repository: request.repository,
      ref: request.ref,
      head_ref: headRef(request.event),
      sha: request.sha,
      run_id: request.runId,
      run_attempt: 1,
      actor: request.actor,
      token: request.token,
      server_url: SERVER_URL,
      workflow: request.workflow.content.name,
    },
    env: state?.env ?? {},
    job: { status: state?.failed ? 'failure' : 'success' },
    steps: Object.fromEntries(steps),
    vars: request.vars,
    secrets: job?.environment === undefined ? {} : request.secrets,
    runner: { os: 'Linux', temp: tmpdir() },
    needs: {},
    inputs: {},
  };
}
