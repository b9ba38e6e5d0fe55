import { Refusal } from '../../../core/errors';
import type { ProposalKind } from '../../../core/incident/events';
import { permit } from '../../caller';
import { code, md } from '../../views/mrkdwn';
import type { Ask, Handler } from '../ask';
import { incidentOf, mustBeItsChannel } from '../incident-of';
import { changing, reasonOf } from './change';

/** GuardDuty's finding types: `Recon:EC2/Portscan`, `Backdoor:EC2/C&CActivity.B!DNS`; a star stands for any text. */
const FINDING_TYPE = /^[A-Za-z]+:[A-Za-z0-9]+\/[A-Za-z0-9&.!*-]{1,80}$/;

function subjectOf(ask: Ask, change: ProposalKind): string {
  if (change === 'protect') return ask.command.instance?.instance ?? '';
  const type = ask.command.text ?? '';
  if (FINDING_TYPE.test(type)) return type;
  throw new Refusal(
    'suppress.type',
    'A finding type looks like Recon:EC2/Portscan; nothing was changed.',
    'Copy it from the card.',
  );
}

/** Policy lives in git: this asks for a pull request, in the thread that will follow it; whoever merges it decides. */
const proposal =
  (change: ProposalKind): Handler =>
  async (ask, bot) => {
    const actor = permit(bot, ask.caller, change);
    const subject = subjectOf(ask, change);
    const found = await incidentOf(ask, bot);
    if ('reply' in found) return found.reply;
    await mustBeItsChannel(ask, found.incident, bot);
    const done = md`A pull request to ${change} ${code(subject)} is on its way; the thread of ${code(found.incident.id)} will link it.`;
    return changing(ask, bot, found.incident, actor, { type: 'AskChange', change, subject, ...reasonOf(ask) }, done);
  };

export const protect = proposal('protect');
export const suppress = proposal('suppress');
