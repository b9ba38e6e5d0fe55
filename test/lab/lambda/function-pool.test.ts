import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contentSha256, loadFunctionCode } from '../../../lab/lambda/function-code';
import { FunctionPool } from '../../../lab/lambda/function-pool';
import type { InvocationResult } from '../../../lab/lambda/invocation';
import { CALL_HEADER, type CrashPoint, type OutgoingCall, type SandboxHost } from '../../../lab/lambda/sandbox-host';
import { VirtualTime } from '../../../lab/time/virtual-time';

const start = Date.parse('2020-01-01T00:00:00Z');
const folder = mkdtempSync(path.join(tmpdir(), 'sandbox-'));

/** A pool over one function whose `index.js` is the given text. */
function poolOf(source: string, timeoutSeconds = 30): FunctionPool {
  const dir = mkdtempSync(path.join(folder, 'fn-'));
  writeFileSync(path.join(dir, 'index.js'), source);
  const settings = {
    name: 'probe',
    label: 'probe',
    arn: 'arn:aws:lambda:eu-west-1:000111222333:function:probe',
    version: '1',
    handler: 'index.handler',
    timeoutSeconds,
    memoryMb: 128,
    environment: { WHO: 'me' },
  };
  const code = loadFunctionCode(dir, path.join(folder, 'cache'));
  return new FunctionPool({
    settings,
    code,
    region: 'eu-west-1',
    endpoints: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
  });
}

interface Bench {
  readonly time: VirtualTime;
  readonly lines: string[];
  run(pool: FunctionPool, event?: unknown): Promise<InvocationResult>;
}

function bench(options: { seed?: string; port?: number; crash?: (call: OutgoingCall) => CrashPoint } = {}): Bench {
  const seed = options.seed ?? '1';
  const time = new VirtualTime({ start, seed });
  const lines: string[] = [];
  const host: SandboxHost = {
    clock: time,
    seed,
    realPort: (nominal) => (nominal === 4566 ? (options.port ?? 0) : nominal),
    crashPoint: options.crash ?? (() => undefined),
    print: (_name, _id, line) => lines.push(line),
  };
  return { time, lines, run: (pool, event) => time.settle(pool.invoke(host, event ?? {}, 'request-1')) };
}

const payloadOf = (result: InvocationResult): unknown => (result.ok ? result.payload : result);

describe('a bundled function in its sandbox', () => {
  it('lives by the virtual clock: Date, timers, performance and hrtime agree', async () => {
    const pool = poolOf(`exports.handler = async () => {
      const before = [Date.now(), new Date().toISOString(), performance.now(), process.hrtime()[0]];
      await new Promise((r) => setTimeout(r, 5000));
      await require('node:timers/promises').setTimeout(5000);
      await require('util').promisify(globalThis.setTimeout)(5000);
      return { before, moved: Date.now() - before[0], perf: performance.now() - before[2], hr: process.hrtime()[0] - before[3], isDate: structuredClone(new Date()) instanceof Date };
    };`);
    const result = payloadOf(await bench().run(pool));
    expect(result).toMatchObject({ moved: 15_000, perf: 15_000, hr: 15, isDate: true });
    expect(result).toMatchObject({ before: [start, '2020-01-01T00:00:00.000Z', 0, start / 1000] });
  });

  it('has its own environment and none of this process', async () => {
    process.env.CORDON_TEST_LEAK = 'leak';
    const pool = poolOf(
      `exports.handler = async (event, context) => ({ who: process.env.WHO, key: process.env.AWS_ACCESS_KEY_ID, leak: process.env.CORDON_TEST_LEAK ?? null, event, id: context.awsRequestId, left: context.getRemainingTimeInMillis() });`,
    );
    expect(payloadOf(await bench().run(pool, { a: 1 }))).toEqual({
      who: 'me',
      key: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      leak: null,
      event: { a: 1 },
      id: 'request-1',
      left: 30_000,
    });
  });

  it('draws its randomness from the seed, every time the same', async () => {
    const source = `const c = require('crypto'); exports.handler = async () => [Math.random(), c.randomUUID(), c.randomBytes(4).toString('hex'), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(3))], c.randomInt(1000)];`;
    const draw = async (seed: string): Promise<unknown> => payloadOf(await bench({ seed }).run(poolOf(source)));
    expect(await draw('1')).toEqual(await draw('1'));
    expect(await draw('1')).not.toEqual(await draw('2'));
  });

  it('turns what is thrown into errorType and errorMessage', async () => {
    const pool = poolOf(
      `class Refusal extends Error { name = 'Refusal' } exports.handler = async () => { throw new Refusal('no'); };`,
    );
    expect(await bench().run(pool)).toEqual({ ok: false, errorType: 'Refusal', errorMessage: 'no' });
  });

  it('times out by the virtual clock and starts afresh afterwards', async () => {
    const pool = poolOf(
      `let n = 0; exports.handler = async (e) => { n += 1; if (e.hang) await new Promise(() => {}); return n; };`,
      3,
    );
    const b = bench();
    expect(await b.run(pool)).toEqual({ ok: true, payload: 1 });
    expect(await b.run(pool, { hang: true })).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
    expect(b.time.now()).toBe(start + 3000);
    expect(await b.run(pool)).toEqual({ ok: true, payload: 1 });
  });

  it('requires nothing but the modules of Node', async () => {
    const result = await bench().run(poolOf(`require('left-pad'); exports.handler = async () => 1;`));
    expect(result).toMatchObject({ ok: false, errorType: 'Runtime.ImportModuleError' });
  });

  it('keeps what the function prints', async () => {
    const b = bench();
    await b.run(poolOf(`exports.handler = async () => { console.log('a %d', 1); process.stdout.write('b\\n'); };`));
    expect(b.lines).toEqual(['a 1', 'b']);
  });
});

