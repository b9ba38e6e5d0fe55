import type { RowCursor } from '../timeline/row-cursor';
import { rowOf } from '../timeline/timeline-rows';
import { timesketchLine } from '../timeline/timesketch-rows';
import type { MemoryEvent } from './memory-events';

const CHUNK_CHARACTERS = 512 * 1024;

/** Ids of the findings that rest on a line of the bodyfile. */
export type RowTags = (bodyfileLine: number) => readonly string[] | undefined;

/** `timeline.jsonl`: the sorted bodyfile merged with memory's events, in Timesketch's format, findings as tags. */
export function* mergedTimeline(rows: RowCursor, events: readonly MemoryEvent[], tags: RowTags): Generator<Uint8Array> {
  let text = '';
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
