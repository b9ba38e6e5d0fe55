import { Refusal } from '../core/errors';
import type { Actor } from '../core/incident/events';
import type { PersonKey } from '../core/incident/ids';
import { authorize, type GroupMembers, personOfSlack } from '../core/policy/authorize';
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

/** The person behind an account. People of other workspaces are nobody here, whatever their id says. */
export async function callerOf(bot: Bot, identity: SlackIdentity): Promise<Caller> {
  const foreign = [identity.team, identity.userTeam].some((team) => team !== undefined && team !== bot.home.teamId);
  const members = await groupMembers(bot);
  const person = foreign ? undefined : personOfSlack(bot.rulebook.policy, identity.user);
  return { user: identity.user, members, ...(person ? { person } : {}) };
}

/** The actor for the ledger, when policy lets the caller do `action`; otherwise a Refusal that says who could. */
export function permit(bot: Bot, caller: Caller, action: string): Actor & { readonly kind: 'person' } {
  const verdict = authorize(bot.rulebook.policy, caller.person, action, caller.members);
  if (!verdict.allowed || caller.person === undefined) {
    const why = verdict.allowed ? 'this account belongs to nobody' : verdict.why;
    const instead = verdict.allowed ? undefined : verdict.instead;
    throw new Refusal('policy.denied', `You may not: ${why}. Nothing was changed.`, instead);
  }
  const actor = { kind: 'person', person: caller.person, slackUser: caller.user } as const;
  return verdict.breakGlass ? { ...actor, breakGlass: true } : actor;
}
