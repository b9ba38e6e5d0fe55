import { createPublicKey } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { seededRsaKey } from '../aws/kms/rsa';
import { CLOUDFORMATION } from '../cloudformation/double';
import { checkOut } from '../github/checkout';
import { type Dispatch, GithubDouble } from '../github/double';
import type { Value } from '../github/expressions';
import { type PullRequest, Repository } from '../github/repository';
import { EnvironmentReviews } from '../github/reviews';
import { type RunRecord, runWorkflow } from '../github/runner';
import type { RunnerHost } from '../github/shims';
import { githubWire } from '../github/wire';
import { readWorkflow, startsOn, type Trigger, type WorkflowFile } from '../github/workflow-file';
import { ENDPOINTS, type Lab } from '../lab';
import { sessionMint } from '../sessions';
import { callerOf } from './slack-desk';

const APP_ID = '424242';
const INSTALLATION_ID = '4242421';
/** Jobs by workflow that are not run: this one is the project's whole test suite, the lab included. A lab does not start itself. */
const WITHOUT: ReadonlyMap<string, ReadonlySet<string>> = new Map([['.github/workflows/ci.yml', new Set(['test'])]]);
/** A dispatched run is picked up by a runner within some seconds. */
const QUEUE_MS = 12_000;

export interface GithubDesk {
  readonly repository: Repository;
  readonly double: GithubDouble;
  readonly runs: readonly RunRecord[];
  /** Runs that are queued or at work. */
  readonly underWay: number;
  /** Runs under way wait for the lab's clock until the result is called: one of them asked something that takes time. */
  pause(): () => void;
  /** Environments whose jobs wait for a person, and what persons decided. */
  readonly reviews: EnvironmentReviews;
  /** A person merges a pull request. */
  merge(pull: PullRequest): void;
  /** The hour of a scheduled workflow comes: `.github/workflows/drift.yml`. */
  schedule(workflow: string): void;
}

/** What the product's GitHub secret must hold for this double. */
export function githubSecret(seed: string): string {
  const privateKey = seededRsaKey(`${seed} github app`).export({ type: 'pkcs8', format: 'pem' });
  return JSON.stringify({ appId: APP_ID, installationId: INSTALLATION_ID, privateKey });
}

export interface GithubOptions {
  readonly seed: string;
  /** `owner/name` */
  readonly fullName: string;
  /** The project itself, as the default branch. */
  readonly checkout: string;
  /** Where artifacts of runs are kept, one folder a run. */
  readonly artifacts: string;
  readonly vars: () => Readonly<Record<string, string>>;
  /** Secrets of the repository's environments. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Puts GitHub behind the lab's address and runs this project's own workflow files for what happens on it. */
export async function attachGithub(lab: Lab, options: GithubOptions): Promise<GithubDesk> {
  const desk = new Desk(lab, options);
  await desk.attach();
  return desk;
}

type RunEvent = { readonly [key: string]: Value };

/** A run that waits for its runner. */
interface Queued {
  readonly workflow: WorkflowFile;
  readonly trigger: Trigger;
  readonly event: RunEvent;
  readonly runId: number;
  readonly about: string;
}

class Desk implements GithubDesk {
  readonly repository: Repository;
  readonly double: GithubDouble;
  readonly runs: RunRecord[] = [];
  readonly reviews = new EnvironmentReviews();
  private started = 0;
  private queued = 0;
  private readonly working = new Set<string>();

  constructor(
    private readonly lab: Lab,
    private readonly options: GithubOptions,
  ) {
    this.repository = new Repository(options.fullName, options.checkout);
    const key = createPublicKey(seededRsaKey(`${options.seed} github app`));
    this.double = new GithubDouble({
      repository: this.repository,
      appId: APP_ID,
      installationId: INSTALLATION_ID,
      publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
      now: () => new Date(lab.clock.now()),
      dispatched: (dispatch) => this.dispatched(dispatch),
      merged: (pull) => this.merged(pull),
      opened: (pull) => this.opened(pull),
      reviews: this.reviews,
    });
  }

