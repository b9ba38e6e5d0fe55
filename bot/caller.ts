import { Refusal } from '../core/errors';
import type { Actor } from '../core/incident/events';
import type { PersonKey } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
import type { GateName } from '../core/incident/steps';
import { authorize, type GroupMembers, personOfSlack } from '../core/policy/authorize';
import type { Standing } from '../core/ports/directory';
import type { Bot } from './bot';

/** Who Slack says is asking. The signature proves that Slack sent it, not that this human may do it. */
export interface SlackIdentity {
  readonly user: string;
  /** The workspace the request came from, and the person's own when Slack tells it. */
  readonly team?: string;
  readonly userTeam?: string;
}

export interface Caller {
  readonly user: string;
  readonly person?: PersonKey;
  readonly members: GroupMembers;
  /** `unknown` when Slack did not answer: reading is let pass, nothing else. */
  readonly standing: Standing | 'unknown';
}

const NOT_A_MEMBER: Readonly<Record<Exclude<Standing, 'member'>, string>> = {
  guest: 'Slack says this account is a guest',
  stranger: 'Slack says this account belongs to another organisation',
  deactivated: 'Slack says this account is deactivated',
  bot: 'Slack says this account is an app',
};

/** A pull request would not help them: policy.yaml lets in full members of this workspace only. */
const MEMBERS_ONLY = 'Ask a full member of this workspace who has the role.';

/** Why an account that policy.yaml knows may do nothing all the same; undefined when nothing is wrong with it. */
export function whyNobody(caller: Pick<Caller, 'standing'>): string | undefined {
  const { standing } = caller;
  return standing === 'member' || standing === 'unknown' ? undefined : NOT_A_MEMBER[standing];
}

/** Members of policy's groups; a group that cannot be read counts as empty (fail closed). */
export async function groupMembers(bot: Pick<Bot, 'groups' | 'rulebook' | 'clock'>): Promise<GroupMembers> {
  const now = bot.clock.now();
  const read = Object.entries(bot.rulebook.policy.groups).map(async ([name, { slackGroup }]) => {
    const members = await bot.groups.members(slackGroup, now).catch(() => undefined);
    return [name, members ?? []] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** The person behind an account. Guests and people of other workspaces are nobody here, whatever their id says. */
export async function callerOf(bot: Bot, identity: SlackIdentity): Promise<Caller> {
  const { user } = identity;
  const { teamId } = bot.home;
  const foreign = [identity.team, identity.userTeam].some((team) => team !== undefined && team !== teamId);
  const person = personOfSlack(bot.rulebook.policy, user);
  if (foreign || person === undefined)
    return { user, members: await groupMembers(bot), standing: foreign ? 'stranger' : 'unknown' };
  const [members, standing] = await Promise.all([
    groupMembers(bot),
    bot.directory.standing(user, teamId).catch(() => 'unknown' as const),
  ]);
  const counts = standing === 'member' || standing === 'unknown';
  return { user, members, standing, ...(counts ? { person } : {}) };
}

/** The actor who may answer this gate of an incident, by the role its question names; otherwise a Refusal that says who could. */
export function permitAnswer(bot: Bot, caller: Caller, incident: Incident, gate: GateName): Permitted {
  return permit(bot, caller, `gate ${gate}`, incident.gates[gate]?.rule.role);
}

type Permitted = Actor & { readonly kind: 'person' };

/** The actor for the ledger, when policy lets the caller do `action`; otherwise a Refusal that says who could. */
export function permit(bot: Bot, caller: Caller, action: string, gateRole?: string): Permitted {
  const { policy } = bot.rulebook;
  const verdict = authorize(policy, caller.person, action, caller.members, gateRole);
  if (!verdict.allowed || caller.person === undefined) {
    const nobody = whyNobody(caller);
    const instead = verdict.allowed || nobody ? MEMBERS_ONLY : verdict.instead;
    throw new Refusal('policy.denied', `You may not: ${nobody ?? verdict.why}. Nothing was changed.`, instead);
  }
  if (caller.standing === 'unknown' && !policy.everyone.includes(action)) {
    throw new Refusal(
      'policy.unsure',
      'You may not for the moment: Slack did not say that this account is still a full member. Nothing was changed.',
      'Try again in a minute.',
    );
  }
  const actor = { kind: 'person', person: caller.person, slackUser: caller.user } as const;
  return verdict.breakGlass ? { ...actor, breakGlass: true } : actor;
}
