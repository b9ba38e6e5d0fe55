import { Refusal } from '../../../core/errors';
import type { PlaybookPin } from '../../../core/incident/events';
import { replay } from '../../../core/incident/evolve';
import type { IncidentId, InstanceKey } from '../../../core/incident/ids';
import type { Incident } from '../../../core/incident/incident';
import { openOrJoin } from '../../../core/incident/open-or-join';
import { playbookForRequest } from '../../../core/playbook/match';
import type { Bot } from '../../bot';
import { permit } from '../../caller';
import { code, md } from '../../views/mrkdwn';
import { answer, dryRun } from '../../views/replies';
import { type Ask, type Handler, type Reply, say } from '../ask';
import { loadIncident, mustBeItsChannel } from '../incident-of';
import { changing, mustNotBeHalted, reasonOf } from './change';

function keyOf(ask: Ask, bot: Bot): InstanceKey {
  const named = ask.command.instance;
  if (named === undefined) throw new Refusal('instance.missing', 'Name an instance: i-…. Nothing was changed.');
  const account = ask.command.account ?? bot.home.account;
  const region = ask.command.region ?? bot.home.region;
  if (!bot.home.accounts.includes(account)) {
    throw new Refusal(
      'instance.foreign-account',
      `Account ${account} is not one this bot answers for; nothing was changed.`,
      `It answers for ${bot.home.accounts.join(', ')}.`,
    );
  }
  if (region !== bot.home.region) {
    throw new Refusal(
      'instance.foreign-region',
      `This bot acts in ${bot.home.region} alone, not in ${region}; nothing was changed.`,
      'Respond by hand, or ask the Cordon that is deployed there.',
    );
  }
  if (bot.rulebook.policy.protected.instances.includes(named.instance)) {
    throw new Refusal(
      'instance.protected',
      `${named.instance} is protected by policy.yaml; nothing was changed.`,
      'Respond by hand, or change the policy with a pull request.',
    );
  }
  return { account, region, instance: named.instance };
}

function pinFor(bot: Bot, drill: boolean): PlaybookPin {
  const playbook = playbookForRequest(bot.rulebook.playbooks, drill);
  if (playbook === undefined || playbook.action !== 'respond') {
    throw new Refusal('playbook.none', 'No playbook responds to this; nothing was changed.', 'See runbooks/playbooks.');
  }
  return playbook.pin;
}

/** Opens an incident on an instance and requests its run; an open one is run again instead. */
async function openOn(ask: Ask, bot: Bot, drill: boolean): Promise<Reply> {
  const actor = permit(bot, ask.caller, ask.command.path);
  const key = keyOf(ask, bot);
  const opening = {
    channel: bot.home.channel,
    playbook: pinFor(bot, drill),
    start: true,
    ...(drill ? { drill } : {}),
    ...reasonOf(ask),
  };
  await mustNotBeHalted(bot);
  if (ask.command.dryRun) return dryOpen(ask, bot, key);
  const opened = await openOrJoin(bot, key, opening, actor, ask.commandId);
  if (opened.status === 'joined') return runAgain(ask, bot, opened.incident);
  const where = md`${code(key.instance)} in ${code(key.account)}, ${code(key.region)}`;
  return say(answer([md`Opened ${code(opened.incident.id)} on ${where}. Its card follows in the channel.`]));
}

/** The open incident that holds an instance, if one does. */
async function openOne(bot: Bot, key: InstanceKey): Promise<Incident | undefined> {
  const claim = await bot.claims.find(key);
  const incident = claim === undefined ? undefined : replay(await bot.ledger.read(claim.incident));
  return incident?.status === 'open' ? incident : undefined;
}

async function dryOpen(ask: Ask, bot: Bot, key: InstanceKey): Promise<Reply> {
  const open = await openOne(bot, key);
  if (open) return runAgain(ask, bot, open);
  return say(
    dryRun(
      `${ask.command.path} ${key.instance}`,
      [md`an incident is opened on ${code(key.instance)}, and its response starts`],
      'this would happen',
    ),
  );
}

async function runAgain(ask: Ask, bot: Bot, incident: Incident): Promise<Reply> {
  const actor = permit(bot, ask.caller, ask.command.path);
  await mustNotBeHalted(bot);
  const done = md`${code(incident.id)} is open on this instance already; its response starts again.`;
  return changing(ask, bot, incident, actor, { type: 'RequestRun', purpose: 'respond' }, done);
}

export const isolate: Handler = (ask, bot) => openOn(ask, bot, false);

/** A drill runs the real response; that the instance is tagged for it is checked where the tags can be read. */
export const drill: Handler = (ask, bot) => openOn(ask, bot, true);

/** `forensics start` takes an instance or an incident; with neither, the incident is found like everywhere. */
export const start: Handler = async (ask, bot) => {
  if (ask.command.instance) return openOn(ask, bot, false);
  permit(bot, ask.caller, ask.command.path);
  const named = ask.command.incident ?? (await threadIncident(ask, bot));
  if (named === undefined) {
    throw new Refusal(
      'start.which',
      'Name an instance or an incident; nothing was changed.',
      'For example `/ir forensics start i-0123456789abcdef0`.',
    );
  }
  const incident = await loadIncident(bot, named);
  await mustBeItsChannel(ask, incident, bot);
  return runAgain(ask, bot, incident);
};

async function threadIncident(ask: Ask, bot: Bot): Promise<IncidentId | undefined> {
  const { channel, thread } = ask.place;
  return channel && thread ? bot.messages.incidentOf(channel, thread) : undefined;
}
