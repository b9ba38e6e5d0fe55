/** Takes a timer back; calling it twice, or after the timer fired, does nothing. */
export type Cancel = () => void;

/** Something that is being worked on, so that virtual time must stand still. */
export interface BusyOptions {
  /** Lets another party name this work later, to park it on a timer. */
  readonly id?: string;
  /** Asked while waiting: true when the work is over although nobody said so (a response nobody read to its end). */
  readonly over?: () => boolean;
}

/** The one clock of a lab: product code, doubles and deliveries all live by it. Milliseconds since 1970, possibly fractional. */
export interface Clock {
  now(): number;
  /** Runs `fn` `ms` from now. `key` is a stable name: equal times fire in an order that depends on keys and seed only. */
  setTimer(ms: number, fn: () => void, key: string): Cancel;
  /** Says that something is in flight until the returned function is called. */
  busy(label: string, options?: BusyOptions): Cancel;
  /** Says that the work with this id now waits for a timer; the returned function says it is being worked on again. */
  park(id: string): Cancel;
}

/** Resolves `ms` from now on the lab's clock. */
export function sleep(clock: Clock, ms: number, key: string): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(ms, resolve, key);
  });
}
