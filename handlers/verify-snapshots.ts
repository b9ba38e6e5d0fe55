import { NeedsHuman } from '../core/errors';
import type { Estate } from '../core/estate/estate';
import type { VolumeCopy } from '../core/incident/events';
import type { StepName } from '../core/incident/steps';
import type { Blobs } from '../core/ports/blobs';
import type { SnapshotState, Snapshots } from '../core/ports/snapshots';
import { plural } from '../core/text';
import { estateOf } from './estate-of';
import { failJudged, goneOnWithout } from './judge';
import { failedFor, usable } from './snapshot-volumes';
import { runStep, type StepPorts, type StepReport } from './step';
import type { StepInput } from './task-input';

export interface VerifySnapshotsPorts extends StepPorts {
  readonly blobs: Blobs;
  readonly snapshots: Snapshots;
}

const TAKE: StepName = 'Snapshot the volumes';

/** Judges the snapshot set: every volume has one that is complete. The first of each volume counts, should there be two. */
export function makeVerifySnapshots(ports: VerifySnapshotsPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const estate = await estateOf(ports.blobs, context.incident);
      if (estate?.instance.state === 'terminated') return none('the instance was terminated before');
      if (estate === undefined || estate.volumes.length === 0) return none('the instance has no EBS volume');
      const found = await ports.snapshots.find(context.key, input.incident, 'source-snapshot');
      const skipped = goneOnWithout(context, TAKE);
      if (found.length === 0 && skipped !== undefined) return { said: `No snapshots: ${skipped}.` };
      if (found.length === 0) return none('the instance was terminated before its volumes were read');
      const set = firstPerVolume(usable(found));
      const bad = found.filter((each) => each.state === 'error');
      const pending = set.filter((each) => each.state !== 'completed');
      const failed = failedFor(found);
      if (failed.length + pending.length > 0 && skipped === undefined) {
        const why = [...pending.map((each) => `${each.snapshot} not complete in time`), ...failed.map(said)].join('; ');
        await failJudged(ports, context, TAKE, why);
        throw new NeedsHuman(`The snapshot set is not complete: ${why}.`);
      }
      return report(estate, complete(set), bad);
    });
}

function none(reason: string): StepReport {
  const text = `No snapshots: ${reason}.`;
  return { said: text, missing: [{ what: 'disk snapshots', reason }], settles: [{ step: TAKE, said: text }] };
}

function said({ snapshot, volume, message }: SnapshotState): string {
  return `${snapshot} of ${volume} failed (${message || 'no reason given'})`;
}

/** Of a set that people did not wait for, only what EC2 has completed is evidence. */
function complete(set: readonly SnapshotState[]): readonly SnapshotState[] {
  return set.filter((each) => each.state === 'completed');
}

export function firstPerVolume(snapshots: readonly SnapshotState[]): readonly SnapshotState[] {
  const byVolume = new Map<string, SnapshotState>();
  for (const each of snapshots) if (!byVolume.has(each.volume)) byVolume.set(each.volume, each);
  return [...byVolume.values()];
}

function report(estate: Estate, set: readonly SnapshotState[], bad: readonly SnapshotState[]): StepReport {
  const volumes: VolumeCopy[] = set.map((each) => ({
    device: estate.volumes.find((volume) => volume.volume === each.volume)?.device ?? 'unknown',
    volume: each.volume,
    snapshot: each.snapshot,
    gib: each.gib,
  }));
  const later = set.filter((each) => bad.some(({ volume }) => volume === each.volume)).length;
  const without = estate.volumes.filter((volume) => !set.some((each) => each.volume === volume.volume));
  return {
    said: `${plural(set.length, 'snapshot')}, ${later === 0 ? 'one crash-consistent set' : `${later} of them taken again after the set, where it had failed`}.`,
    events: [{ type: 'SnapshotsTaken', volumes }],
    missing: without.map((volume) => ({
      what: `snapshot of ${volume.volume}`,
      reason:
        bad
          .filter((each) => each.volume === volume.volume)
          .map(said)
          .join('; ') || 'it was not attached any more when the set was taken',
    })),
    settles: [{ step: TAKE, said: 'EC2 completed the set.' }],
  };
}
