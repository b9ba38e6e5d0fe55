import { Refusal } from '../errors';
import type { Actor } from './events';
import type { IncidentId, PersonKey } from './ids';
import type { Incident } from './incident';

/** Who asks, and when: everything a decision may know beside the incident and the command. */
export interface DecisionContext {
  readonly id: IncidentId;
  readonly actor: Actor;
  readonly at: Date;
}

export function personOf(context: DecisionContext): PersonKey | undefined {
  return context.actor.kind === 'person' ? context.actor.person : undefined;
}

/**
 * The incident, open or closed: its evidence is read long after it is over, and who read it stands behind the final seal.
 * A finding that was only posted holds none.
 */
export function requireWorked(incident: Incident | undefined, context: DecisionContext): Incident {
  return incident?.status === 'closed' ? incident : requireOpen(incident, context);
}

/** The incident, when it is open; otherwise a Refusal that says which of the three it is instead. */
export function requireOpen(incident: Incident | undefined, context: Pick<DecisionContext, 'id'>): Incident {
  if (incident === undefined)
    throw new Refusal('incident.unknown', `There is no incident ${context.id}.`, 'See `/ir list` for the open ones.');
  if (incident.status === 'posted')
    throw new Refusal(
      'incident.posted',
      `${context.id} is a finding that was only posted; nothing was changed.`,
      'Use `/ir isolate i-…` to respond to an instance.',
    );
  if (incident.closed !== undefined)
    throw new Refusal(
      'incident.closed',
      `${context.id} was closed as ${incident.closed.as} at ${incident.closed.at}; nothing was changed.`,
      'A new finding on the instance, or `/ir isolate`, opens the next incident.',
    );
  return incident;
}

export function withReason(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined || reason.trim() === '' ? {} : { reason };
}
