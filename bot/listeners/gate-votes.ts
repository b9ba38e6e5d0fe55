import type { App } from '@slack/bolt';
import { Refusal } from '../../core/errors';
import type { Decision } from '../../core/incident/events';
import type { Incident } from '../../core/incident/incident';
import { ACTION, type GateRef, gateSlot, parseGateRef } from '../action-ids';
import type { Bot } from '../bot';
import { callerOf, permitAnswer } from '../caller';
import type { Ask, Reply } from '../commands/ask';
import { castVote, needsModal } from '../commands/handlers/votes';
import { loadIncident } from '../commands/incident-of';
import { answering, askIds, type Log } from '../commands/run-command';
import { namesOf } from '../roster';
import { skeletonModal, voteModal } from '../views/modals';
import { type ClickedMessage, clickedMessage, identityIn, mustBeOurApp, textAt } from './payloads';
import { asModal, type Views } from './show-reply';

const DECISIONS: Readonly<Record<string, Decision>> = {
  [ACTION.approve]: 'approve',
  [ACTION.reject]: 'reject',
  [ACTION.retry]: 'retry',
  [ACTION.skip]: 'skip',
  [ACTION.abortStep]: 'abort',
};

/** The click must come from the very message we recorded for this opening: a copied button in another message is refused. */
export async function mustBeRecorded(bot: Bot, ref: GateRef, message: ClickedMessage | undefined): Promise<void> {
  const recorded = await bot.messages.find(ref.incident, gateSlot(ref.gate, ref.opening));
  const same = recorded && message && recorded.channel === message.channel && recorded.ts === message.ts;
  if (same) return;
  throw new Refusal(
    'click.other-message',
    'That button is not in the message this question was asked in; nothing was changed.',
    'Use the newest question in the incident’s thread.',
  );
}

/** Answers the click: casts the vote at once, or gives the modal that asks for what is missing. */
async function clicked(bot: Bot, body: unknown, ids: Pick<Ask, 'commandId' | 'correlation'>): Promise<Reply> {
  mustBeOurApp(bot, body);
  const ref = parseGateRef(textAt(body, 'actions', '0', 'value') ?? '');
  const decision = DECISIONS[textAt(body, 'actions', '0', 'action_id') ?? ''];
  if (ref === undefined || decision === undefined) {
    throw new Refusal('click.unreadable', 'That button carries nothing Cordon wrote; nothing was changed.');
  }
  const message = clickedMessage(body);
  const [caller, incident] = await Promise.all([
    callerOf(bot, identityIn(body)),
    loadIncident(bot, ref.incident),
    mustBeRecorded(bot, ref, message),
  ]);
  permitAnswer(bot, caller, incident, ref.gate);
  return vote(bot, incident, { caller, ids, ref, decision, channel: message?.channel });
}

interface Click {
  readonly caller: Ask['caller'];
  readonly ids: Pick<Ask, 'commandId' | 'correlation'>;
  readonly ref: GateRef;
  readonly decision: Decision;
  readonly channel: string | undefined;
}

async function vote(bot: Bot, incident: Incident, click: Click): Promise<Reply> {
  const { ref, decision, ids, caller, channel } = click;
  const gate = incident.gates[ref.gate];
  const open = gate?.state === 'pending' && gate.opening === ref.opening && gate.plan.digest === ref.planDigest;
  if (gate && open && needsModal(gate, decision)) {
    const view = voteModal(incident, gate, decision, namesOf(bot.rulebook.policy));
    return { kind: 'modal', view, otherwise: { text: '', blocks: [] } };
  }
  const place = channel === undefined ? {} : { channel };
  const ask: Ask = { command: { path: 'stop', dryRun: false }, caller, place, ...ids };
  return castVote(ask, bot, incident, { ref, decision });
}

/** Buttons under a gate's question. Something opens at once (triggers die in three seconds) and is filled when known. */
export function listenToGateButtons(app: App, bot: Bot, views: Views, log: Log): void {
  app.action(/^gate-(?:approve|reject|retry|skip|abort)$/, async ({ ack, body }) => {
    const trigger = textAt(body, 'trigger_id') ?? '';
    const ids = askIds(`${textAt(body, 'actions', '0', 'action_ts') ?? ''} ${trigger}`);
    const about = { click: textAt(body, 'actions', '0', 'action_id'), user: identityIn(body).user };
    const opening = views.open(trigger, skeletonModal()).catch(() => undefined);
    const reply = await answering(ids.correlation, log, about, () => clicked(bot, body, ids));
    const viewId = await opening;
    if (viewId !== undefined) await views.update(viewId, asModal(reply)).catch(() => undefined);
    await ack();
  });
}
