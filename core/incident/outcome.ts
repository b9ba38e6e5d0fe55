import type { CloseAs, OutsideAnswer } from './events';
import { currentRun, type GateView, type Incident, type RunView } from './incident';

/** How the incident stands for those who look from outside (CONTRACTS: `outcome`). */
export type Outcome = 'stopped' | 'contained' | 'released' | 'aborted' | 'closed' | 'posted' | 'unfinished';

/** As what the end of `run` closes the incident; undefined when it stays open. */
export function closingOf(
  incident: Incident,
  run: RunView,
): { readonly as: CloseAs; readonly reason?: string } | undefined {
  const { ending } = incident;
  const reason = ending?.reason === undefined ? {} : { reason: ending.reason };
  switch (run.purpose) {
    case 'respond':
      return ending === undefined ? endedBy(incident) : undefined;
    case 'release':
      return incident.released === undefined ? undefined : { as: 'released', ...reason };
    case 'close':
      return { as: ending?.as ?? 'resolved', ...reason };
  }
}

/** What ends an incident with its run: the stop, or a first look that found nothing of what was opened by hand. */
function endedBy({ stopped, ruledOut, findings }: Incident): { readonly as: CloseAs } | undefined {
  if (stopped !== undefined) return { as: 'stopped' };
  return ruledOut === undefined || findings.length > 0 ? undefined : { as: ruledOut.as };
}

/** The outcome and why it is that, in one sentence. */
export function outcomeOf(incident: Incident): { readonly outcome: Outcome; readonly reason: string } {
  if (incident.status === 'posted') return { outcome: 'posted', reason: incident.postedWhy ?? 'posted only' };
  if (incident.closed !== undefined) return closedOutcome(incident, incident.closed.as);
  const run = currentRun(incident);
  if (run === undefined || run.state !== 'ended')
    return { outcome: 'unfinished', reason: run === undefined ? 'no run was started' : `run ${run.run} has not ended` };
  if (run.result === 'failed') return { outcome: 'unfinished', reason: run.cause ?? `run ${run.run} failed` };
  if (run.result === 'aborted')
    return { outcome: 'aborted', reason: incident.abort?.reason ?? whyAborted(incident, run) };
  if (incident.containment.isolated !== undefined) return { outcome: 'contained', reason: whyNotStopped(incident) };
  return { outcome: 'aborted', reason: whyNotContained(incident) };
}

function whyAborted(incident: Incident, { run }: RunView): string {
  const gate = Object.values(incident.gates).find((one) => one.run === run && one.decision === 'abort');
  return gate === undefined ? `run ${run} was aborted` : `aborted by ${gate.decidedBy.join(' and ')} at ${gate.name}`;
}

function closedOutcome(incident: Incident, as: CloseAs): { readonly outcome: Outcome; readonly reason: string } {
  if (as === 'stopped') {
    const gate = incident.gates.stop;
    if (gate === undefined) return { outcome: 'stopped', reason: 'stopped' };
    return {
      outcome: 'stopped',
      reason: `the stop was approved by ${gate.decidedBy.join(' and ')}${outsideToo(gate)}`,
    };
  }
  if (as === 'released') return { outcome: 'released', reason: incident.closed?.reason ?? 'released' };
  return { outcome: 'closed', reason: incident.ruledOut?.why ?? incident.closed?.reason ?? `closed as ${as}` };
}

function whyNotStopped(incident: Incident): string {
  const stop = incident.gates.stop;
  if (incident.stopped !== undefined) return 'isolated and stopped; the incident is not closed yet';
  if (incident.evidenceLost !== undefined) return `isolated, and then lost: ${incident.evidenceLost.why}`;
  if (stop === undefined) return 'isolated; the stop was not asked for';
  if (stop.state === 'rejected' && stop.outside?.answer !== undefined)
    return `isolated; the stop was rejected on GitHub by ${reviewers(stop.outside.answer)}`;
  if (stop.state === 'expired' && stop.outside !== undefined)
    return 'isolated; the stop was agreed in Slack and not approved on GitHub in time';
  if (stop.state === 'rejected')
    return `isolated; the stop was rejected by ${stop.decidedBy.join(' and ')}${stop.reason === undefined ? '' : `: ${stop.reason}`}`;
  if (stop.state === 'expired')
    return `isolated; the stop was not approved in time (${stop.votes.length} of ${stop.rule.quorum} votes)`;
  return `isolated; the stop was ${stop.state}`;
}

function outsideToo({ outside }: GateView): string {
  return outside?.answer === undefined ? '' : `, and on GitHub by ${reviewers(outside.answer)}`;
}

function reviewers({ by }: OutsideAnswer): string {
  return by.length === 0 ? 'a reviewer' : by.join(' and ');
}

function whyNotContained(incident: Incident): string {
  const gate = incident.gates.contain;
  const protectedBy = incident.estate?.summary.protectedBy;
  if (incident.evidenceLost !== undefined) return `the instance was not isolated: ${incident.evidenceLost.why}`;
  if (gate === undefined && protectedBy !== undefined)
    return `the instance was not isolated: it is protected (${protectedBy})`;
  if (gate === undefined) return 'the instance was not isolated';
  const by = gate.decidedBy.length === 0 ? '' : ` by ${gate.decidedBy.join(' and ')}`;
  return `the instance was not isolated: containment was ${gate.state}${by}`;
}
