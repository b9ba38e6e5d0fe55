import { stringify } from 'node:querystring';
import { lightFetch } from '../light-fetch';

/**
 * Stands in for `@slack/web-api` in the edge (bot/bundle-aliases.ts), which makes six calls: the SDK binds three hundred
 * methods, a queue, retries and uploads at every start. One try, one timeout, the SDK's names for what goes wrong.
 */
export interface WebClientOptions {
  readonly slackApiUrl?: string;
  readonly timeout?: number;
}

export enum LogLevel {
  ERROR = 'error',
  WARN = 'warn',
  INFO = 'info',
  DEBUG = 'debug',
}

interface SlackAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly [key: string]: unknown;
}

export class WebAPIPlatformError extends Error {
  readonly code = 'slack_webapi_platform_error';
  constructor(readonly data: SlackAnswer) {
    super(`An API error occurred: ${data.error ?? 'unknown'}`);
  }
}

export class WebAPIRateLimitedError extends Error {
  readonly code = 'slack_webapi_rate_limited_error';
  constructor(readonly retryAfter: number) {
    super(`A rate limit was exceeded, retry after ${retryAfter} seconds`);
  }
}

export class WebAPIHTTPError extends Error {
  readonly code = 'slack_webapi_http_error';
  constructor(readonly statusCode: number) {
    super(`An HTTP protocol error occurred: statusCode = ${statusCode}`);
  }
}

/** Bolt names itself in the SDK's user agent; ours is fixed. */
export function addAppMetadata(): void {}

type Method = (input: object) => Promise<SlackAnswer>;

export class WebClient {
  private readonly base: string;
  private readonly timeout: number;
  readonly views: Readonly<Record<'open' | 'push' | 'update' | 'publish', Method>>;
  readonly chat: Readonly<Record<'postEphemeral', Method>>;
  readonly users: Readonly<Record<'info', Method>>;
  readonly usergroups: { readonly users: Readonly<Record<'list', Method>> };

  constructor(
    readonly token?: string,
    { slackApiUrl = 'https://slack.com/api/', timeout = 2_500 }: WebClientOptions = {},
  ) {
    this.base = slackApiUrl.endsWith('/') ? slackApiUrl : `${slackApiUrl}/`;
    this.timeout = timeout;
    const method =
      (name: string): Method =>
      (input) =>
        this.apiCall(name, input);
    this.views = {
      open: method('views.open'),
      push: method('views.push'),
      update: method('views.update'),
      publish: method('views.publish'),
    };
    this.chat = { postEphemeral: method('chat.postEphemeral') };
    this.users = { info: method('users.info') };
    this.usergroups = { users: { list: method('usergroups.users.list') } };
  }

  /** One POST of a form, members that are no text as JSON, as the Web API takes them (docs.slack.dev/apis/web-api). */
  async apiCall(method: string, input: object = {}): Promise<SlackAnswer> {
    const answer = await lightFetch(`${this.base}${method}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.token ?? ''}`,
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'cordon-light/1 slack',
      },
      body: formOf(input),
      signal: AbortSignal.timeout(this.timeout),
    });
    if (answer.status === 429) throw new WebAPIRateLimitedError(Number(answer.headers.get('retry-after') ?? 1));
    if (answer.status !== 200) throw new WebAPIHTTPError(answer.status);
    const said = (await answer.json()) as SlackAnswer;
    if (!said.ok) throw new WebAPIPlatformError(said);
    return said;
  }
}

function formOf(input: object): string {
  const members = Object.entries(input).filter(([, value]) => value !== undefined);
  return stringify(
    Object.fromEntries(members.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)])),
  );
}
