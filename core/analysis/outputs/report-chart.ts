import type { Summary } from '../summary-schema';
import { type Html, html } from './html';

const WIDTH = 960;
const HEIGHT = 190;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 14;
const HOUR = 3_600_000;
/** At most this many bars; hours are gathered when the span is longer. */
const BARS = 120;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Births of files over time as an inline SVG, with the attack window shaded and dated findings marked. */
export function activityChart({ activity, window }: Summary): Html {
  const span = spanOf(activity, window);
  if (span === undefined) return html`<p class="soft">No times were read, so there is nothing to draw.</p>`;
  const bars = barsOf(activity.hours, span);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const x = (at: number) => LEFT + ((at - span.from) / (span.to - span.from)) * (WIDTH - LEFT - 8);
  // A logarithm, because an installation makes a thousand times more files than an attack.
  const height = (count: number) => (Math.log1p(count) / Math.log1p(most)) * (HEIGHT - TOP - BOTTOM);
  const base = HEIGHT - BOTTOM;
  const marks = activity.marks.map(({ at }) => Date.parse(at)).filter((at) => at >= span.from && at <= span.to);
  return html`<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="chart-title chart-text">
<title id="chart-title">Files made over time</title><desc id="chart-text">${describe(activity, window)}</desc>
${windowShade(window, x)}
${bars.map(({ from, to, count }) => html`<rect class="bar" x="${x(from).toFixed(1)}" y="${(base - height(count)).toFixed(1)}" width="${Math.max(1, x(to) - x(from) - 1).toFixed(1)}" height="${height(count).toFixed(1)}"><title>${day(from)}: ${count} files made</title></rect>`)}
${marks.map((at) => html`<line class="mk" x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="${base - 9}" y2="${base + 3}"/>`)}
<line class="axis" x1="${LEFT}" x2="${WIDTH - 8}" y1="${base}" y2="${base}"/>
${ticks(span).map((at) => html`<text x="${x(at).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="middle">${day(at)}</text>`)}
<text x="${LEFT - 6}" y="${TOP + 8}" text-anchor="end">${most}</text><text x="${LEFT - 6}" y="${base}" text-anchor="end">0</text>
</svg><figcaption class="small soft">Files made over time (logarithmic). Shaded: the attack window. Short marks: findings that carry a time.</figcaption></figure>`;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Around the window when there is one: two days before to a few hours after; else all hours. */
function spanOf({ hours, marks }: Summary['activity'], window: Summary['window']): Span | undefined {
  const times = [...hours.map(([hour]) => hour * HOUR), ...marks.map(({ at }) => Date.parse(at))].filter(
    Number.isFinite,
  );
  if (times.length === 0) return undefined;
  const from = times.reduce((least, at) => Math.min(least, at));
  const to = times.reduce((most, at) => Math.max(most, at)) + HOUR;
  if (window.from === null || window.to === null) return { from, to };
  return {
    from: Math.max(from, Date.parse(window.from) - 48 * HOUR),
    to: Math.min(Math.max(to, Date.parse(window.to)), Date.parse(window.to) + 6 * HOUR),
  };
}

function barsOf(hours: Summary['activity']['hours'], { from, to }: Span): readonly Bar[] {
  const width = Math.max(1, Math.ceil((to - from) / HOUR / BARS)) * HOUR;
  const counts = new Map<number, number>();
  for (const [hour, count] of hours) {
    const at = hour * HOUR;
    if (at + HOUR <= from || at >= to) continue;
    const slot = Math.max(0, Math.floor((at - from) / width));
    counts.set(slot, (counts.get(slot) ?? 0) + count);
  }
  return [...counts].map(([slot, count]) => ({
    from: from + slot * width,
    to: Math.min(to, from + (slot + 1) * width),
    count,
  }));
}

function windowShade({ from, to }: Summary['window'], x: (at: number) => number): Html {
  if (from === null || to === null) return html``;
  const left = x(Date.parse(from));
  // A window of minutes on a chart of days would be thinner than a hair.
  const width = Math.max(4, x(Date.parse(to)) - left);
  return html`<rect class="win" x="${left.toFixed(1)}" y="${TOP - 6}" width="${width.toFixed(1)}" height="${HEIGHT - TOP - BOTTOM + 6}"><title>Attack window ${from} to ${to}</title></rect>`;
}

function ticks({ from, to }: Span): readonly number[] {
  const count = 6;
  return Array.from({ length: count }, (_, index) => from + ((index + 0.5) / count) * (to - from));
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function describe({ hours, marks }: Summary['activity'], { from, to }: Summary['window']): string {
  const total = hours.reduce((sum, [, count]) => sum + count, 0);
  return `${total} files made in ${hours.length} hours; ${marks.length} findings carry a time${from === null ? '' : `; attack window from ${from} to ${to}`}.`;
}
