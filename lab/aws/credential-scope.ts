import type { HttpRequest } from './protocol/http';
import { AwsFault } from './service';

/** What a SigV4 request says of its signer. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  /** Seconds since 1970 at which the request was signed. */
  readonly signedAt: number;
  /** Presigned URLs only: seconds for which they are good. */
  readonly expiresAfter: number | undefined;
}

/** Fifteen minutes: the longest that AWS lets a signed request be off its own clock. */
const MAXIMUM_SKEW_SECONDS = 900;

/** Reads Authorization header or presigned query. Throws what AWS answers to an unsigned request. */
export function credentialScope(request: HttpRequest): CredentialScope {
  const header = request.headers.authorization?.match(/^AWS4-HMAC-SHA256 Credential=([^,\s]+)/)?.[1];
  const credential = header ?? request.query.get('X-Amz-Credential');
  const [accessKeyId, , region, service] = credential?.split('/') ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) {
    throw new AwsFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const expires = header === undefined ? request.query.get('X-Amz-Expires') : null;
  const date = request.headers['x-amz-date'] ?? request.query.get('X-Amz-Date') ?? '';
  return {
    accessKeyId,
    region,
    service,
    signedAt: amzDate(date),
    expiresAfter: expires === null ? undefined : Number(expires),
  };
}

/** Throws when the request is too old, signed by another clock than the lab's, or a presigned URL past its end. */
export function checkFreshness({ signedAt, expiresAfter }: CredentialScope, nowMs: number): void {
  const age = nowMs / 1000 - signedAt;
  if (expiresAfter !== undefined) {
    if (age > expiresAfter) throw new AwsFault('AccessDenied', 'Request has expired', 403);
    return;
  }
  if (Math.abs(age) > MAXIMUM_SKEW_SECONDS) {
    throw new AwsFault(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      403,
    );
  }
}

function amzDate(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new AwsFault('IncompleteSignature', 'Date must be in ISO-8601 basic format', 403);
  return ms / 1000;
}
