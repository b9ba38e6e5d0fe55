import type { Refusal } from '../../core/errors';
import type { IncidentId } from '../../core/incident/ids';
import { ACTION } from '../action-ids';
import { type Block, button, context, section } from './blocks';
import { code, foreign, type Mrkdwn, md } from './mrkdwn';
import { plainLines } from './plain-lines';
import { type Rendered, render } from './render';

/** A short answer of some lines. */
export function answer(lines: readonly Mrkdwn[], extra: readonly Block[] = []): Rendered {
  return render(plainLines(lines), [...lines.map((line) => section(line)), ...extra]);
}

/** A refusal: why, what changed (nothing), what to do, and what to quote when asking about it. */
export function refused(refusal: Pick<Refusal, 'code' | 'message' | 'instead'>, correlation: string): Rendered {
  const nothing = /nothing was changed/i.test(refusal.message) ? md`` : md` Nothing was changed.`;
  const instead = refusal.instead ? md`\n${codeSpans(refusal.instead)}` : md``;
  const line = md`*Not done.* ${codeSpans(refusal.message)}${nothing}${instead}`;
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

/** Like `foreign`, keeping the blanks next to a code span. */
function foreignEdge(text: string): Mrkdwn {
  const [, before = '', inner = '', after = ''] = text.match(/^(\s*)([\s\S]*?)(\s*)$/) ?? [];
  return md`${before ? md` ` : md``}${foreign(inner, 600)}${after && inner ? md` ` : md``}`;
}

/** Something broke on our side; what happened to the request is said as far as it is known. */
export function broken(correlation: string): Rendered {
  const line = md`*That did not work*, and it is not your fault. Look at the thread to see whether anything was changed, then try again.`;
  return answer([line], [context(md`Quote ${code(correlation)} when you report it.`)]);
}

/** What a person typed was not understood. */
export function notUnderstood(problem: string, usage: string | undefined, suggestion: string | undefined): Rendered {
  const lines = [
    md`${foreign(problem)} Nothing was changed.`,
    ...(suggestion ? [md`Did you mean ${code(`/ir ${suggestion}`)}? I never guess: please type it.`] : []),
    md`Usage: ${code(`/ir ${usage ?? 'help'}`, 300)}`,
  ];
  return answer(lines);
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

/** What a dry run found: what would be written, and that nothing was. */
export function dryRun(what: string, events: readonly string[]): Rendered {
  const lines =
    events.length === 0
      ? md`It is so already: nothing would change.`
      : md`It would record: ${code(events.join(', '), 400)}.`;
  return answer([md`*Dry run* of ${code(what, 200)}: allowed. ${lines} Nothing was changed.`]);
}
