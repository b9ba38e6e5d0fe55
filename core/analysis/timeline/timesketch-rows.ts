import type { RowCursor } from './row-cursor';
import { rowOf, type TimelineRow } from './timeline-rows';
import { isoSeconds } from './utc-date';

const CHUNK_CHARACTERS = 512 * 1024;

const MEANINGS: readonly (readonly [string, string])[] = [
  ['m', 'Content Modification Time'],
  ['a', 'Last Access Time'],
  ['c', 'Metadata Modification Time'],
  ['b', 'Creation Time'],
];

/**
 * The rows as JSON lines for Timesketch, which requires message, datetime (ISO 8601), timestamp (microseconds) and
 * timestamp_desc; the other fields are searchable there. Invalid UTF-8 in a name becomes U+FFFD.
 */
export function* timesketchChunks(rows: RowCursor): Generator<Uint8Array> {
  let text = '';
  while (rows.next()) {
    text += timesketchLine(rowOf(rows));
    if (text.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

/** One event. The timestamp is written digit by digit: microseconds of a 64-bit time exceed what a double counts exactly. */
export function timesketchLine(row: TimelineRow): string {
  const fields = {
    message: `${row.name} (${row.mode}, ${row.size} bytes, uid ${row.uid}, gid ${row.gid}, inode ${row.meta})`,
    datetime: `${isoSeconds(row.time)}.000000+00:00`,
    timestamp_desc: description(row),
    data_type: 'fs:bodyfile:entry',
    macb: row.macb,
    filename: row.name,
    inode: row.meta,
    mode: row.mode,
    uid: row.uid,
    gid: row.gid,
    size: row.size,
    bodyfile_line: row.line,
  };
  const timestamp = row.time === 0 ? '0' : `${BigInt(Math.trunc(row.time)) * 1_000_000n}`;
  return `{"timestamp":${timestamp},${JSON.stringify(fields).slice(1)}\n`;
}

/** Plaso's words for the four times; "Not a time" where none was recorded. */
function description(row: TimelineRow): string {
  if (row.time === 0) return 'Not a time';
  return MEANINGS.filter(([letter]) => row.macb.includes(letter))
    .map(([, meaning]) => meaning)
    .join('; ');
}
