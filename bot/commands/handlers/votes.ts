import { Refusal } from '../../../core/errors';
import { requireOpen } from '../../../core/incident/decision-context';
import type { Decision } from '../../../core/incident/events';
import { awaitsOutside, currentRun, type GateView, type Incident } from '../../../core/incident/incident';
import type { GateName } from '../../../core/incident/steps';
import type { GateRef } from '../../action-ids';
import type { Bot } from '../../bot';
import { permit, permitAnswer } from '../../caller';
import { namesOf } from '../../roster';
import { voteModal } from '../../views/modals';
import { md } from '../../views/mrkdwn';
import { answer } from '../../views/replies';
import { decisionWord, gateQuestion } from '../../views/words';
import type { Ask, Handler, Reply } from '../ask';
import { incidentOf, mustBeItsChannel } from '../incident-of';
import { changing, mustNotBeHalted } from './change';

/** What someone says at a gate, from a button, a modal or a command. */
export interface Ballot {
  readonly ref: GateRef;
  readonly decision: Decision;
  readonly reason?: string;
  readonly confirmation?: string;
}

/** Casts a vote: policy says whether this person may answer this gate, `decide` everything else. */
export function castVote(ask: Ask, bot: Bot, incident: Incident, ballot: Ballot): Promise<Reply> {
  const { ref, decision, reason, confirmation } = ballot;
  const actor = permitAnswer(bot, ask.caller, incident, ref.gate);
  const command = {
    type: 'Vote',
    gate: ref.gate,
    opening: ref.opening,
    decision,
    planDigest: ref.planDigest,
    ...(reason === undefined ? {} : { reason }),
    ...(confirmation === undefined ? {} : { confirmation }),
  } as const;
  const done = md`${decisionWord(decision)}: ${gateQuestion(ref.gate)} Your answer stands in the thread.`;
  return changing(ask, bot, incident, actor, command, done);
}

/** A gate that waits for people; a Refusal that says when it will, or how it or the whole incident ended. */
export function pendingGate(incident: Incident, name: GateName): GateView {
  const gate = requireOpen(incident, incident).gates[name];
  if (gate?.state === 'pending') return gate;
  const why = gate === undefined ? 'has not been asked yet' : `is ${gate.state} already`;
  const instead =
    gate === undefined
      ? 'The thread asks when it is time; see `/ir forensics status`.'
      : 'The thread shows who decided and when.';
  throw new Refusal('gate.not-open', `“${gateQuestion(name)}” ${why} in ${incident.id}; nothing was changed.`, instead);
}

export function refOf(incident: Incident, gate: GateView): GateRef {
  return { incident: incident.id, gate: gate.name, opening: gate.opening, planDigest: gate.plan.digest };
}

/** What a modal must ask before this decision counts. */
export function needsModal(gate: GateView, decision: Decision): boolean {
  if (decision === 'reject') return true;
  // Agreed already: the answer says whom it waits for, and no form is filled in for nothing.
  if (awaitsOutside(gate)) return false;
  return decision === 'approve' && (gate.rule.reasonRequired || gate.rule.typedConfirmation);
}

/** `/ir stop`, `revoke`, `nacl`: says yes at that gate, in a modal unless all it needs was typed. */
const approveGate =
  (name: GateName): Handler =>
  async (ask, bot) => {
    permit(bot, ask.caller, ask.command.path);
    const found = await incidentOf(ask, bot);
    if ('reply' in found) return found.reply;
    const { incident } = found;
    await mustBeItsChannel(ask, incident, bot);
    const gate = pendingGate(incident, name);
    const { reason, confirm } = ask.command;
    const complete = (!gate.rule.reasonRequired || reason) && (!gate.rule.typedConfirmation || confirm);
    if (complete || ask.command.dryRun || awaitsOutside(gate)) {
      const ballot = { ref: refOf(incident, gate), decision: 'approve' } as const;
      const said = { ...(reason ? { reason } : {}), ...(confirm ? { confirmation: confirm } : {}) };
      return castVote(ask, bot, incident, { ...ballot, ...said });
    }
    permitAnswer(bot, ask.caller, incident, name);
    const view = voteModal(incident, gate, 'approve', namesOf(bot.rulebook.policy));
    const otherwise = answer([
      md`This needs a reason${gate.rule.typedConfirmation ? ' and the id’s last four' : ''}: use the buttons under the question in the thread.`,
    ]);
    return { kind: 'modal', view, otherwise };
  };

export const stop = approveGate('stop');
export const revoke = approveGate('revoke');
export const nacl = approveGate('nacl');

/** No step waits for an answer: a run that ended badly is run again; steps look before they act. */
async function runOnceMore(ask: Ask, bot: Bot, incident: Incident): Promise<Reply> {
  const last = currentRun(requireOpen(incident, incident));
  if (last?.result !== 'failed' && last?.result !== 'aborted') {
    throw new Refusal(
      'retry.nothing',
      `No failed step waits in ${incident.id}; nothing was changed.`,
      'See `/ir forensics status`.',
    );
  }
  const actor = permit(bot, ask.caller, ask.command.path);
  await mustNotBeHalted(bot);
  const done = md`Run ${last.run} ended badly; another one starts. Steps look before they act, so nothing is done twice.`;
  return changing(ask, bot, incident, actor, { type: 'RequestRun', purpose: 'respond' }, done);
}

/** `/ir forensics retry`: the failed step is tried again; after a failed run, the run is. */
export const retry: Handler = async (ask, bot) => {
  permit(bot, ask.caller, ask.command.path);
  const found = await incidentOf(ask, bot);
  if ('reply' in found) return found.reply;
  const { incident } = found;
  await mustBeItsChannel(ask, incident, bot);
  const failed = Object.values(incident.gates).find(
    (gate) => gate.state === 'pending' && gate.name.startsWith('failed:'),
  );
  if (failed === undefined) return runOnceMore(ask, bot, incident);
  const { reason } = ask.command;
  return castVote(ask, bot, incident, {
    ref: refOf(incident, failed),
    decision: 'retry',
    ...(reason ? { reason } : {}),
  });
};
