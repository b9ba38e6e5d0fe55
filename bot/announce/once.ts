import type { IncidentId } from '../../core/incident/ids';
import type { Chat, ChatMessage } from '../../core/ports/chat';
import type { SlackMessageRef, SlackMessages } from '../../core/ports/slack-messages';
import type { ClosedChannel, Governor } from './governor';

/** Where it is kept, before a post, that somebody means to post this and may have. Never read as a message. */
export const intentSlot = (slot: string): string => `intent/${slot}`;

/** An intent names no message yet; the table wants a text. */
const NO_MESSAGE = 'none';

export interface OnceParts {
  readonly chat: Chat;
  readonly messages: SlackMessages;
  readonly governor: Governor;
}

export interface Posting {
  readonly incident: IncidentId;
  readonly slot: string;
  readonly seq: number;
  readonly channel: string;
  readonly thread?: string;
  /** Nothing of ours is older: how far back to look for the channel's root messages. */
  readonly since: Date;
  /** Something says that it was posted although its id is lost: look even without an intent. */
  readonly mayExist?: boolean;
  readonly content: { readonly text: string; readonly blocks: readonly object[] };
}

/**
 * Posts a message at most once: intent, look (only when an intent was found, so an earlier try may have succeeded), post,
 * record. Slack has no idempotency key; the mark in the message's metadata stands in for it.
 */
export async function postOnce(parts: OnceParts, posting: Posting): Promise<SlackMessageRef | ClosedChannel> {
  const { incident, slot, seq, channel, thread } = posting;
  const known = await parts.messages.find(incident, slot);
  if (known !== undefined) return known;
  const intended = await parts.messages.find(incident, intentSlot(slot));
  if (intended !== undefined || posting.mayExist) {
    const found = await parts.chat.find(channel, thread, { incident, slot }, posting.since);
    if (found !== undefined) return record(parts.messages, incident, slot, { channel, ts: found.ts, seq: found.seq });
  }
  await parts.messages.put(incident, intentSlot(slot), { channel, ts: NO_MESSAGE, seq });
  const message: ChatMessage = { ...posting.content, mark: { incident, slot, seq } };
  const answer = await parts.governor.pace(channel, () => parts.chat.post(channel, thread, message));
  if (answer.status === 'closed') return answer;
  return record(parts.messages, incident, slot, { channel, ts: answer.ts, seq });
}

/** Shares a file in a thread at most once: like a post, with its name (which holds the rows it tells) as the mark. */
export async function shareOnce(
  parts: OnceParts,
  to: Pick<Posting, 'incident' | 'slot' | 'seq' | 'channel'> & { readonly thread: string },
  file: Parameters<Chat['share']>[2],
): Promise<void> {
  const { incident, slot, seq, channel, thread } = to;
  if ((await parts.messages.find(incident, slot)) !== undefined) return;
  const intended = await parts.messages.find(incident, intentSlot(slot));
  if (intended === undefined || !(await parts.chat.hasFile(channel, thread, file.name))) {
    await parts.messages.put(incident, intentSlot(slot), { channel, ts: NO_MESSAGE, seq });
    await parts.governor.pace(channel, () => parts.chat.share(channel, thread, file));
  }
  await parts.messages.put(incident, slot, { channel, ts: NO_MESSAGE, seq });
}

async function record(
  messages: SlackMessages,
  incident: IncidentId,
  slot: string,
  ref: SlackMessageRef,
): Promise<SlackMessageRef> {
  await messages.put(incident, slot, ref);
  return ref;
}

/** Edits a message to a newer state; an older state than the one shown is never written. */
export async function editForward(
  parts: OnceParts,
  ref: SlackMessageRef,
  posting: Omit<Posting, 'channel' | 'thread' | 'since' | 'mayExist'>,
): Promise<'edited' | 'newer' | 'gone' | 'closed'> {
  const { incident, slot, seq } = posting;
  if (ref.seq >= seq) return 'newer';
  const message: ChatMessage = { ...posting.content, mark: { incident, slot, seq } };
  const answer = await parts.governor.pace(ref.channel, () => parts.chat.edit(ref.channel, ref.ts, message));
  if (answer.status === 'edited') await parts.messages.put(incident, slot, { ...ref, seq });
  return answer.status;
}
