import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sha256 } from '../../core/incident/ids';
import { loadRulebook } from '../../core/policy/load';
import type { Rulebook } from '../../core/policy/rulebook';
import { type Assembly, readAssembly } from '../assembly/assembly';
import { attachCloudformation } from '../cloudformation/double';
import { type Durations, REAL_DURATIONS } from '../estate/durations';
import { labExecutor } from '../estate/executor';
import { estateFromFinding, type FindingEstate, type ScenarioOptions } from '../estate/from-finding';
import { hostCredentials, loopbackNetwork } from '../estate/host-network';
import { evidenceFolder } from '../estate/recorded-evidence';
import { createLab, ENDPOINTS, type Lab } from '../lab';
import type { FunctionPool } from '../lambda/function-pool';
import type { CrashPoint, OutgoingCall } from '../lambda/sandbox-host';
import { sessionMint } from '../sessions';
import { attachGithub, type GithubDesk, githubSecret } from './github-desk';
import { attachSlack, makeWorkspace, type SlackDesk } from './slack-desk';

/** The project: policy and workflow files are read from it, and GitHub's runner checks it out. */
export const ROOT = resolve(__dirname, '..', '..');

export interface DeskOptions {
  readonly assembly: string | Assembly;
  readonly seed: string;
  readonly time: 'virtual' | 'real';
  readonly start?: number;
  readonly account: string;
  readonly region: string;
  /** A folder with disk/ and memory/ that analysis finds; the recorded scenario of lab/evidence otherwise. */
  readonly evidence?: string;
  readonly durations?: Durations;
  readonly pools?: Map<string, FunctionPool>;
  readonly crash?: (call: OutgoingCall) => CrashPoint;
  readonly onError?: (error: unknown) => void;
  /** Told after every call to Slack: something in a channel may have changed. */
  readonly onSlack?: () => void;
}

/** The whole thing on one desk: AWS, Slack and GitHub on one clock, with the product deployed into them. */
export interface Desk {
  readonly lab: Lab;
  readonly slack: SlackDesk;
  readonly github: GithubDesk;
  readonly rulebook: Rulebook;
  /** Slack channel of incidents. */
  readonly channel: string;
  /** Artifacts of workflow runs: `<runId>/<name>/`. */
  readonly artifacts: string;
  /** Makes the world a finding speaks of. */
  prepare(event: unknown, scenario?: ScenarioOptions): FindingEstate | undefined;
  close(): Promise<void>;
}

/** What the parameter of the forensic image holds in the lab. */
const ANALYSIS_IMAGE = 'ami-0f02e51c0ffee0001';

export async function createDesk(options: DeskOptions): Promise<Desk> {
  const rulebook = loadRulebook(ROOT);
  const assembly = typeof options.assembly === 'string' ? readAssembly(options.assembly) : options.assembly;
  const artifacts = mkdtempSync(join(tmpdir(), 'cordon-artifacts-'));
  const { channel, repository } = settingsOf(assembly);
  let lab: Lab | undefined;
  const now = () => new Date(lab?.clock.now() ?? options.start ?? Date.now());
  const workspace = makeWorkspace(rulebook.policy, channel, options.seed, now);
  lab = await createLab({
    ...options,
    assembly,
    durations: options.durations ?? REAL_DURATIONS,
    secrets: { SlackSecret: JSON.stringify(workspace.secret()), GithubSecret: githubSecret(options.seed) },
    parameters: { '/cordon/analysis-image': ANALYSIS_IMAGE },
    executor: executorOf(options.evidence),
    cacheFolder: join(ROOT, '.cache', 'v8'),
  });
  fillToolShelf(lab);
  const slack = await attachSlack(lab, workspace, () => options.onSlack?.());
  const github = await attachGithub(lab, {
    seed: options.seed,
    fullName: repository,
    checkout: ROOT,
    artifacts,
    vars: () => ({ ...repositoryVariables(lab as Lab), CORDON_SLACK_CHANNEL: channel }),
    secrets: { CORDON_SLACK_TOKEN: workspace.secret().botToken },
  });
  const forgetDeploys = await attachCloudformation(lab, () => github.pause());
  return desk(lab, { slack, github, rulebook, channel, artifacts }, forgetDeploys);
}

