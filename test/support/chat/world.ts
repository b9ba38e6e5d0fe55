import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Announcer } from '../../../bot/announce/announce';
import type { Bot } from '../../../bot/bot';
import { createBot } from '../../../bot/create-bot';
import { createFrontDoor, type HttpResponse } from '../../../bot/front-door';
import { callEscalated, callFor, callRole, namesOf } from '../../../bot/roster';
import { SLACK_ROUTES } from '../../../bot/routes';
import { webChat } from '../../../core/adapters/slack/web-chat';
import { slackClient } from '../../../core/adapters/slack/web-client';
import { webDirectory } from '../../../core/adapters/slack/web-directory';
import type { Command } from '../../../core/incident/commands';
import { commitTo } from '../../../core/incident/commit';
import type { Actor, GatePlan } from '../../../core/incident/events';
import { replay } from '../../../core/incident/evolve';
import {
  type AccountId,
  commandId,
  type IncidentId,
  type InstanceId,
  type RegionName,
  sha256,
} from '../../../core/incident/ids';
import type { Incident } from '../../../core/incident/incident';
import type { GateName } from '../../../core/incident/steps';
import { loadRulebook } from '../../../core/policy/load';
import { SlackDouble } from '../../../lab/slack/double';
import { SlackPeople } from '../../../lab/slack/person';
import { type SlackUser, Workspace } from '../../../lab/slack/workspace';
import {
  MemoryLedger,
  MemoryList,
  MemoryMessages,
  memoryClaims,
  memoryCursors,
  memoryNonces,
  memorySwitch,
  noGroups,
} from './stores';

export const CHANNEL = 'C0CORDON';
export const INSTANCE = 'i-0011222aa333333b4' as InstanceId;
const ROOT = join(__dirname, '..', '..', '..');
const STEP: Actor = { kind: 'system', part: 'test' };

/** Bot, announcer and Slack double over stores in memory, on a clock that moves when told. */
export class ChatWorld {
  time = Date.parse('2020-01-01T00:00:00Z');
  readonly clock = { now: () => new Date(this.time) };
  readonly rulebook = loadRulebook(ROOT);
  readonly workspace: Workspace;
  readonly slack: SlackDouble;
  readonly people: SlackPeople;
  readonly ledger = new MemoryLedger();
  readonly messages = new MemoryMessages();
  readonly incidents = new MemoryList();
  readonly logs: Readonly<Record<string, unknown>>[] = [];
  readonly bot: Bot;
  readonly announcer: Announcer;
  readonly door: (request: Parameters<ReturnType<typeof createFrontDoor>>[0]) => Promise<HttpResponse>;
  private counter = 0;

  private constructor(
    private readonly server: Server,
    readonly base: string,
  ) {
    const { policy } = this.rulebook;
    const users: SlackUser[] = Object.entries(policy.persons).flatMap(([person, { name, slack }]) =>
      slack.map((id) => ({ id, person, name })),
    );
    users.push({ id: 'U0MALLORY', name: 'Mallory' }, { id: 'U0STRANGE', name: 'Stranger', stranger: true });
    this.workspace = new Workspace({
      seed: 1,
      users,
      channels: [
        { id: CHANNEL, name: 'incidents' },
        { id: 'C0OTHER01', name: 'other' },
        { id: 'C0FALLBCK', name: 'fallback' },
      ],
      now: () => this.clock.now(),
    });
    this.slack = new SlackDouble(this.workspace, () => this.base);
    const client = slackClient(this.workspace.botToken, `${base}api/`, 2_000);
    const home = {
      channel: CHANNEL,
      account: '000111222333' as AccountId,
      region: 'eu-west-1' as RegionName,
      accounts: ['000111222333' as AccountId],
      appId: this.workspace.appId,
      teamId: this.workspace.teamId,
      version: '1',
    };
    const stores = {
      ledger: this.ledger,
      claims: memoryClaims(),
      incidents: this.incidents,
      groups: noGroups,
      killSwitch: memorySwitch(),
      messages: this.messages,
      directory: webDirectory(client, this.clock),
    };
    this.bot = { ...stores, clock: this.clock, rulebook: this.rulebook, home };
    const nonces = memoryNonces();
    const log = (line: Readonly<Record<string, unknown>>) => this.logs.push(line);
    this.door = createFrontDoor({
      signingSecrets: async () => [this.workspace.signingSecret],
      now: () => this.clock.now(),
      firstUse: (nonce, expires) => nonces.remember(nonce, new Date(expires * 1000)),
      inner: createBot(this.workspace.secret(), this.bot, client, log),
    });
    this.people = new SlackPeople(
      this.slack,
      SLACK_ROUTES,
      () => this.base,
      async (path, request) => {
        const answer = await this.door({ headers: request.headers, body: request.body, rawPath: path });
        return { status: answer.statusCode, headers: answer.headers ?? {}, body: answer.body };
      },
    );
    this.announcer = new Announcer({
      ledger: this.ledger,
      cursors: memoryCursors(),
      messages: this.messages,
      chat: webChat(client),
      links: {
        link: async (incident, { path, versionId }, seconds) =>
          `https://evidence.example/${incident}/${path}?versionId=${versionId}&expires=${seconds}`,
      },
      clock: this.clock,
      sleep: async (ms) => {
        this.time += ms;
      },
      people: async () => ({
        names: namesOf(policy),
        callFor: callFor.bind(undefined, policy, {}),
        callEscalated: callEscalated.bind(undefined, policy, {}),
        shout: () => callRole(policy, policy.gates.stop.role, {}),
      }),
      fallbackChannel: 'C0FALLBCK',
    });
  }

