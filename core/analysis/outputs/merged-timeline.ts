import type { RowCursor } from '../timeline/row-cursor';
import { rowOf } from '../timeline/timeline-rows';
import { timesketchLine } from '../timeline/timesketch-rows';
import type { MemoryEvent } from './memory-events';

const CHUNK_CHARACTERS = 512 * 1024;

/** Ids of the findings that rest on a line of the bodyfile. */
export type RowTags = (bodyfileLine: number) => readonly string[] | undefined;

/**
 * `timeline.jsonl`: the sorted bodyfile merged with memory's events, in Timesketch's format, findings as tags. The format has
 * no head: what must be known of all rows (`note`, where it is not empty) is the first of them, at no time.
 */
export function* mergedTimeline(
  rows: RowCursor,
  events: readonly MemoryEvent[],
  tags: RowTags,
  note: string,
): Generator<Uint8Array> {
  let text = note === '' ? '' : noteLine(note);
  let next = 0;
  while (rows.next()) {
    for (; next < events.length && (events[next]?.at ?? 0) < rows.time * 1000; next += 1)
      text += eventLine(events[next]);
    text += tagged(timesketchLine(rowOf(rows)), tags(rows.line));
    if (text.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
  }
  for (; next < events.length; next += 1) text += eventLine(events[next]);
  yield Buffer.from(text);
}

function noteLine(message: string): string {
  const datetime = '1970-01-01T00:00:00.000000+00:00';
  return `${JSON.stringify({ timestamp: 0, message, datetime, timestamp_desc: 'Not a time', data_type: 'cordon:origin' })}\n`;
}

function tagged(line: string, tags: readonly string[] | undefined): string {
  return tags === undefined || tags.length === 0 ? line : `${line.slice(0, -2)},"tag":${JSON.stringify(tags)}}\n`;
}

function eventLine(event: MemoryEvent | undefined): string {
  const date = new Date(event?.at ?? Number.NaN);
  if (event === undefined || Number.isNaN(date.getTime())) return '';
  const fields = {
    timestamp: event.at * 1000,
    message: event.message,
    datetime: date.toISOString().replace(/\.(\d{3})Z$/, '.$1000+00:00'),
    timestamp_desc: event.meaning,
    data_type: event.dataType,
    ...(event.pid === undefined ? {} : { pid: event.pid }),
    ...(event.tags.length === 0 ? {} : { tag: event.tags }),
  };
  return `${JSON.stringify(fields)}\n`;
}
