import type { App } from 'aws-cdk-lib';
import * as z from 'zod';

const ADMIN_PAIRS = 'must be a list of pairs of accounts such as [["111122223333", "444455556666"]]';

/** A number without quotes in cdk.json is as wrong as a text of another form: one sentence for both. */
const text = (pattern: RegExp, must: string) => z.string({ error: must }).regex(pattern, must);
const account = text(/^[0-9]{12}$/, 'must be the twelve digits of an AWS account, in quotes');
/** `-c name=false` arrives as text; cdk.json has real booleans. */
const flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean({ error: 'must be true or false' }),
);
const accountPairs = z.preprocess(
  (value) => (typeof value === 'string' ? fromJson(value) : value),
  z.array(z.tuple([account, account], { error: ADMIN_PAIRS }), { error: ADMIN_PAIRS }),
);

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const PARAMETERS = {
  account: account.optional().describe('AWS account to deploy into; the CLI’s own account when absent'),
  region: text(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be a region such as eu-west-1')
    .optional()
    .describe('Region to deploy into; the CLI’s own region when absent'),
  slackChannel: text(/^[CG][A-Z0-9]{8,}$/, 'must be a Slack channel id such as C0123456789')
    .default('C0CORDON001')
    .describe('Channel where new incidents appear'),
  githubRepository: text(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name')
    .default('example/cordon')
    .describe('Repository whose workflows deploy and summarise'),
  githubRepositoryIds: text(/^[0-9]+\/[0-9]+$/, 'must be ownerId/repositoryId')
    .optional()
    .describe('Numeric ids, for repositories whose OIDC subjects carry them (the default since July 2026)'),
  githubProviderExists: flag
    .default(false)
    .describe('Uses the identity provider of GitHub that the account has already: there can be only one'),
  adminPairs: accountPairs
    .default([])
    .describe('[[administrator, member], …]: organisation findings believed, and accounts Cordon acts in'),
  memberOf: account
    .optional()
    .describe('Account of the hub: synthesizes the member stack alone, for an account that Cordon is to act in'),
  memberExternalId: text(/^[\w+=,.@:/-]{16,128}$/, 'must be 16 to 128 letters, digits or +=,.@:/-_')
    .optional()
    .describe('What the hub and its member accounts agree on: the responder role asks for it'),
  retentionDays: z.coerce
    .number({ error: 'must be a number of days' })
    .int('must be whole days')
    .min(1, 'must be at least 1 day')
    .max(3650, 'must be at most 3650 days')
    .default(365)
    .describe('Days evidence cannot be deleted or overwritten'),
  retentionMode: z
    .enum(['governance', 'compliance'], { error: 'must be governance or compliance' })
    .default('governance')
    .describe('compliance cannot be undone by anyone, root included: an explicit choice'),
  analysisImage: text(
    /^(ami-[0-9a-f]{8,17}|resolve:ssm:\/[\w./-]+)$/,
    'must be an ami-… or resolve:ssm:/parameter/name',
  )
    .default('resolve:ssm:/cordon/analysis-image')
    .describe('Image of the forensic instance'),
  alarmEmail: text(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'must be an e-mail address')
    .optional()
    .describe('Who hears alarms when Slack is not there to tell'),
  reserveConcurrency: flag
    .default(true)
    .describe('Sets 71 concurrent executions aside; false where the account’s limit is below 171'),
  instanceFreeHash: flag
    .default(false)
    .describe('Hashes every disk from EBS itself, beside the forensic instance: 16 TiB take half a day'),
  encryptLogs: flag
    .default(false)
    .describe('Puts the log groups under a key of your own in each stack: a dollar a month each'),
  dnsFirewall: flag.default(true).describe('In quarantine only names of AWS resolve'),
  symbolFactory: flag
    .default(false)
    .describe(
      'Adds the role of symbols.yml, which makes symbols of kernels, and asks it when the memory analysis had none',
    ),
  demo: flag.default(false).describe('Adds a small production to be attacked: about $3.50 a day while it stands'),
  demoFlowLogs: z
    .enum(['none', 'cloudwatch', 's3', 'both'], { error: 'must be none, cloudwatch, s3 or both' })
    .default('cloudwatch')
    .describe('Where the flow logs of the demo go'),
  bootstrapQualifier: text(/^[a-z0-9]{1,10}$/, 'must be the qualifier of your CDK bootstrap, such as hnb659fds')
    .default('hnb659fds')
    .describe('Qualifier of the CDK bootstrap'),
  nag: flag.default(false).describe('Synthesis fails on any cdk-nag finding that infra/nag.ts does not stand by'),
} as const;

const schema = z.object(PARAMETERS).superRefine(({ adminPairs, memberOf, memberExternalId }, context) => {
  if (memberExternalId !== undefined || (adminPairs.length === 0 && memberOf === undefined)) return;
  context.addIssue({
    code: 'custom',
    path: ['memberExternalId'],
    message: 'must be set beside adminPairs or memberOf',
  });
});

export type Context = z.output<typeof schema>;

/** What cdk.json may say, with a sentence each; runbooks/operator.md prints the same (a test compares). */
export const PARAMETER_HELP: readonly { readonly name: string; readonly says: string }[] = Object.entries(
  PARAMETERS,
).map(([name, parameter]) => ({ name, says: parameter.description ?? '' }));

/** A value that somebody must mend; its message is one sentence. */
export class BadContext extends Error {}

/** Reads `cdk.json` and `-c name=value` context; throws BadContext naming the first value that is wrong. */
export function readContext(app: App): Context {
  refuseUnknown(Object.keys(app.node.getAllContext()));
  const given = Object.fromEntries(
    Object.keys(PARAMETERS).map((key) => [key, app.node.tryGetContext(key) ?? undefined]),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BadContext(
    `Context ${issue?.path.join('.')} ${issue?.message}: set it in cdk.json or with -c, then synthesize again.`,
  );
}

/** A misspelt name would be passed over in silence, and a flag stay off. CDK's own names hold a colon, a slash or an @. */
function refuseUnknown(given: readonly string[]): void {
  const unknown = given.find((name) => /^\w+$/.test(name) && !Object.hasOwn(PARAMETERS, name));
  if (unknown === undefined) return;
  throw new BadContext(
    `Context ${unknown} is not one of ${Object.keys(PARAMETERS).join(', ')}: correct its name in cdk.json or behind -c, then synthesize again.`,
  );
}
