import { unreachable } from '../../core/errors';
import { parseFindingEvent } from '../../core/incident/finding';
import type { Desk } from '../desk/desk';
import type { InboundAnswer } from '../slack/person';
import type { SlackMessage, SlackUser } from '../slack/workspace';
import { attackEvents, type FindingEvent, movedTo } from './attacks';
import type { Gesture } from './gestures';
import { reviewersOf } from './github-view';
import { mergePull } from './merge-pull';
import type { GestureAnswer } from './model';

export interface PerformParts {
  readonly desk: Desk;
  readonly seed: string;
  /** Makes the world of a finding and sends it. */
  readonly play: (event: FindingEvent, afterMs: number) => void;
}

const OK: GestureAnswer = { ok: true };
const refuse = (said: string): GestureAnswer => ({ ok: false, said });

/** Fifty findings of a burst come within this time. */
const BURST_MS = 60_000;

/** Does what a person did on the page, in the lab. Never throws: what is impossible is answered in a sentence. */
export async function perform(
  gesture: Exclude<Gesture, { kind: 'skip' }>,
  parts: PerformParts,
): Promise<GestureAnswer> {
  try {
    return 'as' in gesture ? await asPerson(gesture, parts) : onStage(gesture, parts);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

type Personal = Extract<Gesture, { as: string }>;
type Stagehand = Exclude<Gesture, { as: string } | { kind: 'skip' }>;

function onStage(gesture: Stagehand, { desk, seed, play }: PerformParts): GestureAnswer {
  const now = desk.lab.clock.now();
  switch (gesture.kind) {
    case 'attack': {
      const events = attackEvents(gesture.attack, now);
      if (events === undefined) return refuse(`There is no attack "${gesture.attack}".`);
      events.forEach((event, i) => {
        play(event, (i * BURST_MS) / events.length);
      });
      return OK;
    }
    case 'finding':
      return pasted(gesture.event, { desk, play });
    case 'slack-weather': {
      const { weather } = desk.slack.double;
      weather.clear();
      const [from, to] = [new Date(now).toISOString(), '9999-01-01T00:00:00.000Z'];
      if (gesture.weather !== 'well') weather.add({ from, to, kind: gesture.weather, retryAfter: 5 });
      return OK;
    }
    case 'github-down':
      desk.github.double.outage = gesture.down ? [now, Number.POSITIVE_INFINITY] : undefined;
      return OK;
    case 'merge': {
      const said = mergePull(desk.github, seed, gesture.number, now);
      return said === undefined ? OK : refuse(said);
    }
    default:
      return unreachable(gesture);
  }
}

/** A finding that somebody pasted: judged as intake will, and moved to the lab's own account, region and time. */
function pasted(event: FindingEvent, { desk, play }: Pick<PerformParts, 'desk' | 'play'>): GestureAnswer {
  const { finding } = parseFindingEvent(event);
  const { account, region } = desk.lab.options;
  const moved = movedTo(event, { account, region, at: desk.lab.clock.now() });
  play(moved, 0);
  if (finding.account === account && finding.region === region) return OK;
  const said = `Sent, with ${finding.account} in ${finding.region} as the lab's own account ${account} in ${region}.`;
  return { ok: true, said };
}

async function asPerson(gesture: Personal, { desk }: PerformParts): Promise<GestureAnswer> {
  const { people, workspace } = desk.slack;
  const user = workspace.users.get(gesture.as);
  if (user === undefined) return refuse(`Nobody here is ${gesture.as}.`);
  switch (gesture.kind) {
    case 'command':
      return answered(await people.slashCommand(user, gesture.channel, gesture.text));
    case 'mention':
      return answered(await people.mention(user, gesture.channel, gesture.text, gesture.thread));
    case 'message':
      people.write(user, gesture.channel, gesture.text, gesture.thread);
      return OK;
    case 'home':
      return answered(await people.openHome(user));
    case 'dismiss':
      for (const view of [...workspace.views.values()]) if (view.user === user.id) workspace.views.delete(view.id);
      return OK;
    case 'shortcut': {
      const message = workspace.find(gesture.channel ?? '', gesture.ts ?? '');
      return answered(
        await (message === undefined
          ? people.globalShortcut(user, gesture.callback)
          : people.messageShortcut(user, message, gesture.callback)),
      );
    }
    case 'submit':
      return submit(gesture, user, desk);
    case 'review':
      return review(gesture, user, desk);
    case 'click':
    case 'click-reply':
    case 'click-view':
      return click(gesture, user, desk);
    default:
      return unreachable(gesture);
  }
}

/** Presses "Approve and deploy" or "Reject" of a job that waits for its environment's reviewers. */
function review(gesture: Extract<Personal, { kind: 'review' }>, user: SlackUser, desk: Desk): GestureAnswer {
  const { reviews } = desk.github;
  const job = reviews.pending().find(({ runId }) => runId === gesture.run);
  if (job === undefined) return refuse(`Run ${gesture.run} waits for nobody any more.`);
  const { environment } = job;
  if (user.person === undefined || !reviewersOf(desk.rulebook.policy).includes(user.person))
    return refuse(`${user.name} is no reviewer of environment ${environment}.`);
  reviews.review(environment, gesture.state, user.person, gesture.run);
  return OK;
}

async function submit(gesture: Extract<Personal, { kind: 'submit' }>, user: SlackUser, desk: Desk) {
  const { people, workspace } = desk.slack;
  const open = workspace.views.get(gesture.view);
  if (open === undefined || open.user !== user.id) return refuse('That form is no longer open.');
  return answered(await people.submitModal(user, open, gesture.values));
}

async function click(
  gesture: Extract<Personal, { kind: 'click' | 'click-reply' | 'click-view' }>,
  user: SlackUser,
  desk: Desk,
): Promise<GestureAnswer> {
  const { people, workspace } = desk.slack;
  if (gesture.kind === 'click-view') {
    const view = gesture.where === 'home' ? workspace.homes.get(user.id) : people.openView(user)?.view;
    if (view === undefined) return refuse('That view is no longer open.');
    return answered(await people.clickInView(user, view, gesture.action));
  }
  const message =
    gesture.kind === 'click'
      ? workspace.find(gesture.channel, gesture.ts)
      : ephemeral(workspace.privateReplies[Number(gesture.reply)], user);
  if (message === undefined) return refuse('That message is gone.');
  const over = gesture.kind === 'click' ? {} : { container: ephemeralContainer(message), message: undefined };
  return answered(await people.click(user, message, gesture.action, over));
}

/** A private reply as the message a click comes from; only its reader can click it. */
function ephemeral(
  reply: Desk['slack']['workspace']['privateReplies'][number] | undefined,
  user: SlackUser,
): SlackMessage | undefined {
  if (reply === undefined || reply.user !== user.id) return undefined;
  const { channel, text, blocks, at } = reply;
  const ts = (Date.parse(at) / 1000).toFixed(6);
  const thread = reply.thread_ts === undefined ? {} : { thread_ts: reply.thread_ts };
  return { channel, ts, author: user.id, text, blocks, edits: [], files: [], ...thread };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload: a private message has no `message`. */
function ephemeralContainer({ channel, ts, thread_ts }: SlackMessage) {
  const thread = thread_ts === undefined ? {} : { thread_ts };
  return { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: true, ...thread };
}

/** What Slack tells the person: nothing on success, a warning when the app failed. */
function answered(answer: InboundAnswer): GestureAnswer {
  if (answer.status !== 200) return refuse(`The app did not accept it (HTTP ${answer.status}).`);
  if (!answer.body.includes('"response_action":"errors"')) return OK;
  const { errors }: { errors?: Readonly<Record<string, string>> } = JSON.parse(answer.body);
  return { ok: false, errors: errors ?? {} };
}
