import { NeedsHuman } from '../core/errors';
import { evaluateGate, type GateState } from '../core/gate/evaluate';
import type { Command } from '../core/incident/commands';
import { commitTo } from '../core/incident/commit';
import type { GateRule } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { commandId, sha256 } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
import type { StepGate } from '../core/incident/steps';
import type { Policy } from '../core/policy/schema';
import type { Clock } from '../core/ports/clock';
import type { IncidentLedger } from '../core/ports/incident-ledger';
import type { Slots } from '../core/ports/switches';
import type { GateInput } from './task-input';

export interface PassGatePorts {
  readonly ledger: IncidentLedger;
  readonly clock: Clock;
  readonly slots: Slots;
  readonly caps: Policy['caps'];
}

export interface PassGateOutput {
  readonly verdict: GateState['verdict'];
  readonly why: string;
}

const SYSTEM = { kind: 'system', part: 'pass-gate' } as const;
const HOUR_MS = 3_600_000;

/**
 * Evaluates a gate and commits what the evaluation asks for: the question, or that the gate passed by itself. It never
 * waits; a `hold` is parked by hold-at-gate.
 */
export function makePassGate(ports: PassGatePorts): (input: GateInput) => Promise<PassGateOutput> {
  return async ({ incident: id, run, gate }) => {
    const incident = replay(await ports.ledger.read(id));
    if (incident === undefined) throw new NeedsHuman(`${id} has no ledger: its run goes nowhere.`);
    const rule = await ruleFor(ports, incident, gate, run);
    const state = evaluateGate(incident, gate, run, rule);
    if (state.first === undefined) {
      await saySkipped(ports, incident, gate, run, state);
      return { verdict: state.verdict, why: state.why };
    }
    const command = commandFor(incident, gate, run, state.first);
    const key = commandId(
      `gate:${run}:${gate}:${state.first.act}:${sha256(`${incident.seq}:${state.first.plan.digest}`).slice(0, 16)}`,
    );
    const done = await commitTo(ports.ledger, ports.clock, id, command, SYSTEM, key);
    const now = done.incident === undefined ? state : evaluateGate(done.incident, gate, run, rule);
    return { verdict: now.verdict, why: now.why };
  };
}

/** A containment that is skipped without anybody having decided it (a protected instance) is said in the thread, once. */
async function saySkipped(
  ports: PassGatePorts,
  incident: Incident,
  gate: StepGate,
  run: number,
  state: GateState,
): Promise<void> {
  if (gate !== 'contain' || state.verdict !== 'skip' || incident.gates.contain?.run === run) return;
  if (incident.ruledOut !== undefined) return;
  const text = `${incident.instance ?? 'The instance'} is not contained: ${state.why}.`;
  const command: Command = { type: 'Record', events: [{ type: 'EstateNoticed', text }] };
  await commitTo(ports.ledger, ports.clock, incident.id, command, SYSTEM, commandId(`gate:${run}:${gate}:skipped`));
}

function commandFor(incident: Incident, gate: StepGate, run: number, first: NonNullable<GateState['first']>): Command {
  if (first.act === 'pass') {
    const why = `playbook ${incident.playbook?.name ?? ''} passes it`;
    return { type: 'Record', events: [{ type: 'GatePassed', gate, planDigest: first.plan.digest, why }] };
  }
  const requester = incident.runs.find((other) => other.run === run)?.requestedBy;
  return {
    type: 'OpenGate',
    gate,
    plan: first.plan,
    rule: first.rule,
    ...(requester === undefined ? {} : { requester }),
  };
}

/**
 * The rule in force. Containment that would pass by itself takes a slot of each cap first; when none is free it is asked
 * instead, so that a flood of findings is not a flood of isolations. What was asked once stays a question; a containment
 * that is skipped or held takes no slot from another.
 */
async function ruleFor(
  ports: PassGatePorts,
  incident: Incident,
  gate: StepGate,
  run: number,
): Promise<GateRule | undefined> {
  const asked = incident.gates[gate];
  if (asked !== undefined && asked.run === run) return asked.rule;
  const pinned = incident.playbook?.gates[gate];
  const passes = gate === 'contain' && pinned?.mode === 'auto' && incident.passedGates.contain?.run !== run;
  if (!passes || incident.openedBy !== undefined) return pinned;
  if (evaluateGate(incident, gate, run, pinned).verdict !== 'go') return pinned;
  return (await withinCaps(ports, incident)) ? pinned : { ...pinned, mode: 'ask' };
}

async function withinCaps(ports: PassGatePorts, incident: Incident): Promise<boolean> {
  const now = ports.clock.now();
  const until = new Date(now.getTime() + HOUR_MS);
  const { isolationsPerHour, isolationsPerGroupPerHour } = ports.caps;
  const group = incident.estate?.summary.group;
  if (group !== undefined) {
    const cap = `isolations/${incident.account}/${incident.region}/${group}`;
    if (!(await ports.slots.take(cap, isolationsPerGroupPerHour, incident.id, now, until))) return false;
  }
  return ports.slots.take('isolations', isolationsPerHour, incident.id, now, until);
}
