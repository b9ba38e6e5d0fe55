import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface StepContext {
  /** The job's working folder. */
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly host: RunnerHost;
  /** `repo:owner/name:environment:NAME` or `…:ref:…`: the subject of this job's OIDC token. */
  readonly subject: string;
  /** Whether the job may mint an OIDC token at all. */
  readonly mayMintToken: boolean;
}

/** What the runner needs of the world around it. */
export interface RunnerHost {
  /** Puts the repository into a folder: as it is where the run is about, or at another branch or commit. */
  checkOut(workspace: string, wanted: { readonly ref: string | undefined; readonly own: boolean }): void;
  /** STS AssumeRoleWithWebIdentity with this subject; throws with AWS's own word when the trust policy says no. */
  assumeRole(roleArn: string, subject: string, region: string): Promise<RoleCredentials>;
  /** Waits where the environment has required reviewers; false when one of them rejected the job. */
  letIn(environment: string | undefined): Promise<boolean>;
  /** Keeps a folder of results as an artifact of the run. */
  keepArtifact(name: string, folder: string): void;
}

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface StepResult {
  readonly exit: number;
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
}

export type Shim = (context: StepContext) => Promise<StepResult>;

const done = (log: string, env?: Record<string, string>): StepResult => ({ exit: 0, log, ...(env ? { env } : {}) });

/** Stands in for actions we use, by name; the pinned commit is checked for form only. */
export const SHIMS: Readonly<Record<string, Shim>> = {
  'actions/checkout': async ({ workspace, inputs, host }) => {
    const { ref, path } = inputs;
    host.checkOut(join(workspace, path ?? ''), { ref, own: path !== undefined });
    return done(`Checked out ${ref ?? 'what the run is about'}${path === undefined ? '' : ` into ${path}`}.\n`);
  },

  'actions/setup-node': async ({ inputs }) =>
    done(`Wanted Node ${inputs['node-version'] ?? '(any)'}; the lab has ${process.versions.node}.\n`),

  'aws-actions/configure-aws-credentials': async ({ inputs, host, subject, mayMintToken }) => {
    const role = inputs['role-to-assume'] ?? '';
    const region = inputs['aws-region'] ?? '';
    if (role === '' || region === '') return { exit: 1, log: 'role-to-assume and aws-region are required.\n' };
    if (!mayMintToken) return { exit: 1, log: 'This job has no permission id-token: write.\n' };
    const credentials = await host.assumeRole(role, subject, region);
    return done(`Assumed ${role} as ${subject}.\n`, {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    });
  },

  'actions/upload-artifact': async ({ inputs, workspace, host }) => {
    const folder = join(workspace, inputs.path ?? '');
    if (!existsSync(folder)) return { exit: 1, log: `No files were found at ${inputs.path}.\n` };
    host.keepArtifact(inputs.name ?? 'artifact', folder);
    return done(`Uploaded ${inputs.path}.\n`);
  },
};

/** Copies an artifact out of a workspace that will go. */
export function keepFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
}
