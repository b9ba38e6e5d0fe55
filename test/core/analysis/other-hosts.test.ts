import { analyse } from '../../../core/analysis/analyse';
import { evidenceOf } from '../../../core/analysis/evidence-in-memory';
import type { Summary } from '../../../core/analysis/summary-schema';
import { type MadeTask, ORDINARY_TASKS, type Release, volatilityFiles } from '../../support/volatility';

/** Made sets: they show that rules hold on other hosts. They are no recordings and count for no precision. */
async function analysed(files: Readonly<Record<string, string>>, finding?: unknown): Promise<Summary> {
  const now = () => new Date('2026-06-01T12:00:00Z');
  const { summary } = await analyse(evidenceOf(files), {
    origin: 'stand-in',
    now,
    ...(finding === undefined ? {} : { finding }),
  });
  return summary;
}

const said = ({ findings }: Summary) =>
  findings.map(({ confidence, detector, title }) => `${confidence} ${detector}: ${title}`);
const high = (summary: Summary) => said(summary).filter((line) => line.startsWith('high'));

const OUT = { local: ['10.0.0.9', 40200], remote: ['198.51.100.7', 443] } as const;

const LOGIN: readonly MadeTask[] = [
  {
    pid: 2000,
    ppid: 700,
    comm: 'sshd',
    args: 'sshd: ec2-user [priv]',
    exe: '/usr/sbin/sshd',
    sockets: [{ fd: 4, sock: 50, state: 'ESTABLISHED', local: ['10.0.0.9', 22], remote: ['203.0.113.5', 51000] }],
  },
  {
    pid: 2001,
    ppid: 2000,
    comm: 'sshd',
    args: 'sshd: ec2-user@pts/0',
    exe: '/usr/sbin/sshd',
    sockets: [{ fd: 4, sock: 50, state: 'ESTABLISHED', local: ['10.0.0.9', 22], remote: ['203.0.113.5', 51000] }],
  },
  {
    pid: 2002,
    ppid: 2001,
    comm: 'bash',
    args: '-bash',
    exe: '/usr/bin/bash',
    env: { SSH_CONNECTION: '203.0.113.5 51000 10.0.0.9 22', HOME: '/home/ec2-user' },
  },
];

