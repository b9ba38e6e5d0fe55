import { z } from 'zod';
import { parseAccountId, parseRegion } from './incident/ids';

const text = z.string().min(1);
const account = z.string().transform((value, context) => {
  const parsed = parseAccountId(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'must be twelve digits' });
  return z.NEVER;
});
const region = z.string().transform((value, context) => {
  const parsed = parseRegion(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'must be a region name such as eu-west-1' });
  return z.NEVER;
});
const json = <T extends z.ZodType>(shape: T) =>
  z
    .string()
    .transform((value, context) => {
      try {
        return JSON.parse(value);
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' });
        return z.NEVER;
      }
    })
    .pipe(shape);

/** Every environment variable our functions read: infra sets them, nothing else is read from the environment. */
const VARIABLES = {
  LEDGER_TABLE: text,
  STATE_TABLE: text,
  EVIDENCE_BUCKET: text,
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
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name'),
  EVENT_BUS_NAME: text,
  HOME_ACCOUNT: account,
  HOME_REGION: region,
  /** [[administrator account, member account], …]: an organisation's findings come from its delegated administrator. */
  ADMIN_PAIRS: json(z.array(z.tuple([account, account]))).default([]),
  FORENSIC_LAUNCH_TEMPLATE: text,
  FORENSIC_SUBNETS: z.string().transform((value) => value.split(',').filter((id) => id !== '')),
  QUARANTINE_VPC: text,
  /** Security group of the quarantine's interface endpoints. */
  ENDPOINT_GROUP: text,
  COLLECTION_PROFILE_ARN: text,
  /** Role name that member accounts trust us with. */
  MEMBER_ROLE_NAME: text.optional(),
  DETECTOR_ID: text.optional(),
  SLACK_API_URL: text.optional(),
  GITHUB_API_URL: text.optional(),
} as const;

export type Config = { readonly [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K]> };

/** Reads the named variables; throws one sentence naming the first that is missing or malformed. */
export function readConfig<K extends keyof Config>(
  env: Readonly<Record<string, string | undefined>>,
  ...names: readonly K[]
): Pick<Config, K> {
  const out: Partial<Record<keyof Config, unknown>> = {};
  for (const name of names) {
    const parsed = VARIABLES[name].safeParse(env[name]);
    if (!parsed.success) {
      const why = env[name] === undefined ? 'is not set' : (parsed.error.issues[0]?.message ?? 'is malformed');
      throw new Error(`Environment variable ${name} ${why}: check this function's environment in the stack.`);
    }
    out[name] = parsed.data;
  }
  return out as Pick<Config, K>;
}
