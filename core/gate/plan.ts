import type { GatePlan } from '../incident/events';
import { sha256 } from '../incident/ids';
import { evidenceHead, type Incident, isolationNow } from '../incident/incident';
import { canonicalJson } from '../incident/ledger-row';
import { STEPS, type StepGate, type StepName } from '../incident/steps';

/**
 * What would be done behind a gate, as far as the ledger knows it. The digest covers instance, generation and what the
 * decision rests on, so that an approval of one plan is none of another. Pure: equal incidents have equal plans.
 */
export function gatePlan(incident: Incident, gate: StepGate): GatePlan {
  const { bound, lines } = PLANS[gate](incident);
  const subject = { gate, incident: incident.id, generation: incident.generation, instance: incident.instance ?? null };
  return { digest: sha256(canonicalJson({ ...subject, bound })), lines };
}

interface Plan {
  /** What the approval is bound to beside the instance. */
  readonly bound: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
}

const PLANS: Readonly<Record<StepGate, (incident: Incident) => Plan>> = {
  contain: (incident) => ({
    bound: { estate: incident.estate?.digest ?? null },
    lines: [
      `Isolate ${named(incident)}: ${count(incident.estate?.summary.interfaces ?? 0, 'network interface')} into the isolation group.`,
      ...leaving(incident),
      'Nothing is stopped and nothing is deleted; `/ir release` restores what was there.',
    ],
  }),
  nacl: (incident) => ({
    bound: {
      residual: incident.containment.isolated?.residual ?? [],
      subnets: incident.estate?.summary.subnets ?? [],
      neighbours: incident.estate?.summary.neighbours ?? [],
    },
    lines: [
      `Deny all traffic of ${incident.estate?.summary.subnets?.join(', ') ?? 'its subnet'}, where ${named(incident)} lives: a network ACL knows no single instance.`,
      hitByCut(incident.estate?.summary.neighbours ?? []),
      'What is still collected from the instance over the network (memory, volatile state) ends with it.',
      ...(incident.containment.isolated?.residual ?? []).map((flow) => `Still open after the group swap: ${flow}`),
    ],
  }),
  revoke: (incident) => ({
    bound: {
      profile: incident.estate?.summary.profile ?? null,
      users: incident.estate?.summary.profileUsers ?? [],
    },
    lines: [
      `Deny the sessions that ${named(incident)} was given through ${incident.estate?.summary.profile ?? 'its profile'}, up to now.`,
      leftAlone(incident.estate?.summary.profileUsers ?? []),
    ],
  }),
  collect: (incident) => ({
    bound: { estate: incident.estate?.digest ?? null },
    lines: [
      `Take memory, volatile state and snapshots of ${count(incident.estate?.summary.volumes ?? 0, 'volume')} of ${named(incident)}.`,
      ...(incident.estate?.summary.memoryForecast === undefined ? [] : [incident.estate.summary.memoryForecast]),
    ],
  }),
  analyse: (incident) => ({
    bound: { volumes: incident.volumes.map((volume) => volume.copy ?? volume.snapshot).sort() },
    lines: [
      `Start a forensic instance in quarantine and read ${count(incident.volumes.length, 'copied volume')}${incident.memory === undefined ? '' : ' and the memory image'}.`,
    ],
  }),
  stop: stopPlan,
};

/** Bound to the evidence (its signed head) and to what is gone without: more missing evidence is another plan. */
function stopPlan(incident: Incident): Plan {
  const head = evidenceHead(incident);
  const missing = incident.missing.map(({ what, reason }) => `${what}: ${reason}`);
  return {
    bound: { step: 'Stop', evidence: head ?? null, missing, isolated: incident.containment.isolated?.interfaces ?? [] },
    lines: [
      `Stop ${named(incident)}. Its memory and instance-store volumes are gone after that; its EBS volumes stay.`,
      ...NOT_ISOLATED[isolationNow(incident)],
      head === undefined ? 'No evidence is sealed.' : `Evidence sealed under ${head.slice(0, 12)}….`,
      ...missing.map((line) => `Not collected: ${line}`),
    ],
  };
}

const NOT_ISOLATED: Readonly<Record<ReturnType<typeof isolationNow>, readonly string[]>> = {
  isolated: [],
  none: ['It is NOT isolated.'],
  unproven: ['Its isolation is NOT proven: the last look found it open.'],
  'broken-off': ['It is NOT isolated: its release broke off half-way.'],
};

/** What a failed step asks: the plan is the failure itself, so that the next failure is another question. */
export function failurePlan(
  incident: Incident,
  failure: { readonly step: StepName; readonly error: string; readonly cause: string },
): GatePlan {
  const opening = (incident.gates[`failed:${failure.step}`]?.opening ?? 0) + 1;
  return {
    digest: sha256(canonicalJson({ ...failure, incident: incident.id, opening })),
    lines: [
      `${failure.step} failed: ${failure.cause === '' ? failure.error : failure.cause}`,
      `Retry it, go on without it${STEPS[failure.step] === 'Collect' ? ' (it will be named as missing evidence)' : ''}, or abort the run.`,
      whatStays(incident, failure.step),
    ],
  };
}

function whatStays(incident: Incident, failed: StepName): string {
  if (incident.evidenceLost !== undefined) return `There is no instance any more: ${incident.evidenceLost.why}.`;
  const now = isolationNow(incident);
  if (now === 'none') return `${named(incident)} is not isolated.`;
  if (failed === 'Release the instance')
    return `${named(incident)} may be reachable again: what was given back before the failure stays given back. A retry goes on from there.`;
  return now === 'isolated'
    ? `${named(incident)} stays isolated whatever you choose.`
    : `${named(incident)} may be reachable: its isolation is not proven.`;
}

function leftAlone(users: readonly string[]): string {
  if (users.length === 0)
    return 'No other instance was seen with this profile; other users of its role are left alone.';
  return `Its role is shared: sessions of ${users.join(', ')} stay.`;
}

function hitByCut(neighbours: readonly string[]): string {
  if (neighbours.length === 0) return 'No other instance was seen in there.';
  return `Cut off too: ${neighbours.join(', ')}.`;
}

function named(incident: Incident): string {
  const id = incident.instance ?? 'the instance';
  return incident.instanceName === undefined ? id : `${id} (${incident.instanceName})`;
}

function leaving(incident: Incident): readonly string[] {
  const summary = incident.estate?.summary;
  if (summary === undefined) return [];
  return [
    ...(summary.group === undefined ? [] : [`It leaves the Auto Scaling group ${summary.group} first.`]),
    ...summary.targetGroups.map((group) => `It leaves the target group ${group} first.`),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
