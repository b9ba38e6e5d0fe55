import type { EvidenceVault } from '../core/ports/evidence-vault';
import { missingSymbols } from './missing-symbols';
import { NOTHING_TO_WAIT_FOR, type ParkingPorts, runParkedStep } from './parked-step';
import { record } from './step';
import type { ParkingStepInput } from './task-input';

export interface AskSymbolsPorts extends ParkingPorts {
  readonly vault: EvidenceVault;
}

/** The factory's own limit is an hour (symbols.yml); a quarter more for its place in GitHub's queue. */
const SYMBOLS_MINUTES = 75;

/**
 * Asks the symbol factory by a ledger event (publish dispatches it to GitHub) and parks until it answers. Symbols that
 * never come cost the thread a message: the run goes on without.
 */
export function makeAskSymbols(ports: AskSymbolsPorts) {
  return (input: ParkingStepInput) =>
    runParkedStep(ports, input, { kind: 'symbols', minutes: SYMBOLS_MINUTES }, async (context) => {
      const missing = await missingSymbols(ports.vault, context.incident.id);
      if (missing?.release === undefined) return NOTHING_TO_WAIT_FOR;
      const request = `${context.incident.id}-${input.run}-symbols-${context.attempt}`;
      const deadline = new Date(ports.clock.now().getTime() + SYMBOLS_MINUTES * 60_000).toISOString();
      const { banner, release: kernel } = missing;
      await record(ports, context, 'asked', [{ type: 'SymbolsAsked', request, kernel, banner, deadline }]);
      const { symbols } = context.incident;
      const answered = symbols?.request === request && symbols.state !== 'asked';
      return { external: [request], finished: answered ? [request] : [] };
    });
}
