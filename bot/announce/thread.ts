import type { Commit } from '../../core/incident/events';
import type { GateView } from '../../core/incident/incident';
import type { GateName } from '../../core/incident/steps';
import type { Cursors } from '../../core/ports/cursors';
import type { SlackMessageRef } from '../../core/ports/slack-messages';
import { gateSlot } from '../action-ids';
import { gateAsk } from '../views/gate-ask';
import { linesMessage, overflowOf } from '../views/lines-message';
import { type Mrkdwn, md } from '../views/mrkdwn';
import type { PersonNames } from '../views/people';
import { threadLines } from '../views/thread-lines';
import { timelineJsonl } from '../views/timeline';
import { duration } from '../views/words';
import type { ClosedChannel } from './governor';
import { type History, touchedGates } from './history';
import { type LinkParts, sendLinks } from './links';
import { editForward, intentSlot, postOnce, shareOnce } from './once';

export interface AnnouncePeople {
  readonly names: PersonNames;
  readonly callFor: (gate: GateView) => Mrkdwn | undefined;
  readonly callEscalated: (role: string | undefined) => Mrkdwn | undefined;
  /** Those who must hear that break-glass was used. */
  readonly shout: () => Mrkdwn | undefined;
}

export interface ThreadParts extends LinkParts {
  readonly cursors: Cursors;
}

export interface ThreadNews {
  readonly history: History;
  readonly news: readonly Commit[];
  readonly root: SlackMessageRef;
  readonly people: AnnouncePeople;
}

/** So many rows go into one message at most: a backlog comes as a few messages, not as a flood. */
const ROWS_PER_MESSAGE = 12;

/**
 * Tells the thread what is new, in order: some rows as one message of lines, each gate's ask as its own message, older
 * asks edited in place. The cursor follows each message. While Slack limits us, open asks go first.
 */
export async function announceThread(parts: ThreadParts, all: ThreadNews): Promise<'told' | ClosedChannel> {
  const asks = touchedGates(all.news, all.history);
  if (parts.governor.isLimited(all.root.channel)) {
    const closed = await askAll(parts, all, asks);
    if (closed) return closed;
  }
  let rest = all.news;
  while (rest.length > 0) {
    const group = await nextGroup(parts, rest);
    const closed = (await tellLines(parts, all, group)) ?? (await askAll(parts, all, touchedGates(group, all.history)));
    if (closed) return closed;
    await shareExports(parts, all, group);
    await sendLinks(parts, all.history.incident, all.root, group);
    const last = group.at(-1);
    if (last) await parts.cursors.advance('announce', last.incident, last.seq);
    rest = rest.slice(group.length);
  }
  return 'told';
}

/** Rows up to the next one that opens a gate; what an earlier, unfinished try meant to say together stays together. */
async function nextGroup(parts: ThreadParts, rest: readonly Commit[]): Promise<readonly Commit[]> {
  const first = rest[0];
  if (first === undefined) return [];
  const intended = await parts.messages.find(first.incident, intentSlot(String(first.seq)));
  if (intended !== undefined) return rest.filter((row) => row.seq <= intended.seq);
  const opens = rest.findIndex((row) => row.events.some((event) => event.type === 'GateOpened'));
  const length = opens < 0 ? rest.length : opens + 1;
  return rest.slice(0, Math.min(length, ROWS_PER_MESSAGE));
}

async function tellLines(
  parts: ThreadParts,
  all: ThreadNews,
  group: readonly Commit[],
): Promise<ClosedChannel | undefined> {
  const { names, callEscalated, shout } = all.people;
  const ask = (gate: GateName, opening: number) => {
    const view = all.history.openings.get(gateSlot(gate, opening));
    return view?.state === 'pending' ? all.people.callFor(view) : undefined;
  };
  const told = threadLines(group, { names, call: callEscalated, ask, shout });
  const lines = told.length === 0 ? told : [...lateNote(parts, all.root.channel), ...told];
  const [first, last] = [group[0], group.at(-1)];
  if (lines.length === 0 || first === undefined || last === undefined) return undefined;
  const posted = await postOnce(parts, {
    incident: first.incident,
    slot: String(first.seq),
    seq: last.seq,
    channel: all.root.channel,
    thread: all.root.ts,
    since: new Date(first.at),
    content: linesMessage(lines),
  });
  if ('status' in posted) return posted;
  const whole = overflowOf(lines);
  if (whole !== undefined) {
    const name = `${first.incident}-rows-${first.seq}-to-${last.seq}.txt`;
    const comment = `Rows ${first.seq} to ${last.seq} of ${first.incident}, whole.`;
    await shareOnce(parts, fileSlot(all, first), { name, content: whole, comment });
  }
  return undefined;
}

/** Shares what somebody asked for as a file, named after the rows it tells. */
async function shareExports(parts: ThreadParts, all: ThreadNews, group: readonly Commit[]): Promise<void> {
  for (const row of group.filter(({ events }) => events.some((event) => event.type === 'ExportAsked'))) {
    const { incident, seq } = row;
    const content = timelineJsonl(all.history.rows.slice(0, seq), all.people.names);
    const comment = `Timeline of ${incident}, rows 1 to ${seq}.`;
    await shareOnce(parts, fileSlot(all, row), { name: `${incident}-timeline-${seq}.jsonl`, content, comment });
  }
}

function fileSlot({ root }: ThreadNews, { incident, seq }: Commit) {
  return { incident, slot: `file/${seq}`, seq, channel: root.channel, thread: root.ts };
}

/** Shorter than this nobody notices. */
const LATE_MS = 10_000;

/** Said once after Slack held us back: what follows is late, and nothing but messages was delayed. */
function lateNote(parts: ThreadParts, channel: string): readonly Mrkdwn[] {
  const late = parts.governor.takeLateness(channel);
  if (late < LATE_MS) return [];
  return [
    md`Slack limited our messages for ${duration(late)}; what follows is late. Nothing but messages was delayed.`,
  ];
}

async function askAll(
  parts: ThreadParts,
  all: ThreadNews,
  slots: readonly string[],
): Promise<ClosedChannel | undefined> {
  for (const slot of slots) {
    const gate = all.history.openings.get(slot);
    const closed = gate ? await ask(parts, all, gate) : undefined;
    if (closed) return closed;
  }
  return undefined;
}

/** Posts the ask of one opening, or edits it to how it stands now. */
async function ask(parts: ThreadParts, all: ThreadNews, gate: GateView): Promise<ClosedChannel | undefined> {
  const { incident } = all.history;
  const slot = gateSlot(gate.name, gate.opening);
  const call = gate.state === 'pending' ? all.people.callFor(gate) : undefined;
  const content = gateAsk(incident, gate, { names: all.people.names, ...(call ? { call } : {}) });
  const posting = { incident: incident.id, slot, seq: incident.seq, content };
  const known = await parts.messages.find(incident.id, slot);
  if (known !== undefined) {
    await editForward(parts, known, posting);
    return undefined;
  }
  const posted = await postOnce(parts, {
    ...posting,
    channel: all.root.channel,
    thread: all.root.ts,
    since: new Date(gate.openedAt),
  });
  return 'status' in posted ? posted : undefined;
}
