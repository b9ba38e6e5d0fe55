/** The kill switch: blocks new intents from the next call on. */
export interface KillSwitch {
  /** reads: strongly consistent; undefined when the bot may act. */
  halted(): Promise<{ readonly by: string; readonly at: string; readonly reason: string } | undefined>;
  /** changes */
  halt(by: string, at: Date, reason: string): Promise<void>;
  /** changes */
  unhalt(): Promise<void>;
}

/** Replay memory of the front door. */
export interface Nonces {
  /** changes: true the first time, false when this nonce was seen before; forgotten after `expiresAt`. */
  remember(nonce: string, expiresAt: Date): Promise<boolean>;
}

/** Caps: at most n of something in a window, safe under concurrency. */
export interface Slots {
  /**
   * changes: takes one of `limit` numbered slots of `cap` for `holder`. The same holder keeps its slot on a repeat.
   * false when all are taken.
   */
  take(cap: string, limit: number, holder: string, now: Date, expiresAt: Date): Promise<boolean>;
}
