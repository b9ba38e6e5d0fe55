import { clampText, slackEscape } from '../../text';
import type { Summary } from '../summary-schema';

/** The parts of Slack's Block Kit this message uses (https://docs.slack.dev/reference/block-kit/blocks). */
export type SlackBlock =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string } }
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } }
  | { readonly type: 'context'; readonly elements: readonly { readonly type: 'mrkdwn'; readonly text: string }[] }
  | { readonly type: 'divider' };

/** A place to read on. Only https addresses of the deployment's own making are shown. */
export interface SlackLink {
  readonly label: string;
  readonly url: string;
}

export interface SlackSummary {
  /** Fallback of the blocks: one full sentence. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** A phone shows about 20 lines of 45 characters; three screens are 60 lines, 2,700 characters. */
const SCREEN_CHARACTERS = 900;
const MESSAGE_CHARACTERS = 3 * SCREEN_CHARACTERS;
/** Slack's limit is 3,000 for a section and 150 for a header. */
const HEADER_CHARACTERS = 150;
const LINE_CHARACTERS = 210;

interface Part {
  readonly title: string;
  readonly lines: readonly string[];
  /** Lines shown at most. */
  readonly most: number;
}

/** The summary as one message of at most three phone screens; everything else is in the report. */
export function renderSlack(summary: Summary, links: readonly SlackLink[] = []): SlackSummary {
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: clampText(title(summary), HEADER_CHARACTERS) } },
  ];
  if (summary.originNote !== '') blocks.push(context(`*${slackEscape(summary.originNote)}*`));
  blocks.push(section(`*${line(summary.verdict, 320)}*`));
  const day = summary.window.from?.slice(0, 10) ?? '';
  let left = MESSAGE_CHARACTERS - summary.verdict.length - summary.originNote.length;
  for (const part of parts(summary)) {
    const text = partText({ ...part, lines: part.lines.map((one) => brief(one, day)) }, left);
    if (text === undefined) continue;
    left -= text.length;
    blocks.push(section(text));
  }
  blocks.push(context(footer(summary)));
  const shown = links.filter(({ url }) => /^https:\/\/[^\s<>|]+$/.test(url));
  if (shown.length > 0)
    blocks.push(context(shown.map(({ label, url }) => `<${url}|${slackEscape(label)}>`).join('  ')));
  return {
    text: clampText(slackEscape(`${summary.originNote === '' ? '' : `${summary.originNote} `}${summary.verdict}`), 600),
    blocks,
  };
}

function title({ assessment }: Summary): string {
  switch (assessment) {
    case 'compromised':
      return 'Analysis: compromised';
    case 'suspicious':
      return 'Analysis: suspicious, a person must look';
    case 'nothing-found':
      return 'Analysis: nothing found';
    case 'not-analysed':
      return 'Analysis: not possible';
    default:
      return assessment satisfies never;
  }
}

function parts({ story, indicators, window }: Summary): readonly Part[] {
  const values = indicators
    .filter(({ type }) => type !== 'path')
    .concat(indicators.filter(({ type }) => type === 'path'));
  return [
    { title: 'When', lines: window.from === null ? [] : [`${window.from} to ${window.to}`], most: 1 },
    { title: 'What ran', lines: story.ran, most: 4 },
    { title: 'How it got in', lines: story.entry, most: 2 },
    { title: 'What it touched', lines: story.touched, most: 3 },
    { title: 'How it stays', lines: story.persistence, most: 5 },
    { title: 'Not known', lines: story.unknown, most: 3 },
    { title: 'Indicators', lines: values.map(({ value }) => value), most: 6 },
  ];
}

/** The part's text within `left` characters; undefined when not even one line fits or there is none. */
function partText({ title: name, lines, most }: Part, left: number): string | undefined {
  const shown: string[] = [];
  let room = left - name.length - 2;
  for (const text of lines.slice(0, most)) {
    const bullet = `• ${line(text, LINE_CHARACTERS)}`;
    if (bullet.length > room) break;
    shown.push(bullet);
    room -= bullet.length + 1;
  }
  if (shown.length === 0) return undefined;
  const rest = lines.length - shown.length + unlisted(lines.at(-1) ?? '');
  return [`*${name}*`, ...shown, ...(rest > 0 ? [`_and ${rest} more in the report_`] : [])].join('\n');
}

/** How many more a list's last line speaks for, beside itself. */
function unlisted(last: string): number {
  const more = /^And (\d+) more among the findings/.exec(last)?.[1];
  return more === undefined ? 0 : Number(more) - 1;
}

/** For a phone: the day is said once, under When, and high confidence is what the verdict says already. */
function brief(text: string, day: string): string {
  const short = text.replace(/ \(high confidence\)\.$/, '').replace(/ \((medium|low) confidence\)\.$/, ' ($1)');
  return day === '' ? short : short.replaceAll(` ${day}T`, ' ').replaceAll(/(?<= \d\d:\d\d:\d\d)Z/g, '');
}

/** One line of evidence text: clamped before escaping so that no entity is cut; formatting marks lose their meaning. */
function line(text: string, max: number): string {
  return slackEscape(
    clampText(
      text.replace(/[*_~`]/g, (mark) => FORMATTING[mark] ?? mark),
      max,
    ),
  );
}

/** Look-alikes without meaning in mrkdwn, so that a name cannot make text bold or code. */
const FORMATTING: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ' };

function footer({ findings, notChecked, checked }: Summary): string {
  const count = (wanted: string) => findings.filter(({ confidence }) => confidence === wanted).length;
  return `${count('high')} findings of high, ${count('medium')} of medium, ${count('low')} of low confidence; ${checked.length} checks ran, ${notChecked.length} could not. The report has the evidence lines.`;
}

function section(text: string): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

function context(text: string): SlackBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text }] };
}
