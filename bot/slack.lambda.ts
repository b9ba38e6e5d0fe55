import { chatStores } from '../core/adapters/aws/chat-wiring';
import { systemClock } from '../core/adapters/aws/clients';
import { slackClient } from '../core/adapters/slack/web-client';
import { refreshedGroups, webDirectory } from '../core/adapters/slack/web-directory';
import { readConfig } from '../core/config';
import { bundledRulebook } from '../core/policy/bundled';
import type { Directory } from '../core/ports/directory';
import { logLine } from '../handlers/entry';
import type { Bot } from './bot';
import { createBot } from './create-bot';
import { type AcceptedRequest, createFrontDoor, type HttpResponse } from './front-door';
import { parseSlackSecret, type SlackSecret, signingSecrets } from './slack-secret';

const config = readConfig(
  process.env,
  'LEDGER_TABLE',
  'STATE_TABLE',
  'SLACK_SECRET_ARN',
  'SLACK_CHANNEL',
  'HOME_ACCOUNT',
  'HOME_REGION',
  'ADMIN_PAIRS',
  'GITHUB_REPOSITORY',
  'SLACK_API_URL',
);
const stores = chatStores(config, systemClock);
const rulebook = bundledRulebook();
/** A click has three seconds in all; a Slack call that takes longer than this is not worth waiting for. */
const SLACK_TIMEOUT_MS = 2_000;

type Inner = (request: AcceptedRequest) => Promise<HttpResponse>;
let made: { readonly text: string; readonly secret: SlackSecret; readonly inner: Inner } | undefined;

function botOf(secret: SlackSecret, directory: Directory): Bot {
  const members = config.ADMIN_PAIRS.map(([, member]) => member);
  const home = {
    channel: config.SLACK_CHANNEL,
    account: config.HOME_ACCOUNT,
    region: config.HOME_REGION,
    accounts: [...new Set([config.HOME_ACCOUNT, ...members])],
    appId: secret.appId,
    teamId: secret.teamId,
    repository: config.GITHUB_REPOSITORY,
    version: process.env.AWS_LAMBDA_FUNCTION_VERSION ?? 'unknown',
  };
  const groups = refreshedGroups(stores.groups, directory);
  return { ...stores, groups, directory, clock: systemClock, rulebook, home };
}

/** Bolt is made once per secret: a rotated one is used as soon as the cache lets go of the old. */
async function current(): Promise<NonNullable<typeof made>> {
  const text = await stores.secrets.get(config.SLACK_SECRET_ARN);
  if (made?.text === text) return made;
  const secret = parseSlackSecret(text);
  const client = slackClient(secret.botToken, config.SLACK_API_URL, SLACK_TIMEOUT_MS);
  const directory = webDirectory(client, systemClock);
  made = { text, secret, inner: createBot(secret, botOf(secret, directory), client, logLine) };
  return made;
}

/** Everything Slack sends: verified by the door, answered by Bolt. */
export const handler = createFrontDoor({
  signingSecrets: async () => signingSecrets((await current()).secret),
  now: () => systemClock.now(),
  firstUse: (nonce, expires) => stores.nonces.remember(nonce, new Date(expires * 1000)),
  inner: async (request) => (await current()).inner(request),
  refused: (why) => logLine({ level: 'warn', function: 'slack', refused: why }),
});