describe('a host where nothing happened', () => {
  test.each<Release>(['2.11', '2.28'])(
    'gives no finding with ordinary services and a login (field names of %s)',
    async (release) => {
      const summary = await analysed(volatilityFiles([...ORDINARY_TASKS, ...LOGIN], {}, release));
      expect(said(summary)).toEqual([]);
      expect(summary.assessment).toBe('nothing-found');
      expect(summary.checked.length).toBeGreaterThan(8);
    },
  );

  test('gives nothing of high confidence when an administrator sets it up', async () => {
    const typed = [
      'sudo yum update -y',
      'curl -fsSL https://get.docker.com | sh',
      'sudo setenforce 0',
      'sudo usermod -aG docker ec2-user',
      'sudo usermod -aG wheel ansible',
      'echo "ansible ALL=(ALL) NOPASSWD: ALL" | sudo tee /etc/sudoers.d/ansible',
      'sudo systemctl enable --now docker',
      'cat key.pub >> ~/.ssh/authorized_keys',
      'crontab -e',
      'chmod 755 /tmp/install.sh && /tmp/install.sh',
      'curl http://169.254.169.254/latest/meta-data/instance-id',
      'rm -rf /tmp/build',
    ].map((command, index) => [`2026-06-01T10:00:${10 + index}+00:00`, command] as const);
    const admin: MadeTask = { pid: 2010, ppid: 2001, comm: 'bash', args: '-bash', exe: '/usr/bin/bash', typed };
    expect(high(await analysed(volatilityFiles([...ORDINARY_TASKS, ...LOGIN, admin])))).toEqual([]);
  });

  test('gives nothing of high confidence for compilers at run time, containers, and titles in brackets', async () => {
    const tasks: MadeTask[] = [
      {
        pid: 3000,
        ppid: 1,
        comm: 'java',
        args: '/usr/bin/java -jar /opt/app/app.jar',
        exe: '/usr/lib/jvm/bin/java',
        sockets: [{ sock: 60, state: 'LISTEN', local: ['0.0.0.0', 8080] }],
      },
      {
        pid: 3001,
        ppid: 1,
        comm: 'node',
        args: 'node /srv/app/index.js',
        exe: '/usr/bin/node',
        sockets: [{ sock: 61, state: 'ESTABLISHED', ...OUT }],
      },
      {
        pid: 3002,
        ppid: 1,
        comm: 'celery',
        args: '[celeryd: worker@host:MainProcess] -active-',
        exe: '/usr/bin/python3.9',
      },
      {
        pid: 3003,
        ppid: 1,
        comm: 'runc',
        args: 'runc init',
        exe: '/memfd:runc_cloned:/proc/self/exe (deleted)',
        device: [0, 5],
      },
      {
        pid: 3004,
        ppid: 3003,
        comm: 'redis-server',
        args: 'redis-server *:6379',
        exe: '/usr/local/bin/redis-server',
        device: [0, 60],
        sockets: [{ sock: 62, state: 'LISTEN', local: ['0.0.0.0', 6379], netns: 99 }],
      },
      {
        pid: 3005,
        ppid: 1,
        comm: 'httpd',
        args: '/usr/sbin/httpd -DFOREGROUND',
        exe: '/usr/sbin/httpd',
        sockets: [{ sock: 63, state: 'LISTEN', local: ['::', 80] }],
      },
    ];
    const malfind = [3000, 3001].map((PID) => ({
      PID,
      Process: PID === 3000 ? 'java' : 'node',
      Protection: 'rwx',
      Start: 1,
      End: 2,
      Hexdump: '55 48 89 e5',
      Disasm: '',
    }));
    const summary = await analysed(volatilityFiles([...ORDINARY_TASKS, ...tasks], { malfind }));
    expect(high(summary)).toEqual([]);
    expect(said(summary).filter((line) => line.startsWith('medium'))).toEqual([]);
  });

  test('takes symbols of another kernel for what they are and not for hooked system calls', async () => {
    const check_syscall = Array.from({ length: 300 }, (_, Index) => ({
      Index,
      'Handler Symbol': 'UNKNOWN',
      'Table Name': '64bit',
      'Handler Address': Index,
    }));
    expect(said(await analysed(volatilityFiles(ORDINARY_TASKS, { check_syscall })))).toEqual([]);
  });
});

/** One bodyfile line; times are Unix seconds. */
function line(
  path: string,
  inode: number,
  mode: string,
  times: readonly [number, number, number, number],
  size = 10,
  owner = '0|0',
): string {
  return `0|${path}|${inode}|${mode}|${owner}|${size}|${times.join('|')}`;
}

const INSTALLED = 1_770_000_000;
const NOW = 1_780_000_000;
const quiet = [INSTALLED, INSTALLED, INSTALLED, INSTALLED] as const;
const PACKAGES = Array.from({ length: 300 }, (_, at) => line(`/usr/lib/pkg/f${at}`, 5000 + at, 'r/rrw-r--r--', quiet));

