import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { timelineCommand } from '../../bin/timeline-command';

const BODYFILE = '0|/etc/b|7|r/r|0|0|1|200|200|200|200\n0|/etc/a|6|r/r|0|0|1|100|100|100|100\n';

class Heard extends Writable {
  private readonly parts: Buffer[] = [];
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.parts.push(Buffer.from(chunk));
    done();
  }
  get text(): string {
    return Buffer.concat(this.parts).toString();
  }
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-test-'));
  writeFileSync(join(folder, 'bodyfile.txt'), BODYFILE);
  writeFileSync(join(folder, 'bodyfile.txt.gz'), gzipSync(BODYFILE));
  writeFileSync(join(folder, 'cut.gz'), gzipSync(BODYFILE.repeat(5000)).subarray(0, 300));
  writeFileSync(join(folder, 'bad.txt'), `${BODYFILE}half a li`);
  writeFileSync(join(folder, 'other.json'), '{"not": "a bodyfile"}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(argv: readonly string[], stdin = ''): Promise<{ code: number; out: string; err: string }> {
  const io = { stdout: new Heard(), stderr: new Heard(), stdin: Readable.from([Buffer.from(stdin, 'latin1')]) };
  const code = await timelineCommand(
    argv.map((word) => word.replace('FOLDER', folder)),
    io,
  );
  return { code, out: io.stdout.text, err: io.stderr.text };
}

const names = (out: string): readonly string[] => out.match(/\/etc\/./g) ?? [];

describe('cordon timeline', () => {
  test.each(['FOLDER/bodyfile.txt', 'FOLDER/bodyfile.txt.gz'])('sorts %s', async (path) => {
    const { code, out, err } = await run([path]);
    expect([code, err]).toEqual([0, '']);
    expect(names(out)).toEqual(['/etc/a', '/etc/b']);
  });

  test.each([BODYFILE, gzipSync(BODYFILE).toString('latin1')])(
    'reads standard input, gzipped or not',
    async (stdin) => {
      expect(names((await run(['-'], stdin)).out)).toEqual(['/etc/a', '/etc/b']);
    },
  );

  test('shows times from --from on and before --to', async () => {
    expect(names((await run(['FOLDER/bodyfile.txt', '--from', '100', '--to', '200'])).out)).toEqual(['/etc/a']);
    expect(names((await run(['FOLDER/bodyfile.txt', '--from', '1970-01-01T00:03:20Z'])).out)).toEqual(['/etc/b']);
  });

  test('writes JSON lines for Timesketch', async () => {
    const { out } = await run(['FOLDER/bodyfile.txt', '--format', 'jsonl']);
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map((event) => event.datetime)).toEqual([
      '1970-01-01T00:01:40.000000+00:00',
      '1970-01-01T00:03:20.000000+00:00',
    ]);
  });

  test('names the first line it left out and keeps the rest', async () => {
    const { code, out, err } = await run(['FOLDER/bad.txt']);
    expect([code, names(out).length]).toEqual([0, 2]);
    expect(err).toMatch(/left out 1 of 3 lines, the first is line 3/);
  });

  test('uses what a damaged gzip still gives and says so', async () => {
    const { code, err } = await run(['FOLDER/cut.gz']);
    expect(code).toBe(0);
    expect(err).toMatch(/could not be read to its end/);
  });

  test.each([
    [[], /needs a bodyfile/],
    [['FOLDER/none.txt'], /does not exist/],
    [['FOLDER'], /is a folder/],
    [['FOLDER/other.json'], /is not a bodyfile/],
    [['FOLDER/bodyfile.txt', 'FOLDER/bad.txt'], /takes one bodyfile/],
    [['FOLDER/bodyfile.txt', '--format', 'xml'], /csv or jsonl/],
    [['FOLDER/bodyfile.txt', '--from', 'yesterday'], /is not a time/],
    [['FOLDER/bodyfile.txt', '--from', '2026-02-30'], /is not a time/],
    [['FOLDER/bodyfile.txt', '--from', '2026-01-02', '--to', '2026-01-01'], /is not after/],
    [['FOLDER/bodyfile.txt', '--since', '1'], /--since/],
  ])('refuses %j with one sentence and exit code 2', async (argv, says) => {
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(says);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('leaves nothing behind in the folder for temporary files', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('cordon-timeline-'));
    await run(['FOLDER/bodyfile.txt']);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('cordon-timeline-'))).toEqual(before);
  });
});
