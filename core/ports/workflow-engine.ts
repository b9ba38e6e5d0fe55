import type { RunPurpose } from '../incident/events';
import type { IncidentId, InstanceKey } from '../incident/ids';

/** The input of an execution: ids only, no time, so that the same run has the same input. */
export interface RunInput extends InstanceKey {
  readonly incident: IncidentId;
  readonly run: number;
  readonly purpose: RunPurpose;
  /** Whether a run before this one may have left machines of ours, which go first. */
  readonly leftovers: 'yes' | 'no';
}

/** What a parked task is told. */
export interface WaitAnswer {
  readonly answer: 'done' | 'look-again' | 'retry' | 'skip' | 'abort';
}

/** Step Functions, as far as the incident needs it. */
export interface WorkflowEngine {
  /**
   * changes: starts run `run`; a name that is taken by the same run is joined. Returns the execution's ARN.
   * The name is `executionName(incident, run)`; `respond` and `release` are two machines, `close` runs on the second.
   */
  start(input: RunInput): Promise<{ readonly execution: string; readonly joined: boolean }>;
  /** changes: `gone` when the task is closed already (answered before, timed out or aborted): Step Functions says no more. */
  succeed(token: string, output: WaitAnswer): Promise<'ok' | 'gone'>;
  /** changes */
  fail(token: string, error: string, cause: string): Promise<'ok' | 'gone'>;
}
