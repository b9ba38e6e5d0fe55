export interface Document {
  readonly name: string;
  readonly version: string;
  readonly content: DocumentContent;
}

/** What SSM reads in a Command document before it sends anything. */
export interface DocumentContent {
  readonly parameters?: Readonly<Record<string, DocumentParameter>>;
}

export interface DocumentParameter {
  readonly type: string;
  readonly default?: unknown;
  readonly allowedPattern?: string;
  readonly allowedValues?: readonly unknown[];
  readonly maxChars?: number;
}

export type CommandStatus = 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelling' | 'Cancelled';

export interface Command {
  readonly id: string;
  readonly account: string;
  readonly document: string;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly requestedAt: number;
  readonly deliveryTimeoutMs: number;
  readonly invocations: Invocation[];
}

export interface Invocation {
  readonly instance: string;
  status: CommandStatus;
  details: string;
  startedAt: number | undefined;
  endedAt: number | undefined;
  exitCode: number;
  output: string;
  errorOutput: string;
}
