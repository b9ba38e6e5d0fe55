import type { Estate } from '../core/estate/estate';
import type { IncidentId, InstanceKey } from '../core/incident/ids';
import type { Blobs } from '../core/ports/blobs';
import type { InstancePower } from '../core/ports/estate-reader';
import type { SnapshotState, Snapshots } from '../core/ports/snapshots';
import type { KillSwitch } from '../core/ports/switches';
import { touchableEstate } from './estate-of';
import { mayBegin } from './intent';
import { type ParkingPorts, runParkedStep } from './parked-step';
import type { ParkingStepInput } from './task-input';

export interface SnapshotPorts extends ParkingPorts {
  readonly blobs: Blobs;
  readonly power: InstancePower;
  readonly snapshots: Snapshots;
  readonly killSwitch: KillSwitch;
}

/** A first snapshot of a 16 TB volume takes hours; nobody waits longer than a day. */
const LONGEST_MINUTES = 23 * 60;
/** Governance lock until the copies are long made and the incident is looked at. */
export const LOCK_DAYS = 30;

/** Takes one crash-consistent set of all volumes, locks it, and parks until every snapshot is complete. */
export function makeSnapshotVolumes(ports: SnapshotPorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'snapshots', minutes: LONGEST_MINUTES }, async ({ incident, key }) => {
      const estate = await touchableEstate(ports.blobs, incident);
      if (estate === undefined || estate.volumes.length === 0) return { external: [] };
      const found = await ports.snapshots.find(key, incident.id, 'source-snapshot');
      const known = usable(found);
      const set = [...known, ...(await takeWhatLacks(ports, key, incident.id, estate, found))];
      for (const each of set) await ports.snapshots.lock(key, each.snapshot, LOCK_DAYS);
      return {
        external: set.map((each) => each.snapshot),
        finished: set.filter((each) => each.state === 'completed').map((each) => each.snapshot),
      };
    });
}

/** All volumes the first time; after a failure those alone whose snapshot failed, as the others have their moment. */
async function takeWhatLacks(
  ports: SnapshotPorts,
  key: InstanceKey,
  incident: IncidentId,
  estate: Estate,
  found: readonly SnapshotState[],
): Promise<readonly SnapshotState[]> {
  if (found.length > 0 && failedFor(found).length === 0) return [];
  const state = (await ports.power.state(key))?.state;
  if (state === undefined || state === 'terminated') return [];
  await mayBegin(ports.killSwitch, 'taking snapshots');
  const boot = estate.volumes.find((each) => each.device === estate.instance.rootDevice)?.volume;
  const kept = usable(found).map((each) => each.volume);
  if (kept.length === 0) return ports.snapshots.createSet(key, incident);
  const data = kept.filter((volume) => volume !== boot);
  return ports.snapshots.createSet(key, incident, { boot: data.length < kept.length, data });
}

/** The failed snapshots of volumes that have no other. */
export function failedFor(found: readonly SnapshotState[]): readonly SnapshotState[] {
  const kept = new Set(usable(found).map((each) => each.volume));
  return found.filter((each) => each.state === 'error' && !kept.has(each.volume));
}

/** A snapshot that failed is left where it is and not counted. */
export function usable(snapshots: readonly SnapshotState[]): readonly SnapshotState[] {
  return snapshots.filter((each) => each.state !== 'error');
}