  async attach(): Promise<void> {
    await this.lab.attach(
      'github',
      githubWire(this.double, (call) => {
        const { operation, outcome, userAgent } = call;
        this.lab.services.recorder.record({
          ...callerOf(this.lab, call.callId),
          ...{ userAgent, service: 'github', operation, resources: [call.resource], outcome },
        });
      }),
    );
  }

  get underWay(): number {
    return this.queued + this.working.size;
  }

  pause(): () => void {
    const resumes = [...this.working].map((run) => this.lab.clock.park(run));
    return () => {
      for (const resume of resumes) resume();
    };
  }

  merge(pull: PullRequest): void {
    if (pull.state !== 'open') throw new Error(`Pull request #${pull.number} is not open.`);
    this.repository.merge(pull, new Date(this.lab.clock.now()).toISOString());
    this.merged(pull);
  }

  schedule(workflow: string): void {
    this.trigger({ event: 'schedule', workflow }, {});
  }

  private dispatched({ event_type: action, client_payload: payload }: Dispatch): void {
    this.trigger({ event: 'repository_dispatch', action, payload }, { action, client_payload: payload as Value });
  }

  /** The push of the merge, and the pull request's own end. */
  private merged(pull: PullRequest): void {
    const paths = this.repository.changedBy(pull.head);
    this.trigger({ event: 'push', branch: pull.base, paths }, { ref: `refs/heads/${pull.base}` });
    this.pullRequest(pull, 'closed');
  }

  private opened(pull: PullRequest): void {
    this.pullRequest(pull, 'opened');
  }

  private pullRequest(pull: PullRequest, action: 'opened' | 'closed'): void {
    const { number, title, body, head: ref } = pull;
    const { fullName } = this.options;
    const html_url = `https://github.com/${fullName}/pull/${number}`;
    const head = { ref, repo: { full_name: fullName } };
    const base = { ref: pull.base, sha: this.repository.ref(pull.base) ?? '' };
    const merged = pull.mergedAt !== undefined;
    const paths = this.repository.changedBy(ref);
    this.trigger(
      { event: 'pull_request', action, number, paths },
      { action, number, pull_request: { number, title, body, html_url, merged, head, base } },
      ref,
    );
  }

  /** `about`: the branch that runs see when they check out without saying what. */
  private trigger(trigger: Trigger, event: RunEvent, about = this.repository.defaultBranch): void {
    for (const workflow of this.workflows()) {
      if (!startsOn(workflow, trigger)) continue;
      this.started += 1;
      this.queued += 1;
      const runId = 7_000_000 + this.started;
      this.lab.clock.setTimer(
        QUEUE_MS,
        () => void this.run({ workflow, trigger, event, runId, about }),
        `workflow run ${runId}`,
      );
    }
  }

  private workflows(): readonly WorkflowFile[] {
    const folder = join(this.options.checkout, '.github', 'workflows');
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => readWorkflow(`.github/workflows/${name}`, readFileSync(join(folder, name), 'utf8')));
  }

  private async run({ workflow, trigger, event, runId, about }: Queued): Promise<void> {
    const id = `workflow run ${runId}`;
    const done = this.lab.clock.busy(`workflow ${workflow.path}`, { id });
    this.queued -= 1;
    this.working.add(id);
    try {
      const { fullName: repository } = this.options;
      const request = {
        ...{ workflow, runId, repository, event, secrets: this.options.secrets },
        without: WITHOUT.get(workflow.path) ?? new Set(),
        eventName: trigger.event,
        ref: `refs/heads/${this.repository.defaultBranch}`,
        sha: this.repository.ref(this.repository.defaultBranch) ?? '',
        actor: 'cordon-app[bot]',
        vars: this.options.vars(),
        token: this.double.runToken(runId, new Date(this.lab.clock.now())),
        environment: () => this.environment(workflow),
      };
      this.runs.push(await runWorkflow(request, this.host(workflow.path, runId, about)));
    } finally {
      this.working.delete(id);
      done();
    }
  }

