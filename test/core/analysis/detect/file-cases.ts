import { copied, type DetectorCase, diskOf, memoryOf, NOW } from './made-evidence';

/** What an installation leaves: many files and the package manager's records, in the same minutes. */
const INSTALLATION = [
  ...Array.from({ length: 20 }, (_, at) => ({
    path: `/usr/share/new/f${at}`,
    inode: 7000 + at,
    born: NOW,
    modified: NOW - 9_999_999,
  })),
  { path: '/var/lib/dpkg/status', changed: NOW + 9, inode: 7100 },
];
const open = (path: string) => ({
  PID: 3000,
  Process: 'agentd',
  FD: 4,
  Path: path,
  Type: 'REG',
  Device: '0:22',
  Inode: 3,
  Mode: '-rw-------',
});

const LONG_AGO = NOW - 90_000_000;

/** Detectors that judge files. */
export const FILE_CASES: readonly DetectorCase[] = [
  {
    detector: 'persistence-change',
    finds: {
      what: 'a second file of authorized keys made when the machine was broken into',
      files: diskOf({ path: '/home/app/.ssh/authorized_keys2', born: NOW + 30 }),
      says: /\/home\/app\/\.ssh\/authorized_keys2 \(authorized SSH key\) was made/,
    },
    leaves: {
      what: 'a cron job that a package brought, and a sample hook of git',
      files: {
        'disk/bodyfile.txt':
          diskOf(
            ...INSTALLATION,
            { path: '/etc/cron.d/sysstat', born: NOW + 30 },
            { path: '/srv/app/.git/hooks/pre-push.sample', born: NOW + 30 },
          )['disk/bodyfile.txt']?.replace(/^.*ld\.so\.preload.*\n/m, '') ?? '',
      },
    },
  },
  {
    detector: 'setuid-file',
    finds: {
      what: 'a set-user-id program in a home folder',
      files: diskOf({ path: '/home/app/ping', mode: 'r/rrwsr-xr-x' }),
      says: /\/home\/app\/ping is a program that runs as root/,
    },
    leaves: {
      what: 'su in its package’s place and in a layer of a container',
      files: {
        'disk/bodyfile.txt': [
          '0|/usr/bin/su|10|r/rrwsr-xr-x|0|0|9|1|1|1770000000|1770000000',
          '0|/var/lib/docker/overlay2/x/diff/usr/bin/su|11|r/rrwsr-xr-x|0|0|9|1|1|1770000000|1770000000',
        ].join('\n'),
      },
    },
  },
  {
    detector: 'web-shell',
    finds: {
      what: 'a script among the uploads of a site under /srv',
      files: {
        'disk/bodyfile.txt': `0|/srv/shop/public/uploads/a.php|10|r/rrw-r--r--|33|33|90|${NOW}|${NOW}|${NOW}|${NOW}\n`,
      },
      says: /\/srv\/shop\/public\/uploads\/a\.php may be a web shell/,
    },
    leaves: {
      what: 'a deployment of a whole site, index page among the uploads included',
      files: diskOf(
        ...Array.from({ length: 40 }, (_, at) => ({
          path: `/var/www/html/inc/f${at}.php`,
          inode: 6000 + at,
          born: NOW + at,
        })),
        { path: '/var/www/html/uploads/index.php', born: NOW + 20 },
      ),
    },
  },
  {
    detector: 'file-content',
    finds: {
      what: 'a sudo rule for the account of the web server',
      files: { ...diskOf(), ...copied(50, '/etc/sudoers.d/web', 'www-data ALL=(ALL) NOPASSWD: ALL\n') },
      says: /\/etc\/sudoers\.d\/web lets the account of a service become root/,
    },
    leaves: {
      what: 'the sudo rule that cloud-init writes',
      files: { ...diskOf(), ...copied(50, '/etc/sudoers.d/90-cloud-init-users', 'ec2-user ALL=(ALL) NOPASSWD:ALL\n') },
    },
  },
  {
    detector: 'yara-match',
    finds: {
      what: 'a rule that fits a file in a hidden folder',
      files: { ...diskOf(), 'disk/yara-miners.txt': 'miner_strings /opt/.c/sys\n' },
      says: /\/opt\/\.c\/sys matches miner_strings/,
    },
    leaves: {
      what: 'a rule that fits the documentation of a package',
      files: { ...diskOf(), 'disk/yara-miners.txt': 'miner_strings /usr/share/doc/xmr/README\n' },
    },
  },
  {
    detector: 'tooling-in-tmp',
    finds: {
      what: 'a kit in a hidden folder',
      files: diskOf({ path: '/dev/shm/.k/run', mode: 'r/rrwxr-xr-x', born: NOW + 3 }),
      says: /\/dev\/shm\/\.k holds a file/,
    },
    leaves: {
      what: 'what X, systemd, builds and editors keep in /tmp',
      files: {
        'disk/bodyfile.txt': [
          '/tmp/.X11-unix/X0',
          '/tmp/systemd-private-1-chrony.service-a/tmp',
          '/tmp/go-build1/b001/exe/main',
          '/tmp/vscode-ipc.sock',
        ]
          .map((path, at) => `0|${path}|${20 + at}|r/rrwxr-xr-x|0|0|9|${NOW}|${NOW}|${NOW}|${NOW}`)
          .join('\n'),
      },
    },
  },
  {
    detector: 'dropped-program',
    finds: {
      what: 'a program put into /usr/local/bin when the machine was broken into',
      files: diskOf({ path: '/usr/local/bin/healthd', mode: 'r/rrwxr-xr-x', born: NOW + 30 }),
      says: /A program came to \/usr\/local\/bin at .*: healthd/,
    },
    leaves: {
      what: 'a deployment of an application in the same minutes',
      files: diskOf(
        ...Array.from({ length: 12 }, (_, at) => ({
          path: `/opt/app/bin/t${at}`,
          inode: 6000 + at,
          mode: 'r/rrwxr-xr-x',
          born: NOW + at,
        })),
      ),
    },
  },
  {
    detector: 'open-odd-file',
    finds: {
      what: 'a hidden file in memory that a process holds open',
      files: memoryOf([], { lsof: [open('/dev/shm/.p/pool.cfg')] }),
      says: /\/dev\/shm\/\.p\/pool\.cfg is held open by agentd/,
    },
    leaves: {
      what: 'shared memory of a database, and a plain file in /tmp',
      files: memoryOf([], { lsof: [open('/dev/shm/PostgreSQL.1'), open('/tmp/work.txt')] }),
    },
  },
  {
    detector: 'timestomp',
    finds: {
      what: 'a hidden file younger than it claims to be',
      files: diskOf({ path: '/dev/shm/.k/run', mode: 'r/rrwxr-xr-x', born: NOW + 3, modified: LONG_AGO }),
      says: /\/dev\/shm\/\.k\/run was born .* and claims to be of/,
    },
    leaves: {
      what: 'files of packages, which are older than their birth',
      files: diskOf(...INSTALLATION),
    },
  },
  {
    detector: 'program-changed',
    finds: {
      what: 'ps, changed when the machine was broken into',
      files: diskOf({ path: '/usr/bin/ps', mode: 'r/rrwxr-xr-x', changed: NOW + 30 }),
      says: /\/usr\/bin\/ps, in a folder of packages, was changed/,
    },
    leaves: {
      what: 'ps, changed by an upgrade in those minutes',
      files: diskOf(...INSTALLATION, { path: '/usr/bin/ps', mode: 'r/rrwxr-xr-x', changed: NOW + 30 }),
    },
  },
  {
    detector: 'altered-program',
    finds: {
      what: 'a login module whose sum is not its package’s',
      files: {
        ...diskOf({ path: '/usr/lib/x86_64-linux-gnu/security/pam_unix.so', changed: NOW + 30 }),
        'disk/altered.txt': '/usr/lib/x86_64-linux-gnu/security/pam_unix.so\t0123\t4567\n',
      },
      says: /pam_unix\.so is not what its package brought; it changed at 2026-/,
    },
    leaves: {
      what: 'ps, which was touched and holds what its package brought',
      files: { ...diskOf({ path: '/usr/bin/ps', mode: 'r/rrwxr-xr-x', changed: NOW + 30 }), 'disk/altered.txt': '' },
    },
  },
  {
    detector: 'credentials-touched',
    finds: {
      what: 'a private key changed in the window',
      files: diskOf({ path: '/root/.ssh/id_ed25519', changed: NOW + 30 }),
      says: /\/root\/\.ssh\/id_ed25519 was changed/,
    },
    leaves: {
      what: 'a public key changed in the window, and credentials only read',
      files: diskOf(
        { path: '/root/.ssh/id_ed25519.pub', changed: NOW + 30 },
        { path: '/root/.aws/credentials', read: NOW + 30 },
      ),
    },
  },
];
