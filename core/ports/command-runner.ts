import type { InstanceKey } from '../incident/ids';

export const COMMAND_STATES = [
  'Pending',
  'InProgress',
  'Delayed',
  'Success',
  'Cancelled',
  'Cancelling',
  'TimedOut',
  'Failed',
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

export interface CommandStatus {
  readonly command: string;
  readonly state: CommandState;
  /** SSM's own detail: `Success`, `Undeliverable`, `ExecutionTimedOut`… */
  readonly detail: string;
  readonly exitCode: number;
  readonly output: string;
}

/** SSM Run Command. */
export interface CommandRunner {
  /** reads: whether the agent answers. */
  online(key: InstanceKey): Promise<boolean>;
  /** reads: the command that carries this intent as its comment, newest first. SSM has no token: look before sending. */
  find(key: InstanceKey, intent: string): Promise<string | undefined>;
  /** changes: sends a document. `unreachable` when SSM does not know the instance as one it can reach. */
  send(
    key: InstanceKey,
    command: {
      readonly document: string;
      readonly parameters: Readonly<Record<string, string>>;
      readonly intent: string;
    },
  ): Promise<
    { readonly status: 'sent'; readonly command: string } | { readonly status: 'unreachable'; readonly why: string }
  >;
  /** reads: undefined just after sending, when SSM does not know the invocation yet. */
  status(key: InstanceKey, command: string): Promise<CommandStatus | undefined>;
}

/** Whether SSM will say nothing more about a command. */
export function commandEnded(state: CommandState): boolean {
  return state === 'Success' || state === 'Cancelled' || state === 'TimedOut' || state === 'Failed';
}
