import { createHash, createPublicKey, verify } from 'node:crypto';
import type { PullRequest, Repository } from './repository';
import type { EnvironmentReviews } from './reviews';
import { type Route, type RouteAnswer, repositoryRoutes } from './routes';

export interface GithubRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface GithubResponse {
  /** `POST /repos/{owner}/{repo}/dispatches`, and the repository: what the recorder keeps. */
  readonly operation: string;
  readonly resource: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Dispatch {
  readonly at: string;
  readonly event_type: string;
  readonly client_payload: Readonly<Record<string, unknown>>;
}

export interface GithubOptions {
  readonly repository: Repository;
  readonly appId: string;
  readonly installationId: string;
  /** PEM of the App's public key: its JWTs are checked against it. */
  readonly publicKey: string;
  readonly now: () => Date;
  readonly dispatched: (dispatch: Dispatch) => void;
  readonly merged: (pull: PullRequest, sha: string) => void;
  readonly opened: (pull: PullRequest) => void;
  readonly reviews: EnvironmentReviews;
}

/** Installation tokens live an hour: https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app */
const TOKEN_LIFE_MS = 60 * 60 * 1000;
/** As long as a job may run; while a job waits for its reviewers its token does not exist yet. */
const RUN_TOKEN_LIFE_MS = 24 * TOKEN_LIFE_MS;

/** GitHub's REST API at the wire, over one repository and one App. Checks JWTs, tokens and bodies as GitHub would. */
export class GithubDouble {
  readonly dispatches: Dispatch[] = [];
  /** From, until (ms): every request in between is a 503, as in an outage. */
  outage: readonly [number, number] | undefined;
  /** How many of the next requests meet the secondary rate limit, and for how many seconds. */
  limited = { requests: 0, retryAfter: 60 };
  private readonly routes: Readonly<Record<string, Route>>;
  private readonly tokens = new Map<string, number>();

  constructor(private readonly options: GithubOptions) {
    this.routes = {
      ...repositoryRoutes(options.repository, options.merged, options.opened),
      [APPROVALS]: ({ params }) => ({ status: 200, body: options.reviews.of(Number(params.run_id)) }),
    };
  }

  handle(request: GithubRequest): GithubResponse {
    const url = new URL(request.url, 'http://github');
    const matched = match(request.method, url.pathname);
    const answer = this.answer(request, url, matched);
    const operation = matched?.operation ?? `${request.method} ${url.pathname}`;
    return { operation, resource: this.options.repository.fullName, ...encode(answer) };
  }

  private answer(
    request: GithubRequest,
    url: URL,
    matched: Matched | undefined,
  ): RouteAnswer & { headers?: Record<string, string> } {
    const now = this.options.now();
    const [from = Number.POSITIVE_INFINITY, until = 0] = this.outage ?? [];
    if (now.getTime() >= from && now.getTime() < until)
      return { status: 503, body: { message: 'Service Unavailable' } };
    if (this.limited.requests > 0) {
      this.limited.requests -= 1;
      const message = 'You have exceeded a secondary rate limit.';
      return { status: 403, body: { message }, headers: { 'retry-after': String(this.limited.retryAfter) } };
    }
    if (!matched) return { status: 501, body: { message: `LabUnsupported: ${request.method} ${url.pathname}` } };
    if (matched.operation === ACCESS_TOKENS) return this.mintToken(request, matched, now);
    if (matched.operation === INSTALLATION) return this.installation(request, matched, now);
    if (!this.knows(request, now)) return { status: 401, body: { message: 'Bad credentials' } };
    const wanted = `${matched.params.owner}/${matched.params.repo}`;
    if (wanted !== this.options.repository.fullName) return { status: 404, body: { message: 'Not Found' } };
    const body = readBody(request.body);
    if (!body) return { status: 400, body: { message: 'Problems parsing JSON' } };
    if (matched.operation === DISPATCHES) return this.dispatch(body, now);
    const route = this.routes[matched.operation];
    return (
      route?.({ params: matched.params, query: url.searchParams, body, now }) ?? {
        status: 404,
        body: { message: 'Not Found' },
      }
    );
  }

  /** The token a run is given: https://docs.github.com/actions/concepts/security/github_token */
  runToken(runId: number, now: Date): string {
    const token = `ghs_${createHash('sha256').update(`run ${runId}`).digest('hex').slice(0, 36)}`;
    this.tokens.set(token, now.getTime() + RUN_TOKEN_LIFE_MS);
    return token;
  }

  private installation(request: GithubRequest, { params }: Matched, now: Date): RouteAnswer {
    if (!this.validJwt(jwtOf(request), now)) return UNREADABLE_JWT;
    if (`${params.owner}/${params.repo}` !== this.options.repository.fullName)
      return { status: 404, body: { message: 'Not Found' } };
    return { status: 200, body: { id: Number(this.options.installationId), permissions: PERMISSIONS } };
  }

