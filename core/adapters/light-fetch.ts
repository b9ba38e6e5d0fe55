import type { IncomingHttpHeaders, request } from 'node:http';

/** The part of a fetch answer that our clients and Slack's SDK read. */
export interface LightAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null; entries(): Iterable<[string, string]> };
  arrayBuffer(): Promise<ArrayBuffer>;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

export interface LightInit {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | FormData;
  readonly signal?: AbortSignal;
}

/**
 * `fetch` over node:http(s), for the function that must answer within three seconds of its cold start: Node's own loads
 * undici on first use, which costs a third of a bare start. Text bodies only, no redirects followed.
 */
export function lightFetch(url: string | URL, init: LightInit = {}): Promise<LightAnswer> {
  const target = new URL(url);
  const { method = 'GET', headers = {}, body, signal } = init;
  if (body !== undefined && typeof body !== 'string') throw new Error('lightFetch sends text only.');
  const send = requestOf(target.protocol);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = send(
      target,
      { method, headers: { ...headers, ...length }, ...(signal ? { signal } : {}) },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const { statusCode = 0, statusMessage = '' } = incoming;
          resolve(answerOf(target.href, statusCode, statusMessage, incoming.headers, Buffer.concat(chunks)));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Only the protocol that is asked for: each costs some milliseconds when it is first loaded. */
function requestOf(protocol: string): typeof request {
  const loaded: { readonly request: typeof request } =
    protocol === 'http:' ? require('node:http') : require('node:https');
  return loaded.request;
}

function answerOf(
  url: string,
  status: number,
  statusText: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): LightAnswer {
  const flat = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const text = () => body.toString('utf8');
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText,
    url,
    headers: { get: (name) => flat.find(([known]) => known === name.toLowerCase())?.[1] ?? null, entries: () => flat },
    arrayBuffer: async () => new Uint8Array(body).buffer,
    json: async () => JSON.parse(text()),
    text: async () => text(),
  };
}
