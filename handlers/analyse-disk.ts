import { DOCUMENTS } from '../core/collect/documents';
import { incidentPrefix } from '../core/collect/vault-paths';
import type { ForensicMachine } from '../core/ports/forensic-host';
import { plural } from '../core/text';
import { type AnalysisPorts, startAnalysis } from './analysis-command';
import { NOTHING_TO_WAIT_FOR, runParkedStep } from './parked-step';
import { record, type StepContext } from './step';
import type { ParkingStepInput } from './task-input';

/** Sleuth Kit walks about a million files an hour on a slow volume; five hours is a very large disk. */
const LONGEST_MINUTES = 5 * 60;

/** Starts Sleuth Kit and YARA over the attached evidence volumes, and parks. */
export function makeAnalyseDisk(ports: AnalysisPorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'command', minutes: LONGEST_MINUTES }, async (context) => {
      await settleAttachment(ports, context);
      const evidence = context.incident.attachedVolumes;
      if (evidence.length === 0) return NOTHING_TO_WAIT_FOR;
      return startAnalysis(ports, context, DOCUMENTS.analyseDisk.name, (machine) => ({
        Incident: context.incident.id,
        Bucket: ports.bucket,
        Prefix: `${incidentPrefix(context.incident.id)}derived/disk/`,
        Volumes: volumesParameter(machine, evidence),
      }));
    });
}

/** `/dev/sdf=vol-…,/dev/sdg=vol-…`: the device is what was asked for, the volume id is what counts. */
export function volumesParameter(machine: ForensicMachine, evidence: readonly string[]): string {
  return Object.entries(machine.attached)
    .filter(([, volume]) => evidence.includes(volume))
    .map(([device, volume]) => `${device}=${volume}`)
    .sort()
    .join(',');
}

/** The attachment is done when its wait was answered; whichever analysis comes first says so. */
export async function settleAttachment(ports: AnalysisPorts, context: StepContext): Promise<void> {
  const step = context.incident.steps['Attach the evidence volumes'];
  if (step?.state !== 'running') return;
  const said = `${plural(context.incident.attachedVolumes.length, 'evidence volume')} attached.`;
  await record(ports, context, 'settles-attachment', [{ type: 'StepCompleted', step: step.name, said }]);
}
