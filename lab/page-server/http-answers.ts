import { createReadStream, existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

/** Nothing from anywhere else, neither scripts nor fonts nor images: the page works with the cable pulled. */
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
/** Evidence is the attacker's: it may be looked at, and runs nothing. */
const EVIDENCE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

const ALWAYS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    ...ALWAYS,
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

/** Text and the report are shown, everything else is bytes. */
export function sendEvidence(response: ServerResponse, name: string, body: Buffer): void {
  const shown = extname(name) === '.html' ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  const type = body.subarray(0, 512).includes(0) ? 'application/octet-stream' : shown;
  response.writeHead(200, { ...ALWAYS, 'content-type': type, 'content-security-policy': EVIDENCE_POLICY });
  response.end(body);
}

/** A file of the built page; every path without a file name is the page itself. */
export function sendStatic(response: ServerResponse, folder: string, path: string): void {
  const wanted = normalize(path).replace(/^(\.\.[/\\])+/, '');
  const file = join(folder, extname(wanted) === '' ? 'index.html' : wanted);
  if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
    sendJson(response, 404, { said: `There is nothing at ${path}.` });
    return;
  }
  // Built files carry a digest in their names, all but the page itself.
  const cache = wanted.includes('assets') ? 'public, max-age=31536000, immutable' : 'no-cache';
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, {
    ...ALWAYS,
    'content-type': type,
    'cache-control': cache,
    'content-security-policy': PAGE_POLICY,
  });
  createReadStream(file).pipe(response);
}

/** The server listens on the loopback; a name that merely resolves to it (DNS rebinding) is not let in. */
export function isLocal(request: IncomingMessage): boolean {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const origin = request.headers.origin;
  const ownOrigin = origin === undefined || new URL(origin).host === request.headers.host;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(host) && ownOrigin;
}

/** A body of at most a megabyte, as JSON; undefined when it is neither. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > 1_000_000) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
