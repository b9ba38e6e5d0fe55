import type { Commit } from '../../core/incident/events';
import { applyCommit, evolve } from '../../core/incident/evolve';
import type { GateView, Incident } from '../../core/incident/incident';
import { gateSlot } from '../action-ids';

export interface History {
  readonly incident: Incident;
  readonly rows: readonly Commit[];
  /** The newest view of every opening of every gate: an older opening keeps how it ended. */
  readonly openings: ReadonlyMap<string, GateView>;
}

/** Folds a ledger, keeping each opening of a gate apart, since each has its own message. Undefined without rows. */
export function historyOf(rows: readonly Commit[]): History | undefined {
  const openings = new Map<string, GateView>();
  let incident: Incident | undefined;
  for (const row of rows) {
    const person = row.actor.kind === 'person' ? { person: row.actor.person } : {};
    let within = incident;
    for (const event of row.events) {
      within = evolve(within, event, { at: row.at, ...person }, row.incident);
      for (const gate of Object.values(within.gates)) openings.set(gateSlot(gate.name, gate.opening), gate);
    }
    incident = applyCommit(incident, row);
  }
  return incident === undefined ? undefined : { incident, rows, openings };
}

/** Slots of the gate openings that some rows touch; a pause or resume touches every open one (its deadline moves). */
export function touchedGates(rows: readonly Commit[], history: History): readonly string[] {
  const slots = new Set<string>();
  for (const event of rows.flatMap((row) => row.events)) {
    if ('gate' in event && 'opening' in event) slots.add(gateSlot(event.gate, event.opening));
    if (event.type !== 'Paused' && event.type !== 'Resumed') continue;
    for (const [slot, gate] of history.openings) if (gate.state === 'pending') slots.add(slot);
  }
  return [...slots];
}

/** What must be seen at once: people are asked or answered, or something has ended. All else may wait a few seconds. */
export function isUrgent(rows: readonly Commit[]): boolean {
  return rows.some((row) =>
    row.events.some((event) => {
      switch (event.type) {
        case 'IncidentOpened':
        case 'FindingPosted':
        case 'GateOpened':
        case 'GateDecided':
        case 'GateOutsideAsked':
        case 'GateExpired':
        case 'GateVoided':
        case 'GateVoteCast':
        case 'Paused':
        case 'Resumed':
        case 'AbortRequested':
        case 'ReleaseRequested':
        case 'CloseRequested':
        case 'StepFailed':
        case 'InstanceIsolated':
        case 'InstanceStopped':
        case 'InstanceReleased':
        case 'EvidenceLost':
        case 'RunEnded':
        case 'IncidentClosed':
        case 'FinalSealed':
          return true;
        default:
          return false;
      }
    }),
  );
}
