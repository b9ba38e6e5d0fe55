import type { PersonKey } from '../../core/incident/ids';
import type { GateView, Incident } from '../../core/incident/incident';
import { activeRun, awaitsOutside, pendingGates } from '../../core/incident/incident';
import type { Policy } from '../../core/policy/schema';
import { ACTION } from '../action-ids';
import { type Block, button, context, divider, header, section } from './blocks';
import { stateInWords, titleOf, whereabouts } from './card-facts';
import { code, foreign, type Mrkdwn, md, time } from './mrkdwn';
import { viewBlocks } from './render';
import { gateQuestion, plural } from './words';

export interface HomeFacts {
  readonly policy: Policy;
  readonly person: PersonKey | undefined;
  readonly roles: readonly string[];
  readonly incidents: readonly Incident[];
  readonly halted: { readonly by: string; readonly at: string; readonly reason: string } | undefined;
  readonly now: string;
}

function awaits(gate: GateView, facts: HomeFacts): boolean {
  const mine = facts.roles.includes(gate.rule.role);
  const asked = gate.rule.excludeRequester && gate.requester === facts.person;
  return mine && !asked && !awaitsOutside(gate) && !gate.votes.some((vote) => vote.person === facts.person);
}

function decisions(facts: HomeFacts): readonly Block[] {
  const lines = facts.incidents.flatMap((incident) =>
    pendingGates(incident)
      .filter((gate) => awaits(gate, facts))
      .map((gate) =>
        section(
          md`*${gateQuestion(gate.name)}* ${whereabouts(incident)}, until ${time(gate.expiresAt)}. Answer in its thread.`,
          showButton(incident),
        ),
      ),
  );
  return lines.length > 0 ? lines.slice(0, 20) : [section(md`Nothing waits for your decision.`)];
}

function showButton(incident: Incident) {
  return button({ text: 'Show', action: ACTION.show, value: incident.id, label: `Show incident ${incident.id}` });
}

function incidentLine(incident: Incident): Mrkdwn {
  return md`${code(incident.id)} ${foreign(titleOf(incident), 120)}\n${whereabouts(incident)} · ${stateInWords(incident)} · since ${time(incident.openedAt)}`;
}

function group(title: string, incidents: readonly Incident[], none: string): readonly Block[] {
  const shown = incidents.slice(0, 15).map((incident) => section(incidentLine(incident), showButton(incident)));
  const left = incidents.length - shown.length;
  return [
    header(title),
    ...(shown.length > 0 ? shown : [section(md`${none}`)]),
    ...(left > 0 ? [context(md`and ${left} more: ${code('/ir list')}`)] : []),
  ];
}

function switches(facts: HomeFacts): readonly Block[] {
  const { halted, policy } = facts;
  const caps = md`Caps: ${plural(policy.caps.isolationsPerHour, 'isolation')} an hour, ${policy.caps.isolationsPerGroupPerHour} for each Auto Scaling group.`;
  const kill = halted
    ? md`*The kill switch is on* since ${time(halted.at)} (${foreign(halted.by)}: ${foreign(halted.reason)}).`
    : md`The kill switch is off.`;
  return [header('Switches and caps'), section(md`${kill} ${caps}`)];
}

/** App Home: what awaits this person, what is open, what runs, the switches, the last drills. */
export function homeBlocks(facts: HomeFacts): readonly Block[] {
  if (facts.person === undefined) {
    return [
      section(
        md`Your account belongs to nobody in policy.yaml, so there is nothing to show. Ask for a pull request that adds you.`,
      ),
    ];
  }
  const drills = facts.incidents.filter((incident) => incident.drill);
  const open = facts.incidents.filter((incident) => incident.status === 'open' && !incident.drill);
  const running = facts.incidents.filter((incident) => activeRun(incident) !== undefined);
  return viewBlocks([
    header('Awaiting your decision'),
    ...decisions(facts),
    divider(),
    ...group('Open incidents', open, 'No incident is open.'),
    ...group('Running now', running, 'Nothing runs.'),
    ...switches(facts),
    ...group('Last drills', drills, 'No drill is on record. /ir drill i-… starts one.'),
    context(md`As of ${time(facts.now)}. ${code('/ir help')} lists every command.`),
  ]);
}
