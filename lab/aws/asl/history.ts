import type { EventDetails, HistoryEvent, HistoryEventType } from './history-event';
import { Cancelled } from './scope';
import { LocatedError, RUNTIME } from './states-error';

/** "Maximum execution history size: 25,000 events in a single state machine execution history." */
export const MAX_EVENTS = 25_000;

/** The line of events of one branch: each new event points at the last one. */
export interface Chain {
  last: number;
}

/** Numbers events and hands them out. After `close`, recording throws Cancelled, so nothing can follow the end of an execution. */
export class History {
  #count = 0;
  #closed = false;

  constructor(
    private readonly now: () => number,
    private readonly emit: (event: HistoryEvent) => void,
  ) {}

  /** Records an event after the chain's last one and makes it the last. Throws States.Runtime when the history is full. */
  record(chain: Chain, type: HistoryEventType, details: EventDetails = {}): number {
    // One place stays free for the event that ends the execution.
    if (this.#count >= MAX_EVENTS - 1) {
      const cause = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;
      throw new LocatedError({ error: RUNTIME, cause });
    }
    chain.last = this.#append(chain.last, type, details);
    return chain.last;
  }

  /** Records an event beside the chain: the next one still points at the chain's last (as after ParallelStateSucceeded). */
  recordAside(chain: Chain, type: HistoryEventType, details: EventDetails = {}): number {
    return this.record({ last: chain.last }, type, details);
  }

  /** Records the last event of the execution. */
  close(previous: number, type: HistoryEventType, details: EventDetails): void {
    this.#append(previous, type, details);
    this.#closed = true;
  }

  #append(previousEventId: number, type: HistoryEventType, details: EventDetails): number {
    if (this.#closed) throw new Cancelled();
    this.#count += 1;
    this.emit({ timestamp: this.now() / 1000, type, id: this.#count, previousEventId, ...details });
    return this.#count;
  }
}
