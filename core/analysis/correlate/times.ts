/** `2026-05-16T02:13:16Z`: whole seconds, UTC. A time outside of what a calendar holds is printed as a number. */
export function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? `${milliseconds} ms` : date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `02:13:16`, for lines that name the day already. */
export function clockTime(milliseconds: number): string {
  return isoTime(milliseconds).slice(11, 19);
}

const UNITS: readonly (readonly [number, string])[] = [
  [365.25 * 86_400_000, 'year'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** A length of time in its largest fitting unit: `6 years`, `1 hour`. */
export function inWords(milliseconds: number): string {
  for (const [size, name] of UNITS) {
    const count = Math.floor(milliseconds / size);
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return 'less than a second';
}
