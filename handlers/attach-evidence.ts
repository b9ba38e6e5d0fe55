import { NeedsHuman, Transient } from '../core/errors';
import { deviceFor, MOST_EVIDENCE_VOLUMES } from '../core/estate/forensic-sizing';
import type { Missing, VolumeCopy } from '../core/incident/events';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import type { EvidenceVolume, ForensicHost, ForensicMachine } from '../core/ports/forensic-host';
import type { KillSwitch } from '../core/ports/switches';
import { mayBegin } from './intent';
import { failJudged, goneOnWithout } from './judge';
import { hasSomethingToAnalyse, markerKey } from './launch-forensic';
import { NOTHING_TO_WAIT_FOR, type ParkingPorts, runParkedStep, type Started } from './parked-step';
import { type Pause, within30Seconds } from './pause';
import { record, type StepContext } from './step';
import type { ParkingStepInput } from './task-input';

export interface AttachEvidencePorts extends ParkingPorts {
  readonly host: ForensicHost;
  readonly vault: EvidenceVault;
  readonly pause: Pause;
  readonly killSwitch: KillSwitch;
}

/** EC2 sends no event for an attachment; it takes seconds. */
const ATTACHING = { kind: 'attachment', minutes: 15, firstLookSeconds: 10 } as const;

/**
 * Makes a volume of every copy in the forensic instance's zone and attaches it, found by volume id and never by device
 * name (NVMe renames devices, forensics F39). The analysis sets them read-only before it reads.
 */
export function makeAttachEvidence(ports: AttachEvidencePorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, ATTACHING, async (context) => {
      if (!hasSomethingToAnalyse(context.incident)) return NOTHING_TO_WAIT_FOR;
      if (goneOnWithout(context, 'Launch the forensic instance') !== undefined) return NOTHING_TO_WAIT_FOR;
      const machine = await readyMachine(ports, context);
      const copied = context.incident.volumes.filter((volume) => volume.copy !== undefined);
      const copies = copied.slice(0, MOST_EVIDENCE_VOLUMES);
      const ids = await makeVolumes(ports, context, copies, machine.zone);
      await whenAvailable(ports, context, ids);
      for (const [index, volume] of ids.entries()) await attachOne(ports, context, machine, volume, index);
      await record(ports, context, 'attached', [
        { type: 'EvidenceAttached', volumes: ids },
        {
          type: 'StepCompleted',
          step: 'Launch the forensic instance',
          said: `${machine.instance} is ready.`,
          ...notAttached(copied.slice(MOST_EVIDENCE_VOLUMES)),
        },
      ]);
      return waitingFor(await ports.host.volumes(context.incident.id), ids);
    });
}

/** What the machine has no place for stays a locked copy that nobody has read. */
function notAttached(volumes: readonly VolumeCopy[]): { readonly missing?: readonly Missing[] } {
  if (volumes.length === 0) return {};
  const reason = `the forensic instance takes ${MOST_EVIDENCE_VOLUMES} evidence volumes; its copy is kept`;
  return { missing: volumes.map(({ volume }) => ({ what: `disk analysis of ${volume}`, reason })) };
}

async function readyMachine(ports: AttachEvidencePorts, context: StepContext): Promise<ForensicMachine> {
  const machine = await ports.host.find(context.incident.id);
  const ready = (await ports.vault.head(markerKey(context.incident))) !== undefined;
  if (machine !== undefined && ready) return machine;
  const why =
    machine === undefined ? 'the forensic instance is gone' : `${machine.instance} never said that it is ready`;
  await failJudged(ports, context, 'Launch the forensic instance', why);
  throw new NeedsHuman(`The evidence cannot be attached: ${why}.`);
}

async function makeVolumes(
  ports: AttachEvidencePorts,
  context: StepContext,
  copies: readonly VolumeCopy[],
  zone: string,
): Promise<readonly string[]> {
  const known = await ports.host.volumes(context.incident.id);
  if (copies.some(({ copy }) => !known.some((each) => each.snapshot === copy)))
    await mayBegin(ports.killSwitch, 'making evidence volumes');
  const ids: string[] = [];
  for (const { copy } of copies) {
    if (copy === undefined) continue;
    const token = `${context.incident.id}-${context.input.run}-${copy}`;
    ids.push(
      known.find((each) => each.snapshot === copy)?.volume ??
        (await ports.host.createVolume(context.incident.id, copy, zone, token)),
    );
  }
  return ids;
}

const isThere = (volume: EvidenceVolume) => volume.state === 'available' || volume.attachedTo !== undefined;

async function whenAvailable(ports: AttachEvidencePorts, context: StepContext, ids: readonly string[]): Promise<void> {
  const all = await within30Seconds(ports.pause, async () => {
    const volumes = await ports.host.volumes(context.incident.id);
    return ids.every((id) => volumes.some((each) => each.volume === id && isThere(each))) ? true : undefined;
  });
  if (all === undefined) throw new Transient('The evidence volumes are still being made.');
}

async function attachOne(
  ports: AttachEvidencePorts,
  context: StepContext,
  machine: ForensicMachine,
  volume: string,
  index: number,
): Promise<void> {
  const now = (await ports.host.volumes(context.incident.id)).find((each) => each.volume === volume);
  if (now?.attachedTo === machine.instance) return;
  await ports.host.attach(machine.instance, volume, deviceFor(index));
}

function waitingFor(volumes: readonly EvidenceVolume[], ids: readonly string[]): Started {
  const external = ids.map((id) => `${id}/attached`);
  const finished = ids.filter((id) => volumes.some((each) => each.volume === id && each.state === 'attached'));
  return { external, finished: finished.map((id) => `${id}/attached`) };
}
