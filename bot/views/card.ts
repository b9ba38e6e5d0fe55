import { recordSearch } from '../../core/gitops/record-branch';
import { activeRun, type Incident, isolationNow, pendingGates } from '../../core/incident/incident';
import { OUTSIDE_IN_WORDS } from '../../core/incident/outside';
import { plainText } from '../../core/text';
import { ROOT_SLOT } from '../action-ids';
import { actions, type Block, context, divider, fields, header, section } from './blocks';
import { cardButtons } from './card-buttons';
import {
  estateFields,
  findingFacts,
  otherFindings,
  severityOf,
  stateInWords,
  titleOf,
  verdictLine,
} from './card-facts';
import { code, foreign, join, link, type Mrkdwn, md, time } from './mrkdwn';
import { everyone, type PersonNames, who } from './people';
import { progressList } from './progress';
import { type Rendered, render } from './render';
import { ending } from './tellers';
import { gateQuestion, isOffer, originInWords, plural, severityWord } from './words';

export interface CardContext {
  /** ISO time of the rendering. */
  readonly now: string;
  readonly names: PersonNames;
  /** `owner/name` on GitHub, where records of closed incidents are proposed. */
  readonly repository?: string | undefined;
}

/** What the incident waits for, from whom, until when; or what happens next. */
export function waitingLine(incident: Incident, names: PersonNames): Mrkdwn | undefined {
  if (incident.closed) return undefined;
  if (incident.paused) {
    const why = incident.paused.reason ? md`: ${foreign(incident.paused.reason)}` : md``;
    return md`*Paused* by ${who(names, incident.paused.by)} since ${time(incident.paused.since)}${why}. Deadlines stand still.`;
  }
  const gates = pendingGates(incident).map((gate) => {
    if (gate.outside)
      return md`*Waiting:* ${gateQuestion(gate.name)} Agreed here by ${everyone(names, gate.outside.agreed)}; now from ${OUTSIDE_IN_WORDS}, until ${time(gate.expiresAt)}.`;
    const given = gate.votes.filter((vote) => vote.decision === 'approve').length;
    const votes = gate.rule.quorum > 1 ? ` (${given} of ${gate.rule.quorum} so far)` : '';
    const idle = isOffer(gate.name) ? '; nothing waits for it' : '';
    return md`*${idle ? 'Offered' : 'Waiting'}:* ${gateQuestion(gate.name)} From ${plural(gate.rule.quorum, 'person', 'persons')} with role ${code(gate.rule.role)}${votes}, until ${time(gate.expiresAt)}${idle}.`;
  });
  if (gates.length > 0) return join(gates);
  const run = activeRun(incident);
  if (run) return md`Nothing is asked of anybody now.`;
  if (!incident.containment.isolated || incident.released) return undefined;
  if (incident.evidenceLost) return md`There is no instance any more: ${code('/ir close')} ends the incident.`;
  const now = isolationNow(incident);
  if (now === 'broken-off') return md`Its release broke off half-way: release it again, or run the response again.`;
  if (now === 'unproven') return md`Its isolation is not proven: run the response again.`;
  return incident.stopped
    ? md`The instance is stopped, and isolated until it is released; ${code('/ir close')} ends the incident.`
    : md`The instance stays isolated until it is released, stopped or handed over.`;
}

function contextRow(incident: Incident, { names, repository }: CardContext): Block {
  const region = incident.region;
  const console = `https://${region}.console.aws.amazon.com/ec2/home?region=${region}#InstanceDetails:instanceId=${incident.instance ?? ''}`;
  const parts: Mrkdwn[] = [md`${code(incident.id)}`];
  if (incident.owner) parts.push(md`owner ${who(names, incident.owner)}`);
  if (incident.previous) parts.push(md`came back after ${code(incident.previous)}`);
  if (incident.instance) parts.push(link(console, 'EC2 console'));
  if (incident.report?.runUrl) parts.push(link(incident.report.runUrl, 'analysis run'));
  const record = repository === undefined ? undefined : recordSearch(incident, repository);
  if (record) parts.push(link(record, 'incident record'));
  if (incident.status !== 'posted') parts.push(md`runbooks/incident-response.md, “${currentHeading(incident)}”`);
  return context(join(parts, ' · '));
}

