import type { Json } from './json';

type StateType = 'Pass' | 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Parallel' | 'Map';

/** The HistoryEventType values this interpreter emits. */
export type HistoryEventType =
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionFailed'
  | 'ExecutionTimedOut'
  | 'ExecutionAborted'
  | `${StateType | 'Fail'}StateEntered`
  | `${StateType}StateExited`
  | `${AbortableType}StateAborted`
  | `${'Parallel' | 'Map'}State${'Started' | 'Succeeded' | 'Failed'}`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `Task${'Scheduled' | 'Started' | 'Submitted' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | `LambdaFunction${'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut'}`;

/** State types whose interruption the history records. */
export type AbortableType = 'Task' | 'Wait' | 'Parallel' | 'Map';

interface DataDetails {
  truncated: false;
}
interface Input {
  input: string;
  inputDetails: DataDetails;
}
interface Output {
  output: string;
  outputDetails: DataDetails;
}
interface Failure {
  error?: string;
  cause?: string;
}
interface OnResource {
  resourceType: string;
  resource: string;
}
interface Limits {
  timeoutInSeconds?: number;
  heartbeatInSeconds?: number;
}
interface Iteration {
  name: string;
  index: number;
}

/** The `…EventDetails` objects of GetExecutionHistory; inputs, outputs and parameters are JSON text. */
export interface EventDetails {
  executionStartedEventDetails?: Input & { roleArn: string };
  executionSucceededEventDetails?: Output;
  executionFailedEventDetails?: Failure;
  executionTimedOutEventDetails?: Failure;
  executionAbortedEventDetails?: Failure;
  stateEnteredEventDetails?: Input & { name: string };
  stateExitedEventDetails?: Output & { name: string };
  mapStateStartedEventDetails?: { length: number };
  mapIterationStartedEventDetails?: Iteration;
  mapIterationSucceededEventDetails?: Iteration;
  mapIterationFailedEventDetails?: Iteration;
  mapIterationAbortedEventDetails?: Iteration;
  taskScheduledEventDetails?: OnResource & Limits & { region: string; parameters: string };
  taskStartedEventDetails?: OnResource;
  taskSubmittedEventDetails?: OnResource & Output;
  taskSucceededEventDetails?: OnResource & Output;
  taskFailedEventDetails?: OnResource & Failure;
  taskTimedOutEventDetails?: OnResource & Failure;
  lambdaFunctionScheduledEventDetails?: Input & Limits & { resource: string };
  lambdaFunctionSucceededEventDetails?: Output;
  lambdaFunctionFailedEventDetails?: Failure;
  lambdaFunctionTimedOutEventDetails?: Failure;
}

/** One event as GetExecutionHistory returns it; `timestamp` is in epoch seconds with fractions, as on the wire. */
export interface HistoryEvent extends EventDetails {
  timestamp: number;
  type: HistoryEventType;
  id: number;
  previousEventId: number;
}

/** `truncated` is always false here: only the service's log delivery cuts data. */
export function inputDetails(value: Json): Input {
  return { input: JSON.stringify(value), inputDetails: { truncated: false } };
}

export function outputDetails(value: Json): Output {
  return { output: JSON.stringify(value), outputDetails: { truncated: false } };
}

export function failureDetails(failure: { error?: string | undefined; cause?: string | undefined }): Failure {
  return {
    ...(failure.error === undefined || failure.error === '' ? {} : { error: failure.error }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  };
}