  /** A runner's environment: the way out leads to the doubles, and its clock shows the lab's time. */
  private environment({ path }: WorkflowFile): Record<string, string> {
    const real = (url: string | undefined) => this.lab.realUrl(url ?? '');
    return {
      // Before everything: npx, whose cdk deploys into the lab, npm and sudo, which change nothing here.
      PATH: [...toolsOf(path), process.env.PATH ?? ''].join(delimiter),
      HOME: process.env.HOME ?? '',
      TMPDIR: runnerTemp(),
      LANG: 'C.UTF-8',
      AWS_ENDPOINT_URL: real(ENDPOINTS.AWS_ENDPOINT_URL),
      SLACK_API_URL: real(ENDPOINTS.SLACK_API_URL),
      GITHUB_API_URL: real(ENDPOINTS.GITHUB_API_URL),
      LAB_CLOUDFORMATION_URL: real(CLOUDFORMATION),
      NODE_OPTIONS: `--require ${join(__dirname, '..', 'time', 'process-date.cjs')}`,
      LAB_NOW: String(this.lab.clock.now()),
    };
  }

  private host(workflow: string, runId: number, about: string): RunnerHost {
    const mint = sessionMint(this.lab.services.platform);
    return {
      checkOut: (workspace, { ref = about, own }) => checkOut(this.repository, workspace, { ref, own }),
      letIn: (environment) => this.letIn(workflow, runId, environment),
      assumeRole: async (roleArn, subject) => {
        const trusted = mint.trustsToken?.(roleArn, tokenOf(subject)) ?? false;
        this.recordAssume(roleArn, subject, trusted);
        if (!trusted) throw new Error(`Not authorized to perform sts:AssumeRoleWithWebIdentity as ${subject}`);
        const keys = mint.mint({ roleArn, name: 'github-actions', seconds: 3600 });
        return {
          accessKeyId: keys.AccessKeyId ?? '',
          secretAccessKey: keys.SecretAccessKey ?? '',
          sessionToken: keys.SessionToken ?? '',
        };
      },
      keepArtifact: (name, folder) => {
        const to = join(this.options.artifacts, String(runId), name);
        mkdirSync(to, { recursive: true });
        cpSync(folder, to, { recursive: true });
      },
    };
  }

  /** A job that waits for a reviewer holds nothing up: time goes on, and who never decides is not waited for. */
  private async letIn(workflow: string, runId: number, environment: string | undefined): Promise<boolean> {
    if (!this.reviews.requires(environment)) return true;
    const id = `workflow run ${runId}`;
    const resume = this.lab.clock.park(id);
    this.working.delete(id);
    const state = await this.reviews.decided({ workflow, runId, environment });
    this.working.add(id);
    resume();
    return state === 'approved';
  }

  private recordAssume(roleArn: string, subject: string, allowed: boolean): void {
    this.lab.services.recorder.record({
      ...callerOf(this.lab, undefined),
      ...{ allowed, service: 'sts', operation: 'AssumeRoleWithWebIdentity', resources: [roleArn] },
      statement: `trust policy, ${subject}`,
      userAgent: 'configure-aws-credentials',
      outcome: allowed ? 'ok' : 'AccessDenied',
    });
  }
}

/** An OIDC token as GitHub mints it, unsigned: the lab is the identity provider and reads only the claims. */
function tokenOf(subject: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: subject, aud: 'sts.amazonaws.com' })}.`;
}

/** What stands before the machine's own programs. The symbol factory's tools are stand-ins, and its alone. */
function toolsOf(workflow: string): readonly string[] {
  const folders = workflow.endsWith('/symbols.yml') ? ['symbol-tools', 'tools'] : ['tools'];
  return folders.map((name) => join(__dirname, '..', 'github', name));
}

/**
 * Where the runner's processes keep what is temporary. tsx dates what it compiled by the clock it sees: in a folder shared with
 * processes in real time each would throw away the other's.
 */
function runnerTemp(): string {
  const folder = join(__dirname, '..', '..', '.cache', 'runner');
  mkdirSync(folder, { recursive: true });
  return folder;
}
