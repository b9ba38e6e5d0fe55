/**
 * An error in the sense of the States Language: a name that Retry and Catch match, and a cause for people.
 * The only exception that a task, a path or an intrinsic may raise into an execution.
 */
export class StatesError extends Error {
  readonly error: string;
  /** Undefined where the service reports no cause (a timeout, a Fail state without one). */
  override readonly cause: string | undefined;

  constructor({ error, cause }: { error: string; cause?: string | undefined }) {
    super(cause === undefined ? error : `${error}: ${cause}`);
    this.name = 'StatesError';
    this.error = error;
    this.cause = cause;
  }
}

/** A definition that the service (or this interpreter) does not accept; `pointer` is the JSON pointer of the culprit. */
export class DefinitionError extends Error {
  readonly pointer: string;
  constructor(pointer: string, problem: string) {
    super(`${pointer === '' ? '/' : pointer}: ${problem}`);
    this.name = 'DefinitionError';
    this.pointer = pointer;
  }
}

export const RUNTIME = 'States.Runtime';
export const DATA_LIMIT = 'States.DataLimitExceeded';
export const TIMEOUT = 'States.Timeout';
export const HEARTBEAT_TIMEOUT = 'States.HeartbeatTimeout';

/** A States.Runtime error: never retried, never caught, always ends the execution. */
export function runtimeError(cause: string): StatesError {
  return new StatesError({ error: RUNTIME, cause });
}

/**
 * Whether an ErrorEquals list matches an error name. From "Handling errors in Step Functions workflows": States.Runtime always
 * fails the execution; States.ALL matches everything but States.Runtime and States.DataLimitExceeded; States.TaskFailed matches every
 * name but States.Timeout; States.Timeout also stands for a missed heartbeat.
 */
export function errorMatches(errorEquals: readonly string[], error: string): boolean {
  if (error === RUNTIME) return false;
  if (errorEquals.includes(error)) return true;
  if (error === DATA_LIMIT) return false;
  if (errorEquals.includes('States.ALL')) return true;
  if (errorEquals.includes(TIMEOUT) && error === HEARTBEAT_TIMEOUT) return true;
  return errorEquals.includes('States.TaskFailed') && error !== TIMEOUT;
}

/** An error whose cause already says in which state it happened, so that outer states pass it through untouched. */
export class LocatedError extends StatesError {}
