import { Refusal } from '../../core/errors';
import { replay } from '../../core/incident/evolve';
import type { IncidentId } from '../../core/incident/ids';
import type { Incident } from '../../core/incident/incident';
import { ROOT_SLOT } from '../action-ids';
import type { Bot } from '../bot';
import { pickIncident } from '../views/replies';
import { type Ask, type Reply, say } from './ask';
import { nearest } from './words';

const RECENT = 5;

/** The incident an ask is about: the one it names, the thread's own, the only open one; else a choice as buttons. */
export async function incidentOf(
  ask: Ask,
  bot: Bot,
): Promise<{ readonly incident: Incident } | { readonly reply: Reply }> {
  const named = ask.command.incident ?? (await threadIncident(ask, bot));
  if (named) return { incident: await loadIncident(bot, named) };
  const open = await bot.incidents.open(RECENT);
  const [only, ...others] = open;
  if (only && others.length === 0) return { incident: await loadIncident(bot, only.incident) };
  return { reply: say(pickIncident(ask.command.path, open)) };
}

async function threadIncident(ask: Ask, bot: Bot): Promise<IncidentId | undefined> {
  const { channel, thread } = ask.place;
  return channel && thread ? bot.messages.incidentOf(channel, thread) : undefined;
}

/** The incident as its ledger tells it; a Refusal with the nearest open id when there is none. */
export async function loadIncident(bot: Bot, id: IncidentId): Promise<Incident> {
  const incident = replay(await bot.ledger.read(id));
  if (incident) return incident;
  const known = (await bot.incidents.open(RECENT * 4)).map((row) => row.incident);
  const guess = nearest(id, known);
  const instead = guess ? `Did you mean ${guess}?` : 'See `/ir list` for the open ones.';
  throw new Refusal('incident.unknown', `There is no incident ${id}; nothing was changed.`, instead);
}

/** Changes are asked where the incident is told, so that everybody there sees who did it. */
export async function mustBeItsChannel(ask: Ask, incident: Incident, bot: Bot): Promise<void> {
  const { channel } = ask.place;
  if (channel === undefined || channel === incident.channel) return;
  const root = await bot.messages.find(incident.id, ROOT_SLOT);
  if (root?.channel === channel) return;
  throw new Refusal(
    'place.other-channel',
    `${incident.id} is handled in another channel; nothing was changed.`,
    `Say it in the channel of its card (${root?.channel ?? incident.channel}).`,
  );
}
