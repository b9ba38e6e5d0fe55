import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseCaptureResult } from '../../core/collect/capture-result';
import { type PutServer, startPutServer } from './put-server';
import { SHELLS, type Shell } from './shells';

const SCRIPT = resolve(__dirname, '../../runbooks/scripts/capture-memory.sh');
const MIB = 1024 * 1024;
const INTENT = 'IR-AAAABBBB/1/capture-memory/1';

const BIG = process.env.CORDON_ALL === '1' ? 3 * 1024 * MIB : 256 * MIB;

let server: PutServer;
let folder: string;

beforeEach(async () => {
  server = await startPutServer();
  folder = mkdtempSync(join(tmpdir(), 'cordon-capture-'));
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function offer(parts: number, extra: readonly string[] = []): void {
  const lines = Array.from({ length: parts }, (_, i) => `part\t${server.url}/part${i + 1}`);
  server.files.set('/list', Buffer.from([...extra, ...lines, `result\t${server.url}/result`, ''].join('\n')));
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function start(shell: Shell, env: Record<string, string>): ChildProcess {
  return spawn(shell.command[0]!, [...shell.command.slice(1), SCRIPT], {
    env: {
      PATH: shell.path,
      CORDON_INTENT: INTENT,
      CORDON_URL_LIST: `${server.url}/list`,
      CORDON_PART_BYTES: String(8 * MIB),
      CORDON_TIME_LIMIT: '600',
      CORDON_RUN_DIR: folder,
      ...env,
    },
  });
}

async function run(shell: Shell, env: Record<string, string>): Promise<Run> {
  const child = start(shell, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => (stdout += chunk));
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise<number>((done) => child.on('close', (exit) => done(exit ?? -1)));
  return { code, stdout, stderr };
}

function standIn(bytes: number): { path: string; sha256: string } {
  const path = join(folder, 'memory');
  const block = Buffer.alloc(bytes);
  for (let i = 0; i < block.length; i += 4096) block.writeUInt32LE(i, i);
  writeFileSync(path, block);
  return { path, sha256: createHash('sha256').update(block).digest('hex') };
}

const resultOf = () => parseCaptureResult(server.texts.get('/result') ?? '');

describe.each(SHELLS)('the memory capture under $name', (shell) => {
  it('sends every byte in order, in parts of the size asked for, and says what it sent', async () => {
    const source = standIn(20 * MIB + 12_345);
    offer(5);
    const { code, stdout, stderr } = await run(shell, { CORDON_MEMORY_SOURCE: source.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const parts = server.received.filter((part) => part.path.startsWith('/part'));
    expect(parts.map((part) => [part.path, part.bytes, part.chunked])).toEqual([
      ['/part1', 8 * MIB, false],
      ['/part2', 8 * MIB, false],
      ['/part3', 4 * MIB + 12_345, false],
    ]);
    expect(server.whole()).toBe(source.sha256);
    expect(parseCaptureResult(stdout)).toMatchObject({
      outcome: 'captured',
      bytes: 20 * MIB + 12_345,
      parts: 3,
      sha256: source.sha256,
      tool: 'stand-in',
      origin: 'stand-in',
    });
    expect(resultOf()).toEqual(parseCaptureResult(stdout));
  });

  it('does nothing a second time for the same intent', async () => {
    const source = standIn(MIB);
    offer(5);
    const first = await run(shell, { CORDON_MEMORY_SOURCE: source.path });
    const sent = server.received.length;
    const second = await run(shell, { CORDON_MEMORY_SOURCE: source.path });
    expect(second).toEqual(first);
    expect(server.received).toHaveLength(sent);
  });

  it('sends a part again when S3 says 503', async () => {
    const source = standIn(9 * MIB);
    offer(5);
    server.refuse.set('/part1', 1);
    const { code } = await run(shell, { CORDON_MEMORY_SOURCE: source.path });
    expect(code).toBe(0);
    expect(server.whole()).toBe(source.sha256);
  });

  it('ends as upload-failed when the image is larger than its URLs', async () => {
    const source = standIn(20 * MIB);
    offer(1);
    const { code } = await run(shell, { CORDON_MEMORY_SOURCE: source.path });
    expect(code).not.toBe(0);
    expect(resultOf()).toMatchObject({
      outcome: 'upload-failed',
      detail: 'the image is larger than its 1 URLs',
      parts: 1,
      bytes: 8 * MIB,
    });
  });

  it('has several parts on their way at once where the list says so, and they are the same bytes', async () => {
    const source = standIn(45 * MIB + 77);
    offer(7, ['streams\t3']);
    server.refuse.set('/part2', 1);
    const { code, stderr } = await run(shell, { CORDON_MEMORY_SOURCE: source.path });
    expect({ code, stderr: stderr.replace(/curl: .*\n/g, '') }).toEqual({ code: 0, stderr: '' });
    const parts = server.received.filter((part) => part.path.startsWith('/part'));
    // The refused one came again later than those behind it: they did not wait for it.
    expect(parts.map(({ path }) => path)).not.toEqual(parts.map(({ path }) => path).sort());
    expect(new Set(parts.map(({ path }) => path)).size).toBe(6);
    expect(server.bytes('/part')).toBe(source.sha256);
    expect(resultOf()).toMatchObject({ outcome: 'captured', parts: 6, bytes: 45 * MIB + 77, sha256: source.sha256 });
  });

  // Its four tries take 7 seconds.
  const slowly = process.env.CORDON_ALL === '1' ? it : it.skip;
  slowly(
    'ends as upload-failed when one of several parts cannot be sent at all',
    async () => {
      const source = standIn(45 * MIB);
      offer(7, ['streams\t3']);
      server.refuse.set('/part2', 4);
      const { code } = await run(shell, { CORDON_MEMORY_SOURCE: source.path });
      expect(code).not.toBe(0);
      expect(resultOf()?.outcome).toBe('upload-failed');
    },
    30_000,
  );

  it('ends as busy, and leaves the other capture alone, while a lock is held by a living process', async () => {
    standIn(MIB);
    offer(1);
    mkdirSync(join(folder, 'cordon-memory.lock'));
    writeFileSync(join(folder, 'cordon-memory.lock/pid'), String(process.pid));
    const { code, stdout } = await run(shell, { CORDON_MEMORY_SOURCE: join(folder, 'memory') });
    expect(code).not.toBe(0);
    expect(parseCaptureResult(stdout)?.outcome).toBe('busy');
    expect(server.received).toEqual([]);
  });

  it('leaves no tool, no part and no URL behind', async () => {
    const source = standIn(9 * MIB);
    offer(5);
    await run(shell, { CORDON_MEMORY_SOURCE: source.path });
    const left = readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter((name) => /list|tool|part[0-9]*$|urls|lock/.test(name))).toEqual([]);
    const work = left.find((name) => name.startsWith('cordon-IR') && !name.includes('/'));
    const texts = left
      .filter((name) => name.startsWith(`${work}/`))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(texts.join('')).not.toContain(server.url);
  });
});

describe('the memory capture and its tool', () => {
  const tool = (body: string) => {
    const bytes = Buffer.from(body);
    server.files.set('/avml', bytes);
    return createHash('sha256').update(bytes).digest('hex');
  };
  const AVML = '#!/bin/sh\n[ "$1" = --version ] && echo "avml 0.21.0" && exit 0\nhead -c 3000000 /dev/zero >"$1"\n';

  it('runs the tool whose digest is named, and says its version', async () => {
    const digest = tool(AVML);
    offer(2, [`tool\t${server.url}/avml`, `sha256\t${digest}`]);
    const { code } = await run(SHELLS[0]!, {});
    expect(code).toBe(0);
    expect(resultOf()).toMatchObject({
      outcome: 'captured',
      bytes: 3_000_000,
      tool: 'avml',
      toolVersion: 'avml 0.21.0',
    });
  });

  it('ends as no-tool, and runs nothing, when the digest is another', async () => {
    tool(AVML);
    offer(2, [`tool\t${server.url}/avml`, `sha256\t${'0'.repeat(64)}`]);
    const { code } = await run(SHELLS[0]!, {});
    expect(code).not.toBe(0);
    expect(resultOf()).toMatchObject({ outcome: 'no-tool', bytes: 0 });
  });

  it("ends as source-failed with the tool's own words when it cannot read memory", async () => {
    const digest = tool('#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "unable to open /proc/kcore" >&2\nexit 3\n');
    offer(2, [`tool\t${server.url}/avml`, `sha256\t${digest}`]);
    const { code } = await run(SHELLS[0]!, {});
    expect(code).not.toBe(0);
    expect(resultOf()).toMatchObject({ outcome: 'source-failed', detail: 'unable to open /proc/kcore' });
  });

  it('ends as time-out when the tool does not end in its time', async () => {
    const digest = tool('#!/bin/sh\n[ "$1" = --version ] && exit 0\nexec sleep 60\n');
    offer(2, [`tool\t${server.url}/avml`, `sha256\t${digest}`]);
    const { code } = await run(SHELLS[0]!, { CORDON_TIME_LIMIT: '1' });
    expect(code).not.toBe(0);
    expect(resultOf()?.outcome).toBe('time-out');
  });
});

describe('the memory capture of a large host', () => {
  it(`streams ${BIG / MIB} MiB while no process of it grows beyond 64 MiB`, async () => {
    chmodSync(folder, 0o700);
    const source = join(folder, 'zeros');
    spawnSync('truncate', ['-s', String(BIG), source]);
    offer(BIG / (8 * MIB) + 1, ['streams\t4']);
    const child = start(SHELLS[0]!, { CORDON_MEMORY_SOURCE: source });
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, rssOfTree(child.pid ?? 0));
    }, 50);
    const code = await new Promise<number>((done) => child.on('close', (exit) => done(exit ?? -1)));
    clearInterval(watch);
    expect(code).toBe(0);
    expect(resultOf()).toMatchObject({ outcome: 'captured', bytes: BIG, parts: BIG / (8 * MIB) });
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(64 * MIB);
    if (BIG > 1024 * MIB)
      process.stderr.write(`${BIG / MIB} MiB streamed, largest process ${Math.ceil(peak / MIB)} MiB\n`);
  }, 900_000);
});

/** Largest resident set of a process and its descendants, from /proc. */
function rssOfTree(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const text = /^[0-9]+$/.test(name) ? readQuietly(`/proc/${name}/status`) : undefined;
    const parent = /^PPid:\s+([0-9]+)/m.exec(text ?? '')?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const tree = new Set([root]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [pid, parent] of parents) {
      if (tree.has(parent) && !tree.has(pid)) {
        tree.add(pid);
        grew = true;
      }
    }
  }
  const sizes = [...tree].map((pid) =>
    Number(/^VmRSS:\s+([0-9]+)/m.exec(readQuietly(`/proc/${pid}/status`) ?? '')?.[1] ?? 0),
  );
  return Math.max(...sizes) * 1024;
}

function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
