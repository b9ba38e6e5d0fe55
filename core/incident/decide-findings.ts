import { Refusal } from '../errors';
import type { Command } from './commands';
import { type DecisionContext, requireOpen } from './decision-context';
import type { FindingRef, IncidentEvent } from './events';
import type { Incident } from './incident';

type CommandOf<T extends Command['type']> = Extract<Command, { readonly type: T }>;

/** The first row of an incident. Opening one that exists changes nothing: its first row stands. */
export function decideOpen(incident: Incident | undefined, command: CommandOf<'Open'>): readonly IncidentEvent[] {
  if (incident !== undefined) return [];
  const { type: _type, start, ...facts } = command;
  const opened: IncidentEvent = { type: 'IncidentOpened', ...facts };
  return start === true ? [opened, { type: 'RunRequested', run: 1, purpose: 'respond' }] : [opened];
}

/** The first row of a notice; the same finding again is an update of it. */
export function decidePost(incident: Incident | undefined, command: CommandOf<'Post'>): readonly IncidentEvent[] {
  if (incident !== undefined) return updateOf(incident, command.finding);
  const { type: _type, ...facts } = command;
  return [{ type: 'FindingPosted', ...facts }];
}

/** A known finding is updated (never backwards: events come out of order), another one is attached. */
export function decideAddFinding(
  incident: Incident | undefined,
  command: CommandOf<'AddFinding'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  if (incident?.status === 'posted') return updateOf(incident, command.finding);
  const open = requireOpen(incident, context);
  const known = open.findings.some((finding) => finding.id === command.finding.id);
  return known ? updateOf(open, command.finding) : [{ type: 'FindingAttached', finding: command.finding }];
}

function updateOf(incident: Incident, finding: FindingRef): readonly IncidentEvent[] {
  const known = incident.findings.find((other) => other.id === finding.id);
  if (known === undefined)
    throw new Refusal('finding.other', `${incident.id} tells of another finding than ${finding.id}.`);
  const isNews = finding.count > known.count || Date.parse(finding.lastSeen) > Date.parse(known.lastSeen);
  if (!isNews) return [];
  return [
    {
      type: 'FindingUpdated',
      id: finding.id,
      count: Math.max(finding.count, known.count),
      lastSeen: Date.parse(finding.lastSeen) > Date.parse(known.lastSeen) ? finding.lastSeen : known.lastSeen,
      severity: Math.max(finding.severity, known.severity),
    },
  ];
}
