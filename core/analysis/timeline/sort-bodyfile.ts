import { IssueList, type ParseIssue } from '../parse-result';
import { LineRun } from './line-run';
import { MergedRuns } from './merge-runs';
import type { RowCursor } from './row-cursor';
import { RunSorter, type TimeRange } from './sorted-run';
import type { SpillFile, SpillStore } from './spill';
import { SpilledRun, spillRun } from './spilled-run';

/**
 * What bounds memory, whatever the length of the input. With the defaults: 12 MiB of names, 131072 lines at 64 bytes
 * (8 MiB) and at 8 to rank them (1 MiB), 524288 rows at 24 bytes to sort (12 MiB): 33 MiB and Node itself. Larger runs
 * are slower: sorted rows visit their lines in random order, and twice as many do not fit the processor's caches.
 */
export interface RunSize {
  readonly bytes: number;
  readonly lines: number;
}

export const DEFAULT_RUN: RunSize = { bytes: 12 * 1024 * 1024, lines: 131_072 };

/** Runs merged at once: open files, and 64 read buffers of 256 KiB are 16 MiB. More runs are merged into one first. */
const FAN_IN = 64;
const MERGE_BUFFER_BYTES = 16 * 1024 * 1024;
const LARGEST_READ_BUFFER = 1024 * 1024;

export interface SortRequest {
  /** The bodyfile's bytes, not compressed. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Name of the bodyfile, for issues. */
  readonly file: string;
  readonly range: TimeRange;
  readonly spill: SpillStore;
  readonly run?: RunSize;
  /** Called now and then with the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface SortedBodyfile {
  readonly rows: RowCursor;
  readonly lines: number;
  /** Lines that were bodyfile rows. */
  readonly readable: number;
  readonly issues: readonly ParseIssue[];
  /** Gives the spill space back; the rows are gone then. */
  close(): void;
}

/**
 * Sorts a bodyfile into timeline rows: one for each distinct time of an inode and name, in the order of `mactime`, by time,
 * inode as text, and name. Memory stays the same however long the input; input that fits one run is never spilled.
 *
 * What differs from mactime 4.11, each because mactime loses or alters evidence there:
 * 1. a name holding `|` keeps its row (mactime drops it in silence);
 * 2. `%41` in a name stays as it is (mactime decodes it, though fls never encodes: a name could forge a line);
 * 3. mode, ids and size are those of the row's own line (mactime shows those of the last line with the same name,
 *    whatever its inode);
 * 4. times before 1970 are rows, and times of more than ten digits (from 2286 on) sort as numbers (mactime drops the
 *    first and sorts the second as text).
 */
export async function sortBodyfile(request: SortRequest): Promise<SortedBodyfile> {
  const size = request.run ?? DEFAULT_RUN;
  const issues = new IssueList(request.file);
  const lines = new LineRun(size.bytes, size.lines, (line, problem) => issues.add(line, problem));
  const sorter = new RunSorter(size.lines);
  const runs = new SpilledRuns(request.spill);
  const sortRun = () => sorter.sort(lines.bytes, lines.table, request.range);
  let readable = 0;
  let bytes = 0;
  const spillFullRuns = () => {
    while (lines.full) {
      readable += lines.table.count;
      runs.add(sortRun());
      lines.restart();
    }
  };
  for await (const chunk of request.chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      taken += lines.take(chunk.subarray(taken));
      spillFullRuns();
    }
    bytes += chunk.length;
    request.onProgress?.(bytes);
  }
  lines.finish();
  readable += lines.table.count;
  const rows = runs.mergeWith(sortRun());
  return { rows, lines: lines.lines, readable, issues: issues.finish(), close: () => runs.close() };
}

/** The runs on disk. Whenever there are FAN_IN of them they become one, so that open files and buffers stay bounded. */
class SpilledRuns {
  private files: SpillFile[] = [];

  constructor(private readonly store: SpillStore) {}

  add(rows: RowCursor): void {
    this.files.push(spillRun(rows, this.store));
    if (this.files.length < FAN_IN) return;
    const merged = spillRun(new MergedRuns(this.cursors()), this.store);
    this.close();
    this.files = [merged];
  }

  /** All rows in order; `last` is the run still in memory. */
  mergeWith(last: RowCursor): RowCursor {
    return this.files.length === 0 ? last : new MergedRuns([...this.cursors(), last]);
  }

  close(): void {
    for (const file of this.files) file.close();
    this.files = [];
  }

  private cursors(): readonly SpilledRun[] {
    const buffer = Math.min(LARGEST_READ_BUFFER, Math.floor(MERGE_BUFFER_BYTES / this.files.length));
    return this.files.map((file) => new SpilledRun(file, buffer));
  }
}
