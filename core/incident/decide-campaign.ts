import { Refusal } from '../errors';
import type { Command } from './commands';
import type { IncidentEvent } from './events';
import type { Incident } from './incident';

type CommandOf<T extends Command['type']> = Extract<Command, { readonly type: T }>;

/** Said on the member: it is worked on under another incident's card from now on. */
export function decideGroup(incident: Incident, command: CommandOf<'Group'>): readonly IncidentEvent[] {
  const { campaign, id } = incident;
  if (campaign.lead === command.lead) return [];
  if (command.lead === id)
    throw new Refusal(
      'group.self',
      `${id} cannot lead itself; nothing was changed.`,
      'Name the incident that leads with `--under IR-…`.',
    );
  if (campaign.members.length > 0)
    throw new Refusal(
      'group.leads',
      `${id} leads ${campaign.members.length} itself; nothing was changed.`,
      `Group the other one under ${id} instead.`,
    );
  return [{ type: 'GroupedUnder', lead: command.lead }];
}

/** Said on the lead: its card lists the member. A lead is never a member, so that there is one place to look. */
export function decideLead(incident: Incident, command: CommandOf<'Lead'>): readonly IncidentEvent[] {
  const { campaign, id } = incident;
  if (campaign.lead !== undefined)
    throw new Refusal(
      'group.led',
      `${id} is led by ${campaign.lead}; nothing was changed.`,
      `Group it under ${campaign.lead}.`,
    );
  if (campaign.members.some((member) => member.incident === command.member)) return [];
  const { member, instance } = command;
  return [{ type: 'MemberGrouped', member, ...(instance === undefined ? {} : { instance }) }];
}
