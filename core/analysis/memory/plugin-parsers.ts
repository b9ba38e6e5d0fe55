import type { SourceLine } from '../parse-result';
import type { Fields } from './fields';
import type {
  BpfProgramRow,
  CachedFileRow,
  EnvironmentRow,
  HookRow,
  InjectedRow,
  KernelLogRow,
  LibraryRow,
  MapRow,
  ModuleRow,
  MountRow,
  OpenFileRow,
  SharedCredentialsRow,
  ShellCommandRow,
  SocketRow,
  SyscallRow,
  TaskRow,
} from './memory-rows';

/** One JSON row to one typed row; undefined when a field it cannot do without is missing. */
export type RowParser<T> = (fields: Fields, source: SourceLine) => T | undefined;

export const parseTask: RowParser<TaskRow> = (fields, source) => {
  const pid = fields.number('PID');
  if (pid === undefined) return undefined;
  return {
    source,
    pid,
    tid: fields.number('TID') ?? pid,
    ppid: fields.number('PPID') ?? 0,
    comm: fields.text('COMM', 'Process', 'Name') ?? '',
    uid: fields.number('EUID', 'UID'),
    startedAt: fields.time('CREATION TIME', 'Start Time', 'StartTime'),
    exitState: fields.text('EXIT_STATE', 'State'),
    args: fields.text('ARGS', 'Arguments', 'Cmdline'),
  };
};

export const parseShellCommand: RowParser<ShellCommandRow> = (fields, source) => {
  const pid = fields.number('PID');
  const command = fields.text('Command');
  if (pid === undefined || command === undefined) return undefined;
  return { source, pid, process: fields.text('Process', 'COMM') ?? '', command, at: fields.time('CommandTime') };
};

export const parseOpenFile: RowParser<OpenFileRow> = (fields, source) => {
  const pid = fields.number('PID');
  const path = fields.text('Path', 'File Path');
  if (pid === undefined || path === undefined) return undefined;
  return {
    source,
    pid,
    process: fields.text('Process', 'COMM') ?? '',
    fd: fields.number('FD') ?? -1,
    path,
    device: fields.text('Device'),
    inode: fields.number('Inode'),
    type: fields.text('Type') ?? '',
    mode: fields.text('Mode') ?? '',
    size: fields.number('Size'),
  };
};

export const parseSocket: RowParser<SocketRow> = (fields, source) => {
  const pid = fields.number('PID');
  const family = fields.text('Family');
  if (pid === undefined || family === undefined) return undefined;
  return {
    source,
    pid,
    process: fields.text('Process Name', 'Process', 'COMM') ?? '',
    fd: fields.number('FD'),
    family: family.toUpperCase(),
    type: (fields.text('Type') ?? '').toUpperCase(),
    protocol: (fields.text('Proto', 'Protocol') ?? '').toUpperCase(),
    localAddress: fields.text('Source Addr', 'Local Addr', 'Local Address', 'LocalAddr') ?? '',
    localPort: fields.number('Source Port', 'Local Port', 'LocalPort'),
    remoteAddress: fields.text('Destination Addr', 'Remote Addr', 'Foreign Addr', 'ForeignAddr') ?? '',
    remotePort: fields.number('Destination Port', 'Remote Port', 'Foreign Port', 'ForeignPort'),
    state: (fields.text('State') ?? '').toUpperCase(),
    netns: fields.number('NetNS', 'Net NS'),
    sock: fields.text('Sock Offset', 'Sock'),
  };
};

export const parseInjected: RowParser<InjectedRow> = (fields, source) => {
  const pid = fields.number('PID');
  if (pid === undefined) return undefined;
  return {
    source,
    pid,
    process: fields.text('Process', 'COMM') ?? '',
    protection: fields.text('Protection') ?? '',
    start: fields.number('Start', 'Start VPN'),
    end: fields.number('End', 'End VPN'),
    bytes: leadingBytes(fields.text('Hexdump') ?? fields.text('Disasm') ?? ''),
  };
};

export const parseModule: RowParser<ModuleRow> = (fields, source) => {
  const name = fields.text('Module Name', 'Name', 'Module');
  return name === undefined ? undefined : { source, name };
};

export const parseSyscall: RowParser<SyscallRow> = (fields, source) => {
  const symbol = fields.value('Handler Symbol', 'Symbol');
  if (fields.number('Index') === undefined && symbol === undefined) return undefined;
  return {
    source,
    table: fields.text('Table Name', 'Table') ?? '',
    index: fields.number('Index'),
    symbol: typeof symbol === 'string' ? symbol : '',
    module: fields.text('Handler Module', 'Module'),
  };
};