describe('a quiet disk of a busy host', () => {
  test('names younger than the copy are no emptied logs, reserved inodes are no deleted files, rotation is no tampering', async () => {
    const bodyfile = [
      ...PACKAGES,
      line('/var/log/wtmp', 70, 'r/----------', [0, 0, 0, 0], 0),
      line('/var/log/auth.log', 71, 'r/----------', [0, 0, 0, 0], 0),
      line('/var/log/nginx/access.log', 72, 'r/rrw-r-----', [NOW, NOW, NOW, NOW], 0, '33|4'),
      line('/var/log/nginx/access.log.1', 73, 'r/rrw-r-----', [NOW, NOW - 9, NOW, INSTALLED], 900, '33|4'),
      line('/tmp/systemd-private-1-chrony.service-x/tmp', 74, 'd/drwxrwxrwt', [NOW, NOW, NOW, NOW]),
      line('/tmp/snap-private-tmp/snap.lxd', 75, 'd/drwx------', [NOW, NOW, NOW, NOW]),
      line('/usr/lib/.build-id/ab/cd', 76, 'l/lrwxrwxrwx', quiet),
      line('/usr/lib64/.libcrypto.so.3.hmac', 77, 'r/rrw-r--r--', quiet),
      line('/var/lib/docker/overlay2/x/diff/usr/bin/su', 78, 'r/rrwsr-xr-x', [NOW, INSTALLED, NOW, NOW]),
    ].join('\n');
    const ils = `class|host|device|start_time\nils|vm||1\nst_ino|st_alloc|st_uid|st_gid|st_mtime|st_atime|st_ctime|st_crtime|st_mode|st_nlink|st_size\n${[
      1, 3, 4, 5, 6,
    ]
      .map((inode) => `${inode}|a|0|0|0|0|0|0|0|0|0`)
      .join('\n')}\n70|a|0|0|0|0|0|0|0|0|0\n`;
    const summary = await analysed({
      'disk/bodyfile.txt': bodyfile,
      'disk/ils-e.txt': ils,
      'disk/blkls-unalloc.strings.txt': '',
    });
    expect(said(summary)).toEqual([]);
    expect(summary.setAside.join('\n')).toMatch(/2 names without size and times/);
    expect(summary.checked.find(({ detector }) => detector === 'deleted-while-open')?.found).toBe(0);
  });

  test('a checkout and a build in a temporary place are no kit, however many programs and dot folders they have', async () => {
    const checkout = Array.from({ length: 300 }, (_, at) =>
      line(`/tmp/work/app/.git/objects/${at % 16}/f${at}`, 20_000 + at, 'r/rr--r--r--', [NOW, NOW, NOW, NOW]),
    );
    const bodyfile = [
      ...PACKAGES,
      ...checkout,
      line('/tmp/work/app/.git/hooks/pre-push.sample', 30_000, 'r/rrwxr-xr-x', [NOW, NOW, NOW, NOW]),
      line('/tmp/work/app/.ci/run', 30_001, 'r/rrwxr-xr-x', [NOW, NOW, NOW, NOW]),
      line('/tmp/work/app/.cache/bin/tool', 30_002, 'r/rrwxr-xr-x', [NOW, NOW, NOW, NOW]),
    ].join('\n');
    const summary = await analysed({ 'disk/bodyfile.txt': bodyfile });
    expect(said(summary).filter((one) => !one.startsWith('low'))).toEqual([]);
    expect(summary.window.from).toBeNull();
  });

  test('a daemon that still runs the program an upgrade replaced is no hidden program', async () => {
    const upgrade = [
      ...PACKAGES,
      ...Array.from({ length: 40 }, (_, at) =>
        line(`/usr/lib/new/f${at}`, 9000 + at, 'r/rrw-r--r--', [NOW, NOW - 999, NOW, NOW]),
      ),
    ];
    const bodyfile = [
      ...upgrade,
      line('/var/lib/dpkg/status', 80, 'r/rrw-r--r--', [NOW, NOW, NOW, NOW]),
      line('/usr/sbin/sshd', 81, 'r/rrwxr-xr-x', [NOW, NOW - 9999, NOW, NOW]),
      line('/usr/sbin/crond', 1710, 'r/rrwxr-xr-x', quiet),
      line('/usr/sbin/rsyslogd', 1600, 'r/rrwxr-xr-x', quiet),
    ].join('\n');
    const header =
      'class|host|device|start_time\nils|vm||1\nst_ino|st_alloc|st_uid|st_gid|st_mtime|st_atime|st_ctime|st_crtime|st_mode|st_nlink|st_size';
    const ils = `${header}\n1700|a|0|0|${INSTALLED}|${NOW}|${NOW}|${INSTALLED}|755|0|900000\n`;
    const summary = await analysed({
      ...volatilityFiles(ORDINARY_TASKS),
      'disk/bodyfile.txt': bodyfile,
      'disk/ils-e-orphans.txt': ils,
    });
    expect(said(summary).filter((one) => !one.startsWith('low'))).toEqual([]);
  });
});

