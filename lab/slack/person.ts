import { createHmac } from 'node:crypto';
import { stringify } from 'node:querystring';
import type { SlackDouble } from './double';
import { shownMessage } from './methods/chat';
import { shownView } from './methods/views';
import type { OpenView, SlackMessage, SlackUser, Workspace } from './workspace';

export interface InboundRequest {
  readonly method: 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface InboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Carries a request to the product's public endpoint; given by the lab. */
export type Deliver = (path: string, request: InboundRequest) => Promise<InboundAnswer>;

export interface SlackPaths {
  readonly commands: string;
  readonly interactions: string;
  readonly events: string;
}

/** What a click carries besides the button: inputs of the message, by block and action. */
export type ViewValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const FORM = 'application/x-www-form-urlencoded';

/** The human side of the workspace: makes the exact signed requests Slack sends when a person does something. */
export class SlackPeople {
  private events = 0;

  constructor(
    private readonly slack: SlackDouble,
    private readonly paths: SlackPaths,
    private readonly responseBase: () => string,
    private readonly deliver: Deliver,
  ) {}

  private get workspace(): Workspace {
    return this.slack.workspace;
  }

  /** `v0=` and HMAC-SHA256 over `v0:<timestamp>:<body>` (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
  sign(body: string, contentType: string): InboundRequest['headers'] {
    const timestamp = String(Math.floor(this.workspace.now().getTime() / 1000));
    const mac = createHmac('sha256', this.workspace.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    return {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac}`,
    };
  }

  private send(
    path: string,
    body: string,
    contentType: string,
    extra: Record<string, string> = {},
  ): Promise<InboundAnswer> {
    return this.deliver(path, { method: 'POST', path, headers: { ...this.sign(body, contentType), ...extra }, body });
  }

  private sendPayload(payload: Record<string, unknown>): Promise<InboundAnswer> {
    return this.send(this.paths.interactions, stringify({ payload: JSON.stringify(payload) }), FORM);
  }

  private async sendEvent(event: Record<string, unknown>): Promise<InboundAnswer> {
    this.events += 1;
    const envelope = {
      token: 'deprecated',
      team_id: this.workspace.teamId,
      api_app_id: this.workspace.appId,
      event,
      type: 'event_callback',
      event_id: `Ev${String(this.events).padStart(8, '0')}`,
      event_time: Math.floor(this.workspace.now().getTime() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: this.workspace.teamId, user_id: this.workspace.botUserId, is_bot: true },
      ],
      is_ext_shared_channel: false,
    };
    return this.send(this.paths.events, JSON.stringify(envelope), 'application/json');
  }

  private common(user: SlackUser) {
    return {
      team: { id: user.stranger ? 'T0ELSEWHERE' : this.workspace.teamId, domain: 'cordon-lab' },
      user: { id: user.id, username: user.name, name: user.name, team_id: this.workspace.teamId },
      api_app_id: this.workspace.appId,
      token: 'deprecated',
    };
  }

  private responseUrl(user: SlackUser, channel: string, ts?: string): string {
    return `${this.responseBase()}response/${this.workspace.newResponseUrl(user.id, channel, ts)}`;
  }

  /** Types `/ir …` in a channel; what the app answers is shown to that person alone. */
  async slashCommand(user: SlackUser, channel: string, text: string): Promise<InboundAnswer> {
    const body = stringify({
      token: 'deprecated',
      team_id: user.stranger ? 'T0ELSEWHERE' : this.workspace.teamId,
      team_domain: 'cordon-lab',
      channel_id: channel,
      channel_name: this.workspace.channels.get(channel)?.name ?? 'unknown',
      user_id: user.id,
      user_name: user.name,
      command: '/ir',
      text,
      api_app_id: this.workspace.appId,
      is_enterprise_install: 'false',
      response_url: this.responseUrl(user, channel),
      trigger_id: this.workspace.newTrigger(user.id),
    });
    const answer = await this.send(this.paths.commands, body, FORM);
    if (answer.status === 200) this.slack.showCommandReply(user.id, channel, answer.body);
    return answer;
  }

  /** Clicks a button (or chooses in a select) of a message. `over` replaces parts of the payload, for forgeries. */
  click(
    user: SlackUser,
    message: SlackMessage,
    actionId: string,
    over: Record<string, unknown> = {},
  ): Promise<InboundAnswer> {
    const found = findElement(message.blocks, actionId);
    if (!found) throw new Error(`The message at ${message.ts} has no element ${actionId}.`);
    const { element, blockId } = found;
    const action = {
      type: element.type,
      action_id: actionId,
      block_id: blockId,
      action_ts: this.workspace.nextTs(),
      ...(element.value === undefined ? {} : { value: element.value }),
      ...(element.text === undefined ? {} : { text: element.text }),
    };
    return this.sendPayload({
      type: 'block_actions',
      ...this.common(user),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: false,
        ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
      },
      trigger_id: this.workspace.newTrigger(user.id),
      channel: { id: message.channel, name: this.workspace.channels.get(message.channel)?.name ?? 'unknown' },
      message: shownMessage(message, this.workspace),
      state: { values: {} },
      response_url: this.responseUrl(user, message.channel, message.ts),
      actions: [action],
      ...over,
    });
  }

