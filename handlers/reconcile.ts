import { describeError, ERROR_NAMES, Refusal } from '../core/errors';
import { CONSUMERS, isBehind } from '../core/incident/audience';
import type { Command } from '../core/incident/commands';
import { commitTo } from '../core/incident/commit';
import type { Commit } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId, type IncidentId } from '../core/incident/ids';
import {
  awaitsOutside,
  currentRun,
  type GateView,
  type Incident,
  leftIsolated,
  pendingGates,
} from '../core/incident/incident';
import type { Clock } from '../core/ports/clock';
import type { Cursors, Nudges } from '../core/ports/cursors';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import type { IncidentList, ListedIncident } from '../core/ports/incident-list';
import type { WaitProbe } from '../core/ports/wait-probe';
import type { Wait } from '../core/ports/waits';
import { type Answering, answerWait, type Settlement } from '../core/wait/answer';
import { settlementOf } from '../core/wait/settle';
import { logLine } from './entry';

export interface ReconcilePorts extends Answering {
  readonly ledger: IncidentLedger;
  readonly clock: Clock;
  readonly cursors: Cursors;
  readonly nudges: Nudges;
  readonly list: IncidentList;
  readonly probe: WaitProbe;
}

export interface ReconcileOutcome {
  readonly looked: number;
  readonly answered: number;
  readonly failed: number;
}

/** Minutes between two reminders at most, unless policy says more. */
const MOST_PATIENCE = 6 * 60;

const SYSTEM = { kind: 'system', part: 'reconcile' } as const;
/** One minute's work: what is not reached now is due first in the next. */
const MAX_WAITS = 50;
const MAX_INCIDENTS = 200;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A wait nobody answers is looked at every other minute. */
const NEXT_LOOK_MS = 2 * MINUTE_MS;
/** A row younger than this is on its way; older ones have lost their nudge. */
const LAG_MS = MINUTE_MS;

/**
 * The safety net, once a minute: looks at what overdue waits wait for, expires and reminds gates, nudges projections that
 * fell behind. One incident that fails does not keep it from the others.
 */
export function makeReconcile(ports: ReconcilePorts): () => Promise<ReconcileOutcome> {
  return async () => {
    const count = { looked: 0, answered: 0, failed: 0 };
    const guarded = async (incident: IncidentId, act: () => Promise<void>) => {
      try {
        await act();
      } catch (error) {
        count.failed += 1;
        logLine({ level: 'error', incident, error: describeError(error) });
      }
    };
    for (const row of await ports.list.all(MAX_INCIDENTS)) await guarded(row.incident, () => tend(ports, row));
    for (const wait of await ports.waits.due(ports.clock.now().toISOString(), MAX_WAITS)) {
      count.looked += 1;
      await guarded(wait.incident, async () => {
        if (await lookAt(ports, wait)) count.answered += 1;
      });
    }
    return count;
  };
}

/** True when the wait was answered. */
async function lookAt(ports: ReconcilePorts, wait: Wait): Promise<boolean> {
  const incident = replay(await ports.ledger.read(wait.incident));
  const settlement = (incident && settlementOf(incident, wait)) ?? (await found(ports, wait));
  if (settlement !== undefined) {
    await answerWait(ports, wait, settlement);
    return true;
  }
  const next = new Date(ports.clock.now().getTime() + NEXT_LOOK_MS).toISOString();
  await ports.waits.lookAgainAt(wait, next);
  return false;
}

/** What a look at the thing itself says; a deadline that has passed ends the wait either way. */
async function found(ports: ReconcilePorts, wait: Wait): Promise<Settlement | undefined> {
  const isLate = ports.clock.now().getTime() >= Date.parse(wait.deadline);
  if (wait.kind === 'report') {
    // Nothing was asked of GitHub: there is no sealed evidence to tell of.
    if (Object.keys(wait.external).length === 0) return { answer: 'done' };
    return isLate ? reportLate(ports, wait) : undefined;
  }
  if (wait.kind === 'symbols') return isLate ? symbolsLate(ports, wait) : undefined;
  const looks = wait.kind !== 'gate' && wait.kind !== 'failure';
  if (looks && (await ports.probe.look(wait)) === 'finished') return { answer: 'done' };
  if (!isLate) return undefined;
  const what = wait.step ?? wait.gate ?? 'the step';
  return { answer: 'fail', error: ERROR_NAMES.needsHuman, cause: `${what}: nothing came before ${wait.deadline}.` };
}

/** GitHub is late: said in the thread, and the run goes on. The summary may still come. */
async function reportLate(ports: ReconcilePorts, wait: Wait): Promise<Settlement> {
  const incident = replay(await ports.ledger.read(wait.incident));
  const request = incident?.report?.request;
  if (request !== undefined) {
    const why = `GitHub did not answer before ${wait.deadline}; the evidence is sealed and the run goes on.`;
    const command: Command = { type: 'Record', events: [{ type: 'ReportLate', request, why }] };
    await commitTo(ports.ledger, ports.clock, wait.incident, command, SYSTEM, commandId(`late:${request}`));
  }
  return { answer: 'done' };
}

