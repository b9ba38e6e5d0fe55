import { Refusal } from '../../../core/errors';
import { commitTo } from '../../../core/incident/commit';
import type { Actor } from '../../../core/incident/events';
import { commandId, type PersonKey, personKey } from '../../../core/incident/ids';
import { personOfSlack } from '../../../core/policy/authorize';
import type { Bot } from '../../bot';
import { permit } from '../../caller';
import { namesOf } from '../../roster';
import { code, foreign, type Mrkdwn, md, time } from '../../views/mrkdwn';
import { answer, dryRun } from '../../views/replies';
import { plural } from '../../views/words';
import { type Ask, type Handler, say } from '../ask';
import { incidentOf, mustBeItsChannel } from '../incident-of';
import { nearest } from '../words';
import { changing } from './change';

/** As many open incidents hear of the kill switch. */
const TOLD = 40;

function personNamed(bot: Bot, named: string): PersonKey {
  const { policy } = bot.rulebook;
  const bySlack = personOfSlack(policy, named);
  if (bySlack) return bySlack;
  const key = named.toLowerCase();
  if (Object.hasOwn(policy.persons, key)) return personKey(key);
  const guess = nearest(key, Object.keys(policy.persons));
  throw new Refusal(
    'person.unknown',
    `${named} is nobody policy.yaml knows; nothing was changed.`,
    guess ? `Did you mean ${guess}?` : 'Name a person of policy.yaml, or mention them.',
  );
}

export const owner: Handler = async (ask, bot) => {
  const actor = permit(bot, ask.caller, 'owner');
  const person = personNamed(bot, ask.command.person ?? '');
  const found = await incidentOf(ask, bot);
  if ('reply' in found) return found.reply;
  await mustBeItsChannel(ask, found.incident, bot);
  const done = md`${foreign(namesOf(bot.rulebook.policy)(person))} answers for ${code(found.incident.id)} now.`;
  return changing(ask, bot, found.incident, actor, { type: 'SetOwner', owner: person }, done);
};

const HALTED = md`From the next call on nothing new is changed; a started isolation is finished and our own instances are still removed.`;

export const halt: Handler = async (ask, bot) => {
  const actor = permit(bot, ask.caller, 'halt');
  const halted = await bot.killSwitch.halted();
  if (halted)
    return say(
      answer([
        md`The kill switch is on already since ${time(halted.at)} (${foreign(halted.by)}: ${foreign(halted.reason)}).`,
      ]),
    );
  if (ask.command.dryRun) return say(dryRun('halt', [HALTED], 'this would happen'));
  const name = namesOf(bot.rulebook.policy)(actor.person);
  const reason = ask.command.reason ?? 'no reason given';
  await bot.killSwitch.halt(name, bot.clock.now(), reason);
  const told = await tellOpen(ask, bot, actor, `Kill switch on (${reason}): nothing new is changed from now on.`);
  return say(answer([md`*Kill switch on.* ${told} ${HALTED} ${code('/ir unhalt')} lifts it.`]));
};

/** A switch that stops everything is said in every open thread, and stands in every ledger; it works without that. */
async function tellOpen(ask: Ask, bot: Bot, actor: Actor, text: string): Promise<Mrkdwn> {
  const open = await bot.incidents.open(TOLD);
  const note = { type: 'AddNote', text } as const;
  const told = open.map(({ incident }) =>
    commitTo(bot.ledger, bot.clock, incident, note, actor, commandId(`${ask.commandId}:${incident}`)),
  );
  const settled = await Promise.allSettled(told);
  const count = settled.filter(({ status }) => status === 'fulfilled').length;
  return count === 0
    ? md`No incident is open.`
    : md`${plural(count, 'open thread')} ${count === 1 ? 'says' : 'say'} so.`;
}

export const unhalt: Handler = async (ask, bot) => {
  const actor = permit(bot, ask.caller, 'unhalt');
  const halted = await bot.killSwitch.halted();
  if (!halted) return say(answer([md`The kill switch is not on: nothing was changed.`]));
  if (ask.command.dryRun) return say(dryRun('unhalt', [md`changes are made again`], 'this would happen'));
  await bot.killSwitch.unhalt();
  const told = await tellOpen(ask, bot, actor, 'Kill switch off: changes are made again.');
  return say(
    answer([
      md`*Kill switch off.* ${told} It was on since ${time(halted.at)} (${foreign(halted.by)}: ${foreign(halted.reason)}).`,
    ]),
  );
};

/** What the edge itself depends on, each asked once; the rest is watched by alarms. */
export const doctor: Handler = async (ask, bot) => {
  permit(bot, ask.caller, 'doctor');
  const checks: readonly (readonly [string, () => Promise<string>])[] = [
    ['State table', async () => `${plural((await bot.incidents.open(TOLD)).length, 'open incident')} listed`],
    ['Kill switch', async () => ((await bot.killSwitch.halted()) ? 'ON: nothing new is changed' : 'off')],
    ['Groups', async () => groupHealth(bot)],
    [
      'Policy',
      async () =>
        `${Object.keys(bot.rulebook.policy.persons).length} persons, ${bot.rulebook.playbooks.length} playbooks`,
    ],
    [
      'Signing key',
      async () =>
        bot.rulebook.policy.signingKey.fingerprint ?? 'fingerprint not written into policy.yaml yet: run cordon init',
    ],
  ];
  const lines = await Promise.all(
    checks.map(async ([name, check]) => {
      try {
        return md`*${name}*: ${await check()}`;
      } catch (error) {
        return md`*${name}*: failing (${foreign(error instanceof Error ? error.message : String(error), 200)})`;
      }
    }),
  );
  return say(answer(lines));
};

async function groupHealth(bot: Bot): Promise<string> {
  const groups = Object.values(bot.rulebook.policy.groups);
  if (groups.length === 0) return 'none in policy.yaml';
  const now = bot.clock.now();
  const read = await Promise.all(groups.map(({ slackGroup }) => bot.groups.members(slackGroup, now)));
  const stale = read.filter((members) => members === undefined).length;
  return stale === 0 ? `${groups.length} fresh` : `${stale} of ${groups.length} cannot be read and count as empty`;
}