  private mintToken(request: GithubRequest, matched: Matched, now: Date): RouteAnswer {
    const jwt = jwtOf(request);
    if (!this.validJwt(jwt, now)) return UNREADABLE_JWT;
    if (matched.params.id !== this.options.installationId) return { status: 404, body: { message: 'Not Found' } };
    const expires = now.getTime() + TOKEN_LIFE_MS;
    const token = `ghs_${createHash('sha256').update(`${jwt}${expires}`).digest('hex').slice(0, 36)}`;
    this.tokens.set(token, expires);
    const body = {
      token,
      expires_at: new Date(expires).toISOString(),
      permissions: PERMISSIONS,
    };
    return { status: 201, body };
  }

  /** RS256, our App as issuer, not expired, at most ten minutes long. */
  private validJwt(jwt: string, now: Date): boolean {
    const [head = '', claims = '', signature = ''] = jwt.split('.');
    try {
      const key = createPublicKey(this.options.publicKey);
      if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')))
        return false;
      const { iss, iat, exp }: { iss?: unknown; iat?: unknown; exp?: unknown } = JSON.parse(
        Buffer.from(claims, 'base64url').toString('utf8'),
      );
      const seconds = now.getTime() / 1000;
      return String(iss) === this.options.appId && Number(exp) > seconds && Number(exp) - Number(iat) <= 660;
    } catch {
      return false;
    }
  }

  private knows(request: GithubRequest, now: Date): boolean {
    const token = request.headers.authorization?.replace(/^(?:token|bearer) /i, '') ?? '';
    return (this.tokens.get(token) ?? 0) > now.getTime();
  }

  private dispatch(body: Readonly<Record<string, unknown>>, now: Date): RouteAnswer {
    const { event_type: type, client_payload: payload = {} } = body;
    if (typeof type !== 'string' || type === '' || type.length > 100)
      return { status: 422, body: { message: 'Invalid request: event_type' } };
    if (typeof payload !== 'object' || payload === null || Object.keys(payload).length > 10) {
      return {
        status: 422,
        body: { message: 'Invalid request: no more than 10 properties are allowed in client_payload' },
      };
    }
    const dispatch: Dispatch = { at: now.toISOString(), event_type: type, client_payload: { ...payload } };
    this.dispatches.push(dispatch);
    this.options.dispatched(dispatch);
    return { status: 204 };
  }
}

const ACCESS_TOKENS = 'POST /app/installations/{id}/access_tokens';
/** What the README asks a team to give its App. */
const PERMISSIONS = { contents: 'write', pull_requests: 'write' } as const;
const UNREADABLE_JWT: RouteAnswer = { status: 401, body: { message: 'A JSON web token could not be decoded' } };
const jwtOf = ({ headers }: GithubRequest): string => headers.authorization?.replace(/^bearer /i, '') ?? '';

const INSTALLATION = 'GET /repos/{owner}/{repo}/installation';
const APPROVALS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals';
const DISPATCHES = 'POST /repos/{owner}/{repo}/dispatches';

interface Matched {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
}

const TEMPLATES: readonly string[] = [
  ACCESS_TOKENS,
  INSTALLATION,
  DISPATCHES,
  'GET /repos/{owner}/{repo}',
  'GET /repos/{owner}/{repo}/contents/{path}',
  'GET /repos/{owner}/{repo}/git/ref/{ref}',
  'GET /repos/{owner}/{repo}/git/commits/{sha}',
  'POST /repos/{owner}/{repo}/git/blobs',
  'POST /repos/{owner}/{repo}/git/trees',
  'POST /repos/{owner}/{repo}/git/commits',
  'POST /repos/{owner}/{repo}/git/refs',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}',
  APPROVALS,
  'GET /repos/{owner}/{repo}/pulls',
  'POST /repos/{owner}/{repo}/pulls',
  'GET /repos/{owner}/{repo}/pulls/{number}',
  'PUT /repos/{owner}/{repo}/pulls/{number}/merge',
  'GET /repos/{owner}/{repo}/issues/{number}/comments',
  'POST /repos/{owner}/{repo}/issues/{number}/comments',
  'PATCH /repos/{owner}/{repo}/issues/comments/{id}',
];

/** `{path}` and `{ref}` may hold slashes. */
const PATTERNS = TEMPLATES.map((operation) => {
  const [method = '', path = ''] = operation.split(' ');
  const source = path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => `(?<${name}>${name === 'path' || name === 'ref' ? '.+' : '[^/]+'})`,
  );
  return { operation, method, pattern: new RegExp(`^${source}$`) };
});

function match(method: string, path: string): Matched | undefined {
  for (const { operation, method: wanted, pattern } of PATTERNS) {
    const found = method === wanted ? pattern.exec(path) : null;
    if (!found) continue;
    const params = Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
    );
    return { operation, params };
  }
  return undefined;
}

function readBody(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function encode(
  answer: RouteAnswer & { headers?: Record<string, string> },
): Omit<GithubResponse, 'operation' | 'resource'> {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...answer.headers };
  return { status: answer.status, headers, body: answer.body === undefined ? '' : JSON.stringify(answer.body) };
}
