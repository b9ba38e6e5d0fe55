import type { App } from '@slack/bolt';
import { Refusal } from '../../core/errors';
import type { Decision } from '../../core/incident/events';
import { parseIncidentId } from '../../core/incident/ids';
import { CALLBACK, parseGateRef } from '../action-ids';
import type { Bot } from '../bot';
import { callerOf } from '../caller';
import type { Ask, Reply } from '../commands/ask';
import { HANDLERS } from '../commands/handlers';
import { addNote } from '../commands/handlers/notes';
import { castVote } from '../commands/handlers/votes';
import { loadIncident } from '../commands/incident-of';
import { answering, askIds, type Log } from '../commands/run-command';
import { readIncident, readInstance } from '../commands/targets';
import { identityIn, mustBeOurApp, textAt } from './payloads';
import { asModal } from './show-reply';

type Ids = Pick<Ask, 'commandId' | 'correlation'>;
type Submitted = (bot: Bot, body: unknown, ids: Ids) => Promise<Reply>;

/** What was typed into the input of that id. */
function typed(body: unknown, id: string): string | undefined {
  return textAt(body, 'view', 'state', 'values', id, id, 'value');
}

function reason(body: unknown): { readonly reason?: string } {
  const text = typed(body, 'reason')?.trim();
  return text ? { reason: text.slice(0, 500) } : {};
}

const meta = (body: unknown): string => textAt(body, 'view', 'private_metadata') ?? '';

const submitVote: Submitted = async (bot, body, ids) => {
  const [word = '', ...rest] = meta(body).split('|');
  const ref = parseGateRef(rest.join('|'));
  const decision: Decision | undefined = word === 'approve' || word === 'reject' ? word : undefined;
  if (ref === undefined || decision === undefined) {
    throw new Refusal('modal.unreadable', 'That form carries nothing Cordon wrote; nothing was changed.');
  }
  const caller = await callerOf(bot, identityIn(body));
  const ask: Ask = { command: { path: 'stop', dryRun: false }, caller, place: {}, ...ids };
  const confirmation = typed(body, 'confirm');
  const ballot = { ref, decision, ...reason(body), ...(confirmation ? { confirmation } : {}) };
  return castVote(ask, bot, await loadIncident(bot, ref.incident), ballot);
};

const submitRelease: Submitted = async (bot, body, ids) => {
  const incident = parseIncidentId(meta(body));
  if (incident === undefined)
    throw new Refusal('modal.unreadable', 'That form names no incident; nothing was changed.');
  const caller = await callerOf(bot, identityIn(body));
  const command = { path: 'release', incident, dryRun: false, ...reason(body) } as const;
  return HANDLERS.release({ command, caller, place: {}, ...ids }, bot);
};

const submitStart: Submitted = async (bot, body, ids) => {
  const read = readInstance(typed(body, 'instance') ?? '');
  if (!read.ok) throw new Refusal('modal.instance', `${read.problem} Nothing was changed.`);
  const { account, region } = read.value;
  const named = { instance: read.value, ...(account ? { account } : {}), ...(region ? { region } : {}) };
  const caller = await callerOf(bot, identityIn(body));
  const command = { path: 'forensics start', dryRun: false, ...named, ...reason(body) } as const;
  return HANDLERS['forensics start']({ command, caller, place: {}, ...ids }, bot);
};

const submitNote: Submitted = async (bot, body, ids) => {
  const read = readIncident(typed(body, 'incident') ?? '');
  if (!read.ok) throw new Refusal('modal.incident', `${read.problem} Nothing was changed.`);
  const caller = await callerOf(bot, identityIn(body));
  const command = { path: 'show', incident: read.value, dryRun: false } as const;
  return addNote({ command, caller, place: {}, ...ids }, bot, meta(body));
};

const SUBMITTED: Readonly<Record<string, Submitted>> = {
  [CALLBACK.vote]: submitVote,
  [CALLBACK.release]: submitRelease,
  [CALLBACK.start]: submitStart,
  [CALLBACK.attach]: submitNote,
};

/** Every modal's submission: checked and decided like a command, answered in place of the form. */
export function listenToModals(app: App, bot: Bot, log: Log): void {
  app.view(/^(?:vote|release|start|attach)-modal$/, async ({ ack, body }) => {
    const callback = textAt(body, 'view', 'callback_id') ?? '';
    const ids = askIds(`${textAt(body, 'view', 'id') ?? ''} ${textAt(body, 'trigger_id') ?? ''}`);
    const about = { modal: callback, user: identityIn(body).user };
    const reply = await answering(ids.correlation, log, about, async () => {
      mustBeOurApp(bot, body);
      const submitted = SUBMITTED[callback];
      if (submitted === undefined)
        throw new Refusal('modal.unknown', 'That form is none Cordon knows any more; nothing was changed.');
      return submitted(bot, body, ids);
    });
    await ack({ response_action: 'update', view: asModal(reply) });
  });
}
