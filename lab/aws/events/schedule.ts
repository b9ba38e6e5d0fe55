const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds from `now` to the next firing of a `rate(…)` or `cron(…)` schedule (UTC). Throws on a form it does not know. */
export function nextFiring(expression: string, now: number): number {
  const rate = expression.match(/^rate\((\d+) (minute|hour|day)s?\)$/);
  if (rate !== null) {
    const period = Number(rate[1]) * (UNIT_MS[rate[2] ?? ''] ?? 0);
    return period - (now % period);
  }
  const cron = expression
    .match(/^cron\((.+)\)$/)?.[1]
    ?.trim()
    .split(/\s+/);
  if (cron === undefined || cron.length !== 6) throw new Error(`The lab does not model the schedule ${expression}.`);
  return nextCron(cron, now) - now;
}

/** The fields of EventBridge's cron: minutes, hours, day of month, month, day of week (1 = Sunday), year. */
function nextCron(fields: readonly string[], now: number): number {
  const [minute = '*', hour = '*', day = '*', month = '*', weekday = '*', year = '*'] = fields;
  let at = Math.floor(now / 60_000) * 60_000 + 60_000;
  // Four years hold every combination of day, month and weekday but the rarest; past that the schedule never fires.
  const end = at + 4 * 366 * 86_400_000;
  while (at < end) {
    const date = new Date(at);
    const days =
      matches(day, date.getUTCDate(), 1, 31) &&
      matches(month, date.getUTCMonth() + 1, 1, 12, MONTHS) &&
      matches(weekday, date.getUTCDay() + 1, 1, 7, WEEKDAYS) &&
      matches(year, date.getUTCFullYear(), 1970, 2199);
    if (!days) at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
    else if (!matches(hour, date.getUTCHours(), 0, 23)) at = Math.floor(at / 3_600_000) * 3_600_000 + 3_600_000;
    else if (!matches(minute, date.getUTCMinutes(), 0, 59)) at += 60_000;
    else return at;
  }
  return Number.POSITIVE_INFINITY;
}

const MONTHS = ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['', 'SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function matches(
  field: string,
  value: number,
  minimum: number,
  maximum: number,
  names: readonly string[] = [],
): boolean {
  return field.split(',').some((part) => {
    if (part === '*' || part === '?') return true;
    const [range = '', step] = part.split('/');
    const [low, high] =
      range === '*' ? [minimum, maximum] : bounds(range, step === undefined ? undefined : maximum, names);
    if (Number.isNaN(low) || Number.isNaN(high)) throw new Error(`The lab does not model the cron field ${field}.`);
    return value >= low && value <= high && (value - low) % Number(step ?? 1) === 0;
  });
}

function bounds(range: string, openEnd: number | undefined, names: readonly string[]): [number, number] {
  const number = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    return named > 0 ? named : Number(text);
  };
  const [low = '', high] = range.split('-');
  return [number(low), high === undefined ? (openEnd ?? number(low)) : number(high)];
}
