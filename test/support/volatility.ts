/** Memory outputs made by hand in Volatility's own shape. They test rules; they are no recording and count for no precision. */
export interface MadeTask {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly args?: string;
  /** A kernel thread has none. */
  readonly exe?: string;
  readonly inode?: number;
  readonly device?: readonly [number, number];
  readonly env?: Readonly<Record<string, string>>;
  readonly typed?: readonly (readonly [string, string])[];
  readonly sockets?: readonly MadeSocket[];
  /** Not in pslist: psscan only. */
  readonly unlisted?: boolean;
}

export interface MadeSocket {
  readonly fd?: number;
  readonly sock: number;
  readonly type?: 'STREAM' | 'DGRAM';
  readonly state: string;
  readonly local: readonly [string, number];
  readonly remote?: readonly [string, number];
  readonly netns?: number;
}

export type Release = '2.11' | '2.28';
type Row = Readonly<Record<string, unknown>>;

const HOME_NAMESPACE = 4_026_531_840;

/** Files of `memory/`. `extra` adds or replaces plugins' rows by name, e.g. `{malfind: [...]}`. */
export function volatilityFiles(
  tasks: readonly MadeTask[],
  extra: Readonly<Record<string, readonly Row[]>> = {},
  release: Release = '2.11',
): Readonly<Record<string, string>> {
  const pid = release === '2.11' ? 'PID' : 'Pid';
  const comm = release === '2.11' ? 'COMM' : 'Comm';
  const listed = tasks.filter(({ unlisted }) => unlisted !== true);
  const rows: Record<string, readonly Row[]> = {
    pslist: listed.map((task) => ({ [comm]: task.comm, [pid]: task.pid, PPID: task.ppid, TID: task.pid })),
    psscan: tasks.map((task) => ({
      [comm]: task.comm,
      EXIT_STATE: 'TASK_RUNNING',
      [pid]: task.pid,
      PPID: task.ppid,
      TID: task.pid,
    })),
    psaux: listed.map((task) => ({
      ARGS: task.args ?? `[${task.comm}]`,
      [comm]: task.comm,
      [pid]: task.pid,
      PPID: task.ppid,
    })),
    'proc.Maps': listed.flatMap((task) => mapRows(task, pid)),
    envars: listed.flatMap((task) =>
      Object.entries(task.env ?? {}).map(([KEY, VALUE]) => ({
        [comm]: task.comm,
        KEY,
        [pid]: task.pid,
        PPID: task.ppid,
        VALUE,
      })),
    ),
    bash: listed.flatMap((task) =>
      (task.typed ?? []).map(([CommandTime, Command]) => ({
        Command,
        CommandTime,
        [pid]: task.pid,
        Process: task.comm,
      })),
    ),
    sockstat: listed.flatMap((task) => (task.sockets ?? []).map((socket) => socketRow(task, socket, pid))),
    lsof: [],
    malfind: [],
    check_modules: [],
    lsmod: [{ Name: 'ena', Offset: 1, Size: 2 }],
    check_syscall: [],
    ...extra,
  };
  const prefix = (plugin: string) =>
    release === '2.28' && ['malfind', 'check_modules', 'check_syscall'].includes(plugin) ? 'linux.malware' : 'linux';
  const entries = Object.entries(rows).map(([plugin, list]) => {
    const nested = list.map((row) => ({ ...row, __children: [] }));
    return [`memory/${prefix(plugin)}.${plugin}.json`, `\n${JSON.stringify(nested, null, 2)}\n`];
  });
  return Object.fromEntries(entries);
}

function mapRows({ exe, inode, device, pid: id, comm }: MadeTask, pid: string): readonly Row[] {
  if (exe === undefined) return [];
  const [Major, Minor] = device ?? [259, 1];
  const shared = { [pid]: id, Process: comm, PgOff: 0 };
  return [
    {
      ...shared,
      Start: 94_000_000_000_000,
      End: 94_000_000_100_000,
      Flags: 'r-x',
      'File Path': exe,
      Inode: inode ?? 1000 + id,
      Major,
      Minor,
    },
    {
      ...shared,
      Start: 140_000_000_000_000,
      End: 140_000_000_100_000,
      Flags: 'r-x',
      'File Path': '/usr/lib64/libc.so.6',
      Inode: 77,
      Major,
      Minor,
    },
  ];
}

function socketRow(
  { comm, pid: id }: MadeTask,
  { fd, sock, type, state, local, remote, netns }: MadeSocket,
  pid: string,
): Row {
  const kind = type ?? 'STREAM';
  return {
    'Destination Addr': remote?.[0] ?? '0.0.0.0',
    'Destination Port': String(remote?.[1] ?? 0),
    FD: fd ?? 3,
    Family: 'AF_INET',
    NetNS: netns ?? HOME_NAMESPACE,
    [pid]: id,
    'Process Name': comm,
    Proto: kind === 'STREAM' ? 'TCP' : 'UDP',
    'Sock Offset': sock,
    'Source Addr': local[0],
    'Source Port': String(local[1]),
    State: state,
    TID: id,
    Type: kind,
  };
}

/** What runs on any server: init, a logger, sshd listening, a scheduler, kernel threads. */
export const ORDINARY_TASKS: readonly MadeTask[] = [
  {
    pid: 1,
    ppid: 0,
    comm: 'systemd',
    args: '/usr/lib/systemd/systemd --switched-root',
    exe: '/usr/lib/systemd/systemd',
    sockets: [{ sock: 1, state: 'LISTEN', local: ['127.0.0.1', 631] }],
  },
  { pid: 2, ppid: 0, comm: 'kthreadd' },
  { pid: 30, ppid: 2, comm: 'kworker/0:1' },
  { pid: 31, ppid: 2, comm: 'jbd2/nvme0n1p1-' },
  { pid: 600, ppid: 1, comm: 'rsyslogd', args: '/usr/sbin/rsyslogd -n', exe: '/usr/sbin/rsyslogd' },
  {
    pid: 610,
    ppid: 1,
    comm: 'chronyd',
    args: '/usr/sbin/chronyd -F 2',
    exe: '/usr/sbin/chronyd',
    sockets: [
      { sock: 5, type: 'DGRAM', state: 'UNCONNECTED', local: ['10.0.0.9', 40000], remote: ['169.254.169.123', 123] },
    ],
  },
  {
    pid: 700,
    ppid: 1,
    comm: 'sshd',
    args: 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups',
    exe: '/usr/sbin/sshd',
    sockets: [{ sock: 6, state: 'LISTEN', local: ['0.0.0.0', 22] }],
  },
  { pid: 710, ppid: 1, comm: 'crond', args: '/usr/sbin/crond -n', exe: '/usr/sbin/crond' },
  {
    pid: 720,
    ppid: 1,
    comm: 'amazon-ssm-agen',
    args: '/usr/bin/amazon-ssm-agent',
    exe: '/usr/bin/amazon-ssm-agent',
    sockets: [{ sock: 7, state: 'ESTABLISHED', local: ['10.0.0.9', 40100], remote: ['52.94.1.2', 443] }],
  },
];
