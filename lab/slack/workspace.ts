import { createHash } from 'node:crypto';

/** A person with a Slack account in the lab; built from the people of policy.yaml. */
export interface SlackUser {
  readonly id: string;
  /** The person key of policy.yaml, or undefined for somebody policy does not know. */
  readonly person?: string;
  readonly name: string;
  readonly guest?: boolean;
  /** Member of another organisation in a shared channel. */
  readonly stranger?: boolean;
  readonly deactivated?: boolean;
}

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  archived: boolean;
  botIsMember: boolean;
}

export interface MessageEdit {
  readonly at: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
}

export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly author: string;
  text: string;
  blocks: readonly unknown[];
  metadata?: unknown;
  readonly edits: MessageEdit[];
  readonly files: string[];
}

/** Shown to one user only and gone on reload: exported beside the thread, never in it. */
export interface PrivateReply {
  readonly at: string;
  readonly user: string;
  readonly channel: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
}

export interface OpenView {
  readonly id: string;
  readonly user: string;
  hash: string;
  view: Readonly<Record<string, unknown>>;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  content?: Buffer;
  shared?: { readonly channel: string; readonly thread_ts?: string };
}

export interface WorkspaceSeed {
  readonly seed: number | string;
  readonly users: readonly SlackUser[];
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly now: () => Date;
}

const hex = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);

/** The state of one Slack workspace and of our app in it. Secrets derive from the seed. */
export class Workspace {
  readonly teamId = 'T0CORDONLAB';
  readonly appId = 'A0CORDONAPP';
  readonly botUserId = 'U0CORDONBOT';
  readonly botId = 'B0CORDONBOT';
  readonly botToken: string;
  readonly signingSecret: string;
  /** Changes when an account becomes a guest or is deactivated. */
  readonly users: Map<string, SlackUser>;
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly channels: ReadonlyMap<string, SlackChannel>;
  readonly messages: SlackMessage[] = [];
  readonly privateReplies: PrivateReply[] = [];
  readonly views = new Map<string, OpenView>();
  readonly homes = new Map<string, Readonly<Record<string, unknown>>>();
  readonly files = new Map<string, SlackFile>();
  readonly triggers = new Map<string, { readonly user: string; readonly expires: number; used: boolean }>();
  readonly responseUrls = new Map<
    string,
    { readonly user: string; readonly channel: string; ts?: string; uses: number }
  >();
  private lastMicros = 0;
  private counter = 0;

  constructor(private readonly seed: WorkspaceSeed) {
    this.botToken = `xoxb-lab-${hex(`token ${seed.seed}`, 32)}`;
    this.signingSecret = hex(`signing secret ${seed.seed}`, 32);
    this.users = new Map(seed.users.map((user) => [user.id, user]));
    this.groups = new Map(Object.entries(seed.groups ?? {}));
    this.channels = new Map(
      seed.channels.map((channel) => [channel.id, { ...channel, archived: false, botIsMember: true }]),
    );
  }

  now(): Date {
    return this.seed.now();
  }

  /** What the product's Slack secret must hold for this workspace. */
  secret(): { signingSecret: string; botToken: string; appId: string; teamId: string } {
    return { signingSecret: this.signingSecret, botToken: this.botToken, appId: this.appId, teamId: this.teamId };
  }

  /** `1577836800.000100`: from the lab's clock, unique and increasing, in steps of 100 µs. */
  nextTs(): string {
    const micros = Math.max(this.now().getTime() * 1000 + 100, this.lastMicros + 100);
    this.lastMicros = micros;
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
  }

  /** Ids in the order they are asked for: `F0000001`. */
  nextId(prefix: string): string {
    this.counter += 1;
    return `${prefix}${String(this.counter).padStart(7, '0')}`;
  }

  find(channel: string, ts: string): SlackMessage | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }

  thread(channel: string, ts: string): readonly SlackMessage[] {
    return this.messages.filter((m) => m.channel === channel && (m.ts === ts || m.thread_ts === ts));
  }

  /** A trigger lives 3 seconds and opens one view (https://docs.slack.dev/interactivity/handling-user-interaction). */
  newTrigger(user: string): string {
    const id = `${this.nextId('trigger.')}.${hex(`${user} ${this.counter}`, 16)}`;
    this.triggers.set(id, { user, expires: this.now().getTime() + 3000, used: false });
    return id;
  }

  newResponseUrl(user: string, channel: string, ts?: string): string {
    const id = hex(`response ${this.nextId('R')} ${user}`, 24);
    this.responseUrls.set(id, { user, channel, uses: 0, ...(ts ? { ts } : {}) });
    return id;
  }
}

/**
 * The thread in the contract's form. `private`: what each person alone was answered there; `forms`: modals still open.
 * Links that are credentials (presigned) lose what makes them so.
 */
export function exportThread(workspace: Workspace, channel: string) {
  const messages = workspace.messages
    .filter((message) => message.channel === channel)
    .map((m) => ({
      ts: m.ts,
      thread_ts: m.thread_ts ?? null,
      author: m.author,
      text: m.text,
      blocks: m.blocks,
      metadata: m.metadata ?? null,
      edits: m.edits,
      ...(m.files.length > 0 ? { files: m.files } : {}),
    }));
  const answers = workspace.privateReplies.filter((reply) => reply.channel === channel);
  const forms = [...workspace.views.values()].map(({ user, view }) => ({ user, view }));
  return { channel, messages, private: answers.map(withoutSignatures), forms };
}

function withoutSignatures({ at, user, thread_ts, text, blocks }: PrivateReply) {
  const shown: unknown = JSON.parse(JSON.stringify(blocks).replace(/\?X-Amz-[^|>"\s]*/g, '?signed'));
  return { at, user, thread_ts: thread_ts ?? null, text: text.replace(/\?X-Amz-[^|>"\s]*/g, '?signed'), blocks: shown };
}
