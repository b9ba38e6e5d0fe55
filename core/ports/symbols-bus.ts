import type { IncidentId, Sha256 } from '../incident/ids';

/** What the symbol factory says when symbols that an incident waits for are on the shelf. */
export interface SymbolsReady {
  readonly incident: IncidentId;
  /** `uname -r` of the kernel. */
  readonly kernel: string;
  readonly sha256: Sha256;
}

/** Our own event bus (source `cordon.github`, detail-type `Symbols ready`). */
export interface SymbolsBus {
  /** changes: at least once. Throws Transient when the bus did not take it. */
  symbolsReady(news: SymbolsReady): Promise<void>;
}
