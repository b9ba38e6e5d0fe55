import { refreshedGroups } from '../../../core/adapters/slack/web-directory';
import { Transient } from '../../../core/errors';
import type { Groups } from '../../../core/ports/incident-list';

/** A groups table in memory that forgets what is past its time. */
function table(): Groups {
  const rows = new Map<string, { readonly members: readonly string[]; readonly until: Date }>();
  return {
    members: async (group, now) => {
      const row = rows.get(group);
      return row && row.until > now ? row.members : undefined;
    },
    put: async (group, members, until) => {
      rows.set(group, { members, until });
    },
  };
}

const minute = (n: number) => new Date(Date.parse('2020-01-01T00:00:00Z') + n * 60_000);

describe('a user group', () => {
  test('is asked of Slack once in five minutes', async () => {
    let asked = 0;
    const groups = refreshedGroups(table(), {
      groupMembers: async () => {
        asked += 1;
        return [`U${asked}`];
      },
    });
    expect(await groups.members('S1', minute(0))).toEqual(['U1']);
    expect(await groups.members('S1', minute(4))).toEqual(['U1']);
    expect(await groups.members('S1', minute(6))).toEqual(['U2']);
  });

  test('counts as unknown while Slack does not answer, even if it was known', async () => {
    let down = false;
    const groups = refreshedGroups(table(), {
      groupMembers: async () => {
        if (down) throw new Transient('Slack is down');
        return ['U1'];
      },
    });
    expect(await groups.members('S1', minute(0))).toEqual(['U1']);
    down = true;
    expect(await groups.members('S1', minute(6))).toBeUndefined();
  });
});
