import type { SourceLine } from '../parse-result';

/** A task of pslist, psscan, pstree, pidhashtable or psaux. Threads have tid ≠ pid. */
export interface TaskRow {
  readonly source: SourceLine;
  readonly pid: number;
  readonly tid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly uid: number | undefined;
  /** Unix milliseconds; older releases do not print it. */
  readonly startedAt: number | undefined;
  /** psscan: `TASK_RUNNING`, `EXIT_DEAD`, `EXIT_ZOMBIE`. */
  readonly exitState: string | undefined;
  /** psaux: the argument vector as one text. */
  readonly args: string | undefined;
}

/** A remembered command of a shell. */
export interface ShellCommandRow {
  readonly source: SourceLine;
  readonly pid: number;
  readonly process: string;
  readonly command: string;
  /** Unix milliseconds; undefined when it is only the time at which the shell read its history file. */
  readonly at: number | undefined;
}

export interface OpenFileRow {
  readonly source: SourceLine;
  readonly pid: number;
  readonly process: string;
  readonly fd: number;
  readonly path: string;
  /** `major:minor` in decimal. */
  readonly device: string | undefined;
  readonly inode: number | undefined;
  readonly type: string;
  readonly mode: string;
  readonly size: number | undefined;
}

/** One descriptor of one socket: inherited descriptors repeat it. */
export interface SocketRow {
  readonly source: SourceLine;
  readonly pid: number;
  readonly process: string;
  readonly fd: number | undefined;
  readonly family: string;
  readonly type: string;
  readonly protocol: string;
  readonly localAddress: string;
  readonly localPort: number | undefined;
  readonly remoteAddress: string;
  readonly remotePort: number | undefined;
  /** Upper case. A connected UDP socket is UNCONNECTED with a peer. */
  readonly state: string;
  readonly netns: number | undefined;
  /** The kernel's socket object: equal for inherited descriptors of one connection. */
  readonly sock: string | undefined;
}

export interface InjectedRow {
  readonly source: SourceLine;
  readonly pid: number;
  readonly process: string;
  readonly protection: string;
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** Bytes at the start of the region, as far as printed. */
  readonly bytes: readonly number[];
}

export interface ModuleRow {
  readonly source: SourceLine;
  readonly name: string;
}

export interface SyscallRow {
  readonly source: SourceLine;
  readonly table: string;
  readonly index: number | undefined;
  readonly symbol: string;
  /** The module that holds the handler, in releases that print it. */
  readonly module: string | undefined;
}

export interface EnvironmentRow {
  readonly source: SourceLine;
  readonly pid: number;
  readonly comm: string;
  readonly key: string;
  readonly value: string;
}

/** A mapped region (proc.Maps) or mapped ELF (elfs: no flags, no inode). */
export interface MapRow {
  readonly source: SourceLine;
  readonly pid: number;
  readonly process: string;
  readonly start: number;
  readonly flags: string;
  readonly path: string;
  readonly inode: number | undefined;
  readonly device: string | undefined;
}

export interface KernelLogRow {
  readonly source: SourceLine;
  /** Seconds since boot. */
  readonly sinceBoot: number | undefined;
  readonly level: string;
  readonly text: string;
}

export interface MountRow {
  readonly source: SourceLine;
  readonly device: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly from: string;
  readonly namespace: number | undefined;
}

export interface CachedFileRow {
  readonly source: SourceLine;
  readonly path: string;
  readonly mountPoint: string;
  readonly device: string | undefined;
  readonly inode: number | undefined;
  readonly type: string;
  readonly mode: string;
  readonly cachedPages: number | undefined;
  readonly changedAt: number | undefined;
  /** The modification time has no fraction of a second while the change time has: `touch -r` and archives do so. */
  readonly wholeSecondModification: boolean;
}

export interface LibraryRow {
  readonly source: SourceLine;
  readonly pid: number;
  readonly process: string;
  readonly path: string;
}

/** A place where the kernel calls through a pointer: an interrupt, a terminal, a protocol, a packet filter. */
export interface HookRow {
  readonly source: SourceLine;
  readonly place: string;
  readonly symbol: string;
  readonly module: string;
  /** Of the handler, when printed. */
  readonly address: number | undefined;
}

/** Processes that share one set of credentials (check_creds). */
export interface SharedCredentialsRow {
  readonly source: SourceLine;
  readonly pids: readonly number[];
}

export interface BpfProgramRow {
  readonly source: SourceLine;
  readonly name: string;
  readonly type: string;
}
