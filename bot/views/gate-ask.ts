import type { Button } from '@slack/types';
import { awaitsOutside, type GateView, type Incident } from '../../core/incident/incident';
import { OUTSIDE_IN_WORDS } from '../../core/incident/outside';
import { ACTION, gateRefValue } from '../action-ids';
import { actions, type Block, button, context, section } from './blocks';
import { whereabouts } from './card-facts';
import { code, foreign, join, type Mrkdwn, md, time } from './mrkdwn';
import { onGithub } from './outside';
import { everyone, type PersonNames, who } from './people';
import { type Rendered, render } from './render';
import { ending } from './tellers';
import { decisionWord, gateQuestion, isOffer, plural } from './words';

export interface GateAskContext {
  readonly names: PersonNames;
  /** Mentions of those who may decide, when they must be called; at most a handful. */
  readonly call?: Mrkdwn;
}

/** What pressing means, said once more before it happens: instance, Name, account, region, group, load balancer. */
export function confirmText(incident: Incident): Mrkdwn {
  const estate = incident.estate?.summary;
  const group = estate?.group ? md`, group ${code(estate.group, 60)}` : md``;
  const serves =
    estate && estate.targetGroups.length > 0
      ? md`, behind ${plural(estate.targetGroups.length, 'target group')}`
      : md``;
  return md`${whereabouts(incident)}${group}${serves}`;
}

function askButtons(incident: Incident, gate: GateView): readonly Button[] {
  const value = gateRefValue({
    incident: incident.id,
    gate: gate.name,
    opening: gate.opening,
    planDigest: gate.plan.digest,
  });
  const about = `${gateQuestion(gate.name)} (${incident.id})`;
  if (gate.name.startsWith('failed:')) {
    return [
      button({ text: 'Try again', action: ACTION.retry, value, style: 'primary', label: `Try again: ${about}` }),
      button({ text: 'Go on without it', action: ACTION.skip, value, label: `Go on without it: ${about}` }),
      button({
        text: 'Abort the run',
        action: ACTION.abortStep,
        value,
        style: 'danger',
        label: `Abort the run: ${about}`,
        confirm: { title: 'Abort this run?', text: confirmText(incident), yes: 'Abort the run' },
      }),
    ];
  }
  const yes = gate.name === 'stop' ? 'Approve the stop…' : 'Approve…';
  const approve = button({ text: yes, action: ACTION.approve, value, style: 'primary', label: `Approve: ${about}` });
  const reject = button({ text: 'Reject…', action: ACTION.reject, value, label: `Reject: ${about}` });
  return awaitsOutside(gate) ? [reject] : [approve, reject];
}

function votesLine(gate: GateView, names: PersonNames): Mrkdwn | undefined {
  if (gate.votes.length === 0) return undefined;
  const lines = gate.votes.map((vote) => {
    const why = vote.reason ? md`: ${foreign(vote.reason)}` : md``;
    return md`${decisionWord(vote.decision)} by ${who(names, vote.person)}, ${time(vote.at)}${why}`;
  });
  return join(lines);
}

function ruleLine(gate: GateView): Mrkdwn {
  const asked = md`Needs ${plural(gate.rule.quorum, 'person', 'different persons')} with role ${code(gate.rule.role)}`;
  const not = gate.rule.excludeRequester ? md`, not the one who asked` : md``;
  const typed = gate.rule.typedConfirmation ? md`, with the instance id’s last four typed` : md``;
  const outside = gate.rule.outside ? md`; then ${OUTSIDE_IN_WORDS}` : md``;
  return md`${asked}${not}${typed}${outside}. Until ${time(gate.expiresAt)}; unanswered, everything stays as it is.`;
}

function decidedBy(gate: GateView, names: PersonNames): Mrkdwn {
  const here = gate.decidedBy.length > 0 ? md` by ${everyone(names, gate.decidedBy)}` : md``;
  const answer = gate.outside?.answer;
  return answer ? md`${here}${onGithub(answer, gate.decidedBy.length > 0)}` : here;
}

/** Whom an agreed question waits for now. */
function outsideLine(gate: GateView, names: PersonNames): Mrkdwn | undefined {
  if (!awaitsOutside(gate) || gate.outside === undefined) return undefined;
  return md`*Agreed* by ${everyone(names, gate.outside.agreed)}, ${time(gate.outside.askedAt)}. *It waits for ${OUTSIDE_IN_WORDS}*, who compare the plan’s digest below. Rejecting is still possible here.`;
}

/** How a gate that is no longer open ended: who, when, why. */
export function outcomeLine(gate: GateView, names: PersonNames): Mrkdwn {
  const when = gate.decidedAt ? md`, ${time(gate.decidedAt)}` : md``;
  const why = gate.reason ? md`: ${foreign(gate.reason)}` : md``;
  switch (gate.state) {
    case 'approved':
    case 'rejected':
      return md`*${decisionWord(gate.decision ?? 'approve')}*${decidedBy(gate, names)}${when}${why}`;
    case 'expired':
      if (gate.outside)
        return md`*Expired*${when}: agreed by ${everyone(names, gate.outside.agreed)}, but not by ${OUTSIDE_IN_WORDS}, so everything stays as it is.`;
      if (gate.reason) return md`*Lapsed*${when}: ${ending(gate.reason)}. Everything stays as it is.`;
      return md`*Expired*${when}: nobody with the role decided in time, so everything stays as it is.`;
    case 'voided':
      return md`*Void*${when}${why}`;
    case 'pending':
      return md`Waiting.`;
  }
}

function endInWords({ state, reason, outside }: GateView): string {
  if (state === 'voided') return 'Void';
  const end = state === 'expired' && reason && !outside ? 'lapsed' : state;
  return `${end.slice(0, 1).toUpperCase()}${end.slice(1)}`;
}

/** The message of one opening of a gate: it asks while it is open and tells how it ended afterwards, in place. */
export function gateAsk(incident: Incident, gate: GateView, at: GateAskContext): Rendered {
  const question = gateQuestion(gate.name);
  const plan = join(gate.plan.lines.slice(0, 20).map((line) => md`• ${foreign(line, 400)}`));
  const votes = votesLine(gate, at.names);
  const head = section(md`*${question}*\n${confirmText(incident)}`);
  if (gate.state !== 'pending') {
    const blocks: Block[] = [head, section(outcomeLine(gate, at.names)), ...(plan.text ? [context(plan)] : [])];
    return render(`${question} ${endInWords(gate)} in ${incident.id}.`, blocks);
  }
  const outside = outsideLine(gate, at.names);
  const blocks: Block[] = [
    head,
    ...(plan.text ? [section(plan)] : []),
    section(ruleLine(gate)),
    ...(votes ? [section(votes)] : []),
    ...(outside ? [section(outside)] : []),
    ...(at.call ? [section(md`${at.call}`)] : []),
    actions('gate-actions', askButtons(incident, gate)),
    context(
      md`${code(incident.id)} · gate ${code(gate.name)}, question ${gate.opening} · plan ${code(gate.plan.digest.slice(0, 12))}`,
    ),
  ];
  const until = gate.expiresAt.slice(0, 16).replace('T', ' ');
  return render(
    `${question} ${isOffer(gate.name) ? 'Offered' : 'A decision is needed'} in ${incident.id} on ${incident.instance ?? 'the finding'} until ${until} UTC.`,
    blocks,
  );
}
