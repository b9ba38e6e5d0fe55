const SECONDS_OF_DAY = 86_400;
/** Days from 0000-03-01 to 1970-01-01, and the lengths of the Gregorian cycles. */
const EPOCH_DAYS = 719_468;
const DAYS_OF_400_YEARS = 146_097;

export interface UtcDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * The UTC date of Unix seconds, for any integer a double holds: JavaScript's Date ends in the year 275760, and a 64-bit
 * time on a disk may lie beyond. Years are counted from March so that leap days come last.
 */
export function utcDate(seconds: number): UtcDate {
  const days = Math.floor(seconds / SECONDS_OF_DAY);
  const rest = seconds - days * SECONDS_OF_DAY;
  const shifted = days + EPOCH_DAYS;
  const era = Math.floor(shifted / DAYS_OF_400_YEARS);
  const dayOfEra = shifted - era * DAYS_OF_400_YEARS;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  };
}

/** `2026-05-16T02:11:34`, without a zone. Years before 0 keep their sign. */
export function isoSeconds(seconds: number): string {
  const date = utcDate(seconds);
  const year = date.year < 0 ? `-${pad(-date.year, 4)}` : pad(date.year, 4);
  const day = `${year}-${pad(date.month, 2)}-${pad(date.day, 2)}`;
  return `${day}T${pad(date.hour, 2)}:${pad(date.minute, 2)}:${pad(date.second, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
