import type { EventMeta, EventOf } from './event-of';
import type { Decision } from './events';
import { currentRun, type GateView, type Incident } from './incident';
import type { GateName } from './steps';

export type GateEvent = EventOf<
  | 'GateOpened'
  | 'GateVoteCast'
  | 'GateDecided'
  | 'GateOutsideAsked'
  | 'GatePassed'
  | 'GateExpired'
  | 'GateVoided'
  | 'GateReminded'
  | 'Paused'
  | 'Resumed'
>;

/** Folds what happens at gates, pauses included: they move every deadline. */
export function evolveGates(incident: Incident, event: GateEvent, meta: EventMeta): Incident {
  switch (event.type) {
    case 'GateOpened':
      return withGate(incident, opened(incident, event, meta));
    case 'GateVoteCast':
      return change(incident, event.gate, (gate) => voted(gate, event, meta));
    case 'GateDecided':
      return change(incident, event.gate, (gate) => ({
        ...gate,
        state: isRefusing(event.decision) ? 'rejected' : 'approved',
        decision: event.decision,
        decidedBy: event.by,
        decidedAt: meta.at,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
        ...(gate.outside && event.outside ? { outside: { ...gate.outside, answer: event.outside } } : {}),
      }));
    case 'GateOutsideAsked':
      return change(incident, event.gate, (gate) => ({ ...gate, outside: { askedAt: meta.at, agreed: event.by } }));
    case 'GatePassed':
      return {
        ...incident,
        passedGates: {
          ...incident.passedGates,
          [event.gate]: { planDigest: event.planDigest, why: event.why, run: currentRun(incident)?.run ?? 0 },
        },
      };
    case 'GateExpired':
      return change(incident, event.gate, (gate) => ({
        ...gate,
        state: 'expired',
        decidedAt: meta.at,
        ...(event.why === undefined ? {} : { reason: event.why }),
      }));
    case 'GateVoided':
      return change(incident, event.gate, (gate) => ({
        ...gate,
        state: 'voided',
        decidedAt: meta.at,
        reason: event.why,
      }));
    case 'GateReminded':
      return change(incident, event.gate, (gate) => ({
        ...gate,
        reminders: gate.reminders + 1,
        lastRemindedAt: meta.at,
      }));
    case 'Paused':
      return {
        ...incident,
        paused: {
          since: meta.at,
          ...(meta.person === undefined ? {} : { by: meta.person }),
          ...(event.reason === undefined ? {} : { reason: event.reason }),
        },
      };
    case 'Resumed':
      return resumed(incident, meta.at);
  }
}

/** `reject` and `abort` say no; approve, retry and skip let the workflow go on. */
function isRefusing(decision: Decision): boolean {
  return decision === 'reject' || decision === 'abort';
}

function opened(incident: Incident, event: EventOf<'GateOpened'>, meta: EventMeta): GateView {
  return {
    name: event.gate,
    opening: event.opening,
    run: currentRun(incident)?.run ?? 0,
    state: 'pending',
    plan: event.plan,
    rule: event.rule,
    openedAt: meta.at,
    expiresAt: event.expiresAt,
    ...(event.requester === undefined ? {} : { requester: event.requester }),
    votes: [],
    decidedBy: [],
    reminders: 0,
  };
}

/** A person has one vote: the newest. */
function voted(gate: GateView, event: EventOf<'GateVoteCast'>, meta: EventMeta): GateView {
  const vote = {
    person: event.person,
    decision: event.decision,
    at: meta.at,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
  };
  return { ...gate, votes: [...gate.votes.filter((other) => other.person !== event.person), vote] };
}

/** Pausing freezes deadlines: each pending gate gets back the time it stood still. */
function resumed(incident: Incident, at: string): Incident {
  const { paused, ...rest } = incident;
  if (paused === undefined) return incident;
  const gates = { ...incident.gates };
  for (const gate of Object.values(incident.gates)) {
    if (gate.state === 'pending')
      gates[gate.name] = { ...gate, expiresAt: shifted(gate.expiresAt, paused.since, gate.openedAt, at) };
  }
  return { ...rest, gates };
}

function shifted(expiresAt: string, pausedSince: string, openedAt: string, resumedAt: string): string {
  const from = Math.max(Date.parse(pausedSince), Date.parse(openedAt));
  return new Date(Date.parse(expiresAt) + Math.max(0, Date.parse(resumedAt) - from)).toISOString();
}

function withGate(incident: Incident, gate: GateView): Incident {
  return { ...incident, gates: { ...incident.gates, [gate.name]: gate } };
}

function change(incident: Incident, name: GateName, to: (gate: GateView) => GateView): Incident {
  const gate = incident.gates[name];
  return gate === undefined ? incident : withGate(incident, to(gate));
}
