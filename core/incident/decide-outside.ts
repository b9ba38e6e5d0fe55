import { Refusal } from '../errors';
import type { Command } from './commands';
import { type DecisionContext, requireOpen } from './decision-context';
import type { IncidentEvent } from './events';
import type { GateView, Incident } from './incident';

type Answer = Extract<Command, { readonly type: 'DecideOutside' }>;

/**
 * The answer from outside Slack decides a gate that the persons here agreed on, and no other: not before they did, not of
 * another plan or opening, not after its deadline. Refusals say what came too late or to the wrong question.
 */
export function decideOutside(
  incident: Incident | undefined,
  command: Answer,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  const gate = open.gates[command.gate];
  const agreed = mustAwait(gate, command);
  // While paused the deadline stands still, and the gate holds whatever is answered.
  if (open.paused === undefined && context.at.getTime() >= Date.parse(agreed.expiresAt))
    throw new Refusal('gate.expired', `It came after ${agreed.expiresAt}, when gate ${command.gate} expired.`);
  const { decision, answer } = command;
  const by = decision === 'approve' ? (agreed.outside?.agreed ?? []) : [];
  return [{ type: 'GateDecided', gate: agreed.name, opening: agreed.opening, decision, by, outside: answer }];
}

function mustAwait(gate: GateView | undefined, command: Answer): GateView {
  if (gate === undefined || gate.opening !== command.opening || gate.plan.digest !== command.planDigest)
    throw new Refusal(
      'gate.other-plan',
      `It answers a question of gate ${command.gate} that is not the one asked now.`,
    );
  if (gate.state !== 'pending') throw new Refusal('gate.decided', `Gate ${command.gate} was ${gate.state} already.`);
  if (gate.outside === undefined)
    throw new Refusal(
      'gate.not-agreed',
      `Nobody asked GitHub about gate ${command.gate}: the persons here have not agreed.`,
    );
  return gate;
}
