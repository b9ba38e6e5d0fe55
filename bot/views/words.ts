import type { Decision, Origin } from '../../core/incident/events';
import type { GateName } from '../../core/incident/steps';

export { plural } from '../../core/text';

/** GuardDuty's bands (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html). */
export function severityWord(severity: number): 'Critical' | 'High' | 'Medium' | 'Low' {
  if (severity >= 9) return 'Critical';
  if (severity >= 7) return 'High';
  return severity >= 4 ? 'Medium' : 'Low';
}

const GATE_QUESTIONS: Readonly<Record<string, string>> = {
  contain: 'Isolate the instance?',
  nacl: 'Cut the whole subnet?',
  revoke: 'Revoke the sessions of the role?',
  collect: 'Collect evidence from the instance?',
  analyse: 'Analyse the evidence?',
  stop: 'Stop the instance?',
};

/** Asked beside the main line: nothing waits for the answer. */
export function isOffer(gate: GateName): boolean {
  return gate === 'nacl' || gate === 'revoke';
}

/** What a gate asks, as a question. */
export function gateQuestion(gate: GateName): string {
  if (gate.startsWith('failed:')) return `“${gate.slice('failed:'.length)}” failed: what now?`;
  return GATE_QUESTIONS[gate] ?? `Go on with ${gate}?`;
}

const DECIDED: Readonly<Record<Decision, string>> = {
  approve: 'Approved',
  reject: 'Rejected',
  retry: 'To be tried again',
  skip: 'To go on without it',
  abort: 'Aborted',
};

const VOTES: Readonly<Record<Decision, string>> = {
  approve: 'approves',
  reject: 'rejects',
  retry: 'says try again',
  skip: 'says go on without it',
  abort: 'says abort',
};

/** What one person says at a gate, after that person's name. */
export function voteWord(decision: Decision): string {
  return VOTES[decision];
}

export function decisionWord(decision: Decision): string {
  return DECIDED[decision];
}

/** `1 h 05 min`, `4 min`, `12 s`: two units at most. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** Nothing to say of what was captured; everything else is said out loud wherever it is shown. */
export function originInWords(origins: ReadonlySet<Origin>): string | undefined {
  const parts: string[] = [];
  if (origins.has('recorded')) parts.push('recorded evidence of another machine');
  if (origins.has('stand-in')) parts.push('stand-in files where nothing could be captured');
  return parts.length === 0 ? undefined : `This incident’s artefacts hold ${parts.join(' and ')}.`;
}

/** The words in a list, with "and" before the last. */
export function listed(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
