import type { Command } from './commands';
import { type DecisionContext, requireOpen } from './decision-context';
import type { GatePlan, GateRule, IncidentEvent } from './events';
import type { PersonKey } from './ids';
import { currentRun, type GateView, type Incident } from './incident';
import { type GateName, isStepName, type StepName } from './steps';

type CommandOf<T extends Command['type']> = Extract<Command, { readonly type: T }>;

const MINUTE_MS = 60_000;

/** The step behind a failure gate `failed:STEP`. */
export function failedStepOf(gate: GateName): StepName | undefined {
  const step = gate.startsWith('failed:') ? gate.slice('failed:'.length) : '';
  return isStepName(step) ? step : undefined;
}

/**
 * Opens a gate, or leaves it when this very plan is already asked or decided in this run. A plan that changed voids
 * what was asked or approved, and asks anew in the same commit.
 */
export function decideOpenGate(
  incident: Incident | undefined,
  command: CommandOf<'OpenGate'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  const gate = open.gates[command.gate];
  const run = currentRun(open)?.run ?? 0;
  const opened = openingOf(open, command, context.at);
  if (gate === undefined || gate.run !== run || gate.state === 'voided') return [...voidIfPending(gate), opened];
  if (gate.plan.digest === command.plan.digest) return [];
  if (gate.state === 'pending' || gate.state === 'approved')
    return [voided(gate, 'the plan changed: what was shown is not what would be done now'), opened];
  return [];
}

function voidIfPending(gate: GateView | undefined): readonly IncidentEvent[] {
  return gate?.state === 'pending' ? [voided(gate, 'a new run asks again')] : [];
}

export function voided(gate: GateView, why: string): IncidentEvent {
  return { type: 'GateVoided', gate: gate.name, opening: gate.opening, why };
}

function openingOf(
  incident: Incident,
  command: {
    readonly gate: GateName;
    readonly plan: GatePlan;
    readonly rule: GateRule;
    readonly requester?: PersonKey;
  },
  at: Date,
): IncidentEvent {
  return {
    type: 'GateOpened',
    gate: command.gate,
    opening: (incident.gates[command.gate]?.opening ?? 0) + 1,
    plan: command.plan,
    rule: command.rule,
    expiresAt: new Date(at.getTime() + command.rule.expiresMinutes * MINUTE_MS).toISOString(),
    ...(command.requester === undefined ? {} : { requester: command.requester }),
  };
}

/** A failed step is put on record and asks a person in one commit; while it already asks, nothing is added. */
export function decideFailStep(
  incident: Incident | undefined,
  command: CommandOf<'FailStep'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  const gate: GateName = `failed:${command.step}`;
  const asked = open.gates[gate];
  if (asked?.state === 'pending' && asked.run === (currentRun(open)?.run ?? 0)) return [];
  const failed: IncidentEvent = {
    type: 'StepFailed',
    step: command.step,
    error: command.error,
    cause: command.cause,
    attempt: open.steps[command.step]?.attempt ?? 0,
  };
  const opened = openingOf(open, { gate, plan: command.plan, rule: command.rule }, context.at);
  return [...voidIfPending(asked), failed, opened];
}

/** Expiry is a commit like any other. Nothing happens to a gate that is decided, paused or not yet due. */
export function decideExpireGate(
  incident: Incident | undefined,
  command: CommandOf<'ExpireGate'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  const gate = open.gates[command.gate];
  if (gate === undefined || gate.state !== 'pending' || gate.opening !== command.opening) return [];
  const due = context.at.getTime() >= Date.parse(gate.expiresAt) && open.paused === undefined;
  if (!due && command.early === undefined) return [];
  const expired: IncidentEvent = {
    type: 'GateExpired',
    gate: gate.name,
    opening: gate.opening,
    votes: gate.votes.filter((vote) => vote.decision !== 'reject' && vote.decision !== 'abort').length,
    quorum: gate.rule.quorum,
    ...(command.early === undefined ? {} : { why: command.early }),
    ...(gate.outside === undefined || gate.rule.outside === undefined ? {} : { outside: gate.rule.outside }),
  };
  const step = failedStepOf(gate.name);
  if (step === undefined) return [expired];
  return [expired, { type: 'StepSkipped', step, reason: 'it failed and nobody said what to do in time' }];
}

export function decideRemindGate(
  incident: Incident | undefined,
  command: CommandOf<'RemindGate'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  const gate = open.gates[command.gate];
  if (gate === undefined || gate.state !== 'pending' || gate.opening !== command.opening) return [];
  if (open.paused !== undefined) return [];
  const escalated = command.escalateTo === undefined ? {} : { escalatedTo: command.escalateTo };
  return [{ type: 'GateReminded', gate: gate.name, opening: gate.opening, ...escalated }];
}
