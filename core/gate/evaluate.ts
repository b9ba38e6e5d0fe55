import { subnetCutHelps } from '../estate/residual-flows';
import type { GatePlan, GateRule } from '../incident/events';
import { type GateView, type Incident, mustEnd } from '../incident/incident';
import type { StepGate } from '../incident/steps';
import { gatePlan } from './plan';

/** What the workflow does at the gate. `skip` goes on without the step behind it. */
export type Verdict = 'go' | 'hold' | 'skip' | 'abort';

export interface GateState {
  readonly verdict: Verdict;
  readonly why: string;
  /** What has to be committed first: the question, or that it passed by itself. Then evaluate again. */
  readonly first?: { readonly act: 'ask' | 'pass'; readonly plan: GatePlan; readonly rule: GateRule };
}

/** Where the incident stands at a gate of `run`. Pure; level-triggered, so it may be asked any number of times. */
export function evaluateGate(incident: Incident, gate: StepGate, run: number, ruleNow?: GateRule): GateState {
  if (mustEnd(incident, run)) return { verdict: 'abort', why: 'the run is being ended' };
  const pointless = whyPointless(incident, gate);
  if (pointless !== undefined) return { verdict: 'skip', why: pointless };
  if (incident.paused !== undefined) return { verdict: 'hold', why: `paused since ${incident.paused.since}` };
  const rule = ruleNow ?? incident.playbook?.gates[gate];
  if (rule === undefined) return { verdict: 'skip', why: `the playbook has no gate ${gate}` };
  const plan = gatePlan(incident, gate);
  const asked = incident.gates[gate];
  const isCurrent = asked !== undefined && asked.run === run;
  if (rule.mode === 'auto' && !isCurrent) return automatic(incident, gate, run, plan, rule);
  return isCurrent ? standing(asked, plan, rule) : ask(plan, rule);
}

function ask(plan: GatePlan, rule: GateRule): GateState {
  return { verdict: 'hold', why: 'people are asked', first: { act: 'ask', plan, rule } };
}

function automatic(incident: Incident, gate: StepGate, run: number, plan: GatePlan, rule: GateRule): GateState {
  const passed = incident.passedGates[gate];
  if (passed?.run === run && passed.planDigest === plan.digest) return { verdict: 'go', why: passed.why };
  return { verdict: 'go', why: 'the playbook passes it', first: { act: 'pass', plan, rule } };
}

function standing(gate: GateView, plan: GatePlan, rule: GateRule): GateState {
  const samePlan = gate.plan.digest === plan.digest;
  switch (gate.state) {
    case 'pending':
      return samePlan ? { verdict: 'hold', why: 'waits for people' } : ask(plan, rule);
    case 'approved':
      return samePlan ? { verdict: 'go', why: `approved by ${gate.decidedBy.join(' and ')}` } : ask(plan, rule);
    case 'rejected':
      return { verdict: 'skip', why: `rejected by ${gate.decidedBy.join(' and ')}` };
    case 'expired':
      return { verdict: 'skip', why: gate.reason ?? 'nobody decided in time' };
    case 'voided':
      return ask(plan, rule);
  }
}

/** Gates behind which there is nothing to do. */
function whyPointless(incident: Incident, gate: StepGate): string | undefined {
  const { isolated } = incident.containment;
  switch (gate) {
    case 'nacl':
      if (isolated === undefined) return 'the instance is not isolated';
      return subnetCutHelps(isolated.residual) ? undefined : 'the group swap left no flow that a subnet cut would end';
    case 'revoke':
      if (isolated === undefined) return 'the instance is not isolated';
      return incident.estate?.summary.profile === undefined ? 'the instance had no role' : undefined;
    case 'contain':
      if (incident.ruledOut !== undefined) return incident.ruledOut.why;
      return incident.estate?.summary.protectedBy === undefined
        ? undefined
        : `the instance is protected (${incident.estate.summary.protectedBy})`;
    case 'stop':
      if (incident.stopped !== undefined) return 'the instance is stopped already';
      return incident.evidenceLost === undefined ? undefined : incident.evidenceLost.why;
    case 'collect':
    case 'analyse':
      return undefined;
  }
}

/**
 * The offers beside the main line (nacl, revoke) stand until the forensics are told; then they lapse, so that the stop
 * question never waits for an offer nobody took.
 */
export function lapsedOffers(incident: Incident): readonly GateView[] {
  const told = incident.report !== undefined && incident.report.state !== 'requested';
  const skipped = incident.steps.Report?.state === 'skipped';
  if (!told && !skipped) return [];
  return [incident.gates.nacl, incident.gates.revoke].flatMap((gate) => (gate?.state === 'pending' ? [gate] : []));
}