describe('a host where something happened', () => {
  test('a program in memory only, started by a timer, is told with its timer', async () => {
    const evil: MadeTask = {
      pid: 4000,
      ppid: 1,
      comm: 'sd-helper',
      args: 'sd-helper',
      exe: '/memfd:x (deleted)',
      device: [0, 1],
      env: { TRIGGER_UNIT: 'net-sync.timer' },
      sockets: [{ sock: 70, state: 'ESTABLISHED', ...OUT }],
    };
    const summary = await analysed(volatilityFiles([...ORDINARY_TASKS, evil], {}, '2.28'));
    expect(high(summary).join('\n')).toMatch(/process-deleted-program: sd-helper \(pid 4000\) runs from memory only/);
    expect(high(summary).join('\n')).toMatch(
      /suspect-connection: sd-helper \(pid 4000\) is connected to 198\.51\.100\.7:443/,
    );
    expect(summary.story.entry.join('\n')).toContain('net-sync.timer');
  });

  test('a shell from SSH that became root carries the way in', async () => {
    const root: MadeTask[] = [
      {
        pid: 4100,
        ppid: 2002,
        comm: 'miner64',
        args: '/var/tmp/...data/miner64 -o stratum+tcp://pool.bad.test:3333 -u w',
        exe: '/var/tmp/...data/miner64',
        env: { SUDO_USER: 'ec2-user', SSH_CONNECTION: '203.0.113.5 51000 10.0.0.9 22' },
        sockets: [{ sock: 71, state: 'ESTABLISHED', local: ['10.0.0.9', 40300], remote: ['198.51.100.8', 3333] }],
      },
    ];
    const summary = await analysed(volatilityFiles([...ORDINARY_TASKS, ...LOGIN, ...root]));
    expect(summary.assessment).toBe('compromised');
    expect(summary.story.entry[0]).toMatch(/^Over SSH from 203\.0\.113\.5 as ec2-user, who then used sudo/);
    expect(summary.indicators.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['198.51.100.8', '/var/tmp/...data/miner64']),
    );
  });

  test('the process that holds the connection of the finding is named, UDP included', async () => {
    const beacon: MadeTask = {
      pid: 4200,
      ppid: 1,
      comm: 'agentd',
      args: '/usr/bin/agentd',
      exe: '/usr/bin/agentd',
      sockets: [
        { sock: 72, type: 'DGRAM', state: 'UNCONNECTED', local: ['10.0.0.9', 40400], remote: ['198.51.100.9', 53] },
      ],
    };
    const action = {
      networkConnectionAction: { remoteIpDetails: { ipAddressV4: '198.51.100.9' }, remotePortDetails: { port: 53 } },
    };
    const finding = {
      detail: {
        id: 'f',
        type: 'Backdoor:EC2/C&CActivity.B',
        service: { eventFirstSeen: '2026-06-01T11:00:00Z', eventLastSeen: '2026-06-01T11:10:00Z', action },
      },
    };
    const summary = await analysed(volatilityFiles([...ORDINARY_TASKS, beacon]), finding);
    expect(summary.findings[0]?.title).toBe(
      'agentd (pid 4200) holds the connection the finding names: 198.51.100.9:53',
    );
    expect(summary.narrative.join('\n')).toContain('What GuardDuty saw is explained');
  });

  test('a shell below a web server with its standard streams on a connection is a way in through the web', async () => {
    const tasks: MadeTask[] = [
      { pid: 4300, ppid: 1, comm: 'apache2', args: '/usr/sbin/apache2 -k start', exe: '/usr/sbin/apache2' },
      {
        pid: 4301,
        ppid: 4300,
        comm: 'sh',
        args: 'sh -c id',
        exe: '/usr/bin/dash',
        sockets: [0, 1, 2].map((fd) => ({ fd, sock: 73, state: 'ESTABLISHED', ...OUT })),
      },
    ];
    const summary = await analysed(volatilityFiles([...ORDINARY_TASKS, ...tasks]));
    expect(high(summary)[0]).toMatch(/reverse-shell: sh \(pid 4301\) is a shell driven from 198\.51\.100\.7:443/);
    expect(summary.story.entry[0]).toMatch(/Through the web server/);
  });

  test('a few hooked system calls among good ones, and a running process that the list lacks, are found', async () => {
    const check_syscall = Array.from({ length: 300 }, (_, Index) => ({
      Index,
      'Handler Symbol': Index === 217 ? 'UNKNOWN' : `__x64_sys_${Index}`,
      'Table Name': '64bit',
    }));
    const hidden: MadeTask = { pid: 4400, ppid: 1, comm: 'udevd', unlisted: true };
    const summary = await analysed(volatilityFiles([...ORDINARY_TASKS, hidden], { check_syscall }));
    expect(said(summary)).toEqual([
      expect.stringContaining('high hooked-syscall: 1 of 300 system calls are hooked: 217'),
      expect.stringContaining('medium process-not-listed: udevd (pid 4400)'),
    ]);
  });
});
