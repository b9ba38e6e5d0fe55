import { firstMatch } from './choice-rules';
import { checkSize, combine, evaluationOf, fillOr, filter, numberOf, read } from './data-flow';
import type {
  Catcher,
  ChoiceState,
  FailState,
  MapState,
  ParallelState,
  PassState,
  State,
  StateGroup,
  TaskState,
  WaitState,
} from './definition';
import { type Frame, sleep } from './frame';
import { inputDetails, outputDetails } from './history-event';
import { evaluate } from './intrinsic';
import type { Expression } from './intrinsic-parse';
import type { Json } from './json';
import { RetryBudget } from './retry';
import { attemptMap, attemptParallel } from './run-branches';
import { attemptTask } from './run-task';
import { errorMatches, LocatedError, RUNTIME, runtimeError, StatesError } from './states-error';
import { timestampMs } from './timestamp';

/** What leaving a state gives; undefined next ends the group. */
interface Left {
  next: string | undefined;
  output: Json;
}

/** Runs a group from its StartAt to an end; rejects with StatesError on failure, Cancelled when the frame's scope ends first. */
export async function runGroup(group: StateGroup, input: Json, frame: Frame): Promise<Json> {
  let data = input;
  for (let name: string | undefined = group.startAt; name !== undefined; ) {
    const state = group.states.get(name);
    if (state === undefined) throw runtimeError(`there is no state '${name}'`);
    const left = await runState(state, data, frame);
    name = left.next;
    data = left.output;
  }
  return data;
}

async function runState(state: State, input: Json, frame: Frame): Promise<Left> {
  const { history, host } = frame.run;
  const details = { name: state.name, ...inputDetails(input) };
  const enteredEvent = history.record(frame.chain, `${state.type}StateEntered`, { stateEnteredEventDetails: details });
  frame.current = { state, enteredAt: host.now(), enteredEvent, retryCount: 0, waitingForToken: false, children: [] };
  try {
    const left = await leave(state, input, frame);
    if (state.type !== 'Fail') {
      const exited = { name: state.name, ...outputDetails(left.output) };
      history.record(frame.chain, `${state.type}StateExited`, { stateExitedEventDetails: exited });
    }
    frame.current = undefined;
    return left;
  } catch (error) {
    throw located(error, state, enteredEvent);
  }
}

/** Errors of the language itself say in which state they happened; errors of tasks and Fail states pass as they are. */
const OWN_ERRORS = [RUNTIME, 'States.IntrinsicFailure', 'States.ResultPathMatchFailure'];

function located(error: unknown, state: State, enteredEvent: number): unknown {
  if (!(error instanceof StatesError) || error instanceof LocatedError || state.type === 'Fail') return error;
  if (!OWN_ERRORS.includes(error.error)) return error;
  const where = `An error occurred while executing the state '${state.name}' (entered at the event id #${enteredEvent}).`;
  return new LocatedError({ error: error.error, cause: `${where} ${error.cause ?? ''}` });
}

async function leave(state: State, input: Json, frame: Frame): Promise<Left> {
  switch (state.type) {
    case 'Pass':
      return checked(frame, { next: state.next, output: pass(state, input, frame) });
    case 'Succeed':
      return { next: undefined, output: filter(frame, state.outputPath, filter(frame, state.inputPath, input)) };
    case 'Fail':
      return fail(state, input, frame);
    case 'Choice':
      return choose(state, input, frame);
    case 'Wait':
      return wait(state, input, frame);
    case 'Task':
    case 'Parallel':
    case 'Map':
      return work(state, input, frame);
  }
}

function checked(frame: Frame, left: Left): Left {
  checkSize(frame, 'returned a result', left.output);
  return left;
}

function pass(state: PassState, input: Json, frame: Frame): Json {
  const effective = filter(frame, state.inputPath, input);
  const result = state.result === undefined ? fillOr(state.parameters, evaluationOf(frame, effective)) : state.result;
  return filter(frame, state.outputPath, combine(state.resultPath, input, result));
}

function fail(state: FailState, input: Json, frame: Frame): never {
  const error = failText(state.error, input, frame);
  throw new StatesError({ error: error ?? '', cause: failText(state.cause, input, frame) });
}

function failText(expression: Expression | undefined, input: Json, frame: Frame): string | undefined {
  if (expression === undefined) return undefined;
  const value = evaluate(expression, evaluationOf(frame, input));
  if (typeof value === 'string') return value;
  throw runtimeError(`The error and the cause of a Fail state must be strings, not ${JSON.stringify(value)}`);
}

function choose(state: ChoiceState, input: Json, frame: Frame): Left {
  const data = filter(frame, state.inputPath, input);
  const next = firstMatch(state.choices, evaluationOf(frame, data).roots) ?? state.default;
  // Listed as States.NoChoiceMatched; the service was measured to report it so.
  if (next === undefined) {
    throw runtimeError('Failed to transition out of the state. The state does not point to a next state.');
  }
  return { next, output: filter(frame, state.outputPath, data) };
}

async function wait(state: WaitState, input: Json, frame: Frame): Promise<Left> {
  const data = filter(frame, state.inputPath, input);
  await sleep(frame, Math.max(0, waitMs(state, data, frame)), 'wait');
  return { next: state.next, output: filter(frame, state.outputPath, data) };
}

function waitMs(state: WaitState, data: Json, frame: Frame): number {
  const { until } = state;
  if (until.kind === 'seconds') return numberOf(frame, until.seconds, data) * 1000;
  const text = until.kind === 'timestamp' ? until.at : read(frame, until.path, data);
  const at = typeof text === 'string' ? timestampMs(text) : undefined;
  if (at === undefined) throw runtimeError(`The timestamp of the Wait state is not valid: ${JSON.stringify(text)}`);
  return at - frame.run.host.now();
}

/** Attempts with retries, then the first catcher that matches, else the failure itself. */
async function work(state: TaskState | ParallelState | MapState, input: Json, frame: Frame): Promise<Left> {
  const { host } = frame.run;
  const budget = new RetryBudget(state.retry);
  for (;;) {
    try {
      const output = await attempt(state, input, frame);
      return checked(frame, { next: state.next, output });
    } catch (error) {
      if (!(error instanceof StatesError) || error.error === RUNTIME) throw error;
      const delay = budget.next(error.error, () => host.random());
      if (delay === undefined) return checked(frame, recover(state, input, frame, error));
      if (frame.current) frame.current.retryCount = budget.total;
      await sleep(frame, delay, 'retry');
    }
  }
}

function attempt(state: TaskState | ParallelState | MapState, input: Json, frame: Frame): Promise<Json> {
  switch (state.type) {
    case 'Task':
      return attemptTask(state, input, frame);
    case 'Parallel':
      return attemptParallel(state, input, frame, runGroup);
    case 'Map':
      return attemptMap(state, input, frame, runGroup);
  }
}

/** No attempt is left: the state has failed. A catcher's output is the state's input with {Error, Cause} put into it. */
function recover(state: TaskState | ParallelState | MapState, input: Json, frame: Frame, error: StatesError): Left {
  if (state.type !== 'Task') frame.run.history.record(frame.chain, `${state.type}StateFailed`);
  const catcher = state.catch.find((candidate: Catcher) => errorMatches(candidate.errorEquals, error.error));
  if (catcher === undefined) throw error;
  const reason = located(error, state, frame.current?.enteredEvent ?? 0);
  const cause = reason instanceof StatesError ? reason.cause : error.cause;
  return { next: catcher.next, output: combine(catcher.resultPath, input, { Error: error.error, Cause: cause ?? '' }) };
}
