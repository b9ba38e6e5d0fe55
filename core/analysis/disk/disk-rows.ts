import type { SourceLine } from '../parse-result';

/** What a directory entry says of its name: on the disk now, deleted, or deleted with its inode in use by another file. */
export type NameState = 'allocated' | 'deleted' | 'reallocated';

/** `fls -m`: md5|name|inode|mode|uid|gid|size|atime|mtime|ctime|crtime. Times are Unix seconds; 0 means "none recorded". */
export interface BodyfileRow {
  readonly source: SourceLine;
  /** Full path without the deleted mark and without a symlink's target. */
  readonly path: string;
  /** The name field exactly as printed. */
  readonly printedName: string;
  readonly linkTarget: string | undefined;
  /**
   * Read from a trailing ` (deleted)` or ` (deleted-realloc)`. A live file may be named so: `fls -rd` (its `*`) decides,
   * the rows of state `deleted` in `FlsRow`.
   */
  readonly state: NameState;
  /** `5502`, or `5502-128-1` on NTFS. */
  readonly meta: string;
  readonly inode: number;
  /** As printed: `r/rrwxr-xr-x`; the first letter is the name's type, the one after the slash the inode's. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly crtime: number;
}

/** One entry of `fls -r -p` or `fls -r -d -p` (with or without `-l`). */
export interface FlsRow {
  readonly source: SourceLine;
  /** Path from the root of the file system, without leading slash; `fls` prints no symlink targets. */
  readonly path: string;
  readonly state: NameState;
  readonly meta: string;
  readonly inode: number;
  /** Type letters: of the name and of the inode, e.g. `r`, `d`, `l`, `V`, `-`. */
  readonly nameType: string;
  readonly metaType: string;
  /** `$OrphanFiles`, `$MBR` and what lies under them: made by the tool, not on the disk. */
  readonly virtual: boolean;
}

/** A row of `mmls`. Slot is `000:000` on MBR, `013` on GPT, `Meta` or `-------` for what is not a partition. */
export interface PartitionRow {
  readonly source: SourceLine;
  readonly slot: string;
  /** Sectors, decimal: what `-o` takes. */
  readonly start: number;
  readonly end: number;
  readonly length: number;
  /** Empty on cloud images' GPT. */
  readonly description: string;
  readonly isPartition: boolean;
}

export interface PartitionTable {
  /** `GUID Partition Table (EFI)`, `DOS Partition Table`, …; undefined when the disk has none. */
  readonly scheme: string | undefined;
  readonly sectorBytes: number;
  readonly partitions: readonly PartitionRow[];
}

/** An inode of the orphan list: unlinked while still open when the image was taken. */
export interface OrphanInode {
  readonly source: SourceLine;
  readonly inode: number;
}

/** What `fsstat` says of a file system. */
export interface FileSystemRow {
  readonly source: SourceLine;
  readonly type: string;
  readonly label: string | undefined;
  readonly lastMountedOn: string | undefined;
  readonly lastMountedAt: string | undefined;
  readonly blockBytes: number | undefined;
  readonly inodeBytes: number | undefined;
  readonly journalInode: number | undefined;
  /** InCompat "Needs Recovery": the journal was not replayed, i.e. the image is of a running machine. "Unmounted properly" lies. */
  readonly needsRecovery: boolean;
  readonly orphans: readonly OrphanInode[];
}

/** A row of `ils` (any options but -m). Times are Unix seconds. */
export interface IlsRow {
  readonly source: SourceLine;
  readonly inode: number;
  readonly allocated: boolean;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly atime: number;
  readonly ctime: number;
  readonly crtime: number;
  /** Octal digits as printed, e.g. `755`, `4755`; `0` for an inode never written. */
  readonly mode: string;
  readonly links: number;
  readonly size: number;
}

/** A row of `jls`. */
export interface JournalRow {
  readonly source: SourceLine;
  readonly journalBlock: number;
  readonly allocated: boolean;
  readonly kind: 'superblock' | 'descriptor' | 'commit' | 'revoke' | 'fs-block';
  readonly sequence: number | undefined;
  /** The file-system block it holds; undefined for the journal's own blocks and for `Unknown`. */
  readonly fsBlock: number | undefined;
  /** Commit time, Unix seconds. */
  readonly committedAt: number | undefined;
}

/** `img_stat`. */
export interface ImageRow {
  readonly source: SourceLine;
  readonly type: string | undefined;
  readonly bytes: number | undefined;
  readonly sectorBytes: number | undefined;
}

/** `sha256sum`'s line. */
export interface HashRow {
  readonly source: SourceLine;
  readonly sha256: string;
  readonly path: string;
}

/** A string found in unallocated blocks, with its line in the strings output when grep -n gave one. */
export interface StringRow {
  readonly source: SourceLine;
  readonly stringNumber: number | undefined;
  readonly content: string;
}

/** `tsk_recover`'s count. A recovery of 0 files is none. */
export interface RecoveryRow {
  readonly source: SourceLine;
  readonly filesRecovered: number;
}

/** A row of `mactime -d`. */
export interface MactimeRow {
  readonly source: SourceLine;
  /** As printed; ISO with -y. */
  readonly date: string;
  readonly size: number;
  /** `macb` with dots, e.g. `m.c.`. */
  readonly macb: string;
  readonly mode: string;
  readonly uid: string;
  readonly gid: string;
  readonly meta: string;
  readonly name: string;
}
