import type { Policy } from '../../core/policy/schema';
import type { PrivateReply, SlackMessage, Workspace } from '../slack/workspace';
import type { Blocks, MessageView, PersonView, ReplyView, SlackView } from './model';

/** The workspace as the page shows it. */
export function slackView(workspace: Workspace): SlackView {
  const views: Record<string, SlackView['views'][string]> = {};
  for (const { id, user, view } of workspace.views.values()) views[user] = { id, view };
  return {
    bot: workspace.botUserId,
    channels: Object.fromEntries([...workspace.channels.values()].map(({ id, name }) => [id, { name }])),
    messages: Object.fromEntries(
      workspace.messages.map((message) => [`${message.channel}/${message.ts}`, messageView(message, workspace)]),
    ),
    replies: Object.fromEntries(workspace.privateReplies.map((reply, i) => [String(i), replyView(reply)])),
    views,
    homes: Object.fromEntries(workspace.homes),
  };
}

/** Made again only when the message changed: edits append, and nothing else of a message changes. */
const seen = new WeakMap<SlackMessage, { readonly edits: number; readonly view: MessageView }>();

function messageView(message: SlackMessage, workspace: Workspace): MessageView {
  const known = seen.get(message);
  if (known?.edits === message.edits.length) return known.view;
  const view: MessageView = {
    channel: message.channel,
    ts: message.ts,
    author: message.author,
    text: message.text,
    blocks: message.blocks as Blocks,
    edits: message.edits.map(({ at, text }) => ({ at, text })),
    files: message.files.flatMap((id) => {
      const file = workspace.files.get(id);
      return file ? [{ id, name: file.name, bytes: file.bytes }] : [];
    }),
    ...(message.thread_ts ? { thread: message.thread_ts } : {}),
  };
  seen.set(message, { edits: message.edits.length, view });
  return view;
}

function replyView(reply: PrivateReply): ReplyView {
  const { user, channel, at, text, thread_ts: thread } = reply;
  return { user, channel, at, text, blocks: reply.blocks as Blocks, ...(thread ? { thread } : {}) };
}

/** Who can be chosen in the switcher, with the roles policy gives them. */
export function peopleOf(workspace: Workspace, policy: Policy): Readonly<Record<string, PersonView>> {
  const people = [...workspace.users.values()].map((user): PersonView => {
    const { person } = user;
    const roles = Object.entries(policy.roles)
      .filter(([, role]) => person !== undefined && (role.persons as readonly string[]).includes(person))
      .map(([name]) => name);
    return { id: user.id, name: user.name, roles, kind: user.stranger ? 'stranger' : user.guest ? 'guest' : 'member' };
  });
  return Object.fromEntries(people.map((person) => [person.id, person]));
}
