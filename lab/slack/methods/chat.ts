import { messageFaults } from '../block-kit';
import { type Answer, type Args, fail, json, type Method, str } from '../method';
import type { SlackMessage, Workspace } from '../workspace';

const MAX_TEXT = 40_000;

interface Content {
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** Text and blocks of a post or an edit, checked as Slack checks them. */
export function content(args: Args): Content | Answer {
  const text = str(args, 'text') ?? '';
  const blocks = json(args, 'blocks') ?? [];
  if (text.length > MAX_TEXT) return fail('msg_too_long');
  const faults = messageFaults(blocks);
  if (faults.includes('msg_blocks_too_long')) return fail('msg_blocks_too_long');
  if (faults.length > 0)
    return fail(
      'invalid_blocks',
      faults.map((fault) => `[ERROR] ${fault}`),
    );
  if (!Array.isArray(blocks)) return fail('invalid_blocks');
  return text === '' && blocks.length === 0 ? fail('no_text') : { text, blocks };
}

export function reachable(workspace: Workspace, channel: string | undefined): string | Answer {
  const known = channel === undefined ? undefined : workspace.channels.get(channel);
  if (!known) return fail('channel_not_found');
  if (known.archived) return fail('is_archived');
  return known.botIsMember ? known.id : fail('not_in_channel');
}

function metadataFault(args: Args): boolean {
  const value = json(args, 'metadata');
  if (value === undefined) return args.metadata !== undefined;
  if (typeof value !== 'object' || value === null) return true;
  const { event_type: type, event_payload: payload } = value as { event_type?: unknown; event_payload?: unknown };
  return typeof type !== 'string' || typeof payload !== 'object' || payload === null;
}

const shown = (message: SlackMessage, workspace: Workspace) => ({
  type: 'message',
  user: message.author,
  ts: message.ts,
  text: message.text,
  blocks: message.blocks,
  ...(message.author === workspace.botUserId ? { bot_id: workspace.botId, app_id: workspace.appId } : {}),
  ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
  ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
  ...(message.files.length === 0 ? {} : { files: message.files.map((id) => shownFile(id, workspace)) }),
});

/** A file as messages carry it: https://docs.slack.dev/reference/objects/file-object */
function shownFile(id: string, workspace: Workspace) {
  const file = workspace.files.get(id);
  return { id, name: file?.name ?? null, title: file?.name ?? null, size: file?.bytes ?? 0 };
}

export const shownMessage = shown;

const postMessage: Method = (args, workspace) => {
  const channel = reachable(workspace, str(args, 'channel'));
  if (typeof channel !== 'string') return channel;
  const said = content(args);
  if ('ok' in said) return said;
  const thread = str(args, 'thread_ts');
  if (thread && !workspace.find(channel, thread)) return fail('thread_not_found');
  const metadata = json(args, 'metadata');
  if (metadataFault(args)) return fail('invalid_metadata_format');
  const message: SlackMessage = {
    channel,
    ts: workspace.nextTs(),
    author: workspace.botUserId,
    text: said.text,
    blocks: said.blocks,
    edits: [],
    files: [],
    ...(thread ? { thread_ts: thread } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  };
  workspace.messages.push(message);
  return { ok: true, channel, ts: message.ts, message: shown(message, workspace) };
};

const update: Method = (args, workspace) => {
  const channel = reachable(workspace, str(args, 'channel'));
  if (typeof channel !== 'string') return channel;
  const message = workspace.find(channel, str(args, 'ts') ?? '');
  if (!message) return fail('message_not_found');
  if (message.author !== workspace.botUserId) return fail('cant_update_message');
  const said = content(args);
  if ('ok' in said) return said;
  const metadata = json(args, 'metadata');
  if (metadataFault(args)) return fail('invalid_metadata_format');
  message.edits.push({ at: workspace.now().toISOString(), text: said.text, blocks: said.blocks });
  message.text = said.text;
  message.blocks = said.blocks;
  if (metadata !== undefined) message.metadata = metadata;
  return { ok: true, channel, ts: message.ts, text: message.text, message: shown(message, workspace) };
};

const postEphemeral: Method = (args, workspace) => {
  const channel = reachable(workspace, str(args, 'channel'));
  if (typeof channel !== 'string') return channel;
  const user = str(args, 'user');
  if (!user || !workspace.users.has(user)) return fail('user_not_in_channel');
  const said = content(args);
  if ('ok' in said) return said;
  const thread = str(args, 'thread_ts');
  const at = workspace.now().toISOString();
  workspace.privateReplies.push({ at, user, channel, ...said, ...(thread ? { thread_ts: thread } : {}) });
  return { ok: true, message_ts: workspace.nextTs() };
};

const getPermalink: Method = (args, workspace) => {
  const message = workspace.find(str(args, 'channel') ?? '', str(args, 'message_ts') ?? '');
  if (!message) return fail('message_not_found');
  const path = `${message.channel}/p${message.ts.replace('.', '')}`;
  return { ok: true, channel: message.channel, permalink: `https://cordon-lab.slack.com/archives/${path}` };
};

const remove: Method = (args, workspace) => {
  const at = workspace.messages.findIndex((m) => m.channel === str(args, 'channel') && m.ts === str(args, 'ts'));
  const message = workspace.messages[at];
  if (!message) return fail('message_not_found');
  if (message.author !== workspace.botUserId) return fail('cant_delete_message');
  workspace.messages.splice(at, 1);
  return { ok: true, channel: message.channel, ts: message.ts };
};

export const CHAT: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
  'chat.delete': remove,
};
