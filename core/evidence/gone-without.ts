import { VOLATILE_STATE } from '../collect/vault-paths';
import type { Missing } from '../incident/events';
import type { GateView, Incident } from '../incident/incident';

/** One kind of evidence a response collects: whether it is there, and under which names its lack is told already. */
interface Kind {
  readonly what: string;
  readonly told: readonly string[];
  has(incident: Incident): boolean;
}

const KINDS: readonly Kind[] = [
  {
    what: 'memory image',
    told: ['Capture memory', 'Verify the memory image'],
    has: ({ memory }) => memory !== undefined,
  },
  {
    what: 'volatile state',
    told: ['Capture volatile state', 'Keep the volatile state'],
    has: ({ artefacts }) => artefacts.some(({ path }) => path === VOLATILE_STATE),
  },
  {
    what: 'disk snapshots',
    told: ['Snapshot the volumes', 'Verify the snapshots'],
    has: ({ volumes }) => volumes.length > 0,
  },
  {
    what: 'disk copies under the evidence key',
    told: ['Copy the snapshots', 'Verify the copies'],
    // Without snapshots there is nothing to copy, and their own lack is told.
    has: ({ volumes }) => volumes.every(({ copy }) => copy !== undefined),
  },
  {
    what: 'console output, screenshot and user data',
    told: ['Collect the console', 'console-output.txt', 'screenshot.jpg', 'user-data.txt'],
    has: ({ artefacts }) => artefacts.some(({ path }) => path.startsWith('derived/console/')),
  },
];

/**
 * Evidence that a manifest has not because people (or policy) decided so: collection rejected or expired, the run
 * aborted, the instance not touched at all. What a step could not get, that step told itself; it is not told twice.
 */
export function goneWithout(incident: Incident): readonly Missing[] {
  if (!incident.runs.some(({ purpose }) => purpose === 'respond')) return [];
  const told = new Set(incident.missing.map(({ what }) => what));
  const untold = (kind: Kind) => ![kind.what, ...kind.told].some((name) => told.has(name));
  const lost = KINDS.filter((kind) => !kind.has(incident) && untold(kind));
  const reason = lost.length === 0 ? '' : why(incident);
  return lost.map(({ what }) => ({ what, reason }));
}

function why(incident: Incident): string {
  const protectedBy = incident.estate?.summary.protectedBy;
  if (protectedBy !== undefined) return `the instance is protected (${protectedBy})`;
  const { contain, collect } = incident.gates;
  if (contain !== undefined && isNo(contain)) return `containment was ${decided(contain)}`;
  if (collect !== undefined && isNo(collect)) return `collection was ${decided(collect)}`;
  if (incident.ending !== undefined) return `the run was ended for ${incident.ending.purpose}`;
  if (incident.abort !== undefined)
    return `the run was aborted${incident.abort.reason === undefined ? '' : `: ${incident.abort.reason}`}`;
  if (incident.runs.some(({ result }) => result === 'aborted')) return 'the run was aborted';
  return 'the run ended before it was collected';
}

const isNo = ({ state }: GateView) => state === 'rejected' || state === 'expired';

function decided({ state, decidedBy, reason }: GateView): string {
  const by = decidedBy.length === 0 ? '' : ` by ${decidedBy.join(' and ')}`;
  return `${state}${by}${reason === undefined ? '' : `: ${reason}`}`;
}