describe('a request of a sandbox', () => {
  const seen: IncomingMessage[] = [];
  const server = createServer((req, res) => {
    seen.push(req);
    req.resume().on('end', () => res.end(`answer to ${req.url}`));
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  beforeEach(() => seen.splice(0));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const caller = `const http = require('node:http');
    const ask = (path) => new Promise((resolve, reject) => http.request({ host: '127.0.0.1', port: 4566, path, headers: {} }, (res) => { let t = ''; res.on('data', (d) => { t += d; }).on('end', () => resolve(t)); }).on('error', reject).end());
    exports.handler = async () => { const a = await ask('/one'); const b = await (await fetch('http://127.0.0.1:4566/two')).text(); return [a, b]; };`;

  it('reaches the real port behind the nominal one, numbered by invocation', async () => {
    expect(payloadOf(await bench({ port }).run(poolOf(caller)))).toEqual(['answer to /one', 'answer to /two']);
    expect(seen.map((req) => req.headers[CALL_HEADER])).toEqual(['probe/1/1', 'probe/1/2']);
  });

  it.each([
    ['before', 'probe/1/1', 0],
    ['after', 'probe/1/1', 1],
    ['before', 'probe/1/2', 1],
    ['after', 'probe/1/2', 2],
  ] as const)('can die %s call %s, having made %d calls', async (when, id, made) => {
    const crash = (call: OutgoingCall): CrashPoint => (call.id === id ? when : undefined);
    const result = await bench({ port, crash }).run(poolOf(caller));
    expect(result).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
    expect(seen).toHaveLength(made);
  });

  it('does not leave the lab', async () => {
    const pool = poolOf(`exports.handler = async () => (await fetch('http://example.com/')).status;`);
    expect(await bench({ port }).run(pool)).toMatchObject({
      ok: false,
      errorMessage: expect.stringContaining('no network'),
    });
  });
});

describe('the digest of a bundle', () => {
  it('depends on names and content alone', () => {
    const write = (files: Record<string, string>): string => {
      const dir = mkdtempSync(path.join(folder, 'asset-'));
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
        writeFileSync(path.join(dir, name), text);
      }
      return contentSha256(dir);
    };
    expect(write({ 'index.js': 'a', 'sub/x': 'b' })).toBe(write({ 'sub/x': 'b', 'index.js': 'a' }));
    expect(write({ 'index.js': 'a' })).not.toBe(write({ 'index.js': 'b' }));
    expect(write({ 'index.js': 'a' })).not.toBe(write({ 'main.js': 'a' }));
  });
});