/** The symbol factory is late: said in the thread, and the run goes on with what memory analysis it has. */
async function symbolsLate(ports: ReconcilePorts, wait: Wait): Promise<Settlement> {
  const [request] = Object.keys(wait.external);
  if (request !== undefined) {
    const why = 'the run goes on without; when its run on GitHub ends, /ir forensics retry reads the memory';
    const command: Command = { type: 'Record', events: [{ type: 'SymbolsLate', request, why }] };
    await commitTo(ports.ledger, ports.clock, wait.incident, command, SYSTEM, commandId(`symbols-late:${request}`));
  }
  return { answer: 'done' };
}

/** One incident's minute: gates that expire or want a reminder, and projections that fell behind. */
async function tend(ports: ReconcilePorts, row: ListedIncident): Promise<void> {
  const rows = await ports.ledger.read(row.incident);
  const incident = replay(rows);
  if (incident === undefined) return;
  for (const gate of pendingGates(incident)) await tendGate(ports, incident, gate);
  await remindIsolated(ports, incident);
  await remindPaused(ports, incident);
  const isTold = await chase(ports, incident, rows);
  if (isTold && incident.status !== 'open') await ports.list.remove(incident.id);
}

/** A question nobody hears is not heard better every half hour: from the third reminder on the time between them doubles. */
function patienceOf({ reminders, rule }: GateView): number {
  return Math.min(rule.remindMinutes * 2 ** Math.max(0, reminders - 1), Math.max(MOST_PATIENCE, rule.remindMinutes));
}

async function tendGate(ports: ReconcilePorts, incident: Incident, gate: GateView): Promise<void> {
  if (incident.paused !== undefined) return;
  const now = ports.clock.now().getTime();
  const act = (command: Command, key: string) =>
    unlessClosed(() => commitTo(ports.ledger, ports.clock, incident.id, command, SYSTEM, commandId(key)));
  if (now >= Date.parse(gate.expiresAt)) {
    const { name, opening } = gate;
    return act({ type: 'ExpireGate', gate: name, opening }, `expire:${name}:${opening}:${gate.expiresAt}`);
  }
  const since = Date.parse(gate.lastRemindedAt ?? gate.openedAt);
  if (now - since < patienceOf(gate) * MINUTE_MS) return;
  // The first reminder goes to those who were asked, the next ones also to whom the rule names.
  const escalates = gate.reminders > 0 && gate.rule.escalateTo !== undefined && !awaitsOutside(gate);
  const escalateTo = escalates && gate.rule.escalateTo !== undefined ? { escalateTo: gate.rule.escalateTo } : {};
  const command: Command = { type: 'RemindGate', gate: gate.name, opening: gate.opening, ...escalateTo };
  return act(command, `remind:${gate.name}:${gate.opening}:${gate.reminders + 1}`);
}

/** A host left isolated is somebody's to decide: said once a day since the last run ended. */
async function remindIsolated(ports: ReconcilePorts, incident: Incident): Promise<void> {
  const since = incident.containment.isolated?.at;
  const ended = currentRun(incident)?.endedAt;
  if (!leftIsolated(incident) || since === undefined || ended === undefined) return;
  const days = Math.floor((ports.clock.now().getTime() - Date.parse(ended)) / DAY_MS);
  if (days < 1) return;
  const command: Command = { type: 'Record', events: [{ type: 'IsolationReminded', since }] };
  const key = commandId(`isolated:${currentRun(incident)?.run ?? 0}:${days}`);
  await unlessClosed(() => commitTo(ports.ledger, ports.clock, incident.id, command, SYSTEM, key));
}

/** A pause that nobody remembers would be silence: said after an hour, after four, then once a day. */
async function remindPaused(ports: ReconcilePorts, { id, paused }: Incident): Promise<void> {
  if (paused === undefined) return;
  const hours = Math.floor((ports.clock.now().getTime() - Date.parse(paused.since)) / (60 * MINUTE_MS));
  const due = hours < 24 ? [4, 1].find((after) => hours >= after) : Math.floor(hours / 24) * 24;
  if (due === undefined) return;
  const command: Command = { type: 'Record', events: [{ type: 'PauseReminded', since: paused.since }] };
  const key = commandId(`paused:${paused.since}:${due}`);
  await unlessClosed(() => commitTo(ports.ledger, ports.clock, id, command, SYSTEM, key));
}

/** Nudges every projection that still has rows to tell a minute after the newest was written. True when none has. */
async function chase(ports: ReconcilePorts, incident: Incident, rows: readonly Commit[]): Promise<boolean> {
  const now = ports.clock.now().getTime();
  const isFresh = now - Date.parse(incident.updatedAt) < LAG_MS;
  const cursors = await ports.cursors.all(incident.id);
  const late = CONSUMERS.filter((consumer) => isBehind(consumer, cursors[consumer], rows));
  // FIFO queues forget an id after five minutes: each minute's nudge has its own.
  const again = String(Math.floor(now / MINUTE_MS));
  if (!isFresh) for (const consumer of late) await ports.nudges.nudge(consumer, incident.id, incident.seq, again);
  return late.length === 0;
}

async function unlessClosed(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
