import { NeedsHuman } from '../core/errors';
import type { VolumeCopy } from '../core/incident/events';
import type { StepName } from '../core/incident/steps';
import type { Snapshots } from '../core/ports/snapshots';
import { failJudged, goneOnWithout } from './judge';
import { usable } from './snapshot-volumes';
import { runStep, type StepPorts, type StepReport } from './step';
import type { StepInput } from './task-input';

export interface VerifyCopiesPorts extends StepPorts {
  readonly snapshots: Snapshots;
  /** Our own account: evidence is opened there. */
  readonly homeAccount: string;
}

const COPY: StepName = 'Copy the snapshots';

/** Judges the copies: a wrong key shows only here, as EC2 reads it after it has answered (forensics F19). */
export function makeVerifyCopies(ports: VerifyCopiesPorts) {
  return (input: StepInput) =>
    runStep(ports, input, async (context) => {
      const { volumes } = context.incident;
      if (volumes.length === 0) return none();
      const found = await ports.snapshots.find(context.key, input.incident, 'evidence-copy');
      const done: VolumeCopy[] = [];
      const open: string[] = [];
      for (const volume of volumes) {
        const mine = found.filter((each) => each.tags['cordon:source'] === volume.snapshot);
        const complete = mine.find((each) => each.state === 'completed');
        if (complete !== undefined) done.push({ ...volume, copy: complete.snapshot });
        else
          open.push(
            `${volume.snapshot}: ${usable(mine).length > 0 ? 'not complete in time' : (mine.at(-1)?.message ?? 'never started')}`,
          );
      }
      const skipped = goneOnWithout(context, COPY);
      if (open.length > 0 && skipped === undefined) {
        await failJudged(ports, context, COPY, open.join('; '));
        throw new NeedsHuman(`Not every copy was made: ${open.join('; ')}. The snapshots themselves are safe.`);
      }
      // A member's copies stay with it, locked; the forensic instance makes its volumes of them in our own account.
      if (context.key.account !== ports.homeAccount)
        for (const { copy } of done)
          if (copy !== undefined) await ports.snapshots.share(context.key, copy, ports.homeAccount);
      return {
        said: `${done.length} cop${done.length === 1 ? 'y' : 'ies'} under the evidence key.${skipped === undefined ? '' : ` ${skipped}.`}`,
        events: done.length === 0 ? [] : [{ type: 'SnapshotsCopied', volumes: whole(volumes, done) }],
        settles: [{ step: COPY, said: 'EC2 completed the copies.' }],
      };
    });
}

/** Every volume stays on record, with its copy where it has one. */
function whole(volumes: readonly VolumeCopy[], done: readonly VolumeCopy[]): readonly VolumeCopy[] {
  return volumes.map((volume) => done.find((each) => each.snapshot === volume.snapshot) ?? volume);
}

function none(): StepReport {
  const said = 'There are no snapshots to copy.';
  return { said, settles: [{ step: COPY, said }] };
}
