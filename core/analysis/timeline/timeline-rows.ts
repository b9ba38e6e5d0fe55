import { MACB, mactimeDate } from './csv-rows';
import type { RowCursor } from './row-cursor';

/** One row of a timeline. */
export interface TimelineRow {
  /** Unix seconds; 0: none recorded. */
  readonly time: number;
  /** As mactime -y prints it. */
  readonly date: string;
  /** `macb` with dots for the times this row does not stand for. */
  readonly macb: string;
  readonly size: number;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly meta: string;
  /** The name field as fls printed it, deleted mark and link target included. */
  readonly name: string;
  /** Line of the bodyfile, from 1. */
  readonly line: number;
}

/** The rows as objects: for a window's worth of rows, not for millions (see `csvChunks`). */
export function* timelineRows(rows: RowCursor): Generator<TimelineRow> {
  while (rows.next()) yield rowOf(rows);
}

export function rowOf(row: RowCursor): TimelineRow {
  const text = Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength);
  const [mode = '', uid = '', gid = '', size = ''] = text.toString('latin1', row.inodeEnd + 1, row.end).split('|');
  return {
    time: row.time,
    date: mactimeDate(row.time),
    macb: MACB[row.mask] ?? '....',
    size: Number(size),
    mode,
    uid: Number(uid),
    gid: Number(gid),
    meta: text.toString('latin1', row.nameEnd + 1, row.inodeEnd),
    name: text.toString('utf8', row.nameStart, row.nameEnd),
    line: row.line,
  };
}
