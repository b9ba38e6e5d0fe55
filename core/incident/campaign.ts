import type { IncidentId } from './ids';
import type { Incident } from './incident';

/** Hosts hit within this time of each other may be one attack. */
const WITHIN_MS = 60 * 60_000;
/** Facts of findings that name who acted. */
const ACTOR_FACTS = new Set(['Remote address', 'Probed from', 'Called from']);

export interface Campaign {
  /** The oldest of them, or whoever leads it already. */
  readonly lead: IncidentId;
  readonly why: string;
}

function actorsOf(incident: Incident): readonly string[] {
  const facts = incident.findings.flatMap((finding) => finding.facts);
  return facts.filter(({ label }) => ACTOR_FACTS.has(label)).map(({ value }) => value);
}

const groupOf = (incident: Incident) => incident.containment.detached?.group ?? incident.estate?.summary.group;

const firstShared = (ours: readonly string[], theirs: readonly string[]) => ours.find((each) => theirs.includes(each));

/** What two incidents have in common, in words; undefined when nothing says that they belong together. */
export function sharedBy(one: Incident, other: Incident): string | undefined {
  const actor = firstShared(actorsOf(one), actorsOf(other));
  if (actor !== undefined) return `the same actor address, ${actor}`;
  const group = groupOf(one);
  const samePlace = one.account === other.account && one.region === other.region;
  if (group !== undefined && samePlace && group === groupOf(other)) return `the same Auto Scaling group, ${group}`;
  const types = (incident: Incident) => incident.findings.map(({ type }) => type);
  const type = firstShared(types(one), types(other));
  return type === undefined ? undefined : `the same finding type, ${type}`;
}

/**
 * Whether an incident looks like one more host of an attack that is being worked on: something in common with an older
 * open incident, opened within an hour. An offer only; people decide.
 */
export function campaignOf(incident: Incident, others: readonly Incident[]): Campaign | undefined {
  const candidates = others
    .filter((other) => isOlderOpen(incident, other))
    .sort((a, b) => a.openedAt.localeCompare(b.openedAt) || a.id.localeCompare(b.id));
  for (const other of candidates) {
    const why = sharedBy(incident, other);
    if (why !== undefined) return { lead: other.campaign.lead ?? other.id, why };
  }
  return undefined;
}

function isOlderOpen(incident: Incident, other: Incident): boolean {
  if (other.id === incident.id || other.status !== 'open' || other.drill !== incident.drill) return false;
  const apart = Date.parse(incident.openedAt) - Date.parse(other.openedAt);
  return apart <= WITHIN_MS && (apart > 0 || (apart === 0 && other.id < incident.id));
}
