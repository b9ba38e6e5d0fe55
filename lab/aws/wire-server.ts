import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CALL_HEADER } from '../lambda/sandbox-host';
import type { Clock } from '../time/clock';
import { unitHash } from '../time/seeded';
import type { HttpAnswer, HttpRequest } from './protocol/http';

/** A request as a double sees it. */
export interface WireRequest extends HttpRequest {
  /** The caller's own number for this call; undefined when it does not come from a sandbox. */
  readonly callId: string | undefined;
}

/** An answer, or the cutting of the connection: the caller learns nothing, whatever took effect. */
export type WireAnswer = HttpAnswer | 'cut';

/** One double behind HTTP. */
export interface WireHandler {
  /** Milliseconds the real service takes; 12 ms when not said. */
  latencyMs?(request: WireRequest): number;
  /** Whether the answer to another process waits for the lab's clock itself, so that nothing may hold it meanwhile. */
  waits?(request: WireRequest): boolean;
  handle(request: WireRequest): WireAnswer | Promise<WireAnswer>;
}

const USUAL_LATENCY_MS = 12;

/**
 * An HTTP server on the loopback whose answers are timers: a request of a sandbox waits for `now + latency` on the lab's
 * clock and takes effect then, so that concurrent calls interleave by seed and not by the order in which sockets become readable.
 * Requests of other processes are answered at once: their process holds the clock, which would never reach the timer.
 */
export class WireServer {
  readonly #server: Server;
  #port = 0;

  constructor(
    private readonly name: string,
    private readonly clock: Clock,
    private readonly seed: string,
    private readonly handler: WireHandler,
  ) {
    this.#server = createServer((incoming, outgoing) => {
      void this.#serve(incoming, outgoing);
    });
    // Kept-alive connections outlast every pause of a run; node's 5 s of wall time would cut some of them.
    this.#server.keepAliveTimeout = 600_000;
  }

  /** Starts listening; resolves to the port. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    return this.#port;
  }

  get port(): number {
    return this.#port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const { callId } = request;
    if (callId === undefined) {
      const waits = this.handler.waits?.(request) === true;
      const done = waits ? undefined : this.clock.busy(`${this.name} ${request.method} ${request.path}`);
      this.#send(request, await this.handler.handle(request), outgoing);
      done?.();
      return;
    }
    this.#send(request, await this.#paced(request, callId), outgoing);
  }

  /** The same without a socket, for callers of this process. */
  async exchange(request: WireRequest & { readonly callId: string }): Promise<WireAnswer> {
    const answer = await this.#paced(request, request.callId);
    if (answer === 'cut') return answer;
    const { status, body } = answer;
    return { status, headers: this.#headers(request, answer), body: isBodiless(request, answer) ? '' : body };
  }

  /** The answer, when the clock has come so far. */
  #paced(request: WireRequest, callId: string): Promise<WireAnswer> {
    const resume = this.clock.park(callId);
    const latency = this.handler.latencyMs?.(request) ?? USUAL_LATENCY_MS;
    // Between three quarters and five quarters of the usual, as a hash of the call: the same call always takes as long.
    const jittered = latency * (0.75 + unitHash(this.seed, 'latency', callId) / 2);
    return new Promise((resolve) => {
      const act = (): void => {
        resume();
        resolve(this.handler.handle(request));
      };
      this.clock.setTimer(jittered, act, callId);
    });
  }

  #send(request: WireRequest, answer: WireAnswer, outgoing: ServerResponse): void {
    if (answer === 'cut') {
      outgoing.destroy();
      return;
    }
    outgoing.sendDate = false;
    outgoing.writeHead(answer.status, this.#headers(request, answer));
    outgoing.end(isBodiless(request, answer) ? undefined : answer.body);
  }

  #headers(request: WireRequest, answer: HttpAnswer): Record<string, string> {
    // SDKs correct their clock by this header: it must be the lab's time, not the machine's.
    const headers = { ...answer.headers, date: new Date(this.clock.now()).toUTCString() };
    if (isBodiless(request, answer)) return headers;
    return { ...headers, 'content-length': String(Buffer.byteLength(answer.body)) };
  }
}

function isBodiless({ method }: WireRequest, { status }: HttpAnswer): boolean {
  return status === 204 || status === 304 || method === 'HEAD';
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  const entries = Object.entries(incoming.headers).map(([name, value]): [string, string | undefined] => [
    name,
    Array.isArray(value) ? value.join(',') : value,
  ]);
  const headers = Object.fromEntries(entries);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    headers,
    body: Buffer.concat(chunks),
    callId: headers[CALL_HEADER],
  };
}
