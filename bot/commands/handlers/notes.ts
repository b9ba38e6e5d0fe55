import { clampText, plainText } from '../../../core/text';
import type { Bot } from '../../bot';
import { permit } from '../../caller';
import { code, md } from '../../views/mrkdwn';
import type { Ask, Reply } from '../ask';
import { incidentOf } from '../incident-of';
import { changing } from './change';

/** A note in the ledger: what someone found worth keeping. */
export async function addNote(ask: Ask, bot: Bot, text: string): Promise<Reply> {
  const actor = permit(bot, ask.caller, 'note');
  const found = await incidentOf(ask, bot);
  if ('reply' in found) return found.reply;
  const note = clampText(plainText(text), 2000);
  const done = md`Kept as a note of ${code(found.incident.id)}.`;
  return changing(ask, bot, found.incident, actor, { type: 'AddNote', text: note }, done);
}
