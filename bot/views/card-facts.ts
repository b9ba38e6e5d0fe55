import { activeRun, type Incident, isolationNow } from '../../core/incident/incident';
import { code, foreign, join, type Mrkdwn, md } from './mrkdwn';
import { listed, severityWord } from './words';

/** The worst severity among the findings; undefined when a person opened the incident. */
export function severityOf(incident: Incident): number | undefined {
  return incident.findings.length === 0 ? undefined : Math.max(...incident.findings.map((finding) => finding.severity));
}

/** `High: Data exfiltration through DNS queries …`, severity in words first. */
export function titleOf(incident: Incident): string {
  const severity = severityOf(incident);
  const drill = incident.drill ? 'Drill – ' : '';
  const finding = incident.findings[0];
  if (severity === undefined || finding === undefined) {
    return `${drill}Opened by hand: ${incident.instance ?? 'no instance'}`;
  }
  return `${drill}${severityWord(severity)}: ${finding.title}`;
}

/** Which instance, where: `i-… (web-3) · account 123456789012 · eu-west-1`. */
export function whereabouts(incident: Incident): Mrkdwn {
  const name = incident.instanceName === undefined ? md`` : md` (${foreign(incident.instanceName, 80)})`;
  const instance = incident.instance === undefined ? md`no instance` : md`${code(incident.instance)}${name}`;
  return md`${instance} · account ${code(incident.account)} · ${code(incident.region)}`;
}

/** Type, instance, place, first and last seen, count: one line that says what happened. */
export function verdictLine(incident: Incident): Mrkdwn {
  const finding = incident.findings[0];
  if (finding === undefined) return whereabouts(incident);
  const seen = md`first seen ${shortTime(finding.firstSeen)}, last ${shortTime(finding.lastSeen)} UTC, ×${finding.count}`;
  return md`${code(finding.type)} on ${whereabouts(incident)} · ${seen}`;
}

function shortTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** Addresses, domains, ports and processes GuardDuty named: attackers choose them, so they stand as code. */
export function findingFacts(incident: Incident): Mrkdwn | undefined {
  const facts = incident.findings[0]?.facts ?? [];
  if (facts.length === 0) return undefined;
  return join(facts.slice(0, 6).map((fact) => md`${foreign(fact.label, 40)}: ${code(fact.value, 160)}`));
}

/** What else was found on the same instance. */
export function otherFindings(incident: Incident): Mrkdwn | undefined {
  const others = incident.findings.slice(1);
  if (others.length === 0) return undefined;
  const shown = others.slice(0, 5).map((finding) => md`${code(finding.type)} ×${finding.count}`);
  const left = others.length - shown.length;
  return left > 0 ? md`Also: ${join(shown, ', ')} and ${left} more` : md`Also: ${join(shown, ', ')}`;
}

/** The name at the end of an ARN: `targetgroup/web/922a…` is `web`, `instance-profile/Role` is `Role`; else the text itself. */
export function shortName(text: string): string {
  if (!text.startsWith('arn:')) return text;
  const [kind = '', ...rest] = text.split(':').slice(5).join(':').split('/');
  return (kind === 'targetgroup' ? rest[0] : rest.at(-1)) ?? text;
}

function containmentWords(incident: Incident): string {
  const { containment } = incident;
  if (incident.released) return 'released';
  if (incident.evidenceLost) return 'gone';
  const now = isolationNow(incident);
  if (now === 'broken-off') return 'released in part, may be reachable';
  if (now === 'unproven') return 'isolation not proven';
  if (now === 'isolated') return containment.subnetCut ? 'isolated, subnet cut' : 'isolated';
  return containment.detached && containment.detached.how !== 'none'
    ? 'out of service, not yet isolated'
    : 'not isolated';
}

/** State of machine and incident in words. */
export function stateInWords(incident: Incident): string {
  if (incident.status === 'posted') return 'told, not acted on';
  const machine = incident.stopped ? `stopped, ${containmentWords(incident)}` : containmentWords(incident);
  if (incident.closed) {
    const as = incident.closed.as.replaceAll('-', ' ');
    return incident.ruledOut ? `closed: ${as}, nothing was touched` : `closed as ${as}; instance ${machine}`;
  }
  if (incident.abort) return `${activeRun(incident) ? 'being aborted' : 'aborted'}; instance ${machine}`;
  if (incident.ending)
    return `being ${incident.ending.purpose === 'release' ? 'released' : 'closed'}; instance ${machine}`;
  return incident.paused ? `paused; instance ${machine}` : machine;
}

/** Facts of the estate as it was before anything changed. */
export function estateFields(incident: Incident): readonly (readonly [string, Mrkdwn])[] {
  const estate = incident.estate?.summary;
  const playbook = incident.playbook === undefined ? [] : [['Playbook', foreign(incident.playbook.name, 80)] as const];
  const state = [['State', foreign(stateInWords(incident), 200)] as const];
  if (estate === undefined) return [...state, ...playbook];
  const served =
    estate.targetGroups.length > 0 ? listed(estate.targetGroups.slice(0, 3).map(shortName)) : 'no load balancer';
  return [
    ...state,
    ['Auto Scaling group', estate.group === undefined ? md`none` : code(estate.group)],
    ['Serves', foreign(served, 200)],
    ['Public address', estate.publicAddress === undefined ? md`none` : code(estate.publicAddress)],
    ['Profile', estate.profile === undefined ? md`none` : code(shortName(estate.profile))],
    ['Owner tag', estate.owner === undefined ? md`none` : foreign(estate.owner, 80)],
    ...playbook,
  ];
}
