import { Refusal } from '../../../core/errors';
import type { Command } from '../../../core/incident/commands';
import { commitTo } from '../../../core/incident/commit';
import { decide } from '../../../core/incident/decide';
import type { Actor, IncidentEvent } from '../../../core/incident/events';
import type { Incident } from '../../../core/incident/incident';
import type { Bot } from '../../bot';
import { permit } from '../../caller';
import { namesOf } from '../../roster';
import { code, type Mrkdwn, md } from '../../views/mrkdwn';
import { answer, dryRun } from '../../views/replies';
import { threadLine } from '../../views/thread-lines';
import { type Ask, type Handler, type Reply, say } from '../ask';
import { incidentOf, mustBeItsChannel } from '../incident-of';

/** The kill switch blocks new intents; ending things stays allowed, so only starters ask this. */
export async function mustNotBeHalted(bot: Bot): Promise<void> {
  const halted = await bot.killSwitch.halted();
  if (halted === undefined) return;
  throw new Refusal(
    'switch.halted',
    `The kill switch is on since ${halted.at} (${halted.by}: ${halted.reason}); nothing was changed.`,
    'Use `/ir unhalt` when it is safe again.',
  );
}

/** Decides and commits a command for a person, or only decides it on a dry run. */
export async function changing(
  ask: Ask,
  bot: Bot,
  incident: Incident,
  actor: Actor,
  command: Command,
  done: Mrkdwn,
): Promise<Reply> {
  if (ask.command.dryRun) {
    const at = bot.clock.now();
    const events = decide(incident, command, { id: incident.id, actor, at });
    return say(dryRun(ask.command.path, dryLines(bot, incident, actor, events)));
  }
  const result = await commitTo(bot.ledger, bot.clock, incident.id, command, actor, ask.commandId);
  return say(
    answer([result.status === 'noop' ? md`It is so already in ${code(incident.id)}: nothing was changed.` : done]),
  );
}

/** What the thread would say of events that were only decided; what it tells in other ways is named by its type. */
function dryLines(bot: Bot, incident: Incident, actor: Actor, events: readonly IncidentEvent[]) {
  const names = namesOf(bot.rulebook.policy);
  const told = events.flatMap((event) => threadLine(event, { names, actor }) ?? []);
  return told.length > 0 || events.length === 0 ? told : [md`the card of ${code(incident.id)} changes`];
}

export interface ChangeSpec {
  readonly command: (ask: Ask) => Command;
  readonly done: (incident: Incident) => Mrkdwn;
  readonly startsSomething?: boolean;
}

/** A handler that asks one command of one incident: allowed by policy, in the incident's own channel. */
export function changeHandler(spec: ChangeSpec): Handler {
  return async (ask, bot) => {
    const actor = permit(bot, ask.caller, ask.command.path);
    const found = await incidentOf(ask, bot);
    if ('reply' in found) return found.reply;
    await mustBeItsChannel(ask, found.incident, bot);
    if (spec.startsSomething) await mustNotBeHalted(bot);
    return changing(ask, bot, found.incident, actor, spec.command(ask), spec.done(found.incident));
  };
}

export const reasonOf = (ask: Ask): { readonly reason?: string } =>
  ask.command.reason === undefined ? {} : { reason: ask.command.reason };
