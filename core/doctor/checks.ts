import { createHash } from 'node:crypto';
import { describeError } from '../errors';
import type { Policy } from '../policy/schema';

/** What the doctor found. `todo` is there unless all is well. */
export interface Diagnosis {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly says: string;
  readonly todo?: string;
}

/** How a deployment is looked at. Everything reads; nothing changes anything. */
export interface DoctorPorts {
  /** Slack's auth.test with this bot's token: who it is, what it may, and Slack's own time. */
  slackIdentity(): Promise<{ readonly team: string; readonly scopes: readonly string[]; readonly date: Date }>;
  /** Members of a Slack user group. */
  groupMembers(slackGroup: string): Promise<number>;
  /** Names in the secret's JSON; undefined while nothing was put there. */
  secretFields(secret: 'slack' | 'github'): Promise<readonly string[] | undefined>;
  /** What the GitHub App may do in our repository, `contents` → `write`; undefined when it is not installed there. */
  githubPermissions(): Promise<Readonly<Record<string, string>> | undefined>;
  /** Roles for our GitHub workflows, each with the OIDC subjects it trusts; undefined where the role is gone. */
  githubRoles(): Promise<Readonly<Record<string, readonly string[] | undefined>>>;
  /** Endpoints of the quarantine: S3's, those made for forensic instances, and how many of these live. */
  quarantine(): Promise<{ readonly s3: boolean; readonly interfaces: number; readonly instances: number }>;
  /** HTTP status of a request that Slack did not sign. */
  doorStatus(): Promise<number>;
  /** GuardDuty detectors of the region that are switched on. */
  activeDetectors(): Promise<number>;
  /** The forensic image, resolved; undefined when its parameter or the image is not there. */
  image(): Promise<string | undefined>;
  /** Default retention of the evidence bucket. */
  retention(): Promise<{ readonly mode: string; readonly days: number } | undefined>;
  /** Base64 of the signing key's SubjectPublicKeyInfo. */
  signingKey(): Promise<string>;
  now(): Date;
}

export interface Expected {
  readonly policy: Policy;
  /** Bot scopes of bot/manifest.yaml. */
  readonly scopes: readonly string[];
  /** URLs of bot/manifest.yaml. */
  readonly manifestUrls: readonly string[];
  /** Output SlackRequestUrl. */
  readonly door: string;
  /** `owner/name` that CordonResponse was deployed with. */
  readonly repository: string;
}

type Check = (ports: DoctorPorts, expected: Expected) => Promise<Omit<Diagnosis, 'check'>>;

const ok = (says: string) => ({ state: 'ok', says }) as const;
const warn = (says: string, todo: string) => ({ state: 'warn', says, todo }) as const;
const fail = (says: string, todo: string) => ({ state: 'fail', says, todo }) as const;

/** Slack refuses requests more than five minutes off; a minute is a clock that nobody sets. */
const SKEW_MS = 60_000;

const SECRET_FIELDS = {
  slack: ['signingSecret', 'botToken', 'appId', 'teamId'],
  github: ['appId', 'installationId', 'privateKey'],
} as const;

const secret =
  (which: 'slack' | 'github'): Check =>
  async (ports) => {
    const todo = `Put JSON with ${SECRET_FIELDS[which].join(', ')} there: runbooks/operator.md, Rotate a secret.`;
    const fields = await ports.secretFields(which);
    if (fields === undefined) return fail('nothing was put into it yet', todo);
    const missing = SECRET_FIELDS[which].filter((field) => !fields.includes(field));
    return missing.length === 0 ? ok('has every field') : fail(`lacks ${missing.join(', ')}`, todo);
  };

