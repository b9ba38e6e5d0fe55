import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { verifyCommand } from '../../bin/verify-command';
import { drillFolder, FINGERPRINT } from '../support/sealed-folder';

const folder = mkdtempSync(join(tmpdir(), 'verify-'));
for (const [path, bytes] of drillFolder()) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await verifyCommand(argv, { stdout, stderr });
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('cordon verify', () => {
  it('exits 0 and says in words that the signature is not anchored', async () => {
    expect(await run(folder)).toMatchObject({ code: 0, out: expect.stringContaining('signature not anchored') });
  });

  it('exits 0 with the right key and 1 with another', async () => {
    expect(await run(folder, '--key', FINGERPRINT.toUpperCase())).toMatchObject({
      code: 0,
      out: expect.stringContaining('--key names'),
    });
    expect(await run(folder, '--key', '0'.repeat(64))).toMatchObject({
      code: 1,
      out: expect.stringContaining('BAD signing key'),
    });
  });

  it('holds what verified against the head that the thread was told', async () => {
    const head = /head ([0-9a-f]{64})/.exec((await run(folder)).out)?.[1] ?? '';
    expect((await run(folder, '--head', head.toUpperCase())).code).toBe(0);
    const other = await run(folder, '--head', 'f'.repeat(64));
    expect(other).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^BAD head: it is .* another seal, or an older one\.$/m),
    });
  });

  it('exits 1 and names the bad entry', async () => {
    const path = join(folder, 'evidence/derived/disk/fls.txt');
    writeFileSync(path, 'r/r 13: passwd\n');
    const { code, out } = await run(folder, '--json');
    writeFileSync(path, 'r/r 12: passwd\n');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'bad', entry: 'derived/disk/fls.txt' });
  });

  it.each([
    [['--key', 'abc', '.']],
    [['--head', 'IR-1', '.']],
    [[]],
    [['/no/such/folder']],
    [['s3:/bucket']],
    [[__filename]],
    [['--what']],
    [[tmpdir(), 'x']],
  ])('answers %j with one sentence and exit 2', async (argv) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
