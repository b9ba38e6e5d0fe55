import { parse as parseQuery } from 'node:querystring';
import { messageFaults } from './block-kit';
import { isBag } from './block-kit-objects';
import { type Answer, type Args, fail, type Method, str } from './method';
import { CHAT, content } from './methods/chat';
import { filesMethods } from './methods/files';
import { LOOKUPS } from './methods/lookups';
import { VIEWS } from './methods/views';
import { Weather } from './weather';
import type { Workspace } from './workspace';

export interface SlackRequest {
  readonly method: string;
  /** Path under the server's root: `/api/chat.postMessage`, `/upload/F0000001`, `/response/…`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface SlackResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The effect happened and the caller must not hear of it: the connection is cut. */
  readonly cut?: boolean;
}

/** One call as the recorder keeps it. */
export interface SlackCall {
  readonly operation: string;
  readonly resources: readonly string[];
  readonly outcome: string;
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const reply = (body: unknown, status = 200): SlackResponse => ({
  status,
  headers: JSON_HEADERS,
  body: JSON.stringify(body),
});

/** Slack's Web API at the wire, over one workspace. */
export class SlackDouble {
  readonly weather = new Weather();
  private readonly methods: Readonly<Record<string, Method>>;

  /** `baseUrl` is where this double is reached, with a trailing slash and `/api/` left out. */
  constructor(
    readonly workspace: Workspace,
    baseUrl: () => string,
  ) {
    this.methods = { ...CHAT, ...LOOKUPS, ...VIEWS, ...filesMethods(baseUrl) };
  }

  /** Answers one request; never throws. Unknown methods answer as Slack does: `unknown_method`. */
  handle(request: SlackRequest, record: (call: SlackCall) => void = () => {}): SlackResponse {
    const [, area = '', rest = ''] = request.path.split('?')[0]?.match(/^\/(api|upload|response)\/(.+)$/) ?? [];
    if (area === 'upload') return this.upload(rest, request);
    if (area === 'response') return this.respond(rest, request);
    if (area !== 'api') return reply(fail('unknown_method'), 404);
    const args = readArgs(request);
    const resources = [str(args, 'channel') ?? str(args, 'channel_id') ?? str(args, 'user_id') ?? '*'];
    const stormy = this.weather.at(this.workspace.now(), rest, str(args, 'channel'));
    if (stormy && stormy.kind !== 'lost-answer') {
      record({ operation: rest, resources, outcome: stormy.kind === 'down' ? 'ServiceUnavailable' : 'ratelimited' });
      if (stormy.kind === 'down') return reply({ ok: false, error: 'service_unavailable' }, 503);
      const limited = reply(fail('ratelimited'), 429);
      return { ...limited, headers: { ...JSON_HEADERS, 'retry-after': String(stormy.retryAfter) } };
    }
    const answer = this.call(rest, args, request);
    record({ operation: rest, resources, outcome: answer.ok ? 'ok' : (answer.error ?? 'error') });
    return stormy ? { ...reply(answer), cut: true } : reply(answer);
  }

  private call(name: string, args: Args, request: SlackRequest): Answer {
    const method = Object.hasOwn(this.methods, name) ? this.methods[name] : undefined;
    if (!method) return fail('unknown_method');
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? str(args, 'token');
    if (token === undefined) return fail('not_authed');
    return token === this.workspace.botToken ? method(args, this.workspace) : fail('invalid_auth');
  }

  private upload(id: string, request: SlackRequest): SlackResponse {
    const file = this.workspace.files.get(id);
    if (!file) return { status: 404, headers: {}, body: 'not found' };
    file.content = uploaded(request);
    return { status: 200, headers: {}, body: `OK - ${request.body.length}` };
  }

  /** A response_url: five uses in thirty minutes. */
  private respond(id: string, request: SlackRequest): SlackResponse {
    const known = this.workspace.responseUrls.get(id);
    if (!known || known.uses >= 5) return reply(fail('used_url'), 404);
    known.uses += 1;
    const args = readArgs(request);
    const said = content(args);
    if ('ok' in said) return reply(said, 400);
    this.say(known.user, known.channel, said, undefined);
    return { status: 200, headers: {}, body: 'ok' };
  }

  private say(
    user: string,
    channel: string,
    said: { text: string; blocks: readonly unknown[] },
    thread?: string,
  ): void {
    const at = this.workspace.now().toISOString();
    this.workspace.privateReplies.push({ at, user, channel, ...said, ...(thread ? { thread_ts: thread } : {}) });
  }

  /** What Slack shows when a slash command is answered with a body. Returns the faults of that body. */
  showCommandReply(user: string, channel: string, body: string): readonly string[] {
    if (body === '') return [];
    const parsed = tryJson(body);
    const blocks = isBag(parsed) && Array.isArray(parsed.blocks) ? parsed.blocks : [];
    const text = isBag(parsed) && typeof parsed.text === 'string' ? parsed.text : isBag(parsed) ? '' : body;
    const faults = messageFaults(blocks);
    if (faults.length === 0) this.say(user, channel, { text, blocks });
    return faults;
  }
}

/** The bytes of an upload: the body itself, or the first part of a multipart form, as Slack takes both. */
function uploaded(request: SlackRequest): Buffer {
  const boundary = request.headers['content-type']?.match(/^multipart\/form-data;.*boundary="?([^";]+)/i)?.[1];
  if (boundary === undefined) return request.body;
  const start = request.body.indexOf('\r\n\r\n');
  const end = request.body.indexOf(`\r\n--${boundary}`, start);
  return request.body.subarray(start + '\r\n\r\n'.length, end < 0 ? undefined : end);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readArgs(request: SlackRequest): Args {
  const text = request.body.toString('utf8');
  const query = request.path.split('?')[1];
  const fromQuery = query ? parseQuery(query) : {};
  if (request.headers['content-type']?.startsWith('application/json')) {
    const parsed = tryJson(text);
    return { ...fromQuery, ...(isBag(parsed) ? parsed : {}) };
  }
  return { ...fromQuery, ...parseQuery(text) };
}
