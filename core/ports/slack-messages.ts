import type { IncidentId } from '../incident/ids';

export interface SlackMessageRef {
  readonly channel: string;
  readonly ts: string;
  /** Ledger seq of the state it shows. */
  readonly seq: number;
}

/** Where in Slack an incident's card and thread messages are. Can be rebuilt from message metadata. */
export interface SlackMessages {
  /** reads: strongly consistent. `slot` is `root` or the seq of a thread message. */
  find(incident: IncidentId, slot: string): Promise<SlackMessageRef | undefined>;
  /** changes: last writer wins, but never from a newer seq to an older. */
  put(incident: IncidentId, slot: string, message: SlackMessageRef): Promise<void>;
  /** reads: the incident of a thread, by its root message. */
  incidentOf(channel: string, ts: string): Promise<IncidentId | undefined>;
}
