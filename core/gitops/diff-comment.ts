import { code } from './markdown';
import type { ResourceChange } from './template-diff';
import type { Widening } from './widening';

/** Marks our comment on a pull request, so that the next push edits it instead of adding one. */
export const COMMENT_MARK = '<!-- cordon: what this deploys -->';
/** GitHub takes 65,536 characters; room is left for the sentence that says what was left out. */
const LONGEST = 60_000;

/** What a pull request would deploy, as Markdown: what widens permissions or network first. */
export function diffComment(changes: readonly ResourceChange[], widenings: readonly Widening[]): string {
  const parts = [
    COMMENT_MARK,
    '## What this deploys',
    summary(changes),
    section('Permissions that widen', widenings.filter(({ kind }) => kind === 'permissions').map(wideningLine)),
    section('Network that widens', widenings.filter(({ kind }) => kind === 'network').map(wideningLine)),
    details('Every resource', changes.map(changeLine)),
  ];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…\n\nThe rest is in the job's summary.`;
}

function summary(changes: readonly ResourceChange[]): string {
  if (changes.length === 0) return 'No template changes: nothing is deployed.';
  const count = (change: ResourceChange['change']) => changes.filter((each) => each.change === change).length;
  const stacks = [...new Set(changes.map(({ stack }) => stack))];
  return `${count('added')} added, ${count('changed')} changed, ${count('removed')} removed in ${stacks.join(', ')}.`;
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return `### ${title}\n\nNothing.`;
  return `### ${title}\n\n${lines.join('\n')}`;
}

function details(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `<details><summary>${title} (${lines.length})</summary>\n\n${lines.join('\n')}\n\n</details>`;
}

const wideningLine = ({ stack, id, says }: Widening): string => `- ${code(`${stack}/${id}`)} ${code(says)}`;

function changeLine({ stack, id, type, change, properties }: ResourceChange): string {
  const which = properties.length === 0 ? '' : `: ${properties.join(', ')}`;
  return `- ${change} ${code(`${stack}/${id}`)} ${type}${which}`;
}
