import type { Summary } from '../summary-schema';
import { type Html, html } from './html';

const WIDTH = 960;
const LANE = 26;
const LEFT = 108;
const RIGHT = 14;
const TOP = 10;
const AXIS = 24;
const MINUTE = 60_000;

type Mark = Summary['activity']['marks'][number];

/** Lanes in the order in which an intrusion tends to go. */
const LANES: readonly (readonly [Mark['theme'], string])[] = [
  ['access', 'Got in'],
  ['execution', 'Ran'],
  ['network', 'Connected'],
  ['credentials', 'Credentials'],
  ['persistence', 'Stays'],
  ['hiding', 'Hides'],
  ['traces', 'Removed traces'],
];

/** Dated findings of the attack window, one lane a part of the story; each dot leads to its finding. */
export function incidentLanes({ activity, window }: Summary): Html {
  if (window.from === null || window.to === null) return html``;
  const pad = Math.max(MINUTE, (Date.parse(window.to) - Date.parse(window.from)) * 0.08);
  const from = Date.parse(window.from) - pad;
  const to = Date.parse(window.to) + pad;
  const marks = activity.marks.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to);
  const lanes = LANES.filter(([theme]) => marks.some((mark) => mark.theme === theme));
  if (lanes.length === 0) return html``;
  const height = TOP + lanes.length * LANE + AXIS;
  const x = (at: number) => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const shade = { left: x(Date.parse(window.from)), right: x(Date.parse(window.to)) };
  return html`<figure><svg viewBox="0 0 ${WIDTH} ${height}" role="group" aria-label="Findings by time in the attack window">
<rect class="win" x="${shade.left.toFixed(1)}" y="${TOP - 6}" width="${(shade.right - shade.left).toFixed(1)}" height="${lanes.length * LANE + 6}"><title>Attack window ${window.from} to ${window.to}</title></rect>
${lanes.map(([theme, title], index) =>
  lane(
    marks.filter((mark) => mark.theme === theme),
    title,
    TOP + index * LANE + LANE / 2,
    x,
  ),
)}
${ticks(from, to).map((at) => html`<text x="${x(at).toFixed(1)}" y="${height - 8}" text-anchor="middle">${new Date(at).toISOString().slice(11, 19)}</text>`)}
</svg><figcaption class="small soft">Findings that carry a time, ${window.from.slice(0, 10)} UTC. Shaded: the attack window. Each dot leads to its finding.</figcaption></figure>`;
}

function lane(marks: readonly Mark[], title: string, y: number, x: (at: number) => number): Html {
  return html`<text x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${title}</text><line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>
${marks.map((mark) => html`<a href="#${mark.finding}" aria-label="${`${mark.at}: ${mark.title}`}"><circle class="dot" cx="${x(Date.parse(mark.at)).toFixed(1)}" cy="${y}" r="5.5"><title>${mark.at.slice(11, 19)} ${mark.title}</title></circle></a>`)}`;
}

const TICKS = 7;

function ticks(from: number, to: number): readonly number[] {
  return Array.from({ length: TICKS }, (_, index) => from + ((index + 0.5) / TICKS) * (to - from));
}