/** The runbook's heading for where the run is now. */
export function currentHeading(incident: Incident): string {
  const steps = Object.values(incident.steps);
  if (activeRun(incident) === undefined) return steps.at(-1)?.name ?? 'Record the estate';
  const now = steps.find((step) => step.state === 'failed') ?? steps.find((step) => step.state === 'running');
  return now?.name ?? steps.at(-1)?.name ?? 'Record the estate';
}

/** One full sentence that says what the card shows, for notifications and screen readers. */
export function cardSentence(incident: Incident): string {
  const severity = severityOf(incident);
  const what = incident.findings[0]?.type ?? 'an incident opened by hand';
  const words = severity === undefined ? 'Incident' : `${severityWord(severity)} severity incident`;
  const name = incident.instanceName ? ` (${plainText(incident.instanceName).slice(0, 60)})` : '';
  const on = incident.instance ? ` on ${incident.instance}${name}` : '';
  const pending = incident.paused ? [] : pendingGates(incident);
  const waiting = pending.find((gate) => !isOffer(gate.name));
  const [offered] = pending;
  const asked = offered ? ` Offered: ${gateQuestion(offered.name)}` : '';
  const next = waiting ? ` Waiting for a decision: ${gateQuestion(waiting.name)}` : asked;
  return `${words} ${incident.id}: ${what}${on} in account ${incident.account}, ${incident.region}; state: ${stateInWords(incident)}.${next}`;
}

function noticeBlocks(incident: Incident): readonly Block[] {
  const { postedWhy, ruledOut } = incident;
  if (ruledOut) return [section(md`*Nothing was touched:* ${ending(ruledOut.why)}.`)];
  return postedWhy ? [section(md`Not acted on: ${foreign(postedWhy)}`)] : [];
}

/** One attack on several hosts: whom this card leads, or which card leads this one. */
function campaignBlocks({ campaign }: Incident): readonly Block[] {
  const { lead, members, offer } = campaign;
  if (members.length > 0) {
    const lines = members
      .slice(0, 20)
      .map((each) => md`• ${code(each.incident)} on ${code(each.instance ?? 'no instance')}`);
    const more = members.length > lines.length ? [md`• and ${members.length - lines.length} more`] : [];
    return [section(join([md`*Leads ${plural(members.length, 'incident')} of the same attack:*`, ...lines, ...more]))];
  }
  if (lead !== undefined) return [section(md`*Part of ${code(lead)}:* its card leads.`)];
  return offer === undefined
    ? []
    : [section(md`*Looks like the attack of ${code(offer.lead)}:* ${foreign(offer.why)}.`)];
}

/**
 * The card: the root message of an incident. Always the truth, and only the next actions that are legal now.
 * Order: severity and title, verdict, facts, state, progress, what it waits for, actions, context.
 */
export function card(incident: Incident, at: CardContext): Rendered {
  const facts = findingFacts(incident);
  const others = otherFindings(incident);
  const progress = progressList(incident, at.now);
  const waiting = waitingLine(incident, at.names);
  const origin = originInWords(new Set(incident.artefacts.map((artefact) => artefact.origin)));
  const buttons = cardButtons(incident);
  const blocks: Block[] = [
    header(titleOf(incident)),
    section(verdictLine(incident)),
    ...(facts ? [section(facts)] : []),
    ...(others ? [section(others)] : []),
    fields(estateFields(incident)),
    ...noticeBlocks(incident),
    ...campaignBlocks(incident),
    ...(progress ? [divider(), section(progress)] : []),
    ...(incident.evidenceLost ? [section(md`*Evidence lost:* ${foreign(incident.evidenceLost.why)}`)] : []),
    ...(waiting ? [section(waiting)] : []),
    ...(origin ? [section(md`*${origin}*`)] : []),
    ...(buttons.length > 0 ? [actions(`${ROOT_SLOT}-actions`, buttons)] : []),
    contextRow(incident, at),
  ];
  return render(cardSentence(incident), blocks);
}
