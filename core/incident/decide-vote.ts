import { Refusal } from '../errors';
import type { Command } from './commands';
import { failedStepOf } from './decide-gates';
import { type DecisionContext, personOf, requireOpen, withReason } from './decision-context';
import type { Decision, IncidentEvent } from './events';
import type { PersonKey } from './ids';
import { awaitsOutside, type GateView, type Incident } from './incident';
import { OUTSIDE_IN_WORDS } from './outside';

type CommandOf<T extends Command['type']> = Extract<Command, { readonly type: T }>;

/** A person's vote, and what it decides: one reject decides at once, an approval when quorum distinct persons gave it. */
export function decideVote(
  incident: Incident | undefined,
  command: CommandOf<'Vote'>,
  context: DecisionContext,
): readonly IncidentEvent[] {
  const open = requireOpen(incident, context);
  const gate = open.gates[command.gate];
  if (gate === undefined)
    throw new Refusal(
      'gate.unknown',
      `The gate ${command.gate} has not been asked in ${open.id}; nothing was changed.`,
      'The thread asks when it is time; see `/ir forensics status`.',
    );
  mustBeAnswerable(open, gate, command, context.at);
  const person = voterOf(open, gate, command, context);
  const vote: IncidentEvent = {
    type: 'GateVoteCast',
    gate: gate.name,
    opening: gate.opening,
    person,
    decision: command.decision,
    ...withReason(command.reason),
  };
  const agreeing = [
    ...gate.votes
      .filter((other) => other.decision === command.decision && other.person !== person)
      .map((v) => v.person),
    person,
  ];
  const needed = command.decision === 'reject' || command.decision === 'abort' ? 1 : gate.rule.quorum;
  if (agreeing.length < needed) return [vote];
  return [vote, ...decided(gate, command.decision, agreeing, command.reason)];
}

function decided(
  gate: GateView,
  decision: Decision,
  by: readonly PersonKey[],
  reason: string | undefined,
): readonly IncidentEvent[] {
  const { name, opening, rule } = gate;
  if (decision === 'approve' && rule.outside !== undefined)
    return [{ type: 'GateOutsideAsked', gate: name, opening, by, outside: rule.outside }];
  const events: IncidentEvent[] = [{ type: 'GateDecided', gate: name, opening, decision, by, ...withReason(reason) }];
  const step = failedStepOf(gate.name);
  if (decision === 'skip' && step !== undefined) {
    const because = reason === undefined || reason.trim() === '' ? '' : `: ${reason}`;
    events.push({ type: 'StepSkipped', step, reason: `gone on without by decision of ${by.join(', ')}${because}` });
  }
  return events;
}

function mustBeAnswerable(incident: Incident, gate: GateView, command: CommandOf<'Vote'>, at: Date): void {
  const nothing = 'nothing was changed';
  if (command.opening !== gate.opening)
    throw new Refusal(
      'gate.stale',
      `This asked question ${command.opening} of gate ${gate.name}, which has been asked again since; ${nothing}.`,
      'Answer the newest card.',
    );
  if (gate.state !== 'pending')
    throw new Refusal('gate.decided', `The gate ${gate.name} was ${stateInWords(gate)}; ${nothing}.`, afterwards(gate));
  if (command.planDigest !== gate.plan.digest)
    throw new Refusal(
      'gate.other-plan',
      `The plan of gate ${gate.name} is not the one you were shown; ${nothing}.`,
      'Read the newest card and decide on that.',
    );
  if (incident.paused !== undefined)
    throw new Refusal(
      'gate.paused',
      `${incident.id} is paused since ${incident.paused.since}; ${nothing}.`,
      'Use `/ir forensics resume` first; the deadline stands still meanwhile.',
    );
  if (at.getTime() >= Date.parse(gate.expiresAt))
    throw new Refusal(
      'gate.expired',
      `The gate ${gate.name} expired at ${gate.expiresAt}; ${nothing}.`,
      'Start the forensics again to be asked again.',
    );
}

function stateInWords(gate: GateView): string {
  const by = gate.decidedBy.length === 0 ? '' : ` by ${gate.decidedBy.join(' and ')}`;
  const at = gate.decidedAt === undefined ? '' : ` at ${gate.decidedAt}`;
  const state = gate.decision === undefined ? gate.state : `decided (${gate.decision})`;
  return `already ${state}${by}${at}${gate.state === 'voided' && gate.reason !== undefined ? ` because ${gate.reason}` : ''}`;
}

function afterwards(gate: GateView): string {
  return gate.state === 'voided'
    ? 'Answer the newest card, if there is one.'
    : 'The thread shows who decided and what followed.';
}

function voterOf(incident: Incident, gate: GateView, command: CommandOf<'Vote'>, context: DecisionContext): PersonKey {
  const person = personOf(context);
  if (person === undefined)
    throw new Refusal('gate.not-a-person', 'Only a person answers a gate; nothing was changed.');
  mustFit(gate, command.decision);
  const goesOn = command.decision !== 'reject' && command.decision !== 'abort';
  if (goesOn && awaitsOutside(gate))
    throw new Refusal(
      'gate.outside',
      `${gate.outside?.agreed.join(' and ')} approved ${gate.name} already, and it waits for ${OUTSIDE_IN_WORDS}; nothing was changed.`,
      'Ask a reviewer of that environment; rejecting is still possible here.',
    );
  if (goesOn && gate.rule.excludeRequester && gate.requester === person)
    throw new Refusal(
      'gate.requester',
      `You asked for this yourself, and gate ${gate.name} wants somebody else; nothing was changed.`,
      `Ask another person with the role ${gate.rule.role}.`,
    );
  if (gate.votes.some((vote) => vote.person === person && vote.decision === command.decision))
    throw new Refusal(
      'gate.voted',
      `You have said ${command.decision} already, and it counts once; nothing was changed.`,
      `It needs ${gate.rule.quorum} different persons.`,
    );
  if (goesOn && gate.rule.reasonRequired && (command.reason ?? '').trim() === '')
    throw new Refusal(
      'gate.reason',
      `The gate ${gate.name} wants a reason; nothing was changed.`,
      'Say why in a few words, as in `--reason "why"`.',
    );
  if (goesOn && gate.rule.typedConfirmation && !confirms(incident, command.confirmation))
    throw new Refusal(
      'gate.confirmation',
      `What you typed does not confirm ${incident.instance ?? 'the instance'}; nothing was changed.`,
      'Type the last four characters of the instance id.',
    );
  return person;
}

function confirms(incident: Incident, typed: string | undefined): boolean {
  const text = (typed ?? '').trim().toLowerCase();
  return (
    incident.instance !== undefined &&
    text.length >= 4 &&
    (text === incident.instance || text === incident.instance.slice(-4))
  );
}

function mustFit(gate: GateView, decision: Decision): void {
  const allowed: readonly Decision[] =
    failedStepOf(gate.name) === undefined ? ['approve', 'reject'] : ['retry', 'skip', 'abort'];
  if (!allowed.includes(decision))
    throw new Refusal(
      'gate.decision',
      `The gate ${gate.name} cannot be answered with ${decision}; nothing was changed.`,
      `Answer ${allowed.join(' or ')}.`,
    );
}
