import { Refusal } from '../errors';
import { type DecisionContext, requireOpen } from './decision-context';
import type { IncidentEvent } from './events';
import { currentRun, type Incident } from './incident';

/** Events that follow only from their own command: nobody writes a decision as if it were an observation. */
const DECIDED_ELSEWHERE: ReadonlySet<IncidentEvent['type']> = new Set([
  'IncidentOpened',
  'FindingPosted',
  'FindingAttached',
  'FindingUpdated',
  'RunRequested',
  'GateOpened',
  'GateVoteCast',
  'GateDecided',
  'GateOutsideAsked',
  'GateExpired',
  'GateVoided',
  'GateReminded',
  'Paused',
  'Resumed',
  'AbortRequested',
  'ReleaseRequested',
  'CloseRequested',
  'OwnerSet',
  'NoteAdded',
  'ChangeAsked',
  'ExportAsked',
  'LinksAsked',
  'GroupedUnder',
  'MemberGrouped',
]);

/** Facts that our own parts observed. On a closed incident only its final seal is still taken. */
export function decideRecord(
  incident: Incident | undefined,
  events: readonly IncidentEvent[],
  context: DecisionContext,
): readonly IncidentEvent[] {
  const sealsClosed = incident?.status === 'closed' && events.every((event) => event.type === 'FinalSealed');
  const open = sealsClosed && incident !== undefined ? incident : requireOpen(incident, context);
  for (const event of events) {
    if (DECIDED_ELSEWHERE.has(event.type))
      throw new Refusal('record.decision', `${event.type} follows from a command; it cannot be recorded.`);
    if (event.type === 'GatePassed') mustBeAutomatic(open, event);
    if (event.type === 'StopIntended') mustBeApproved(open, event.planDigest);
  }
  return events;
}

function mustBeAutomatic(incident: Incident, event: Extract<IncidentEvent, { type: 'GatePassed' }>): void {
  if (incident.playbook?.gates[event.gate]?.mode === 'auto') return;
  throw new Refusal(
    'gate.asks',
    `The playbook of ${incident.id} asks people at gate ${event.gate}: it cannot be passed.`,
  );
}

/** No stop without an approval of this very plan in this very run, written before the call. */
function mustBeApproved(incident: Incident, planDigest: string): void {
  if (incident.stopped !== undefined)
    throw new Refusal(
      'stop.already',
      `${incident.instance ?? 'The instance'} is stopped already; nothing was changed.`,
    );
  const run = currentRun(incident)?.run ?? 0;
  const gate = incident.gates.stop;
  const approved = gate?.state === 'approved' && gate.plan.digest === planDigest && gate.run === run;
  const passed = incident.passedGates.stop;
  if (approved || (passed?.planDigest === planDigest && passed.run === run)) return;
  throw new Refusal(
    'stop.unapproved',
    `The stop of ${incident.instance ?? 'the instance'} is not approved for this plan; it was not stopped.`,
  );
}
