import type { Choice } from './choice-rules';
import type { Expression } from './intrinsic-parse';
import type { Json } from './json';
import type { Path } from './path-types';
import type { Retrier } from './retry';
import type { Template } from './template';

/** A group of states with an entry: the machine itself, a branch of a Parallel, the processor of a Map. */
export interface StateGroup {
  startAt: string;
  states: ReadonlyMap<string, State>;
}
export interface Machine extends StateGroup {
  timeoutSeconds: number | undefined;
}

/** InputPath and OutputPath; null is the written `null`, which makes the value `{}`. */
export interface Filtered {
  inputPath: Path | null;
  outputPath: Path | null;
}
/** Where a state goes; undefined next is `"End": true`. */
export interface Flowing {
  next: string | undefined;
}
export interface Catcher {
  errorEquals: readonly string[];
  next: string;
  /** Where {Error, Cause} lands in the state's input; null discards it. */
  resultPath: Path | null;
}
/** What Task, Parallel and Map share. `resultPath` null discards the result. */
export interface Working extends Filtered, Flowing {
  parameters: Template | undefined;
  resultSelector: Template | undefined;
  resultPath: Path | null;
  retry: readonly Retrier[];
  catch: readonly Catcher[];
}

/** A number written down, or read from the state's input when the state starts. */
export type NumberSource = { kind: 'fixed'; value: number } | { kind: 'path'; path: Path; field: string };

export interface PassState extends Filtered, Flowing {
  type: 'Pass';
  name: string;
  result: Json | undefined;
  parameters: Template | undefined;
  resultPath: Path | null;
}
export interface TaskState extends Working {
  type: 'Task';
  name: string;
  resource: Resource;
  timeout: NumberSource | undefined;
  heartbeat: NumberSource | undefined;
}
/** The Resource of a Task: a service integration, or a bare Lambda function ARN (the older form, with its own event names). */
export type Resource =
  | { kind: 'integration'; service: string; action: string; waitForToken: boolean }
  | { kind: 'function'; arn: string };
export interface ChoiceState extends Filtered {
  type: 'Choice';
  name: string;
  choices: readonly Choice[];
  default: string | undefined;
}
export interface WaitState extends Filtered, Flowing {
  type: 'Wait';
  name: string;
  until:
    | { kind: 'seconds'; seconds: NumberSource }
    | { kind: 'timestamp'; at: string }
    | { kind: 'timestampPath'; path: Path };
}
export interface SucceedState extends Filtered {
  type: 'Succeed';
  name: string;
}
/** A Fail's Error and Cause: a text, a path or an intrinsic function. */
export interface FailState {
  type: 'Fail';
  name: string;
  error: Expression | undefined;
  cause: Expression | undefined;
}
export interface ParallelState extends Working {
  type: 'Parallel';
  name: string;
  branches: readonly StateGroup[];
}
export interface MapState extends Working {
  type: 'Map';
  name: string;
  processor: StateGroup;
  itemsPath: Path;
  /** `parameters` of the older form is this too. */
  itemSelector: Template | undefined;
  maxConcurrency: NumberSource;
  toleratedCount: NumberSource | undefined;
  toleratedPercentage: NumberSource | undefined;
}
export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;
