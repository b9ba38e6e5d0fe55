import type { IncidentId, Sha256 } from '../incident/ids';

/** What the GitHub workflow reports back when the summary is in the thread. */
export interface PostedReport {
  readonly incident: IncidentId;
  readonly request: string;
  /** Slack ts of the summary's message. */
  readonly ts: string;
  readonly summarySha256: Sha256;
  readonly runUrl: string;
  readonly verdict: string;
}

/** Our own event bus, on which only our source may speak (source `cordon.github`, detail-type `Report posted`). */
export interface ReportBus {
  /** changes: at least once. Throws Transient when the bus did not take it. */
  reportPosted(report: PostedReport): Promise<void>;
}
