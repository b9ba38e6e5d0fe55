import type { Json } from './json';

/** A Task state's call on the world. */
export interface TaskCall {
  /** `lambda:invoke`, `lambda:invoke.waitForTaskToken`, `aws-sdk:ec2:describeInstances` …, or the ARN of a Lambda function. */
  resource: string;
  parameters: Json;
  /** Given for `.waitForTaskToken` only. */
  taskToken?: string;
  stateName: string;
  /** ARN of the execution. */
  execution: string;
  /** 0 for the first attempt, then counting retries. */
  attempt: number;
}

/**
 * What a call gave back. For Lambda, `output` is what the function returned: the interpreter puts it into the shape of the
 * optimized integration (`{Payload, StatusCode, …}`). For everything else it is the response itself.
 */
export interface TaskResult {
  output: unknown;
  /** Lambda only; default `$LATEST`. */
  executedVersion?: string;
  requestId?: string;
}

/** Everything an execution needs of the world. */
export interface AslHost {
  /** Milliseconds since the epoch, of the real or a virtual clock. */
  now(): number;
  /** Calls `fire` after `ms`; returns what cancels it. `key` is unique and the same in every equal run: order equal times by it. */
  setTimer(ms: number, fire: () => void, key: string): () => void;
  /** Runs a task. A task that fails rejects with StatesError; any other rejection ends the execution with States.Runtime. */
  invokeTask(call: TaskCall): Promise<TaskResult>;
  newTaskToken(): string;
  /** A number in [0, 1): jitter, States.MathRandom and States.UUID. */
  random(): number;
}

/** What the context object says of an execution. Times are epoch milliseconds. */
export interface ExecutionIdentity {
  name: string;
  arn: string;
  roleArn: string;
  stateMachineArn: string;
  input: Json;
  startTime: number;
}
