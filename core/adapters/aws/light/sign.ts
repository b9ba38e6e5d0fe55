import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Unsigned {
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * Headers of a POST signed with Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html).
 * Covers what a JSON service needs: no query string, every given header signed.
 */
export function signedHeaders(
  request: Unsigned,
  credentials: Credentials,
  place: { readonly region: string; readonly service: string },
  now: Date,
): Record<string, string> {
  const stamp = now.toISOString().replace(/[:-]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const token = credentials.sessionToken ? { 'x-amz-security-token': credentials.sessionToken } : {};
  const headers: Record<string, string> = { ...request.headers, ...token, host: request.host, 'x-amz-date': stamp };
  const names = Object.keys(headers).sort();
  const canonical = [
    'POST',
    request.path,
    '',
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    hash(request.body),
  ].join('\n');
  const scope = `${day}/${place.region}/${place.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, hash(canonical)].join('\n');
  const key = mac(
    mac(mac(mac(`AWS4${credentials.secretAccessKey}`, day), place.region), place.service),
    'aws4_request',
  );
  const signature = mac(key, toSign).toString('hex');
  const credential = `Credential=${credentials.accessKeyId}/${scope}`;
  const { host: _sentByFetch, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}
