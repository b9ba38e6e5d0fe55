import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedPart {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly chunked: boolean;
}

/** Takes PUTs as S3 would and serves texts; keeps sizes and hashes, and only small bodies. */
export interface PutServer {
  readonly url: string;
  readonly received: ReceivedPart[];
  /** SHA-256 over the bodies of the accepted parts, in order of arrival. */
  readonly whole: () => string;
  /** SHA-256 over the bodies under a prefix in the order of their numbers, which is S3's order of parts. */
  readonly bytes: (prefix: string) => string;
  readonly texts: Map<string, string>;
  /** Answers 503 to the next n PUTs of a path. */
  readonly refuse: Map<string, number>;
  readonly files: Map<string, Buffer>;
  close(): Promise<void>;
}

const SMALL = 4 * 1024 * 1024;
/** A large capture is not kept, only hashed on its way. */
const KEPT = 10;

function hashOf(bodies: ReadonlyMap<string, Buffer>, prefix: string): string {
  const number = (path: string) => Number(path.slice(prefix.length));
  const paths = [...bodies.keys()].filter((path) => path.startsWith(prefix)).sort((a, b) => number(a) - number(b));
  const hash = createHash('sha256');
  for (const path of paths) hash.update(bodies.get(path) ?? '');
  return hash.digest('hex');
}

export async function startPutServer(): Promise<PutServer> {
  const received: ReceivedPart[] = [];
  const texts = new Map<string, string>();
  const files = new Map<string, Buffer>();
  const refuse = new Map<string, number>();
  const stream = createHash('sha256');
  const bodies = new Map<string, Buffer>();
  const server: Server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (request.method === 'GET') {
      const file = files.get(path);
      response.statusCode = file === undefined ? 404 : 200;
      response.end(file);
      return;
    }
    const left = refuse.get(path) ?? 0;
    const isPart = path.startsWith('/part');
    const body = await consume(
      request,
      (chunk) => isPart && left === 0 && stream.update(chunk),
      received.length < KEPT,
    );
    if (left > 0) {
      refuse.set(path, left - 1);
      response.statusCode = 503;
      response.end();
      return;
    }
    const chunked = request.headers['transfer-encoding'] !== undefined;
    received.push({ path, bytes: body.bytes, sha256: body.sha256, chunked });
    if (body.whole !== undefined) bodies.set(path, body.whole);
    if (body.small !== undefined) texts.set(path, body.small);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    texts,
    refuse,
    files,
    whole: () => stream.copy().digest('hex'),
    bytes: (prefix) => hashOf(bodies, prefix),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function consume(request: IncomingMessage, each: (chunk: Buffer) => void, keep: boolean) {
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    hash.update(chunk);
    each(chunk);
    bytes += chunk.length;
    if (keep || bytes <= SMALL) kept.push(chunk);
  }
  const small = bytes <= SMALL ? Buffer.concat(kept).toString('utf8') : undefined;
  return { bytes, sha256: hash.digest('hex'), small, ...(keep ? { whole: Buffer.concat(kept) } : {}) };
}
