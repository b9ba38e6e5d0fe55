import { workKey } from '../core/collect/vault-paths';
import { forensicTypes, MOST_EVIDENCE_VOLUMES } from '../core/estate/forensic-sizing';
import type { Incident } from '../core/incident/incident';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import type { ForensicHost } from '../core/ports/forensic-host';
import type { KillSwitch } from '../core/ports/switches';
import { mayBegin } from './intent';
import { NOTHING_TO_WAIT_FOR, type ParkingPorts, runParkedStep } from './parked-step';
import { record, type StepContext, slugOf } from './step';
import type { ParkingStepInput } from './task-input';

export interface LaunchForensicPorts extends ParkingPorts {
  readonly host: ForensicHost;
  readonly vault: EvidenceVault;
  readonly killSwitch: KillSwitch;
  readonly bucket: string;
}

/** Boot and a check of its tools take about three minutes; half an hour is a broken image. */
const READY_MINUTES = 30;

/**
 * Launches the forensic instance in quarantine and parks until it says itself that it is ready: its marker object, not
 * the registration of an agent, as tools may still be missing then.
 */
export function makeLaunchForensic(ports: LaunchForensicPorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'object', minutes: READY_MINUTES }, async (context) => {
      if (!hasSomethingToAnalyse(context.incident)) {
        const said = 'No forensic instance: there is nothing to analyse.';
        await record(ports, context, 'nothing', [{ type: 'StepCompleted', step: context.input.step, said }]);
        return NOTHING_TO_WAIT_FOR;
      }
      const marker = markerKey(context.incident);
      const known = await ports.host.find(context.incident.id);
      if (known === undefined) await mayBegin(ports.killSwitch, 'launching a forensic instance');
      await ports.host.openDoors();
      const machine = known ?? (await launch(ports, context, marker));
      await record(ports, context, `launched-${machine.instance}`, [
        { type: 'ForensicInstanceLaunched', instance: machine.instance },
      ]);
      const ready = (await ports.vault.head(marker)) !== undefined;
      return { external: [marker], finished: ready ? [marker] : [] };
    });
}

export function hasSomethingToAnalyse(incident: Incident): boolean {
  return incident.memory !== undefined || incident.volumes.some((volume) => volume.copy !== undefined);
}

/** One marker per run: a machine of an earlier run says nothing about this one. */
export function markerKey(incident: Incident): string {
  return workKey(incident.id, `ready-${incident.runs.at(-1)?.run ?? 1}`);
}

function launch(ports: LaunchForensicPorts, context: StepContext, marker: string) {
  const { incident, input, attempt } = context;
  const diskGib = incident.volumes.slice(0, MOST_EVIDENCE_VOLUMES).reduce((sum, volume) => sum + volume.gib, 0);
  return ports.host.launch({
    incident: incident.id,
    token: `${incident.id}-${input.run}-${attempt}`,
    types: forensicTypes(incident.memory?.bytes ?? 0, diskGib),
    tags: {
      Name: `cordon-forensic-${incident.id}`,
      'cordon:incident': incident.id,
      'cordon:role': 'forensic',
      'cordon:step': slugOf(input.step),
      'cordon:bucket': ports.bucket,
      'cordon:marker': marker,
    },
  });
}