function desk(lab: Lab, parts: Omit<Desk, 'lab' | 'prepare' | 'close'>, closed: () => void): Desk {
  const ours = ['Evidence', 'Tools'].map((id) => lab.resource('AWS::S3::Bucket', id).ref);
  return {
    ...parts,
    lab,
    prepare: (event, scenario) => estateFromFinding(lab.estates, event, { endpointBuckets: ours, ...scenario }),
    async close() {
      await lab.close();
      closed();
      rmSync(parts.artifacts, { recursive: true, force: true });
    },
  };
}

/** Stand-ins for the capture tools a team uploads by digest: the lab's hosts fetch them and check the digest, nobody runs them. */
function fillToolShelf(lab: Lab): void {
  const bucket = lab.services.buckets.find(lab.resource('AWS::S3::Bucket', 'Tools').ref);
  for (const name of ['avml', 'avml-arm64', 'winpmem.exe']) {
    const body = Buffer.from(`stand-in for ${name}: the lab's instances have no memory to read\n`);
    lab.services.buckets.write(bucket, {
      ...{ key: `tools/${sha256(body)}/${name}`, body, metadata: {}, contentType: 'application/octet-stream' },
      ...{ kmsKeyArn: undefined, retention: undefined, legalHold: false, reason: 'PutObject', requester: 'lab' },
    });
  }
}

/** SSM documents run for real as far as bytes go: presigned URLs over HTTP, recorded outputs instead of tools. */
function executorOf(evidence: string | undefined) {
  const recorded = join(ROOT, 'lab', 'evidence');
  const made = new WeakMap<Lab, ReturnType<typeof labExecutor>>();
  return (lab: Lab) => {
    const known = made.get(lab);
    if (known) return known;
    const executor = labExecutor({
      clock: lab.clock,
      evidence: evidenceFolder(evidence ?? recorded, recorded),
      network: loopbackNetwork({
        clock: lab.clock,
        endpoint: ENDPOINTS.AWS_ENDPOINT_URL ?? '',
        realUrl: (url) => lab.realUrl(url),
        credentials: hostCredentials(sessionMint(lab.services.platform)),
      }),
    });
    made.set(lab, executor);
    return executor;
  };
}

/** What the stacks were synthesized with, read back from a function's environment. */
function settingsOf(assembly: Assembly): { readonly channel: string; readonly repository: string } {
  for (const { template } of assembly.stacks) {
    for (const { Type, Properties } of Object.values(template.Resources)) {
      const variables =
        Type === 'AWS::Lambda::Function' ? Reflect.get(Object(Properties), 'Environment')?.Variables : undefined;
      if (typeof variables?.SLACK_CHANNEL === 'string' && typeof variables.GITHUB_REPOSITORY === 'string') {
        return { channel: variables.SLACK_CHANNEL, repository: variables.GITHUB_REPOSITORY };
      }
    }
  }
  throw new Error('The assembly has no function that knows SLACK_CHANNEL and GITHUB_REPOSITORY: synthesize it again.');
}

/** The variables of the repository that `cordon init` sets, from what was deployed; what was not stays unset, which is empty. */
function repositoryVariables(lab: Lab): Record<string, string> {
  const found = (type: string, id: string) =>
    lab.deployed().find((one) => one.type === type && one.logicalId.startsWith(id));
  const arn = (type: string, id: string) => String(found(type, id)?.attributes?.Arn ?? found(type, id)?.ref ?? '');
  const ref = (type: string, id: string) => found(type, id)?.ref ?? '';
  return {
    CORDON_REGION: lab.options.region,
    CORDON_DEPLOY_ROLE: arn('AWS::IAM::Role', 'DeployRole'),
    CORDON_DRIFT_ROLE: arn('AWS::IAM::Role', 'DriftRole'),
    CORDON_RECORD_ROLE: arn('AWS::IAM::Role', 'RecordRole'),
    CORDON_SUMMARY_ROLE: arn('AWS::IAM::Role', 'SummaryRole'),
    CORDON_STOP_APPROVAL_ROLE: arn('AWS::IAM::Role', 'StopApprovalRole'),
    CORDON_STOP_REJECTION_ROLE: arn('AWS::IAM::Role', 'StopRejectionRole'),
    CORDON_SYMBOLS_ROLE: arn('AWS::IAM::Role', 'SymbolsRole'),
    CORDON_TOOLS_BUCKET: ref('AWS::S3::Bucket', 'Tools'),
    CORDON_EVIDENCE_BUCKET: ref('AWS::S3::Bucket', 'Evidence'),
    CORDON_EVENT_BUS: ref('AWS::Events::EventBus', 'Bus'),
    CORDON_SLACK_SECRET: ref('AWS::SecretsManager::Secret', 'SlackSecret'),
  };
}
