import type { App } from 'aws-cdk-lib';
import { z } from 'zod';

const schema = z.object({
  account: z
    .string()
    .regex(/^[0-9]{12}$/, 'must be the twelve digits of the AWS account')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be a region such as eu-west-1')
    .optional(),
  slackChannel: z
    .string()
    .regex(/^[CG][A-Z0-9]{8,}$/, 'must be a Slack channel id such as C0123456789')
    .default('C0CORDON001'),
  githubRepository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name')
    .default('example/cordon'),
  githubRepositoryIds: z
    .string()
    .regex(/^[0-9]+\/[0-9]+$/, 'must be ownerId/repositoryId')
    .optional(),
  adminPairs: z.array(z.tuple([z.string().regex(/^[0-9]{12}$/), z.string().regex(/^[0-9]{12}$/)])).default([]),
  retentionDays: z.coerce.number().int().min(1).max(3650).default(365),
  retentionMode: z.enum(['governance', 'compliance']).default('governance'),
  analysisImage: z.string().default('resolve:ssm:/cordon/analysis-image'),
});

export type Context = z.output<typeof schema>;

/** Reads `cdk.json` and `-c name=value` context; throws one sentence naming the first value that is wrong. */
export function readContext(app: App): Context {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((key) => [key, app.node.tryGetContext(key) ?? undefined]),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(
    `Context ${issue?.path.join('.')} ${issue?.message}: set it in cdk.json or with -c, then synthesize again.`,
  );
}
