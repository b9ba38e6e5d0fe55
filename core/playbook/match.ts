import type { Condition, Playbook, RespondPlaybook } from './schema';

/** What playbooks look at. */
export interface Matchable {
  readonly type: string;
  readonly severity: number;
  readonly sample: boolean;
  readonly archived: boolean;
  readonly drill: boolean;
}

/** The first playbook that matches; undefined when none does (then the finding is only posted). */
export function matchPlaybook(playbooks: readonly Playbook[], subject: Matchable): Playbook | undefined {
  return playbooks.find((playbook) => playbook.match.some((condition) => holds(condition, subject)));
}

/** The playbook of a request without finding (`/ir isolate`, `/ir drill`): the first that responds and fits. */
export function playbookForRequest(playbooks: readonly Playbook[], drill: boolean): RespondPlaybook | undefined {
  const subject = { type: '', severity: 10, sample: false, archived: false, drill };
  const responding = playbooks.filter((playbook) => playbook.action === 'respond');
  return responding.find((playbook) => playbook.match.some((condition) => holds(condition, subject)));
}

function holds(condition: Condition, subject: Matchable): boolean {
  const { types, severityFrom, severityBelow, sample, archived, drill } = condition;
  if (types !== undefined && !types.some((glob) => matchesGlob(glob, subject.type))) return false;
  if (severityFrom !== undefined && subject.severity < severityFrom) return false;
  if (severityBelow !== undefined && subject.severity >= severityBelow) return false;
  if (sample !== undefined && subject.sample !== sample) return false;
  if (archived !== undefined && subject.archived !== archived) return false;
  return drill === undefined || subject.drill === drill;
}

/** `*` stands for any text; everything else for itself. Linear: the text is walked once per part. */
export function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  if (rest.length === 0) return text === glob;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
