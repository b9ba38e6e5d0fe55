import type { Consumer } from '../incident/audience';
import type { IncidentId } from '../incident/ids';

/** How far each projection has come in each incident's ledger. */
export interface Cursors {
  /** reads: strongly consistent; 0 when nothing has been projected. */
  get(consumer: Consumer, incident: IncidentId): Promise<number>;
  /** reads: every projection's place in one question. */
  all(incident: IncidentId): Promise<Readonly<Record<Consumer, number>>>;
  /** changes: never moves back. */
  advance(consumer: Consumer, incident: IncidentId, seq: number): Promise<void>;
}

/** The queues between ledger and projections; a message is only a nudge. */
export interface Nudges {
  /** changes: one FIFO message, group = incident, deduplicated on consumer + incident + seq (+ `again`, for a repeated nudge). */
  nudge(consumer: Consumer, incident: IncidentId, seq: number, again?: string): Promise<void>;
}
