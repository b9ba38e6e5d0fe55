import type http from 'node:http';
import { Readable, Writable } from 'node:stream';
import type { LocalWire } from './sandbox-host';

/** Where and how, as `http.request` is told. */
export interface LocalTarget {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly callId: string;
}

/** Clients look whether a socket is still connecting and set its options; nothing here ever connects. */
const SOCKET = Object.freeze({
  connecting: false,
  setKeepAlive: () => undefined,
  setTimeout: () => undefined,
  on: () => undefined,
  once: () => undefined,
});

class LocalResponse extends Readable {
  readonly complete = true;
  readonly httpVersion = '1.1';
  readonly rawHeaders: readonly string[];
  readonly socket = SOCKET;

  constructor(
    readonly statusCode: number,
    readonly headers: Readonly<Record<string, string>>,
    body: Buffer,
  ) {
    super({ read: () => undefined });
    this.rawHeaders = Object.entries(headers).flat();
    if (body.length > 0) this.push(body);
    this.push(null);
  }

  readonly statusMessage = '';
}

/** What a client sees when the connection is cut: Node's own error. */
export function connectionCut(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

/** `http.ClientRequest` as the SDKs use it, with no socket behind: the double of this process answers. */
class LocalRequest extends Writable {
  readonly socket = SOCKET;
  readonly #chunks: Buffer[] = [];

  constructor(
    private readonly wire: LocalWire,
    private readonly target: LocalTarget,
  ) {
    // Closed when the answer is there, not when the last byte was written.
    super({ autoDestroy: false });
    if (target.headers.expect === '100-continue') process.nextTick(() => this.emit('continue'));
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    void this.#exchange();
  }

  setTimeout(): this {
    return this;
  }
  setNoDelay(): void {}
  setSocketKeepAlive(): void {}
  flushHeaders(): void {}
  abort(): void {
    this.destroy();
  }

  async #exchange(): Promise<void> {
    const { method, headers, callId } = this.target;
    const [path = '/', ...query] = this.target.path.split('?');
    const body = Buffer.concat(this.#chunks);
    const request = { method, path, query: new URLSearchParams(query.join('?')), headers, body, callId };
    const answer = await this.wire.exchange(request);
    if (this.destroyed) return;
    if (answer === 'cut') {
      this.destroy(connectionCut());
      return;
    }
    const response = new LocalResponse(answer.status, answer.headers, Buffer.from(answer.body));
    this.emit('response', response);
    this.destroy();
  }
}

export function localRequest(wire: LocalWire, target: LocalTarget): http.ClientRequest {
  // It has what the clients in the bundles call; the rest of ClientRequest speaks of sockets.
  return new LocalRequest(wire, target) as unknown as http.ClientRequest;
}

/** Header names in lower case and values as they would cross the wire. */
export function plainHeaders(headers: http.RequestOptions['headers']): Record<string, string> {
  const pairs: readonly (readonly [string, unknown])[] = Array.isArray(headers)
    ? headers.flatMap((name, i) => (i % 2 === 0 ? [[String(name), headers[i + 1]] as const] : []))
    : Object.entries(headers ?? {});
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), String(value)]])),
  );
}
