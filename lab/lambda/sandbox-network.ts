import http from 'node:http';
import { Writable } from 'node:stream';
import type { CurrentInvocation, Invocation } from './invocation';
import { connectionCut, localRequest, plainHeaders } from './local-request';
import { CALL_HEADER, type LocalWire } from './sandbox-host';

const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

class Unreachable extends Error {
  constructor(host: string) {
    super(`LabUnsupported: the lab has no network, and ${host} is not one of its services.`);
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
  /** The port as product code sees it. */
  readonly nominal: number;
}

/** Where a request really goes: nominal ports become real ones; anything but the lab itself does not exist. */
function route(invocation: Invocation, host: string, port: number): Target {
  if (!LOOPBACK.has(host)) throw new Unreachable(host);
  return { host: '127.0.0.1', port: invocation.host.realPort(port), nominal: port };
}

/** A request of a process that died: it takes what is written and never answers. */
function deadRequest(): http.ClientRequest {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  const noop = (): void => undefined;
  return Object.assign(Object.create(sink), {
    setTimeout: noop,
    setNoDelay: noop,
    setSocketKeepAlive: noop,
    abort: noop,
  });
}

type Respond = (response: http.IncomingMessage) => void;
type RequestArguments = [string | URL | http.RequestOptions, (http.RequestOptions | Respond)?, Respond?];

function normalise([first, second, third]: RequestArguments): {
  options: http.RequestOptions;
  respond: Respond | undefined;
} {
  const respond = typeof second === 'function' ? second : third;
  const extra = typeof second === 'function' || second === undefined ? {} : second;
  if (typeof first !== 'string' && !(first instanceof URL)) return { options: { ...first, ...extra }, respond };
  const url = new URL(first);
  const base = { protocol: url.protocol, hostname: url.hostname, port: url.port, path: `${url.pathname}${url.search}` };
  return { options: { ...base, ...extra }, respond };
}

function withCallHeader(headers: http.RequestOptions['headers'], id: string): http.RequestOptions['headers'] {
  return Array.isArray(headers) ? [...headers, CALL_HEADER, id] : { ...headers, [CALL_HEADER]: id };
}

function send(invocation: Invocation, options: http.RequestOptions, target: Target, id: string): http.ClientRequest {
  const { method = 'GET', path } = options;
  const wire = invocation.host.wire?.(target.nominal);
  if (wire !== undefined)
    return localRequest(wire, { method, path: path ?? '/', headers: plainHeaders(options.headers), callId: id });
  const { host, port } = target;
  const headers = withCallHeader(options.headers, id);
  return http.request({ ...options, protocol: 'http:', host, hostname: host, port, headers });
}

/** Holds the clock until the response is complete or the request is closed. */
function track(invocation: Invocation, request: http.ClientRequest, label: string, id: string): void {
  let response: http.IncomingMessage | undefined;
  const done = invocation.host.clock.busy(label, { id, over: () => response?.complete === true });
  request.prependListener('response', (answer) => {
    response = answer;
  });
  request.once('close', done);
}

/** The process dies as the answer arrives: the effect took place, and nobody will know. */
function dieOnResponse(invocation: Invocation, request: http.ClientRequest): void {
  request.on('response', (answer) => {
    answer.resume();
    invocation.crash();
  });
  request.on('error', () => invocation.crash());
}

/** `node:http` (or `https`, which the lab speaks without TLS) whose requests hold the clock and carry their call id. */
export function sandboxHttp(current: CurrentInvocation, real: object): object {
  const request = (...args: RequestArguments): http.ClientRequest => {
    const { options, respond } = normalise(args);
    const invocation = current.get();
    const host = options.hostname ?? options.host ?? 'localhost';
    if (invocation === undefined) throw new Unreachable(host);
    if (invocation.ended) return deadRequest();
    const target = route(invocation, host.split(':')[0] ?? host, Number(options.port ?? 80));
    const label = `${options.method ?? 'GET'} ${target.port}${options.path ?? '/'}`;
    const { id, crash } = invocation.nextCall(label);
    if (crash === 'before') {
      invocation.crash();
      return deadRequest();
    }
    const outgoing = send(invocation, options, target, id);
    track(invocation, outgoing, `${invocation.id} ${label}`, id);
    if (crash === 'after') dieOnResponse(invocation, outgoing);
    else if (respond !== undefined) outgoing.once('response', respond);
    return outgoing;
  };
  const get = (...args: RequestArguments): http.ClientRequest => request(...args).end();
  return { ...real, request, get };
}

/** `fetch` whose calls hold the clock and carry their call id. The body is read at once: nothing in the product streams one. */
export function sandboxFetch(current: CurrentInvocation): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const invocation = current.get();
    if (invocation === undefined) throw new Unreachable(url.host);
    const never = new Promise<never>(() => undefined);
    if (invocation.ended) return never;
    const target = route(invocation, url.hostname, Number(url.port || 80));
    const { id, crash } = invocation.nextCall(`${request.method} ${target.port}${url.pathname}`);
    if (crash === 'before') {
      invocation.crash();
      return never;
    }
    const headers = new Headers(request.headers);
    headers.set(CALL_HEADER, id);
    const done = invocation.host.clock.busy(`${invocation.id} fetch ${url.pathname}`, { id });
    const wire = invocation.host.wire?.(target.nominal);
    const answered = wire ? exchanged(request, url, wire, headers, id) : readFully(request, url, target, headers);
    const answer = await answered.finally(done);
    if (crash !== 'after') return answer;
    invocation.crash();
    return never;
  };
}

async function exchanged(
  request: Request,
  url: URL,
  wire: LocalWire,
  headers: Headers,
  callId: string,
): Promise<Response> {
  const { method, signal } = request;
  const body = Buffer.from(await request.arrayBuffer());
  const { pathname: path, searchParams: query } = url;
  const sent = wire.exchange({ method, path, query, headers: Object.fromEntries(headers), body, callId });
  const answer = await Promise.race([sent, aborted(signal)]);
  if (answer === 'cut') throw new TypeError('fetch failed', { cause: connectionCut() });
  return responseOf(request, answer.status, '', new Headers(answer.headers), Buffer.from(answer.body));
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function readFully(request: Request, url: URL, target: Target, headers: Headers): Promise<Response> {
  const { method, redirect, signal } = request;
  const body = request.body === null ? null : await request.arrayBuffer();
  const real = new URL(`${url.pathname}${url.search}`, `http://${target.host}:${target.port}`);
  const answer = await fetch(real, { method, headers, redirect, signal, body });
  return responseOf(request, answer.status, answer.statusText, answer.headers, await answer.arrayBuffer());
}

function responseOf(
  request: Request,
  status: number,
  statusText: string,
  headers: Headers,
  bytes: ArrayBuffer | Uint8Array<ArrayBuffer>,
): Response {
  // These statuses have no body, and Response refuses even an empty one.
  const bodiless = [101, 204, 205, 304].includes(status);
  const copy = new Response(bodiless ? null : bytes, { status, statusText, headers });
  return Object.defineProperty(copy, 'url', { value: request.url });
}
