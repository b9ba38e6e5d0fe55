import { Refusal } from '../../../core/errors';
import { commitTo } from '../../../core/incident/commit';
import type { IncidentId } from '../../../core/incident/ids';
import type { Incident } from '../../../core/incident/incident';
import { permit } from '../../caller';
import { code, md } from '../../views/mrkdwn';
import type { Ask, Handler } from '../ask';
import { incidentOf, loadIncident, mustBeItsChannel } from '../incident-of';
import { changing } from './change';

function leadOf(ask: Ask, incident: Incident): IncidentId {
  const lead = ask.command.under ?? incident.campaign.offer?.lead;
  if (lead !== undefined) return lead;
  throw new Refusal(
    'group.which',
    `Nothing says under which incident ${incident.id} belongs; nothing was changed.`,
    'Say it with `--under IR-…`.',
  );
}

/**
 * `/ir group`: the lead's card lists the member, the member's card points to the lead. Two ledgers, the lead's first: what
 * is broken off in between is finished by saying it again.
 */
export const group: Handler = async (ask, bot) => {
  const actor = permit(bot, ask.caller, 'group');
  const found = await incidentOf(ask, bot);
  if ('reply' in found) return found.reply;
  const { incident } = found;
  await mustBeItsChannel(ask, incident, bot);
  const lead = leadOf(ask, incident);
  const join = { type: 'Group', lead } as const;
  const done = md`${code(incident.id)} is grouped under ${code(lead)}: one lead card lists them all. Each keeps its own gates and evidence.`;
  if (ask.command.dryRun) return changing(ask, bot, incident, actor, join, done);
  await loadIncident(bot, lead);
  if (lead !== incident.id && incident.campaign.members.length === 0) {
    const { id: member, instance } = incident;
    const listed = { type: 'Lead', member, ...(instance === undefined ? {} : { instance }) } as const;
    await commitTo(bot.ledger, bot.clock, lead, listed, actor, ask.commandId);
  }
  return changing(ask, bot, incident, actor, join, done);
};
