import { type AccountId, parseAccountId, parseRegion, type RegionName } from './incident/ids';

/**
 * Reads one variable: its value, or a thrown `Malformed` that says what it must be. Plain functions and no schemas,
 * since every function reads its environment while it starts.
 */
type Reader<T> = (value: string | undefined) => T;

class Malformed extends Error {}

function given(value: string | undefined): string {
  if (value === undefined) throw new Malformed('is not set');
  if (value === '') throw new Malformed('is empty');
  return value;
}

const text: Reader<string> = given;
const optional: Reader<string | undefined> = (value) => (value === undefined ? undefined : given(value));
const listOfIds: Reader<readonly string[]> = (value) =>
  given(value)
    .split(',')
    .filter((id) => id !== '');

function account(value: unknown): AccountId {
  const parsed = typeof value === 'string' ? parseAccountId(value) : undefined;
  if (parsed === undefined) throw new Malformed('must be twelve digits');
  return parsed;
}

const region: Reader<RegionName> = (value) => {
  const parsed = parseRegion(given(value));
  if (parsed === undefined) throw new Malformed('must be a region name such as eu-west-1');
  return parsed;
};

const repository: Reader<string> = (value) => {
  if (!/^[\w.-]+\/[\w.-]+$/.test(given(value))) throw new Malformed('must be owner/name');
  return given(value);
};

const accountPairs: Reader<readonly (readonly [AccountId, AccountId])[]> = (value) => {
  if (value === undefined) return [];
  const pairs = json(value);
  if (!Array.isArray(pairs)) throw new Malformed('must be a list of pairs of accounts');
  return pairs.map((pair: unknown) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw new Malformed('must be a list of pairs of accounts');
    return [account(pair[0]), account(pair[1])];
  });
};

function json(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new Malformed('must be JSON');
  }
}

/** Every environment variable our functions read: infra sets them, nothing else is read from the environment. */
const VARIABLES = {
  LEDGER_TABLE: text,
  STATE_TABLE: text,
  EVIDENCE_BUCKET: text,
  UPLOAD_SIGNER_ROLE_ARN: text,
  TOOLS_BUCKET: text,
  EVIDENCE_KEY_ARN: text,
  SIGNING_KEY_ARN: text,
  TOKEN_KEY_ARN: text,
  /** The alias: an execution keeps the version it started on. */
  RESPOND_MACHINE_ARN: text,
  RELEASE_MACHINE_ARN: text,
  ANNOUNCE_QUEUE_URL: text,
  CONDUCT_QUEUE_URL: text,
  PUBLISH_QUEUE_URL: text,
  /** Events nobody may act on. */
  REFUSED_QUEUE_URL: text,
  SLACK_SECRET_ARN: text,
  SLACK_CHANNEL: text,
  GITHUB_SECRET_ARN: text,
  GITHUB_REPOSITORY: repository,
  EVENT_BUS_NAME: text,
  HOME_ACCOUNT: (value: string | undefined) => account(given(value)),
  HOME_REGION: region,
  /** [[administrator account, member account], …]: an organisation's findings come from its delegated administrator. */
  ADMIN_PAIRS: accountPairs,
  FORENSIC_LAUNCH_TEMPLATE: text,
  FORENSIC_SUBNETS: listOfIds,
  QUARANTINE_VPC: text,
  /** Security group of the quarantine's interface endpoints. */
  ENDPOINT_GROUP: text,
  COLLECTION_PROFILE_ARN: text,
  /** Role name that member accounts trust us with. */
  MEMBER_ROLE_NAME: optional,
  MEMBER_EXTERNAL_ID: optional,
  MEMBER_PROFILE_NAME: optional,
  DETECTOR_ID: optional,
  SLACK_API_URL: optional,
  GITHUB_API_URL: optional,
} as const satisfies Readonly<Record<string, Reader<unknown>>>;

export type Config = { readonly [K in keyof typeof VARIABLES]: ReturnType<(typeof VARIABLES)[K]> };

/** Reads the named variables; throws one sentence naming the first that is missing or malformed. */
export function readConfig<K extends keyof Config>(
  env: Readonly<Record<string, string | undefined>>,
  ...names: readonly K[]
): Pick<Config, K> {
  const out: Partial<Record<keyof Config, unknown>> = {};
  for (const name of names) {
    try {
      out[name] = VARIABLES[name](env[name]);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      throw new Error(`Environment variable ${name} ${error.message}: check this function's environment in the stack.`);
    }
  }
  return out as Pick<Config, K>;
}