  static async open(): Promise<ChatWorld> {
    const holder: { world?: ChatWorld } = {};
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const headers = incoming.headers as Record<string, string>;
        const request = {
          method: incoming.method ?? 'GET',
          path: incoming.url ?? '/',
          headers,
          body: Buffer.concat(chunks),
        };
        const answer = holder.world?.slack.handle(request) ?? { status: 500, headers: {}, body: '' };
        if (answer.cut) outgoing.destroy();
        else outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    holder.world = new ChatWorld(server, `http://127.0.0.1:${port}/`);
    return holder.world;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A person of policy.yaml by key, or any account by its id. */
  user(key: string): SlackUser {
    const found = [...this.workspace.users.values()].find((user) => user.person === key || user.id === key);
    if (!found) throw new Error(`no user ${key}`);
    return found;
  }

  /** What Slack says of a person's account from now on. */
  become(key: string, change: Partial<SlackUser>): void {
    const user = this.user(key);
    this.workspace.users.set(user.id, { ...user, ...change });
  }

  tick(ms = 1000): void {
    this.time += ms;
  }

  async command(id: IncidentId, command: Command, actor: Actor = STEP): Promise<Incident | undefined> {
    this.tick();
    this.counter += 1;
    const done = await commitTo(this.ledger, this.clock, id, command, actor, commandId(`test-${this.counter}`));
    return done.incident;
  }

  async incident(id: IncidentId): Promise<Incident> {
    const incident = replay(await this.ledger.read(id));
    if (!incident) throw new Error(`no incident ${id}`);
    return incident;
  }

  /** `/ir …` by a person; returns what that person is shown. */
  async slash(key: string, text: string, channel = CHANNEL): Promise<string> {
    this.tick();
    const before = this.workspace.privateReplies.length;
    const answer = await this.people.slashCommand(this.user(key), channel, text);
    if (answer.status !== 200) return `HTTP ${answer.status}`;
    const replies = this.workspace.privateReplies.slice(before);
    return replies.map((reply) => reply.text).join('\n');
  }

  /** Opens an incident by `/ir isolate` and tells it; returns its id. */
  async opened(by = 'alice'): Promise<IncidentId> {
    await this.slash(by, `isolate ${INSTANCE} --reason "C2 beacon"`);
    const id = [...this.ledger.rows.keys()].at(-1);
    if (!id) throw new Error('nothing was opened');
    const incident = await this.incident(id);
    await this.incidents.put({
      incident: id,
      account: incident.account,
      region: incident.region,
      instance: INSTANCE,
      openedAt: incident.openedAt,
      status: 'open',
      title: 'opened by hand',
      severity: 0,
      channel: CHANNEL,
    });
    await this.command(id, {
      type: 'StartRun',
      run: 1,
      execution: `arn:aws:states:eu-west-1:000111222333:execution:respond:${id}-1`,
    });
    await this.announcer.announce(id);
    return id;
  }

  /** Opens a gate by the rules of policy, as the workflow would. */
  async gate(id: IncidentId, name: GateName, lines = ['Stop i-0011222aa333333b4.'], digest = 'plan'): Promise<void> {
    const incident = await this.incident(id);
    const rule = incident.playbook?.gates[name.startsWith('failed:') ? 'failed' : name];
    if (!rule) throw new Error(`no rule for ${name}`);
    const plan: GatePlan = { digest: sha256(digest), lines };
    const requester = incident.openedBy ? { requester: incident.openedBy } : {};
    await this.command(id, { type: 'OpenGate', gate: name, plan, rule, ...requester });
    await this.announcer.announce(id);
  }
}