/** The checks in the order in which a broken one would break those after it. */
export const CHECKS: Readonly<Record<string, Check>> = {
  'Slack secret': secret('slack'),

  'Slack scopes': async (ports, { scopes }) => {
    const identity = await ports.slackIdentity();
    const missing = scopes.filter((scope) => !identity.scopes.includes(scope));
    if (missing.length > 0)
      return fail(
        `the token lacks ${missing.join(', ')}`,
        'Update the app from bot/manifest.yaml and install it again.',
      );
    const extra = identity.scopes.filter((scope) => !scopes.includes(scope));
    if (extra.length === 0) return ok(`exactly those of the manifest, in ${identity.team}`);
    return warn(`the token may also ${extra.join(', ')}`, 'Take them away in the app’s settings: it never uses them.');
  },

  Clock: async (ports) => {
    const { date } = await ports.slackIdentity();
    const skew = Math.abs(ports.now().getTime() - date.getTime());
    if (skew <= SKEW_MS) return ok('agrees with Slack’s to the minute');
    return warn(`is ${Math.round(skew / 1000)} s off Slack’s`, 'Set this machine’s clock; times it reports are wrong.');
  },

  'Slack groups': async (ports, { policy }) => {
    const groups = Object.entries(policy.groups);
    if (groups.length === 0) return ok('policy.yaml names none');
    const sizes = await Promise.all(
      groups.map(async ([name, group]) => [name, await ports.groupMembers(group.slackGroup)] as const),
    );
    const empty = sizes.filter(([, size]) => size === 0).map(([name]) => name);
    if (empty.length === 0) return ok(sizes.map(([name, size]) => `${name}: ${size}`).join(', '));
    return warn(`${empty.join(', ')} has no members`, 'Nobody has a role through it: check its id in policy.yaml.');
  },

  Door: async (ports) => {
    const status = await ports.doorStatus();
    if (status === 401) return ok('refuses what Slack did not sign');
    return fail(`answers ${status} to an unsigned request, not 401`, 'Read the log group of the function Slack.');
  },

  'App manifest': async (_, { door, manifestUrls }) => {
    const host = new URL(door).host;
    const other = manifestUrls.filter((url) => new URL(url).host !== host);
    if (other.length === 0) return ok('points at the door');
    return fail(`${other.length} URLs point elsewhere`, `npx cordon init --url ${door}, then update the Slack app.`);
  },

  'GitHub secret': secret('github'),

  'GitHub App': async (ports, { repository }) => {
    const given = await ports.githubPermissions();
    if (given === undefined)
      return fail(`is not installed on ${repository}`, 'Install it there, on this repository alone.');
    const missing = ['contents', 'pull_requests'].filter((name) => given[name] !== 'write');
    if (missing.length === 0) return ok(`may write contents and pull requests of ${repository}`);
    return fail(`may not write ${missing.join(', ')}`, 'Give it these permissions, and accept them on the repository.');
  },

  'GitHub roles': async (ports, { repository }) => {
    const roles = Object.entries(await ports.githubRoles());
    const gone = roles.filter(([, subjects]) => subjects === undefined).map(([name]) => name);
    if (gone.length > 0) return fail(`${gone.join(', ')} is not there`, 'Deploy CordonGithub again.');
    const ours = (subject: string) => subject.replace(/@[0-9]+/g, '').startsWith(`repo:${repository}:environment:`);
    const strange = roles.filter(([, subjects = []]) => subjects.length === 0 || !subjects.every(ours));
    if (strange.length === 0) return ok(`${roles.length} trust environments of ${repository} alone`);
    return fail(`${strange.map(([name]) => name).join(', ')} trusts something else`, 'Deploy CordonGithub again.');
  },

  GuardDuty: async (ports) => {
    const detectors = await ports.activeDetectors();
    if (detectors > 0) return ok('is on in this region');
    return fail('is off in this region', 'Switch it on: without it nothing is found. /ir isolate works all the same.');
  },

  'Evidence bucket': async (ports) => {
    const retention = await ports.retention();
    if (retention === undefined)
      return fail('has no default retention', 'Deploy CordonEvidence again: evidence could be deleted.');
    return ok(`keeps evidence ${retention.days} days (${retention.mode.toLowerCase()})`);
  },

  'Signing key': async (ports, { policy }) => {
    const fingerprint = createHash('sha256')
      .update(Buffer.from(await ports.signingKey(), 'base64'))
      .digest('hex');
    const todo = `Write it into runbooks/policy.yaml: signingKey: { fingerprint: ${fingerprint} }`;
    if (policy.signingKey.fingerprint === undefined)
      return warn('policy.yaml names no fingerprint: "cordon verify" calls signatures not anchored', todo);
    if (policy.signingKey.fingerprint === fingerprint) return ok('is the one policy.yaml trusts');
    return fail('is another one than policy.yaml trusts', `Find out why before you believe new evidence. ${todo}`);
  },

  'Quarantine endpoints': async (ports) => {
    const { s3, interfaces, instances } = await ports.quarantine();
    if (!s3)
      return fail('lack the one of S3', 'Deploy CordonQuarantine again: a forensic instance reaches no evidence.');
    if (interfaces === 0 || instances > 0) return ok(interfaces === 0 ? 'idle: S3’s alone' : 'open for an incident');
    return warn(
      `${interfaces} are open and no forensic instance lives`,
      'Each costs about a cent an hour and zone: the next clean-up removes them, or delete them by hand.',
    );
  },

  'Analysis image': async (ports) => {
    const image = await ports.image();
    if (image !== undefined) return ok(`is ${image}`);
    return fail(
      'is not there',
      'Build it: runbooks/image/build.md. Until then collection works and analysis does not.',
    );
  },
};

/** Runs every check; one that breaks is a failure of its own and hides no other. */
export async function diagnose(ports: DoctorPorts, expected: Expected): Promise<readonly Diagnosis[]> {
  return Promise.all(
    Object.entries(CHECKS).map(async ([check, run]) => {
      try {
        return { check, ...(await run(ports, expected)) };
      } catch (error) {
        const todo = 'Look at the permissions of whoever runs this, and at the network.';
        return { check, ...fail(`could not be looked at: ${describeError(error).message}`, todo) };
      }
    }),
  );
}
