import type { Cancel, Clock } from './clock';
import { type Timer, TimerHeap } from './timer-heap';

/** Gaps shorter than this are latency, not waiting: `skip` does not stop at them. */
const WORTH_SKIPPING_MS = 250;

/** The wall clock, shifted: `skip` moves it ahead to the next timer, for people who do not want to wait ten simulated minutes. */
export class RealTime implements Clock {
  readonly #heap = new TimerHeap();
  #offset: number;
  #order = 0;
  #armed: NodeJS.Timeout | undefined;
  #closed = false;

  /** Starts at `start` (milliseconds since 1970; default: now). Errors thrown by timers go to `onError`. */
  constructor(private readonly options: { start?: number; onError: (error: unknown) => void }) {
    this.#offset = options.start === undefined ? 0 : options.start - Date.now();
  }

  now(): number {
    return Date.now() + this.#offset;
  }

  setTimer(ms: number, fn: () => void, key: string): Cancel {
    this.#order += 1;
    const timer: Timer = {
      at: this.now() + Math.max(0, ms),
      tie: () => 0,
      order: this.#order,
      key,
      fn,
      cancelled: false,
    };
    this.#heap.push(timer);
    this.#arm();
    return () => {
      timer.cancelled = true;
    };
  }

  /** Real time waits for nobody. */
  busy(): Cancel {
    return () => undefined;
  }

  park(): Cancel {
    return () => undefined;
  }

  /** Jumps to the next timer that is worth skipping to; says how many milliseconds were skipped (0: nothing to skip to). */
  skip(): number {
    const next = this.#heap.peek();
    const gap = next === undefined ? 0 : next.at - this.now();
    if (gap < WORTH_SKIPPING_MS) return 0;
    this.#offset += gap;
    this.#arm();
    return gap;
  }

  /** No timer fires any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#armed);
  }

  #arm(): void {
    clearTimeout(this.#armed);
    const next = this.#heap.peek();
    if (next === undefined || this.#closed) return;
    // Node's longest timer is 2^31 - 1 ms; a later one is armed again when this fires.
    const wait = Math.min(Math.max(0, next.at - this.now()), 2 ** 31 - 1);
    this.#armed = setTimeout(() => this.#fireDue(), wait);
  }

  #fireDue(): void {
    for (let next = this.#heap.peek(); next !== undefined && next.at <= this.now(); next = this.#heap.peek()) {
      this.#heap.pop();
      try {
        next.fn();
      } catch (error) {
        this.options.onError(error);
      }
    }
    this.#arm();
  }
}
