import { chatStores } from '../core/adapters/aws/chat-wiring';
import { systemClock } from '../core/adapters/aws/clients';
import { s3EvidenceLinks } from '../core/adapters/aws/evidence-links';
import { webChat } from '../core/adapters/slack/web-chat';
import { slackClient } from '../core/adapters/slack/web-client';
import { refreshedGroups, webDirectory } from '../core/adapters/slack/web-directory';
import { readConfig } from '../core/config';
import { bundledRulebook } from '../core/policy/bundled';
import type { Chat } from '../core/ports/chat';
import type { Groups } from '../core/ports/incident-list';
import { logLine } from '../handlers/entry';
import { alarmIn, postAlarm } from './announce/alarm';
import { Announcer } from './announce/announce';
import { type NudgeAnswer, type NudgeEvent, perIncident } from './announce/nudge';
import { groupMembers } from './caller';
import { callEscalated, callFor, callRole, namesOf } from './roster';
import { parseSlackSecret } from './slack-secret';

const config = readConfig(
  process.env,
  'LEDGER_TABLE',
  'STATE_TABLE',
  'SLACK_SECRET_ARN',
  'SLACK_CHANNEL',
  'EVIDENCE_BUCKET',
  'GITHUB_REPOSITORY',
  'SLACK_API_URL',
);
const stores = chatStores(config, systemClock);
const rulebook = bundledRulebook();
const links = s3EvidenceLinks(config.EVIDENCE_BUCKET);
/** Posting with metadata takes well under a second; after five nobody answers any more. */
const SLACK_TIMEOUT_MS = 5_000;

/** Who is mentioned may be this old; who may decide is asked anew at every click, elsewhere. */
const PEOPLE_MS = 60_000;

let made: { readonly text: string; readonly chat: Chat; readonly announcer: Announcer } | undefined;

async function people(groups: Groups) {
  const { policy } = rulebook;
  const members = await groupMembers({ groups, rulebook, clock: systemClock });
  return {
    names: namesOf(policy),
    callFor: callFor.bind(undefined, policy, members),
    callEscalated: callEscalated.bind(undefined, policy, members),
    shout: () => callRole(policy, policy.gates.stop.role, members),
  };
}

async function teller(): Promise<NonNullable<typeof made>> {
  const text = await stores.secrets.get(config.SLACK_SECRET_ARN);
  if (made?.text === text) return made;
  const client = slackClient(parseSlackSecret(text).botToken, config.SLACK_API_URL, SLACK_TIMEOUT_MS);
  const chat = webChat(client);
  const groups = refreshedGroups(stores.groups, webDirectory(client, systemClock));
  let known: { readonly people: ReturnType<typeof people>; readonly until: number } | undefined;
  const parts = {
    ...stores,
    chat,
    links,
    clock: systemClock,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    people: () => {
      const now = systemClock.now().getTime();
      if (known === undefined || known.until <= now) known = { people: people(groups), until: now + PEOPLE_MS };
      return known.people;
    },
    fallbackChannel: config.SLACK_CHANNEL,
    repository: config.GITHUB_REPOSITORY,
  };
  made = { text, chat, announcer: new Announcer(parts) };
  return made;
}

/** Tells Slack what the ledger says (a message of the queue is only a nudge), and alarms of our own. */
export const handler = async (event: NudgeEvent): Promise<NudgeAnswer> => {
  const alarm = alarmIn(event);
  if (alarm !== undefined) {
    await postAlarm((await teller()).chat, config.SLACK_CHANNEL, alarm);
    return { batchItemFailures: [] };
  }
  return perIncident(event, async (incident) => (await teller()).announcer.announce(incident), logLine);
};