  /** Clicks a button inside the person's Home tab or an open modal. */
  clickInView(user: SlackUser, view: Readonly<Record<string, unknown>>, actionId: string): Promise<InboundAnswer> {
    const found = findElement(Array.isArray(view.blocks) ? view.blocks : [], actionId);
    if (!found) throw new Error(`The view has no element ${actionId}.`);
    const { element, blockId } = found;
    const action = {
      type: element.type,
      action_id: actionId,
      block_id: blockId,
      value: element.value,
      action_ts: this.workspace.nextTs(),
    };
    return this.sendPayload({
      type: 'block_actions',
      ...this.common(user),
      container: { type: 'view', view_id: String(view.id ?? 'V0HOME') },
      trigger_id: this.workspace.newTrigger(user.id),
      view: { ...view, app_id: this.workspace.appId },
      actions: [action],
    });
  }

  /** The modal this person has open, topmost. */
  openView(user: SlackUser): OpenView | undefined {
    return [...this.workspace.views.values()].filter((view) => view.user === user.id).at(-1);
  }

  /** Submits the modal; it closes unless the app answers with errors or another view. */
  async submitModal(user: SlackUser, open: OpenView, values: ViewValues): Promise<InboundAnswer> {
    const answer = await this.sendPayload({
      type: 'view_submission',
      ...this.common(user),
      trigger_id: this.workspace.newTrigger(user.id),
      view: { ...shownView(open, this.workspace), state: { values }, root_view_id: open.id, previous_view_id: null },
      response_urls: [],
      is_enterprise_install: false,
    });
    if (answer.status === 200) this.afterSubmit(open, answer.body);
    return answer;
  }

  private afterSubmit(open: OpenView, body: string): void {
    const said: { response_action?: string; view?: Readonly<Record<string, unknown>> } =
      body === '' ? {} : JSON.parse(body);
    if (said.response_action === 'errors') return;
    if (said.response_action === 'update' && said.view) {
      open.view = said.view;
      return;
    }
    this.workspace.views.delete(open.id);
  }

  /** Writes in a channel or thread, mentioning the app first: `@cordon status`. */
  mention(user: SlackUser, channel: string, text: string, threadTs?: string): Promise<InboundAnswer> {
    const said = `<@${this.workspace.botUserId}> ${text}`;
    const message = this.write(user, channel, said, threadTs);
    return this.sendEvent({
      type: 'app_mention',
      user: user.id,
      text: said,
      ts: message.ts,
      channel,
      event_ts: message.ts,
      team: user.stranger ? 'T0ELSEWHERE' : this.workspace.teamId,
      ...(threadTs ? { thread_ts: threadTs } : {}),
    });
  }

  /** Writes a message as a person; nothing is sent to the app. */
  write(user: SlackUser, channel: string, text: string, threadTs?: string): SlackMessage {
    const message: SlackMessage = {
      channel,
      ts: this.workspace.nextTs(),
      author: user.id,
      text,
      blocks: [],
      edits: [],
      files: [],
      ...(threadTs ? { thread_ts: threadTs } : {}),
    };
    this.workspace.messages.push(message);
    return message;
  }

  openHome(user: SlackUser): Promise<InboundAnswer> {
    const event_ts = this.workspace.nextTs();
    return this.sendEvent({
      type: 'app_home_opened',
      user: user.id,
      channel: `D${user.id.slice(1)}`,
      tab: 'home',
      event_ts,
    });
  }

  /** Uses a message shortcut ("Attach to incident") on any message. */
  messageShortcut(user: SlackUser, message: SlackMessage, callbackId: string): Promise<InboundAnswer> {
    return this.sendPayload({
      type: 'message_action',
      ...this.common(user),
      callback_id: callbackId,
      trigger_id: this.workspace.newTrigger(user.id),
      response_url: this.responseUrl(user, message.channel, message.ts),
      message_ts: message.ts,
      action_ts: this.workspace.nextTs(),
      channel: { id: message.channel, name: this.workspace.channels.get(message.channel)?.name ?? 'unknown' },
      message: shownMessage(message, this.workspace),
    });
  }

  /** Uses a global shortcut. */
  globalShortcut(user: SlackUser, callbackId: string): Promise<InboundAnswer> {
    return this.sendPayload({
      type: 'shortcut',
      ...this.common(user),
      callback_id: callbackId,
      trigger_id: this.workspace.newTrigger(user.id),
      action_ts: this.workspace.nextTs(),
    });
  }
}

interface Element {
  readonly type?: unknown;
  readonly action_id?: unknown;
  readonly value?: unknown;
  readonly text?: unknown;
}

/** The interactive element of that action id, and the block it sits in. */
export function findElement(
  blocks: readonly unknown[],
  actionId: string,
): { readonly element: Element; readonly blockId: string } | undefined {
  for (const [i, block] of (
    blocks as readonly { elements?: readonly Element[]; accessory?: Element; block_id?: string }[]
  ).entries()) {
    const candidates = [...(block.elements ?? []), ...(block.accessory ? [block.accessory] : [])];
    const element = candidates.find((candidate) => candidate.action_id === actionId);
    if (element) return { element, blockId: block.block_id ?? `b${i}` };
  }
  return undefined;
}
