import { parseArgs } from 'node:util';

export const TIMELINE_USAGE = `Usage: cordon timeline BODYFILE [--from T] [--to T] [--format csv|jsonl]

Sorts a Sleuth Kit bodyfile (fls -m, also gzipped; - is standard input) by time, in constant memory.
  --from T     first time shown          T: 2026-05-16, 2026-05-16T02:11:00, with Z or an offset, or Unix seconds; UTC
  --to T       first time no longer shown
  --format F   csv: what mactime -d -y -z UTC prints (default); jsonl: Timesketch
`;

export type TimelineFormat = 'csv' | 'jsonl';

export interface TimelineArguments {
  /** A path, or `-` for standard input. */
  readonly bodyfile: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly format: TimelineFormat;
}

/** The command's arguments, `help`, or one sentence saying what is wrong with them. */
export type ReadArguments = TimelineArguments | 'help' | { readonly problem: string };

export function readTimelineArguments(argv: readonly string[]): ReadArguments {
  const parsed = parse(argv);
  if ('problem' in parsed) return parsed;
  const { values, positionals } = parsed;
  if (values.help === true) return 'help';
  const [bodyfile, ...extra] = positionals;
  if (bodyfile === undefined)
    return { problem: 'timeline needs a bodyfile: cordon timeline BODYFILE (- reads standard input)' };
  if (extra.length > 0) return { problem: `timeline takes one bodyfile, and "${extra[0]}" is a second` };
  const format = values.format ?? 'csv';
  if (format !== 'csv' && format !== 'jsonl') return { problem: `--format is csv or jsonl, not "${format}"` };
  const from = readTime('--from', values.from);
  if (typeof from === 'object') return from;
  const to = readTime('--to', values.to);
  if (typeof to === 'object') return to;
  if (from !== undefined && to !== undefined && to <= from) {
    return { problem: `--to ${values.to} is not after --from ${values.from}, so no time lies between them` };
  }
  return { bodyfile, from, to, format };
}

interface Raw {
  readonly values: { readonly from?: string; readonly to?: string; readonly format?: string; readonly help?: boolean };
  readonly positionals: readonly string[];
}

function parse(argv: readonly string[]): Raw | { readonly problem: string } {
  const text = { type: 'string' } as const;
  const options = { from: text, to: text, format: text, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // "Unknown option '--x'. To specify a positional argument …": its first sentence says it.
    const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
    return { problem: `${message.split(/[.\n]/, 1)[0]}; timeline takes --from, --to and --format` };
  }
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;

function readTime(option: string, text: string | undefined): number | undefined | { readonly problem: string } {
  if (text === undefined) return undefined;
  if (/^-?\d{1,15}$/.test(text) && !DATE.test(text)) return Number(text);
  const date = DATE.test(text) ? `${text}T00:00:00` : text.replace(' ', 'T');
  const zoned = /(Z|[+-]\d{2}:\d{2})$/.test(date) && !DATE.test(text) ? date : `${date}Z`;
  const time = DATE.test(text) || DATE_TIME.test(text) ? Date.parse(zoned) : Number.NaN;
  // Date.parse rolls February 30 over into March.
  if (Number.isNaN(time) || !isCalendarDay(date)) {
    return { problem: `${option} "${text}" is not a time such as 2026-05-16 or 2026-05-16T02:11:00` };
  }
  return Math.floor(time / 1000);
}

function isCalendarDay(date: string): boolean {
  const day = date.slice(0, 10);
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}
