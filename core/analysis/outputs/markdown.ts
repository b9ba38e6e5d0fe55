import { plainText } from '../../text';
import type { Summary, SummaryFinding } from '../summary-schema';

/** Text of the evidence in Markdown: nothing in it can become a heading, a link, an image, HTML or a table cell's end. */
export function markdownEscape(text: string): string {
  return plainText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]{}#|~!]/g, '\\$&');
}

/** Text as code, whatever backticks it holds. */
function code(text: string): string {
  const clean = plainText(text);
  const fence = '`'.repeat(Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return `${fence} ${clean} ${fence}`;
}

/** `summary.md`: what a responder reads first; details are in the report. */
export function renderMarkdown(summary: Summary): string {
  return [
    '# What happened on this machine',
    ...(summary.originNote === '' ? [] : [`> **${markdownEscape(summary.originNote)}**`]),
    `**${markdownEscape(summary.verdict)}**`,
    facts(summary),
    bullets('What happened', summary.narrative),
    bullets('What ran', summary.story.ran),
    bullets('How it got in', summary.story.entry),
    bullets('What it touched', summary.story.touched),
    bullets('How it stays', summary.story.persistence),
    bullets('What is not known', summary.story.unknown),
    indicators(summary),
    findings(summary.findings),
    bullets('Looks odd, is explained', summary.setAside),
    checks(summary),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function facts({ host, window, guardDutyFinding }: Summary): string {
  const rows = [
    ...(host.name === null
      ? []
      : [`Host: ${markdownEscape(host.name)}${host.kernel === null ? '' : `, kernel ${markdownEscape(host.kernel)}`}`]),
    ...(guardDutyFinding === null ? [] : [`Finding: ${markdownEscape(guardDutyFinding.type)}`]),
    window.from === null
      ? `Attack window: none. ${markdownEscape(window.why)}`
      : `Attack window: ${window.from} to ${window.to}. ${markdownEscape(window.why)}`,
  ];
  return rows.map((row) => `- ${row}`).join('\n');
}

function bullets(title: string, sentences: readonly string[]): string {
  if (sentences.length === 0) return '';
  return `## ${title}\n\n${sentences.map((sentence) => `- ${markdownEscape(sentence)}`).join('\n')}`;
}

function indicators({ indicators: all }: Summary): string {
  if (all.length === 0) return '';
  const rows = all.map(
    ({ type, value, why, confidence }) =>
      `| ${type} | ${code(value).replace(/\|/g, '\\|')} | ${markdownEscape(why)} | ${confidence} |`,
  );
  return `## Indicators\n\n| kind | value | why | confidence |\n|---|---|---|---|\n${rows.join('\n')}`;
}

function findings(all: readonly SummaryFinding[]): string {
  if (all.length === 0) return '';
  const rows = all.map(({ confidence, title, because, technique, evidence }) => {
    const first = evidence[0];
    const where =
      first === undefined
        ? ''
        : ` [${markdownEscape(first.file)}:${first.line}${evidence.length > 1 ? ` and ${evidence.length - 1} more` : ''}]`;
    return `- **${confidence}** ${markdownEscape(title)} (${technique}): ${markdownEscape(because)}.${where}`;
  });
  return `## Findings\n\n${rows.join('\n')}`;
}

function checks({ checked, notChecked }: Summary): string {
  const quiet = checked
    .filter(({ found }) => found === 0)
    .map(({ looked }) => `- Looked for ${markdownEscape(looked)}: nothing found.`);
  const missing = notChecked.map(
    ({ looked, why }) => `- Not checked: ${markdownEscape(looked)} (${markdownEscape(why)}).`,
  );
  const rows = [...quiet, ...missing];
  return rows.length === 0 ? '' : `## What else was checked, and what was not\n\n${rows.join('\n')}`;
}
