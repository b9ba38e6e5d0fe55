import type { IncidentEvent } from './events';

/** The projections of the ledger: Slack, Step Functions, GitHub. */
export const CONSUMERS = ['announce', 'conduct', 'publish'] as const;
export type Consumer = (typeof CONSUMERS)[number];

/** What GitHub is asked or told. `publish` has a branch for each, checked by the compiler. */
const TOLD_TO_GITHUB = [
  'ReportRequested',
  'SymbolsAsked',
  'GateOutsideAsked',
  'FinalSealed',
  'ChangeAsked',
] as const satisfies readonly IncidentEvent['type'][];

export type ToldToGithub = Extract<IncidentEvent, { readonly type: (typeof TOLD_TO_GITHUB)[number] }>;

const FOR_GITHUB: ReadonlySet<string> = new Set(TOLD_TO_GITHUB);

export function isToldToGithub(event: IncidentEvent): event is ToldToGithub {
  return FOR_GITHUB.has(event.type);
}

/**
 * Whether a row of these events has something for that projection to do. Slack shows every row and Step Functions
 * follow where the incident stands, but nine rows in ten say nothing to GitHub: nobody is woken for them.
 */
export function concerns(consumer: Consumer, events: readonly { readonly type: string }[]): boolean {
  return consumer !== 'publish' || events.some(({ type }) => FOR_GITHUB.has(type));
}

/** Whether a projection that has read `cursor` rows has something left to do in these. */
export function isBehind(
  consumer: Consumer,
  cursor: number,
  rows: readonly { readonly seq: number; readonly events: readonly IncidentEvent[] }[],
): boolean {
  return rows.some(({ seq, events }) => seq > cursor && concerns(consumer, events));
}
