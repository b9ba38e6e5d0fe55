import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { parseSlackBody } from './front-door-body';
import { ROUTE_CONTENT_TYPE, slackRoute } from './routes';

/** What API Gateway hands over (HTTP API v2 or REST v1), as far as the door looks at it. All of it untrusted. */
export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly rawPath?: string;
  readonly path?: string;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that Slack sent, once: what goes on to Bolt. */
export interface AcceptedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: false;
  readonly rawPath: string;
}

export interface FrontDoorParts {
  /** Signing secrets that count now: one, or two while Slack's secret is being rotated. */
  readonly signingSecrets: () => Promise<readonly string[]>;
  readonly now: () => Date;
  /** True for the first caller with this nonce inside its lifetime (epoch seconds); one conditional put. */
  readonly firstUse: (nonce: string, expires: number) => Promise<boolean>;
  readonly inner: (request: AcceptedRequest) => Promise<HttpResponse>;
  /** Told why, never what: no header and no body reaches a log. */
  readonly refused?: (why: string) => void;
}

/** Slack's bodies are a few KiB; a view submission stays under its own 250 KB only on paper. 64 KiB. */
export const MAX_BODY_BYTES = 64 * 1024;
/** Slack's own advice is five minutes; both ways here, since a clock ahead is as wrong as one behind. */
export const MAX_SKEW_SECONDS = 300;
/** Twice the skew: a nonce outlives every timestamp its request could still pass with. */
export const NONCE_SECONDS = 600;

const SIGNATURE = /^v0=[0-9a-f]{64}$/;
const TIMESTAMP = /^[0-9]{10}$/;
const UNAVAILABLE: HttpResponse = { statusCode: 503, body: '' };

type Judged =
  | { readonly ok: true; readonly request: AcceptedRequest; readonly nonce: string; readonly sslCheck: boolean }
  | { readonly ok: false; readonly status: 401 | 413 | 415; readonly why: string };

const refuse = (status: 401 | 413 | 415, why: string): Judged => ({ ok: false, status, why });

/** The value of a header that is there exactly once, whatever its case. */
function onlyHeader(request: HttpRequest, name: string): string | undefined {
  const values: string[] = [];
  for (const [key, value] of Object.entries(request.headers ?? {}))
    if (key.toLowerCase() === name && typeof value === 'string') values.push(value);
  for (const [key, list] of Object.entries(request.multiValueHeaders ?? {}))
    if (key.toLowerCase() === name && Array.isArray(list) && list.length > 1) return undefined;
  return values.length === 1 ? values[0] : undefined;
}

/** The bytes Slack signed. Base64 is API Gateway's envelope: decoded as bytes, and only when it is canonical. */
function rawBytes(request: HttpRequest): Buffer | undefined {
  const body = request.body ?? '';
  if (typeof body !== 'string') return undefined;
  if (request.isBase64Encoded !== true) return Buffer.from(body, 'utf8');
  const bytes = Buffer.from(body, 'base64');
  return bytes.toString('base64') === body ? bytes : undefined;
}

function signedBy(secret: string, timestamp: string, bytes: Buffer, signature: string): boolean {
  if (secret === '') return false;
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest();
  const given = Buffer.from(signature.slice('v0='.length), 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function judgeSignature(request: HttpRequest, bytes: Buffer, secrets: readonly string[], now: Date): Judged | string {
  const signature = onlyHeader(request, 'x-slack-signature');
  const timestamp = onlyHeader(request, 'x-slack-request-timestamp');
  if (signature === undefined || !SIGNATURE.test(signature)) return refuse(401, 'no well-formed signature');
  if (timestamp === undefined || !TIMESTAMP.test(timestamp)) return refuse(401, 'no well-formed timestamp');
  const skew = Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp));
  if (skew > MAX_SKEW_SECONDS) return refuse(401, 'timestamp outside five minutes');
  const genuine = secrets.filter((secret) => signedBy(secret, timestamp, bytes, signature)).length > 0;
  return genuine ? signature : refuse(401, 'signature does not match');
}

/**
 * Decides on one request: size, signature, content type, shape, in that order; parsing starts after the signature
 * is known to be Slack's. Pure apart from hashing.
 */
export function judge(request: HttpRequest, secrets: readonly string[], now: Date): Judged {
  if (typeof request.body === 'string' && request.body.length > MAX_BODY_BYTES * 2)
    return refuse(413, 'body too large');
  const bytes = rawBytes(request);
  if (bytes === undefined) return refuse(401, 'body is not the base64 it claims to be');
  if (bytes.length > MAX_BODY_BYTES) return refuse(413, 'body too large');
  const signature = judgeSignature(request, bytes, secrets, now);
  if (typeof signature !== 'string') return signature;
  const path = request.rawPath ?? request.path ?? '';
  const route = typeof path === 'string' ? slackRoute(path) : undefined;
  if (route === undefined) return refuse(401, 'not a path of ours');
  const contentType = onlyHeader(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (contentType !== ROUTE_CONTENT_TYPE[route]) return refuse(415, 'content type not allowed on this path');
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) return refuse(415, 'body is not UTF-8');
  const shape = parseSlackBody(route, text);
  if (shape === 'malformed') return refuse(415, 'body is not what this path carries');
  return {
    ok: true,
    nonce: createHash('sha256').update(signature).digest('hex'),
    sslCheck: shape === 'ssl-check',
    request: { headers: { 'content-type': contentType }, body: text, isBase64Encoded: false, rawPath: route },
  };
}

/**
 * The strict verifier in front of Bolt's AwsLambdaReceiver, which parses before it verifies, accepts future
 * timestamps and foreign versions, and remembers no request. Refusals are 401, 413 or 415 with an empty body,
 * a store that cannot remember the request is 503; it never throws.
 */
export function createFrontDoor(parts: FrontDoorParts): (request: HttpRequest) => Promise<HttpResponse> {
  const turnAway = (status: number, why: string): HttpResponse => {
    parts.refused?.(why);
    return { statusCode: status, body: '' };
  };
  return async (request) => {
    try {
      const now = parts.now();
      const judged = judge(request ?? {}, await parts.signingSecrets(), now);
      if (!judged.ok) return turnAway(judged.status, judged.why);
      if (judged.sslCheck) return { statusCode: 200, body: '' };
      const expires = Math.floor(now.getTime() / 1000) + NONCE_SECONDS;
      if (!(await parts.firstUse(judged.nonce, expires))) return turnAway(401, 'request seen before');
      return await parts.inner(judged.request);
    } catch {
      parts.refused?.('unavailable');
      return UNAVAILABLE;
    }
  };
}
