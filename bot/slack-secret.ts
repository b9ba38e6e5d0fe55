import { NeedsHuman } from '../core/errors';

/** What the Slack secret holds. While Slack's signing secret is rotated, the old one counts as well. */
export interface SlackSecret {
  readonly signingSecret: string;
  readonly previousSigningSecret?: string;
  readonly botToken: string;
  readonly appId: string;
  readonly teamId: string;
}

const USABLE = {
  signingSecret: (value: string) => value.length >= 8,
  previousSigningSecret: (value: string) => value.length >= 8,
  botToken: (value: string) => value.startsWith('xoxb-'),
  appId: (value: string) => value !== '',
  teamId: (value: string) => value !== '',
} as const;

function parsedObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Said below: the text may be a credential, so nothing of it is repeated.
  }
  throw new NeedsHuman('The Slack secret is not JSON: run `cordon init`.');
}

/** Parses the secret's text; throws one sentence that names the first wrong field and no value. */
export function parseSlackSecret(text: string): SlackSecret {
  const given = parsedObject(text);
  const field = (name: keyof typeof USABLE): string => {
    const value = given[name];
    if (typeof value === 'string' && USABLE[name](value)) return value;
    throw new NeedsHuman(`The Slack secret lacks a usable ${name}.`);
  };
  const [signingSecret, botToken] = [field('signingSecret'), field('botToken')];
  const needed = { signingSecret, botToken, appId: field('appId'), teamId: field('teamId') };
  if (given.previousSigningSecret === undefined) return needed;
  return { ...needed, previousSigningSecret: field('previousSigningSecret') };
}

/** Secrets that a request may be signed with now. */
export function signingSecrets(secret: SlackSecret): readonly string[] {
  const { signingSecret, previousSigningSecret } = secret;
  return previousSigningSecret ? [signingSecret, previousSigningSecret] : [signingSecret];
}
