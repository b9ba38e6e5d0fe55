/** Where events go that nobody may act on: kept for a person to look at, with an alarm. */
export interface RefusedEvents {
  /** changes: one message with the event and why it was refused. */
  setAside(event: unknown, code: string, reason: string): Promise<void>;
}
