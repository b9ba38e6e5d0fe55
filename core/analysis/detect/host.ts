import type { BodyfileRow, FileSystemRow, FlsRow, HashRow, IlsRow, StringRow } from '../disk/disk-rows';
import type { PlaceRow } from '../disk/places';
import type { EnvironmentRow, ShellCommandRow } from '../memory/memory-rows';
import type { MemoryFacts } from '../memory/read-memory';
import type { VolatileFacts } from '../memory/read-volatile';
import type { ParseIssue, SourceLine } from '../parse-result';
import type { InputStates } from './inputs';

/** The program a process runs. */
export interface Program {
  readonly path: string;
  readonly inode: number | undefined;
  /** `major:minor`: inode numbers are unique on one device only. */
  readonly device: string | undefined;
  readonly source: SourceLine;
}

/** Whether a process's program file still has a name on the disk. */
export type ProgramFile =
  | { readonly kind: 'on-disk'; readonly row: BodyfileRow }
  | {
      readonly kind: 'deleted';
      readonly proof: SourceLine;
      readonly orphan: OrphanFile | undefined;
      readonly marked: boolean;
    }
  | { readonly kind: 'in-memory-only'; readonly proof: SourceLine }
  | { readonly kind: 'unknown' };

export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  /** The argument vector as one text; undefined when it could not be read. */
  readonly args: string | undefined;
  readonly uid: number | undefined;
  /** Unix milliseconds. */
  readonly startedAt: number | undefined;
  readonly program: Program | undefined;
  readonly programFile: ProgramFile;
  /** A kernel thread has no memory of its own. */
  readonly hasUserMemory: boolean;
  readonly environment: ReadonlyMap<string, EnvironmentRow>;
  readonly commands: readonly ShellCommandRow[];
  /** The row that names it best (psaux, else pslist, else volatile state). */
  readonly source: SourceLine;
  /** A tool of this investigation (memory acquisition), not of the attacker. */
  readonly acquisition: boolean;
}

/** One holder of a socket: inherited descriptors make several. */
export interface SocketHolder {
  readonly pid: number;
  readonly process: string;
  readonly fds: readonly number[];
  readonly source: SourceLine;
}

/** One socket with everyone who holds it; the first holder is its owner, the others inherited it. */
export interface Connection {
  readonly protocol: 'tcp' | 'udp' | 'raw';
  readonly state: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** In a network namespace of its own: a container, not the host's network. */
  readonly otherNamespace: boolean;
  readonly owner: SocketHolder;
  readonly heirs: readonly SocketHolder[];
}

/** A file deleted while a process held it open. */
export interface OrphanFile {
  readonly inode: number;
  /** Of the root file system: only there are inode numbers joined with memory's. */
  readonly root: boolean;
  readonly details: IlsRow | undefined;
  readonly sources: readonly SourceLine[];
}

/** A stretch of time in which the attacker was at work. Unix milliseconds. */
export interface AttackWindow {
  readonly from: number;
  readonly to: number;
  readonly why: string;
  readonly weight: number;
  /** Strong signs of different kinds agree: somebody broke in then, rather than worked. */
  readonly certain: boolean;
  /** Beyond doubt, or of the time of the GuardDuty finding. In any other window a person may simply have been at work. */
  readonly backed: boolean;
}

/** What the finding names. */
export interface FindingFacts {
  readonly id: string;
  readonly type: string;
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
  readonly domains: readonly string[];
  readonly instanceId: string | undefined;
  readonly ownAddresses: readonly string[];
}

/** A file carved or copied out of the image. */
export interface RecoveredFile {
  readonly name: string;
  readonly inode: number | undefined;
  readonly bytes: number;
  readonly sha256: string;
  readonly firstLine: SourceLine;
}

export interface ContentLine {
  /** What the file says on this line. */
  readonly text: string;
  /** Where that was read: the copied file's line, or a row of the volatile state. */
  readonly source: SourceLine;
}

/** Lines of one small file. */
export interface FileContent {
  readonly path: string;
  readonly lines: readonly ContentLine[];
}

/** One hit of a YARA rule. */
export interface YaraMatch {
  readonly rule: string;
  readonly path: string;
  readonly source: SourceLine;
}

export interface DiskFacts {
  /** Files that detectors may ask for; not the whole listing. */
  readonly files: readonly BodyfileRow[];
  readonly byPath: ReadonlyMap<string, BodyfileRow>;
  /** Files of containers' layers. */
  readonly insideContainers: readonly BodyfileRow[];
  /** Programs and units in packages' folders that no package brought; undefined when the package lists were not read. */
  readonly unowned: ReadonlyMap<string, SourceLine> | undefined;
  /** Programs of packages that hold something else than their package brought; undefined when that was not looked at. */
  readonly altered: ReadonlyMap<string, SourceLine> | undefined;
  readonly byInode: ReadonlyMap<number, BodyfileRow>;
  readonly deleted: readonly FlsRow[];
  readonly orphans: readonly OrphanFile[];
  readonly strings: readonly StringRow[];
  readonly fileSystems: readonly FileSystemRow[];
  /** Every place of the disks, read or not, when the disk runbook's list is among the evidence. */
  readonly places: readonly PlaceRow[];
  readonly hashes: readonly HashRow[];
  readonly recovered: readonly RecoveredFile[];
  /** Lines of recovered files that say something (see `telling-text.ts`). */
  readonly recoveredLines: readonly StringRow[];
  /** Contents of files that are not deleted and that the disk runbook copied because their place matters. */
  readonly contents: readonly FileContent[];
  /** Names that survive in the file system's journal, deleted ones among them. */
  readonly journalNames: ReadonlyMap<string, SourceLine>;
  readonly yara: readonly YaraMatch[];
  /** Names whose inode had not reached the disk when it was copied: they look truncated and are not. */
  readonly unwritten: number;
  /** Lines of the listing. */
  readonly rows: number;
  /** Unix seconds of the newest birth or change. */
  readonly newest: number | undefined;
  readonly oldest: number | undefined;
  readonly issues: readonly ParseIssue[];
  /** Whether files were being installed around a time (Unix seconds): packages, first boot, image build. */
  installedAround(seconds: number): boolean;
  /** Whether a tree was unpacked or checked out in a temporary place or a home around a time (Unix seconds). */
  unpackedAround(seconds: number): boolean;
}

/** Everything known of the machine, joined. What detectors read. */
export interface Host {
  readonly processes: ReadonlyMap<number, Process>;
  readonly connections: readonly Connection[];
  readonly memory: MemoryFacts;
  readonly disk: DiskFacts;
  readonly volatile: VolatileFacts | undefined;
  readonly finding: FindingFacts | undefined;
  readonly windows: readonly AttackWindow[];
  readonly inputs: InputStates;
  /** Whether the listing shows the files of a device (`major:minor`): inode numbers are joined on such devices only. */
  holds(device: string | undefined): boolean;
  /** Whether Unix seconds lie in an attack window; false when there is none. */
  inWindow(seconds: number): boolean;
}
