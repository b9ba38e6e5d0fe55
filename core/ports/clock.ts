/** The time of the world outside; the only way core and handlers learn it. */
export interface Clock {
  /** reads */
  now(): Date;
}

/** Fresh names for things that must not repeat. */
export interface Ids {
  /** reads: 32 random hex characters. */
  fresh(): string;
}
