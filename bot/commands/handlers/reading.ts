import type { Incident } from '../../../core/incident/incident';
import type { Bot } from '../../bot';
import { permit, whyNobody } from '../../caller';
import { namesOf } from '../../roster';
import type { CardContext } from '../../views/card';
import { helpAll, helpOn } from '../../views/help';
import { evidenceList, incidentList } from '../../views/lists';
import { code, md } from '../../views/mrkdwn';
import { answer } from '../../views/replies';
import { explainPolicy, whoami as whoamiView } from '../../views/rights';
import { show as showView, status as statusView } from '../../views/status';
import { timelineText } from '../../views/timeline';
import { type Ask, type Handler, type Reply, say } from '../ask';
import { incidentOf, loadIncident, mustBeItsChannel } from '../incident-of';
import { changing } from './change';

/** `/ir list` shows at most this many; the newest first. */
const LISTED = 40;

function contextOf(bot: Bot): CardContext {
  return { now: bot.clock.now().toISOString(), names: namesOf(bot.rulebook.policy), repository: bot.home.repository };
}

export const help: Handler = async (ask) => say(ask.command.text ? helpOn(ask.command.text) : helpAll());

export const list: Handler = async (ask, bot) => {
  permit(bot, ask.caller, 'list');
  return say(incidentList(await bot.incidents.open(LISTED)));
};

export const show: Handler = async (ask, bot) => {
  permit(bot, ask.caller, 'show');
  const found = await incidentOf(ask, bot);
  return 'reply' in found ? found.reply : say(showView(found.incident, contextOf(bot)));
};

export const status: Handler = async (ask, bot) => {
  permit(bot, ask.caller, 'forensics status');
  const found = await incidentOf(ask, bot);
  return 'reply' in found ? found.reply : say(statusView(found.incident, contextOf(bot)));
};

export const evidence: Handler = async (ask, bot) => {
  permit(bot, ask.caller, 'evidence');
  const found = await incidentOf(ask, bot);
  if ('reply' in found) return found.reply;
  const { links } = ask.command;
  return links === undefined ? say(evidenceList(found.incident)) : askLinks(ask, bot, found.incident, links);
};

/** The links are made and sent by the function that tells Slack: the edge holds no client of S3. */
async function askLinks(ask: Ask, bot: Bot, incident: Incident, match: string): Promise<Reply> {
  const actor = permit(bot, ask.caller, 'evidence links');
  await mustBeItsChannel(ask, incident, bot);
  const done = md`Links come to you alone, in the thread of ${code(incident.id)}. They work for five minutes; the ledger says who asked.`;
  return changing(ask, bot, incident, actor, { type: 'AskLinks', match }, done);
}

export const timeline: Handler = async (ask, bot) => {
  permit(bot, ask.caller, 'timeline');
  const found = await incidentOf(ask, bot);
  if ('reply' in found) return found.reply;
  const rows = await bot.ledger.read(found.incident.id);
  const names = namesOf(bot.rulebook.policy);
  if (ask.command.format !== 'jsonl') return say(timelineText(found.incident.id, rows, names));
  const actor = permit(bot, ask.caller, 'timeline');
  await mustBeItsChannel(ask, found.incident, bot);
  const done = md`The timeline of ${code(found.incident.id)} comes as a file in its thread (JSONL for Timesketch).`;
  return changing(ask, bot, found.incident, actor, { type: 'AskExport', what: 'timeline' }, done);
};

export const whoami: Handler = async (ask, bot) => {
  const { user, person, members } = ask.caller;
  const why = whyNobody(ask.caller);
  if (why !== undefined) return say(answer([md`${why}, so you may do nothing here. Your account: ${code(user)}.`]));
  return say(whoamiView(bot.rulebook.policy, user, person, members));
};

export const policyExplain: Handler = async (ask, bot) => {
  permit(bot, ask.caller, 'policy explain');
  const id = ask.command.incident ?? (await threadIncident(ask, bot));
  const incident = id ? await loadIncident(bot, id) : undefined;
  return say(explainPolicy(bot.rulebook.policy, ask.caller.members, incident));
};

function threadIncident(ask: Ask, bot: Bot) {
  const { channel, thread } = ask.place;
  return channel && thread ? bot.messages.incidentOf(channel, thread) : Promise.resolve(undefined);
}

export const deployStatus: Handler = async (ask, bot) => {
  permit(bot, ask.caller, 'deploy status');
  const { version = 'unknown', repository } = bot.home;
  const where = repository
    ? md` Deploys run in ${code(repository)}, workflow ${code('deploy.yml')}; revert the merge to roll back.`
    : md``;
  const playbooks = bot.rulebook.playbooks.map((playbook) => playbook.name).join(', ');
  return say(
    answer([
      md`Version ${code(version)} of this function runs.${where}`,
      md`Playbooks in force: ${code(playbooks, 300)}`,
    ]),
  );
};
