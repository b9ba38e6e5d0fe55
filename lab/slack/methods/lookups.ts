import { fail, type Method, str } from '../method';
import { reachable, shownMessage } from './chat';

const authTest: Method = (_args, workspace) => ({
  ok: true,
  url: 'https://cordon-lab.slack.com/',
  team: 'Cordon lab',
  team_id: workspace.teamId,
  user: 'cordon',
  user_id: workspace.botUserId,
  bot_id: workspace.botId,
});

function page<T>(items: readonly T[], limit: string | undefined, cursor: string | undefined) {
  const size = Math.min(Number(limit ?? 100) || 100, 999);
  const from = Number(cursor ?? 0) || 0;
  const next = from + size < items.length ? String(from + size) : '';
  return { items: items.slice(from, from + size), has_more: next !== '', response_metadata: { next_cursor: next } };
}

/** Metadata comes only when asked for, as in Slack (`include_all_metadata`). */
const withMetadata = (message: ReturnType<typeof shownMessage>, asked: string | undefined) => {
  if (asked === 'true' || asked === '1') return message;
  const { metadata: _left, ...rest } = message as typeof message & { metadata?: unknown };
  return rest;
};

const replies: Method = (args, workspace) => {
  const channel = reachable(workspace, str(args, 'channel'));
  if (typeof channel !== 'string') return channel;
  const ts = str(args, 'ts') ?? '';
  if (!workspace.find(channel, ts)) return fail('thread_not_found');
  const oldest = str(args, 'oldest') ?? '0';
  const found = workspace.thread(channel, ts).filter((m) => m.ts === ts || m.ts >= oldest);
  const all = found.map((m) => withMetadata(shownMessage(m, workspace), flagOf(args)));
  const { items, ...rest } = page(all, str(args, 'limit'), str(args, 'cursor'));
  return { ok: true, messages: items, ...rest };
};

const flagOf = (args: Readonly<Record<string, unknown>>) =>
  args.include_all_metadata === true ? 'true' : str(args, 'include_all_metadata');

const history: Method = (args, workspace) => {
  const channel = reachable(workspace, str(args, 'channel'));
  if (typeof channel !== 'string') return channel;
  const oldest = str(args, 'oldest') ?? '0';
  const latest = str(args, 'latest') ?? '9999999999.999999';
  const inclusive = args.inclusive === true || str(args, 'inclusive') === 'true';
  const inside = (ts: string) => (inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest);
  const found = workspace.messages.filter((m) => m.channel === channel && m.thread_ts === undefined && inside(m.ts));
  const newestFirst = found.reverse().map((m) => withMetadata(shownMessage(m, workspace), flagOf(args)));
  const { items, ...rest } = page(newestFirst, str(args, 'limit'), str(args, 'cursor'));
  return { ok: true, messages: items, ...rest };
};

const channelInfo: Method = (args, workspace) => {
  const channel = workspace.channels.get(str(args, 'channel') ?? '');
  if (!channel) return fail('channel_not_found');
  const { id, name, archived, botIsMember } = channel;
  return { ok: true, channel: { id, name, is_archived: archived, is_member: botIsMember } };
};

const join: Method = (args, workspace) => {
  const channel = workspace.channels.get(str(args, 'channel') ?? '');
  if (!channel) return fail('channel_not_found');
  if (channel.archived) return fail('is_archived');
  channel.botIsMember = true;
  return { ok: true, channel: { id: channel.id } };
};

const userInfo: Method = (args, workspace) => {
  const user = workspace.users.get(str(args, 'user') ?? '');
  if (!user) return fail('user_not_found');
  return {
    ok: true,
    user: {
      id: user.id,
      team_id: user.stranger ? 'T0ELSEWHERE' : workspace.teamId,
      name: user.name,
      real_name: user.name,
      deleted: user.deactivated ?? false,
      is_restricted: user.guest ?? false,
      is_ultra_restricted: false,
      is_stranger: user.stranger ?? false,
    },
  };
};

const groupUsers: Method = (args, workspace) => {
  const users = workspace.groups.get(str(args, 'usergroup') ?? '');
  return users ? { ok: true, users } : fail('no_such_subteam');
};

export const LOOKUPS: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'conversations.replies': replies,
  'conversations.history': history,
  'conversations.info': channelInfo,
  'conversations.join': join,
  'users.info': userInfo,
  'usergroups.users.list': groupUsers,
};
