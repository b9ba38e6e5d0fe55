import type { Refusal } from '../../core/errors';
import type { IncidentId } from '../../core/incident/ids';
import { ACTION } from '../action-ids';
import { type Block, button, context, section } from './blocks';
import { code, foreign, join, type Mrkdwn, md, time } from './mrkdwn';
import { plainLines } from './plain-lines';
import { type Rendered, render } from './render';

/** A short answer of some lines. */
export function answer(lines: readonly Mrkdwn[], extra: readonly Block[] = []): Rendered {
  return render(plainLines(lines), [...lines.map((line) => section(line)), ...extra]);
}

/** A refusal: why, what changed (nothing), what to do, and what to quote when asking about it. */
export function refused(refusal: Pick<Refusal, 'code' | 'message' | 'instead'>, correlation: string): Rendered {
  const { instead: next = 'See `/ir forensics status`, or `/ir help` for what can be said.' } = refusal;
  const nothing = /nothing was changed/i.test(refusal.message) ? md`` : md` Nothing was changed.`;
  const line = md`*Not done.* ${codeSpans(refusal.message)}${nothing}\n${codeSpans(next)}`;
  return answer([line], [context(md`${refusal.code} · ${code(correlation)}`)]);
}

/** Our own sentences hold commands in backticks; everything around them is neutralised as usual. */
function codeSpans(text: string): Mrkdwn {
  const parts = text.split(/`([^`]{1,120})`/);
  return parts.reduce(
    (said, part, i) => (i % 2 === 1 ? md`${said}${code(part)}` : md`${said}${foreignEdge(part)}`),
    md``,
  );
}

/** Like `foreign`, keeping the blanks next to a code span; times stand in the reader's own zone. */
function foreignEdge(text: string): Mrkdwn {
  const [, before = '', inner = '', after = ''] = text.match(/^(\s*)([\s\S]*?)(\s*)$/) ?? [];
  const parts = inner.split(/\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/);
  const said = parts.reduce((all, part, i) => (i % 2 === 1 ? md`${all}${time(part)}` : md`${all}${edged(part)}`), md``);
  return md`${before ? md` ` : md``}${said}${after && inner ? md` ` : md``}`;
}

/** Neutralised, with the blanks at its edges. */
function edged(text: string): Mrkdwn {
  const inner = foreign(text.trim(), 600);
  return md`${/^\s/.test(text) ? md` ` : md``}${inner}${/\S\s+$/.test(text) ? md` ` : md``}`;
}

/** Something broke on our side; what happened to the request is said as far as it is known. */
export function broken(correlation: string): Rendered {
  const line = md`*That did not work*, and it is not your fault. Look at the thread to see whether anything was changed, then try again.`;
  return answer([line], [context(md`Quote ${code(correlation)} when you report it.`)]);
}

/** What a person typed was not understood. */
export function notUnderstood(
  problem: string,
  usage: string | undefined,
  suggestion: string | undefined,
  correlation: string,
): Rendered {
  const guess = suggestion?.startsWith('--') ? suggestion : `/ir ${suggestion ?? ''}`;
  const lines = [
    md`${codeSpans(problem)} Nothing was changed.`,
    ...(suggestion ? [md`Did you mean ${code(guess)}? I never guess: please type it.`] : []),
    md`Usage: ${code(`/ir ${usage ?? 'help'}`, 300)}`,
  ];
  return answer(lines, [context(md`not understood · ${code(correlation)}`)]);
}

/** Which incident? The most recent ones as buttons; each runs the same command on that incident. */
export function pickIncident(
  path: string,
  choices: readonly { readonly incident: IncidentId; readonly title: string }[],
): Rendered {
  if (choices.length === 0) return answer([md`There is no open incident. Start one with ${code('/ir isolate i-…')}.`]);
  const rows = choices.slice(0, 5).map(({ incident, title }) =>
    section(
      md`${code(incident)} ${foreign(title, 120)}`,
      button({
        text: 'This one',
        action: `${ACTION.pick}-${incident}`,
        value: `${path} ${incident}`,
        label: `${path} on ${incident}`,
      }),
    ),
  );
  return render(`Which incident do you mean for ${path}? Open ones are listed as buttons.`, [
    section(md`Which incident do you mean for ${code(path)}?`),
    ...rows,
  ]);
}

/** What a dry run found, in the words the thread would say or as what would happen, and that nothing was done. */
export function dryRun(what: string, would: readonly Mrkdwn[], says = 'the thread would say'): Rendered {
  const head = md`*Dry run* of ${code(what, 200)}: allowed. Nothing was changed.`;
  if (would.length === 0) return answer([head, md`It is so already: nothing would change.`]);
  return answer([head, join([md`Without ${code('--dry-run')} ${says}:`, ...would.map((line) => md`• ${line}`)])]);
}
