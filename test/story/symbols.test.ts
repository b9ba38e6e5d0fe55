import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { synthesize } from '../../bin/synth-command';
import { type DrillResult, runDrill } from '../../lab/drill/drill';
import { finding, wordsOf } from '../support/story';

jest.setTimeout(300_000);

const ROOT = join(__dirname, '..', '..');
const RECORDED = join(ROOT, 'lab', 'evidence', 'memory');
const NO_SYMBOLS = join(ROOT, 'test', 'fixtures', 'evidence', 'memory-errors', 'no-symbols');
/** Enough for a verdict. */
const FEW = [
  'linux.bash.json',
  'linux.pslist.json',
  'linux.psaux.json',
  'linux.proc.Maps.json.gz',
  'linux.sockstat.json',
];

let folder: string;
let story: DrillResult;

/** A Volatility that answers as the recorded one did without symbols: only the banners need none. */
function withoutSymbols(to: string): void {
  const vol = `#!/bin/sh
for plugin; do :; done
case $plugin in
  --help) echo 'Volatility 3 Framework 2.11.0' ;;
  banners.Banners) cat '${RECORDED}/banners.Banners.json' ;;
  *) cat '${NO_SYMBOLS}.stdout'; cat '${NO_SYMBOLS}.stderr' >&2; exit 1 ;;
esac
`;
  writeFileSync(join(folder, 'vol'), vol);
  chmodSync(join(folder, 'vol'), 0o755);
  writeFileSync(join(folder, 'image'), 'an image that a stand-in for Volatility looks at');
  const script = join(ROOT, 'runbooks', 'scripts', 'analyse-memory.sh');
  const plugins = 'banners.Banners 5\nlinux.pslist 5\nlinux.sockstat 5';
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, CORDON_PLUGINS: plugins };
  const ran = spawnSync('bash', [script, to, join(folder, 'image')], { env, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'symbols-story-'));
  const evidence = join(folder, 'evidence');
  for (const name of FEW) cpSync(join(RECORDED, name), join(evidence, 'memory', name), { recursive: true });
  mkdirSync(join(evidence, 'disk'));
  cpSync(join(ROOT, 'lab/evidence/disk/fsstat.txt'), join(evidence, 'disk/fsstat.txt'));
  withoutSymbols(join(evidence, 'memory-without-symbols'));
  const silent = { stdout: new PassThrough(), stderr: new PassThrough() };
  const assembly = await synthesize(silent, { context: { symbolFactory: true } });
  story = await runDrill({
    ...{ event: finding(), decisions: [], at: [], desk: { assembly, seed: '1', evidence } },
    before: (desk) => desk.lab.services.executions.onStateEntered(({ state }) => void entered.push(state)),
  });
});
afterAll(async () => {
  await story?.desk.close();
  rmSync(folder, { recursive: true, force: true });
});

const thread = () => {
  const { messages } = story.desk.slack.workspace;
  return messages
    .filter(({ channel }) => channel === story.desk.channel)
    .map(wordsOf)
    .join('\n');
};
const runOf = (workflow: string) => story.desk.github.runs.filter((run) => run.workflow.endsWith(workflow));
const entered: string[] = [];

describe('a memory image of a kernel for which there are no symbols', () => {
  it('has the factory asked for the kernel that the image itself names', () => {
    expect(thread()).toMatch(/No symbols for kernel 6\.1\.0-56-cloud-amd64: the symbol factory is asked/);
    expect(thread()).toMatch(/Symbols of kernel 6\.1\.0-56-cloud-amd64 asked of the symbol factory/);
  });

  it('has them made by this repository’s own workflow and put on the shelf by their digest, under the workflow’s own role', () => {
    const [run, ...more] = runOf('symbols.yml');
    expect(more).toEqual([]);
    expect(run?.steps.map(({ exit }) => exit)).toEqual(run?.steps.map(() => 0));
    const log = run?.steps.map(({ log: text }) => text).join('\n') ?? '';
    const digest = /Symbols of vmlinux-stand-in: ([0-9a-f]{64})/.exec(log)?.[1];
    const puts = story.desk.lab.services.recorder.rows.filter(
      ({ operation, resources }) =>
        operation === 'PutObject' && resources.some((one) => one.endsWith(`symbols/linux/${digest}.json.xz`)),
    );
    expect(puts.map(({ outcome, statement }) => [outcome, statement])).toEqual([
      ['ok', expect.stringContaining('PutSymbols')],
    ]);
  });

  it('is read again with them, and the summary tells what only memory shows', () => {
    expect(thread()).toMatch(/a shell was driven from 203\.0\.113\.66/);
    expect(story.outcome).toBe('contained');
    expect(entered).toContain('Keep the later memory results');
  });
});
