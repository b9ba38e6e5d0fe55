import type { KnownBlock } from '@slack/types';
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import { NeedsHuman, Transient } from '../../errors';
import type { Chat, ChatMark, ChatMessage, ChatRefusal } from '../../ports/chat';

const EVENT_TYPE = 'cordon';
/** What no later try mends in this channel (https://docs.slack.dev/reference/methods/chat.postMessage#errors). */
const CLOSED = new Set(['channel_not_found', 'is_archived', 'not_in_channel', 'restricted_action', 'thread_not_found']);
/** Ours to mend (a token, a scope, a block): repeating is pointless until someone looks. */
const OURS = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'missing_scope',
  'invalid_blocks',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
]);
/** A search reads at most five pages of 200: a thread of ours has a few hundred messages. */
const PAGES = 5;
const PAGE_SIZE = 200;

interface Found {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: unknown };
  /** Of messages that an app sent. */
  readonly bot_id?: string;
  readonly files?: readonly { readonly name?: string | null }[];
}

/** Gives the SDK's errors our names, or turns them into a refusal. */
async function calling<T>(what: string, call: () => Promise<T>): Promise<T | ChatRefusal> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError) return { status: 'limited', retryAfterMs: error.retryAfter * 1000 };
    if (error instanceof WebAPIPlatformError) {
      const code = error.data.error;
      if (CLOSED.has(code)) return { status: 'closed', why: code };
      if (OURS.has(code)) {
        const details = error.data.response_metadata?.messages?.slice(0, 3).join('; ') ?? '';
        throw new NeedsHuman(`Slack refused ${what}: ${code} ${details}`.trim());
      }
      throw new Transient(`Slack could not do ${what}: ${code}`);
    }
    if (error instanceof WebAPIHTTPError && error.statusCode === 429) return { status: 'limited', retryAfterMs: 1000 };
    throw new Transient(`Slack gave no answer to ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isRefusal(value: object): value is ChatRefusal {
  return 'status' in value && (value.status === 'limited' || value.status === 'closed');
}

function metadataOf(mark: ChatMark) {
  const { incident, seq, slot, summarySha256 } = mark;
  const extra = summarySha256 === undefined ? {} : { summary_sha256: summarySha256 };
  return { event_type: EVENT_TYPE, event_payload: { incident, seq, slot, ...extra } };
}

/** What both posting and editing send: never a mention or preview made by Slack out of our text. */
function bodyOf(message: ChatMessage) {
  return {
    text: message.text,
    blocks: [...message.blocks] as KnownBlock[],
    metadata: metadataOf(message.mark),
    link_names: false,
  };
}

function seqOf(found: Found, mark: Pick<ChatMark, 'incident' | 'slot'>): number | undefined {
  const payload = found.metadata?.event_type === EVENT_TYPE ? found.metadata.event_payload : undefined;
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { incident, slot, seq } = payload as { incident?: unknown; slot?: unknown; seq?: unknown };
  return incident === mark.incident && slot === mark.slot && typeof seq === 'number' ? seq : undefined;
}

/** Slack's Web API as the chat of projections. */
export function webChat(client: WebClient): Chat {
  return {
    async post(channel, thread, message) {
      const extras = { unfurl_links: false, unfurl_media: false, ...(thread ? { thread_ts: thread } : {}) };
      const answer = await calling('a post', () => client.chat.postMessage({ channel, ...bodyOf(message), ...extras }));
      if (isRefusal(answer)) return answer;
      if (answer.ts === undefined) throw new Transient('Slack posted and did not say where.');
      return { status: 'posted', ts: answer.ts };
    },
    async edit(channel, ts, message) {
      try {
        const answer = await calling('an edit', () => client.chat.update({ channel, ts, ...bodyOf(message) }));
        return isRefusal(answer) ? answer : { status: 'edited' };
      } catch (error) {
        if (error instanceof Transient && /message_not_found|cant_update_message/.test(error.message))
          return { status: 'gone' };
        throw error;
      }
    },
    find: (channel, thread, mark, since) => search(client, channel, thread, mark, since),
    async whisper(channel, thread, user, said) {
      const place = { channel, user, ...(thread ? { thread_ts: thread } : {}) };
      const body = { text: said.text, blocks: [...said.blocks] as KnownBlock[], link_names: false };
      const answer = await calling('a private message', () => client.chat.postEphemeral({ ...place, ...body }));
      return isRefusal(answer) ? answer : { status: 'posted' };
    },
    async hasFile(channel, thread, name) {
      // A person's file of that name is not ours, and must not keep ours away.
      const ours = (found: Found) => found.bot_id !== undefined && found.files?.some((file) => file.name === name);
      const found = await look(client, channel, thread, new Date(0), (each) => (ours(each) ? each : undefined));
      return found !== undefined;
    },
    async share(channel, thread, file) {
      const target = thread ? { channel_id: channel, thread_ts: thread } : { channel_id: channel };
      const { name, content, comment } = file;
      const upload = { ...target, filename: name, content, initial_comment: comment, title: name };
      const answer = await calling('a file', () => client.filesUploadV2(upload));
      return isRefusal(answer) ? answer : { status: 'posted' };
    },
  };
}

async function search(
  client: WebClient,
  channel: string,
  thread: string | undefined,
  mark: Pick<ChatMark, 'incident' | 'slot'>,
  since: Date,
): Promise<{ readonly ts: string; readonly seq: number } | undefined> {
  return look(client, channel, thread, since, (found) => {
    const seq = seqOf(found, mark);
    return seq !== undefined && found.ts !== undefined ? { ts: found.ts, seq } : undefined;
  });
}

/** The first message of a thread (or, without one, of the channel since `since`) of which `read` makes something. */
async function look<T>(
  client: WebClient,
  channel: string,
  thread: string | undefined,
  since: Date,
  read: (found: Found) => T | undefined,
): Promise<T | undefined> {
  const oldest = (since.getTime() / 1000).toFixed(6);
  const common = { channel, include_all_metadata: true, limit: PAGE_SIZE };
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const at = cursor ? { ...common, cursor } : common;
    const answer = await calling('a look at the thread', () =>
      thread ? client.conversations.replies({ ...at, ts: thread }) : client.conversations.history({ ...at, oldest }),
    );
    if (isRefusal(answer)) {
      if (answer.status === 'limited') throw new Transient('Slack limits us: the thread could not be looked at.');
      return undefined;
    }
    const messages: readonly Found[] = answer.messages ?? [];
    for (const found of messages) {
      const made = read(found);
      if (made !== undefined) return made;
    }
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return undefined;
  }
  return undefined;
}
