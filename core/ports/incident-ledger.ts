import type { Commit } from '../incident/events';
import type { IncidentId } from '../incident/ids';

/** The append-only record of incidents. */
export interface IncidentLedger {
  /** reads: every row of the incident in order of seq, strongly consistent; none means the incident does not exist. */
  read(incident: IncidentId): Promise<readonly Commit[]>;
  /**
   * changes: one conditional put on (incident, seq). `conflict` means another writer holds that seq; an answer lost on
   * the way is settled by rereading the row and comparing the commandId.
   */
  append(commit: Commit): Promise<'ok' | 'conflict'>;
}
