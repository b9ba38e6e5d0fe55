import type { Commit } from '../../core/incident/events';
import { code, join, type Mrkdwn, md } from './mrkdwn';
import type { PersonNames } from './people';
import { plainLines } from './plain-lines';
import type { Rendered } from './render';
import { answer } from './replies';
import { rowLines, threadLine } from './thread-lines';

/** The last so many happenings are shown in the thread; the whole is a file. */
const SHOWN = 30;

interface Happening {
  readonly at: string;
  readonly line: Mrkdwn;
}

function happenings(rows: readonly Commit[], names: PersonNames): readonly Happening[] {
  return rows.flatMap((row) => rowLines(row, { names }).map((line) => ({ at: row.at, line })));
}

/** What happened, in order, as lines; the newest are kept when there are too many. */
export function timelineText(incident: string, rows: readonly Commit[], names: PersonNames): Rendered {
  const all = happenings(rows, names);
  const shown = all.slice(-SHOWN).map(({ at, line }) => md`${code(at.slice(0, 19).replace('T', ' '))} ${line}`);
  const left = all.length - shown.length;
  const head =
    left > 0
      ? md`${code(incident)}: the newest ${shown.length} of ${all.length}, times in UTC; ${code('/ir timeline --format jsonl')} gives them all as a file.`
      : md`${code(incident)}, times in UTC:`;
  const parts: Mrkdwn[] = [];
  for (let i = 0; i < shown.length; i += 10) parts.push(join(shown.slice(i, i + 10)));
  return answer([head, ...parts]);
}

/** Timesketch's JSONL (https://timesketch.org/guides/user/import-from-json-csv): message, datetime, timestamp_desc, and our fields. */
export function timelineJsonl(rows: readonly Commit[], names: PersonNames): string {
  return rows
    .flatMap((row) =>
      row.events.map((event) => {
        const line = threadLine(event, { names, actor: row.actor });
        return JSON.stringify({
          message: line ? plainLines([line]) : event.type,
          datetime: row.at,
          timestamp_desc: event.type,
          incident: row.incident,
          seq: row.seq,
          actor: row.actor.kind === 'person' ? row.actor.person : row.actor.part,
        });
      }),
    )
    .join('\n');
}
