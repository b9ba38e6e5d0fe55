/**
 * Errors named by what the platform does with them. The names cross the Step Functions boundary
 * (Retry and Catch match on them), so thrower and state machine share these constants.
 */
export const ERROR_NAMES = {
  /** Policy or input says no: terminal, nothing was changed. */
  refusal: 'Refusal',
  /** A passing fault: the caller retries with backoff. */
  transient: 'Transient',
  /** Only a person can go on: the step parks behind a failure gate. */
  needsHuman: 'NeedsHuman',
  /** A responder aborted the run: waits are answered with this, the run goes to clean-up. */
  aborted: 'Aborted',
  /** A parked step found nothing to wait for: its task ends here and the run goes on at once. */
  alreadyDone: 'AlreadyDone',
} as const;

export type ErrorName = (typeof ERROR_NAMES)[keyof typeof ERROR_NAMES];

/** A rule refused. `changed` is always "nothing"; `instead` tells the person what to do. */
export class Refusal extends Error {
  override readonly name = ERROR_NAMES.refusal;
  constructor(
    /** Stable code `area.reason`, for tests and logs. */
    readonly code: string,
    message: string,
    readonly instead?: string,
  ) {
    super(message);
  }
}

/** Worth retrying: throttling, a 5xx, an effect not yet visible. */
export class Transient extends Error {
  override readonly name = ERROR_NAMES.transient;
}

/** Cannot go on without a person: the message says what failed and what was left as it is. */
export class NeedsHuman extends Error {
  override readonly name = ERROR_NAMES.needsHuman;
}

/** The run was aborted by a person. */
export class Aborted extends Error {
  override readonly name = ERROR_NAMES.aborted;
}

/**
 * Ends a task that holds a token and has nothing to wait for. Only the deciders may answer tokens, so the step says it by
 * failing with a name that the state machine catches as success.
 */
export class AlreadyDone extends Error {
  override readonly name = ERROR_NAMES.alreadyDone;
}

/** `{name, message}` of anything thrown, without a stack; the one way errors are put on record. */
export function describeError(error: unknown): { readonly name: string; readonly message: string } {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}

/** Makes the compiler prove that a switch is exhaustive. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
