import type { IncidentId, Sha256 } from '../incident/ids';

/** What a message of ours carries unseen, so that it is found again: which rows of which ledger it tells. */
export interface ChatMark {
  readonly incident: IncidentId | 'operator';
  /** `root`, `gate/<gate>/<opening>`, the first ledger seq a thread message tells, or `alarm/<event>`. */
  readonly slot: string;
  /** Ledger seq of the state it shows. */
  readonly seq: number;
  /** Of the summary's message only: SHA-256 of the summary.json it tells. */
  readonly summarySha256?: Sha256;
}

export interface ChatMessage {
  readonly text: string;
  readonly blocks: readonly object[];
  readonly mark: ChatMark;
}

/**
 * `limited`: wait before the next call in this channel. `closed`: archived, unknown or we were removed: no try will help.
 * An answer that did not come is thrown as Transient: the message may be there, so look before posting again.
 */
export type ChatRefusal =
  | { readonly status: 'limited'; readonly retryAfterMs: number }
  | { readonly status: 'closed'; readonly why: string };

/** The chat, as far as projections need it. Every call may throw Transient. */
export interface Chat {
  /** changes: posts to a channel, or to the thread of the message at `thread`. */
  post(
    channel: string,
    thread: string | undefined,
    message: ChatMessage,
  ): Promise<{ readonly status: 'posted'; readonly ts: string } | ChatRefusal>;
  /** changes: `gone` when the message was deleted. */
  edit(
    channel: string,
    ts: string,
    message: ChatMessage,
  ): Promise<{ readonly status: 'edited' | 'gone' } | ChatRefusal>;
  /** reads: a message of ours with that incident and slot, in the thread or (without one) in the channel since `since`. */
  find(
    channel: string,
    thread: string | undefined,
    mark: Pick<ChatMark, 'incident' | 'slot'>,
    since: Date,
  ): Promise<{ readonly ts: string; readonly seq: number } | undefined>;
  /** changes: a message that one person alone sees, once, and that Slack keeps nowhere. */
  whisper(
    channel: string,
    thread: string | undefined,
    user: string,
    said: { readonly text: string; readonly blocks: readonly object[] },
  ): Promise<{ readonly status: 'posted' } | ChatRefusal>;
  /** reads: whether a file of that name, shared by an app, is in the thread. Slack keeps no mark on a file but its name. */
  hasFile(channel: string, thread: string, name: string): Promise<boolean>;
  /** changes: a file in a thread. */
  share(
    channel: string,
    thread: string | undefined,
    file: { readonly name: string; readonly content: string; readonly comment: string },
  ): Promise<{ readonly status: 'posted' } | ChatRefusal>;
}
