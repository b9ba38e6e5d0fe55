import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pluginOf } from '../../core/analysis/memory/plugins';

const SCRIPT = resolve(__dirname, '../../runbooks/scripts/analyse-memory.sh');

/** A Volatility that answers by plugin name as the real one does: rows, an error, nothing, or never. */
const VOL = `#!/bin/sh
for plugin; do :; done
case $plugin in
  --help) echo 'Volatility 3 Framework 2.11.0' ;;
  banners.Banners) echo '[{"Banner":"Linux version 6.1.0-18-cloud-amd64 (gcc)","Offset":1}]' ;;
  linux.pslist) echo '[{"PID":1},{"PID":2}]' ;;
  linux.broken) echo 'Unsatisfied requirement plugins.X.kernel.symbol_table_name' >&2; exit 1 ;;
  linux.garbage) echo 'not json' ;;
  linux.forever) exec sleep 60 ;;
esac
`;
const AWS = '#!/bin/sh\nprintf "%s\\n" "$*" >>"$UPLOADS"\n';

let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-vol-'));
  out = join(folder, 'out');
  for (const [name, text] of [
    ['vol', VOL],
    ['aws', AWS],
  ] as const) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(join(folder, 'image'), 'memory');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function analyse(plugins: string, env: Record<string, string> = {}) {
  return spawnSync('bash', [SCRIPT, out, join(folder, 'image')], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, CORDON_PLUGINS: plugins, UPLOADS: join(folder, 'uploads'), ...env },
  });
}

const rows = (name: string) =>
  readFileSync(join(out, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));

describe('the memory analysis', () => {
  it('gives every plugin its own outcome, and none of them ends the run', () => {
    const { status } = analyse('linux.pslist 5\nlinux.broken 5\nlinux.garbage 5\nlinux.forever 1');
    expect(status).toBe(0);
    expect(rows('_timings.tsv').map(([plugin, code, , , count]) => [plugin, code, count])).toEqual([
      ['linux.pslist', '0', '2'],
      ['linux.broken', '1', 'NOTJSON'],
      ['linux.garbage', '0', 'NOTJSON'],
      ['linux.forever', '124', 'NOTJSON'],
    ]);
    expect(readFileSync(join(out, 'linux.forever.stderr'), 'utf8')).toContain('stopped after 1 s');
    expect(readFileSync(join(out, 'linux.broken.stderr'), 'utf8')).toContain('Unsatisfied requirement');
  });

  it('fails when no plugin gave anything', () => {
    expect(analyse('linux.broken 5').status).toBe(1);
  });

  it('hashes the image as it was read here', () => {
    analyse('linux.pslist 5');
    expect(rows('_image.tsv')).toEqual([['6', createHash('sha256').update('memory').digest('hex')]]);
  });

  it('says which kernel it was and that its symbols were there', () => {
    analyse('banners.Banners 5\nlinux.pslist 5');
    expect(rows('_symbols.tsv')).toEqual([['Linux version 6.1.0-18-cloud-amd64 (gcc)', 'present']]);
  });

  it('says that symbols were missing where Volatility says so in place of rows, and nothing of them after another failure', () => {
    const recorded = resolve(__dirname, '../fixtures/evidence/memory-errors');
    const answering = (pslist: string) => {
      const vol = VOL.replace('echo \'[{"PID":1},{"PID":2}]\'', pslist);
      expect(vol).not.toBe(VOL);
      writeFileSync(join(folder, 'vol'), vol);
      rmSync(out, { recursive: true, force: true });
      analyse('banners.Banners 5\nlinux.pslist 5');
      return rows('_symbols.tsv').at(0)?.at(1);
    };
    expect(answering(`cat ${recorded}/no-symbols.stdout; cat ${recorded}/no-symbols.stderr >&2; exit 1`)).toBe(
      'absent',
    );
    expect(answering('echo Killed >&2; exit 137')).toBe('unknown');
  });

  it('uploads each output as it is made, with tool and version', () => {
    analyse('linux.pslist 5', { CORDON_S3: 's3://bucket/incidents/IR-AAAABBBB/derived/memory/' });
    const uploads = readFileSync(join(folder, 'uploads'), 'utf8');
    expect(uploads).toContain('cordon-tool=volatility3,cordon-tool-version=2.11.0');
    for (const name of ['linux.pslist.json', '_timings.tsv', '_image.tsv', '_symbols.tsv']) {
      expect(uploads).toContain(`s3://bucket/incidents/IR-AAAABBBB/derived/memory/${name}`);
    }
  });

  it('says plainly that an image is not there', () => {
    rmSync(join(folder, 'image'));
    const { status, stderr } = analyse('linux.pslist 5');
    expect(status).toBe(2);
    expect(stderr).toContain('cannot be read');
    expect(existsSync(out) && readdirSync(out).length > 0).toBe(false);
  });

  it('runs plugins that the analysis knows by the name of their output', () => {
    const list = /PLUGINS=\$\{CORDON_PLUGINS:-'([^']*)'\}/.exec(readFileSync(SCRIPT, 'utf8'))?.[1] ?? '';
    const names = list.split('\n').map((line) => line.split(' ')[0] ?? '');
    const unread = names.filter((name) => pluginOf(`memory/${name}.json`) === undefined);
    expect(names.length).toBeGreaterThan(20);
    // Kept for people and for other tools; nothing of ours reads them.
    expect(unread.sort()).toEqual([
      'banners.Banners',
      'linux.capabilities',
      'linux.iomem',
      'linux.ptrace',
      'timeliner.Timeliner',
    ]);
  });
});
