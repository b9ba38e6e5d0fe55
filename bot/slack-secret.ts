import { z } from 'zod';
import { NeedsHuman } from '../core/errors';

/** What the Slack secret holds. While Slack's signing secret is rotated, the old one counts as well. */
const SLACK_SECRET = z.object({
  signingSecret: z.string().min(8),
  previousSigningSecret: z.string().min(8).optional(),
  botToken: z.string().startsWith('xoxb-'),
  appId: z.string().min(1),
  teamId: z.string().min(1),
});
export type SlackSecret = z.output<typeof SLACK_SECRET>;

/** Parses the secret's text; throws one sentence that names the first wrong field and no value. */
export function parseSlackSecret(text: string): SlackSecret {
  try {
    const parsed = SLACK_SECRET.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new NeedsHuman(`The Slack secret lacks a usable ${parsed.error.issues[0]?.path.join('.') ?? 'field'}.`);
  } catch (error) {
    if (error instanceof NeedsHuman) throw error;
    throw new NeedsHuman('The Slack secret is not JSON: run `cordon init`.');
  }
}

/** Secrets that a request may be signed with now. */
export function signingSecrets(secret: SlackSecret): readonly string[] {
  const { signingSecret, previousSigningSecret } = secret;
  return previousSigningSecret ? [signingSecret, previousSigningSecret] : [signingSecret];
}
