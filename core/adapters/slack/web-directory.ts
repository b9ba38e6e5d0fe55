import type { WebClient } from '@slack/web-api';
import { Transient } from '../../errors';
import type { Clock } from '../../ports/clock';
import type { Directory, Standing } from '../../ports/directory';
import type { Groups } from '../../ports/incident-list';

/** How long an answer of Slack's counts: someone made a guest, or let go, loses the buttons within five minutes. */
const FRESH_MS = 5 * 60_000;

type SlackUser = NonNullable<Awaited<ReturnType<WebClient['users']['info']>>['user']>;

/**
 * The flags of https://docs.slack.dev/reference/objects/user-object: `is_restricted` and `is_ultra_restricted` are guests;
 * people of another organisation in a shared channel carry its `team_id` (`is_stranger` when we share no channel).
 */
function standingOf(user: SlackUser, team: string): Standing {
  if (user.deleted === true) return 'deactivated';
  if (user.is_bot === true) return 'bot';
  if (user.is_restricted === true || user.is_ultra_restricted === true) return 'guest';
  const isOurs = user.team_id === team || user.enterprise_user?.teams?.includes(team) === true;
  return user.is_stranger === true || !isOurs ? 'stranger' : 'member';
}

async function asking<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new Transient(`Slack did not say ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function lookUp(client: WebClient, user: string, team: string): Promise<Standing> {
  const answer = await asking('who that is', () => client.users.info({ user }));
  if (answer.user === undefined) throw new Transient('Slack did not say who that is.');
  return standingOf(answer.user, team);
}

/** Slack's `users.info` and `usergroups.users.list`; a standing is kept for five minutes, a failure never. */
export function webDirectory(client: WebClient, clock: Clock): Directory {
  const known = new Map<string, { readonly standing: Promise<Standing>; readonly until: number }>();
  return {
    async standing(user, team) {
      const now = clock.now().getTime();
      const kept = known.get(user);
      if (kept !== undefined && kept.until > now) return kept.standing;
      // Kept while it is asked: fifty clicks of one person are one question.
      const standing = lookUp(client, user, team);
      known.set(user, { standing, until: now + FRESH_MS });
      try {
        return await standing;
      } catch (error) {
        known.delete(user);
        throw error;
      }
    },
    async groupMembers(usergroup) {
      const answer = await asking('who is in that group', () => client.usergroups.users.list({ usergroup }));
      return answer.users ?? [];
    },
  };
}

/** Groups that ask Slack when their row is missing or stale, and keep the answer; unreadable stays unknown. */
export function refreshedGroups(stored: Groups, directory: Pick<Directory, 'groupMembers'>): Groups {
  return {
    put: (group, members, expiresAt) => stored.put(group, members, expiresAt),
    async members(group, now) {
      const kept = await stored.members(group, now);
      if (kept !== undefined) return kept;
      try {
        const members = await directory.groupMembers(group);
        await stored.put(group, members, new Date(now.getTime() + FRESH_MS));
        return members;
      } catch (error) {
        if (error instanceof Transient) return undefined;
        throw error;
      }
    },
  };
}
