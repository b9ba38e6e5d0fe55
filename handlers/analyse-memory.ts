import { DOCUMENTS } from '../core/collect/documents';
import { incidentPrefix, MEMORY_IMAGE } from '../core/collect/vault-paths';
import { type AnalysisPorts, startAnalysis } from './analysis-command';
import { NOTHING_TO_WAIT_FOR, runParkedStep } from './parked-step';
import type { ParkingStepInput } from './task-input';

export interface AnalyseMemoryPorts extends AnalysisPorts {
  /** Where symbol tables lie: `symbols/linux/*.json.xz`. */
  readonly toolsBucket: string;
}

/** 40 plugins with their own limits of 10 minutes at most, most of them under one. */
const LONGEST_MINUTES = 5 * 60;

/** Starts Volatility 3 over the memory image, and parks. "No symbols for this kernel" is a result, not a failure. */
export function makeAnalyseMemory(ports: AnalyseMemoryPorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'command', minutes: LONGEST_MINUTES }, async (context) => {
      const { memory, symbols } = context.incident;
      // Read again only once there is something to read it with.
      const again = input.step === 'Analyse the memory again';
      if (memory === undefined || (again && symbols?.state !== 'made')) return NOTHING_TO_WAIT_FOR;
      return startAnalysis(ports, context, DOCUMENTS.analyseMemory.name, () => ({
        Incident: context.incident.id,
        Bucket: ports.bucket,
        Prefix: `${incidentPrefix(context.incident.id)}derived/memory/`,
        Image: `${incidentPrefix(context.incident.id)}${MEMORY_IMAGE}`,
        SymbolsBucket: ports.toolsBucket,
      }));
    });
}