export const parseEnvironment: RowParser<EnvironmentRow> = (fields, source) => {
  const pid = fields.number('PID');
  const key = fields.text('KEY', 'Variable');
  if (pid === undefined || key === undefined) return undefined;
  return { source, pid, comm: fields.text('COMM', 'Process') ?? '', key, value: fields.text('VALUE') ?? '' };
};

export const parseMap: RowParser<MapRow> = (fields, source) => {
  const pid = fields.number('PID');
  if (pid === undefined) return undefined;
  const major = fields.number('Major');
  const minor = fields.number('Minor');
  return {
    source,
    pid,
    process: fields.text('Process', 'COMM') ?? '',
    start: fields.number('Start') ?? 0,
    flags: fields.text('Flags', 'Protection') ?? '',
    path: fields.text('File Path', 'Path') ?? '',
    inode: fields.number('Inode'),
    device: major === undefined || minor === undefined ? undefined : `${major}:${minor}`,
  };
};

export const parseKernelLog: RowParser<KernelLogRow> = (fields, source) => {
  const text = fields.text('line', 'message');
  if (text === undefined) return undefined;
  return { source, sinceBoot: fields.number('timestamp'), level: fields.text('level') ?? '', text };
};

export const parseMount: RowParser<MountRow> = (fields, source) => {
  const device = fields.text('MAJOR:MINOR', 'Device');
  const mountPoint = fields.text('MOUNT_POINT', 'Mount Point');
  if (device === undefined || mountPoint === undefined) return undefined;
  return {
    source,
    device,
    mountPoint,
    type: fields.text('FSTYPE') ?? '',
    from: fields.text('MOUNT_SRC', 'DEVNAME') ?? '',
    namespace: fields.number('MNT_NS_ID'),
  };
};

export const parseCachedFile: RowParser<CachedFileRow> = (fields, source) => {
  const path = fields.text('FilePath', 'Path');
  if (path === undefined) return undefined;
  return {
    source,
    path,
    mountPoint: fields.text('MountPoint') ?? '/',
    device: fields.text('Device'),
    inode: fields.number('InodeNum', 'Inode'),
    type: fields.text('FileType', 'Type') ?? '',
    mode: fields.text('FileMode', 'Mode') ?? '',
    cachedPages: fields.number('CachedPages'),
    changedAt: fields.time('ChangeTime', 'Changed'),
    wholeSecondModification:
      /:\d\d(?:\.0+)?(?:Z|[+-]|$)/.test(fields.text('ModificationTime') ?? '') &&
      /\.\d*[1-9]/.test(fields.text('ChangeTime') ?? ''),
  };
};

export const parseLibrary: RowParser<LibraryRow> = (fields, source) => {
  const pid = fields.number('Pid');
  const path = fields.text('Path');
  return pid === undefined || path === undefined
    ? undefined
    : { source, pid, process: fields.text('Name') ?? '', path };
};

/** Rows of check_idt, check_afinfo, tty_check, keyboard_notifiers and netfilter. */
export const parseHook: RowParser<HookRow> = (fields, source) => {
  const place = fields.text('Name', 'Symbol Name', 'Hook', 'Index', 'Symbol');
  if (place === undefined) return undefined;
  const member = fields.text('Member', 'Proto');
  return {
    source,
    place: member === undefined ? place : `${place} ${member}`,
    symbol: fields.text('Handler Symbol', 'Symbol', 'Handler') ?? '',
    module: fields.text('Module', 'Handler Module') ?? '',
    address: fields.number('Address', 'Handler Address', 'Handler'),
  };
};

export const parseSharedCredentials: RowParser<SharedCredentialsRow> = (fields, source) => {
  const pids = (fields.text('PIDs', 'Pids') ?? '').match(/\d+/g)?.map(Number) ?? [];
  return pids.length === 0 ? undefined : { source, pids };
};

export const parseBpfProgram: RowParser<BpfProgramRow> = (fields, source) => {
  const type = fields.text('Type');
  return type === undefined ? undefined : { source, name: fields.text('Name') ?? '', type };
};

/** The first bytes of a hex dump: pairs of digits until something else comes. */
function leadingBytes(dump: string): readonly number[] {
  const bytes: number[] = [];
  for (const [pair] of dump.replace(/^["\s]+/, '').matchAll(/\S+/g)) {
    if (!/^[0-9a-f]{2}"?$/i.test(pair) || bytes.length >= 16) break;
    bytes.push(Number.parseInt(pair, 16));
  }
  return bytes;
}
