import { Transient } from '../../core/errors';
import type { Commit } from '../../core/incident/events';
import type { IncidentId } from '../../core/incident/ids';
import type { Incident } from '../../core/incident/incident';
import type { Chat } from '../../core/ports/chat';
import type { Clock } from '../../core/ports/clock';
import type { Cursors } from '../../core/ports/cursors';
import type { EvidenceLinks } from '../../core/ports/evidence-links';
import type { IncidentLedger } from '../../core/ports/incident-ledger';
import type { SlackMessageRef, SlackMessages } from '../../core/ports/slack-messages';
import { ROOT_SLOT } from '../action-ids';
import { card } from '../views/card';
import { Governor } from './governor';
import { type History, historyOf, isUrgent } from './history';
import { editForward, postOnce } from './once';
import { type AnnouncePeople, announceThread } from './thread';

export interface AnnounceParts {
  readonly ledger: IncidentLedger;
  readonly cursors: Cursors;
  readonly messages: SlackMessages;
  readonly chat: Chat;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly links: EvidenceLinks;
  readonly people: () => Promise<AnnouncePeople>;
  /** Where a card goes when its own channel is archived or we were removed from it. */
  readonly fallbackChannel: string;
  /** `owner/name` on GitHub, where records are proposed. */
  readonly repository?: string;
}

/** While an incident moves, its card is edited at most this often. */
const COALESCE_MS = 3_000;
/** One nudge keeps a function busy no longer than this; the rest has its own nudges. */
const PATIENCE_MS = 20_000;
/** A message cannot be older than its incident; clocks of Slack and ours may differ by some seconds. */
const SLACK_CLOCK_MS = 60_000;

/** Tells Slack about incidents, one at a time; keeps the pace of channels and the time of each card's last edit. */
export class Announcer {
  private readonly governor: Governor;
  private readonly lastEdit = new Map<IncidentId, number>();

  constructor(private readonly parts: AnnounceParts) {
    this.governor = new Governor(() => parts.clock.now().getTime(), parts.sleep);
  }

  private now(): number {
    return this.parts.clock.now().getTime();
  }

  /**
   * Brings the thread and the card of one incident up to its ledger, from its cursor. Idempotent per commit; throws
   * Transient when Slack cannot be reached, and nothing is lost: the cursor stands where the last message was posted.
   */
  async announce(id: IncidentId): Promise<void> {
    const until = this.now() + PATIENCE_MS;
    for (;;) {
      const rows = await this.parts.ledger.read(id);
      const history = historyOf(rows);
      if (history === undefined) return;
      const cursor = await this.parts.cursors.get('announce', id);
      const news = rows.filter((row) => row.seq > cursor);
      const people = await this.parts.people();
      const root = await this.root(history.incident, people, cursor > 0);
      const current = await this.tellThread(history, news, root, people);
      if (current.seq >= history.incident.seq) return;
      const wait = isUrgent(news) ? 0 : (this.lastEdit.get(id) ?? 0) + COALESCE_MS - this.now();
      if (wait <= 0 || this.now() + wait > until) {
        await this.editCard(history.incident, current, people);
        return;
      }
      await this.parts.sleep(wait);
    }
  }

  /** Returns the card as it is known then: a channel that took nothing had it posted elsewhere. */
  private async tellThread(
    history: History,
    news: readonly Commit[],
    root: SlackMessageRef,
    people: AnnouncePeople,
  ): Promise<SlackMessageRef> {
    const told = await announceThread({ ...this.parts, governor: this.governor }, { history, news, root, people });
    if (told === 'told') return root;
    const fresh = await this.moveRoot(history.incident, people, told.why);
    const again = await announceThread(
      { ...this.parts, governor: this.governor },
      { history, news, root: fresh, people },
    );
    if (again !== 'told') throw new Transient(`No channel takes messages of ${history.incident.id}: ${again.why}`);
    return fresh;
  }

  private card(incident: Incident, people: AnnouncePeople) {
    const { clock, repository } = this.parts;
    return card(incident, { now: clock.now().toISOString(), names: people.names, repository });
  }

  private since(incident: Incident): Date {
    return new Date(Date.parse(incident.openedAt) - SLACK_CLOCK_MS);
  }

  /** The root message, posted when there is none (told before means posted before: its id is then looked up); elsewhere when its channel takes nothing. */
  private async root(incident: Incident, people: AnnouncePeople, mayExist: boolean): Promise<SlackMessageRef> {
    const posting = {
      incident: incident.id,
      slot: ROOT_SLOT,
      seq: incident.seq,
      channel: incident.channel,
      since: this.since(incident),
      mayExist,
      content: this.card(incident, people),
    };
    const known = await this.parts.messages.find(incident.id, ROOT_SLOT);
    if (known) return known;
    const posted = await postOnce({ ...this.parts, governor: this.governor }, posting);
    this.lastEdit.set(incident.id, this.now());
    return 'status' in posted ? this.moveRoot(incident, people, posted.why) : posted;
  }

  /** Posts the card anew: in its channel when only the message is gone, in the fallback channel when the channel is. */
  private async moveRoot(incident: Incident, people: AnnouncePeople, why: string): Promise<SlackMessageRef> {
    const known = await this.parts.messages.find(incident.id, ROOT_SLOT);
    const home = known?.channel ?? incident.channel;
    const channel = why === 'thread_not_found' ? home : this.parts.fallbackChannel;
    if (channel === home && why !== 'thread_not_found')
      throw new Transient(`Channel ${home} takes no messages: ${why}.`);
    const message = {
      ...this.card(incident, people),
      mark: { incident: incident.id, slot: ROOT_SLOT, seq: incident.seq },
    };
    const answer = await this.governor.pace(channel, () => this.parts.chat.post(channel, undefined, message));
    if (answer.status === 'closed') throw new Transient(`Channel ${channel} takes no messages: ${answer.why}.`);
    const ref = { channel, ts: answer.ts, seq: incident.seq };
    await this.parts.messages.put(incident.id, ROOT_SLOT, ref);
    return ref;
  }

  private async editCard(incident: Incident, ref: SlackMessageRef, people: AnnouncePeople): Promise<void> {
    const edit = { incident: incident.id, slot: ROOT_SLOT, seq: incident.seq, content: this.card(incident, people) };
    const done = await editForward({ ...this.parts, governor: this.governor }, ref, edit);
    this.lastEdit.set(incident.id, this.now());
    if (done === 'gone') await this.moveRoot(incident, people, 'thread_not_found');
    if (done === 'closed') await this.moveRoot(incident, people, 'is_archived');
  }
}
