import type { Incident } from '../core/incident/incident';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import { recheckImage } from './image-hash';
import { type Analysis, type KeepResultsPorts, makeKeepResults } from './keep-results';
import { missingSymbols } from './missing-symbols';
import type { MemoryResultsInput } from './task-input';

/** Whether the workflow goes on to ask for symbols. */
export interface MemoryResults {
  readonly said: string;
  readonly symbols: 'ask' | 'none';
}

const FOLDER = { folder: 'derived/memory/', tool: 'volatility3', what: 'memory analysis' } as const;

/**
 * Keeps what Volatility left, and says when it had no symbols for the kernel: then the factory is asked where the
 * deployment has one, and a person is told what to do where it has not. The later results are never asked about again.
 */
export function makeKeepMemoryResults(ports: KeepResultsPorts) {
  return async (input: MemoryResultsInput): Promise<MemoryResults> => {
    const later = input.step === 'Keep the later memory results';
    const factory = input.symbolFactory && !later;
    const kept = await makeKeepResults(ports, later ? LATER : firstAnalysis(factory))(input);
    const missing = factory ? await missingSymbols(ports.vault, input.incident) : undefined;
    return { ...kept, symbols: missing?.release === undefined ? 'none' : 'ask' };
  };
}

function firstAnalysis(factory: boolean): Analysis {
  return {
    ...FOLDER,
    step: 'Analyse the memory',
    applies: ({ incident }) => incident.memory !== undefined,
    recheck: async (vault, incident) => {
      const image = await recheckImage(vault, incident);
      return { ...image, said: `${image.said}${await symbolsWords(vault, incident, factory)}` };
    },
  };
}

const LATER: Analysis = {
  ...FOLDER,
  step: 'Analyse the memory again',
  applies: ({ incident }) => incident.symbols?.state === 'made',
};

/** What a person reads about symbols that were missing; nothing when they were there. */
async function symbolsWords(vault: EvidenceVault, incident: Incident, factory: boolean): Promise<string> {
  const missing = await missingSymbols(vault, incident.id);
  if (missing === undefined) return '';
  if (missing.release === undefined) return ` No symbols for this kernel: ${missing.why ?? 'its banner is not known'}`;
  const next = factory
    ? 'the symbol factory is asked, and the memory is read again when it answers'
    : 'make them (runbooks/operator.md, “Symbols of a kernel”), then /ir forensics retry reads the memory again';
  return ` No symbols for kernel ${missing.release}: ${next}.`;
}
