import { clampText, plainText } from '../../../core/text';
import type { Bot } from '../../bot';
import { permit } from '../../caller';
import { code, md } from '../../views/mrkdwn';
import type { Ask, Handler, Reply } from '../ask';
import { incidentOf, mustBeItsChannel } from '../incident-of';
import { changing } from './change';

/** A note in the ledger: what someone found worth keeping. */
export async function addNote(ask: Ask, bot: Bot, text: string): Promise<Reply> {
  const actor = permit(bot, ask.caller, 'note');
  const found = await incidentOf(ask, bot);
  if ('reply' in found) return found.reply;
  await mustBeItsChannel(ask, found.incident, bot);
  const note = clampText(plainText(text), 2000);
  const done = md`Kept as a note of ${code(found.incident.id)}.`;
  return changing(ask, bot, found.incident, actor, { type: 'AddNote', text: note }, done);
}

export const note: Handler = (ask, bot) => addNote(ask, bot, ask.command.text ?? '');
