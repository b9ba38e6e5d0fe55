import type { OutsideAnswer } from '../incident/events';
import type { IncidentId } from '../incident/ids';

/** What reviewers on GitHub answered to one opening of the stop gate. */
export interface StopAnswer extends OutsideAnswer {
  readonly incident: IncidentId;
  readonly opening: number;
  /** Digest of the plan they were asked about. */
  readonly plan: string;
}

/** Our own event bus (source `cordon.github`, detail-types `Stop approved` and `Stop rejected`). */
export interface DecisionBus {
  /** changes: at least once. Throws Transient when the bus did not take it. */
  stopAnswered(decision: 'approved' | 'rejected', answer: StopAnswer): Promise<void>;
}
