import type { SnapshotState, Snapshots } from '../core/ports/snapshots';
import type { KillSwitch } from '../core/ports/switches';
import { mayBegin } from './intent';
import { type ParkingPorts, runParkedStep } from './parked-step';
import { LOCK_DAYS, usable } from './snapshot-volumes';
import type { ParkingStepInput } from './task-input';
import { firstPerVolume } from './verify-snapshots';

export interface CopySnapshotsPorts extends ParkingPorts {
  readonly snapshots: Snapshots;
  readonly killSwitch: KillSwitch;
  readonly evidenceKey: string;
}

const LONGEST_MINUTES = 23 * 60;

/** Copies every snapshot under the evidence key, locks the copies, and parks until the copies are complete: what AWS's own key encrypts cannot be shared or kept apart (forensics F19). */
export function makeCopySnapshots(ports: CopySnapshotsPorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'copies', minutes: LONGEST_MINUTES }, async ({ incident, key }) => {
      const sources = firstPerVolume(usable(await ports.snapshots.find(key, incident.id, 'source-snapshot')));
      const copies = usable(await ports.snapshots.find(key, incident.id, 'evidence-copy'));
      const external: string[] = [];
      for (const source of sources.filter((each) => each.state === 'completed')) {
        const known = copyOf(copies, source);
        if (known === undefined) await mayBegin(ports.killSwitch, 'copying the snapshots');
        const copy = known?.snapshot ?? (await ports.snapshots.copy(key, incident.id, source, ports.evidenceKey));
        // A pending snapshot takes its lock too (EBS User Guide, "Amazon EBS snapshot lock").
        await ports.snapshots.lock(key, copy, LOCK_DAYS);
        external.push(copy);
      }
      const finished = copies.filter((each) => each.state === 'completed').map((each) => each.snapshot);
      return { external, finished };
    });
}

export function copyOf(copies: readonly SnapshotState[], source: SnapshotState): SnapshotState | undefined {
  return copies.find((each) => each.tags['cordon:source'] === source.snapshot);
}
