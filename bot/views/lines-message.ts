import { LIMITS, section } from './blocks';
import { join, type Mrkdwn, md } from './mrkdwn';
import { plainLines, plainText } from './plain-lines';
import { type Rendered, render } from './render';

/** What a message takes without being cut: Slack's 13,200 shown characters, with a tenth and the closing line in hand. */
const MOST = 11_000;

/** Few lines are blocks of their own; many are put together, up to what one section holds. */
const ALONE = 6;

/** How many of the lines fit, whole: none of them is cut. */
function fitting(lines: readonly Mrkdwn[]): number {
  let sum = 0;
  const over = lines.findIndex(({ text }) => {
    sum += text.length + 1;
    return sum > MOST || text.length > LIMITS.section;
  });
  return over < 0 ? lines.length : over;
}

function packed(lines: readonly Mrkdwn[]): readonly Mrkdwn[] {
  if (lines.length <= ALONE) return lines;
  const packs: Mrkdwn[][] = [];
  let room = 0;
  for (const line of lines) {
    if (line.text.length + 1 > room) {
      packs.push([]);
      room = LIMITS.section;
    }
    packs.at(-1)?.push(line);
    room -= line.text.length + 1;
  }
  return packs.map((pack) => join(pack));
}

/** Lines as a message of whole lines; what does not fit is in the file that follows (`overflowOf`). */
export function linesMessage(lines: readonly Mrkdwn[]): Rendered {
  const fit = fitting(lines);
  const left = lines.length - fit;
  const more = left === 0 ? [] : [md`… and ${left} more, too long for a message: all of it is in the file below.`];
  const shown = [...lines.slice(0, fit), ...more];
  return render(
    plainLines(shown),
    packed(shown).map((text) => section(text)),
  );
}

/** All of the lines as text, when a message cannot hold them; undefined when it can. */
export function overflowOf(lines: readonly Mrkdwn[]): string | undefined {
  return fitting(lines) === lines.length ? undefined : `${lines.map(plainText).join('\n')}\n`;
}
