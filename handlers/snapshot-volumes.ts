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
      const known = usable(await ports.snapshots.find(key, incident.id, 'source-snapshot'));
      const state = (await ports.power.state(key))?.state;
      if (known.length === 0 && (state === undefined || state === 'terminated')) return { external: [] };
      if (known.length === 0) await mayBegin(ports.killSwitch, 'taking snapshots');
      const set = known.length > 0 ? known : await ports.snapshots.createSet(key, incident.id);
      for (const each of set) await ports.snapshots.lock(key, each.snapshot, LOCK_DAYS);
      return {
        external: set.map((each) => each.snapshot),
        finished: set.filter((each) => each.state === 'completed').map((each) => each.snapshot),
      };
    });
}

/** A snapshot that failed is left where it is and not counted: a retry takes a new set. */
export function usable(snapshots: readonly SnapshotState[]): readonly SnapshotState[] {
  return snapshots.filter((each) => each.state !== 'error');
}
