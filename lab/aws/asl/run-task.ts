import { checkSize, evaluationOf, fillOr, filter, finishResult, numberOf } from './data-flow';
import type { Resource, TaskState } from './definition';
import { type Frame, timerKey } from './frame';
import type { TaskResult } from './host';
import { type Json, toJson } from './json';
import { Cancelled } from './scope';
import { HEARTBEAT_TIMEOUT, RUNTIME, runtimeError, StatesError, TIMEOUT } from './states-error';
import { resourceName, type TaskEvents, type TaskLimits, taskEvents } from './task-events';

type Outcome = { kind: 'success'; output: Json } | { kind: 'failed' | 'timed-out'; error: StatesError };

/** One attempt of a Task state; StatesError when it fails. */
export async function attemptTask(state: TaskState, input: Json, frame: Frame): Promise<Json> {
  const { host, history, identity } = frame.run;
  const effective = filter(frame, state.inputPath, input);
  const waits = state.resource.kind === 'integration' && state.resource.waitForToken;
  const token = waits ? host.newTaskToken() : undefined;
  const parameters = fillOr(state.parameters, evaluationOf(frame, effective, token));
  checkSize(frame, 'was called with parameters', parameters);
  const limits: TaskLimits = {
    ...(state.timeout && { timeoutInSeconds: numberOf(frame, state.timeout, effective) }),
    ...(state.heartbeat && { heartbeatInSeconds: numberOf(frame, state.heartbeat, effective) }),
  };
  const events = taskEvents(state.resource, identity.arn.split(':')[3] ?? '');
  history.record(frame.chain, ...events.scheduled(parameters, limits));
  history.record(frame.chain, ...events.started);
  const outcome = await new TaskAttempt(state, frame, events, parameters, limits, token).settle();
  const judged = judgeSize(frame, outcome);
  if (judged.kind === 'success') {
    history.record(frame.chain, ...events.succeeded(judged.output));
    return finishResult(frame, state, input, judged.output);
  }
  // A States.Runtime error ends the execution without a TaskFailed (as measured of the service).
  if (judged.kind === 'timed-out') history.record(frame.chain, ...events.timedOut(judged.error));
  else if (judged.error.error !== RUNTIME) history.record(frame.chain, ...events.failed(judged.error));
  throw judged.error;
}

function judgeSize(frame: Frame, outcome: Outcome): Outcome {
  if (outcome.kind !== 'success') return outcome;
  try {
    checkSize(frame, 'returned a result', outcome.output);
    return outcome;
  } catch (error) {
    return { kind: 'failed', error: asStatesError(error) };
  }
}

/** A call under way: the first of result, failure, token answer, timeout and missed heartbeat decides. */
class TaskAttempt {
  /** An answer that came before the call returned is kept until it has: only then is the task submitted. */
  #early: Outcome | undefined;
  #submitted = false;
  #over = false;
  #settle: (outcome: Outcome) => void = () => undefined;
  #cancelHeartbeat: () => void = () => undefined;

  constructor(
    private readonly state: TaskState,
    private readonly frame: Frame,
    private readonly events: TaskEvents,
    private readonly parameters: Json,
    private readonly limits: TaskLimits,
    private readonly token: string | undefined,
  ) {}

  settle(): Promise<Outcome> {
    return this.frame.scope.wait<Outcome>((resolve, reject) => {
      this.#settle = resolve;
      const cancelTimeout = this.#startTimeout();
      this.#beat();
      this.#openToken();
      this.#invoke().catch(reject);
      return () => {
        this.#over = true;
        cancelTimeout();
        this.#cancelHeartbeat();
        this.#closeToken();
      };
    });
  }

  #startTimeout(): () => void {
    const seconds = this.limits.timeoutInSeconds;
    if (seconds === undefined) return () => undefined;
    const error = new StatesError({ error: TIMEOUT });
    return this.#timer(seconds, 'timeout', () => this.#settle({ kind: 'timed-out', error }));
  }

  /** (Re)starts the heartbeat's clock. */
  #beat(): void {
    this.#cancelHeartbeat();
    const seconds = this.limits.heartbeatInSeconds;
    if (seconds === undefined) return;
    const error = new StatesError({ error: HEARTBEAT_TIMEOUT });
    this.#cancelHeartbeat = this.#timer(seconds, 'heartbeat', () => this.#settle({ kind: 'timed-out', error }));
  }

  #timer(seconds: number, purpose: string, fire: () => void): () => void {
    return this.frame.run.host.setTimer(seconds * 1000, fire, timerKey(this.frame, purpose));
  }

  #openToken(): void {
    if (this.token === undefined) return;
    if (this.frame.current) this.frame.current.waitingForToken = true;
    this.frame.run.tokens.open(this.token, {
      succeed: (output) => this.#answered({ kind: 'success', output }),
      fail: (error) => this.#answered({ kind: 'failed', error }),
      heartbeat: () => this.#beat(),
    });
  }

  #answered(outcome: Outcome): void {
    this.#closeToken();
    if (this.#submitted) this.#settle(outcome);
    else this.#early = outcome;
  }

  #closeToken(): void {
    if (this.token === undefined) return;
    if (this.frame.current) this.frame.current.waitingForToken = false;
    this.frame.run.tokens.close(this.token);
  }

  async #invoke(): Promise<void> {
    const { host, identity } = this.frame.run;
    try {
      const result = await host.invokeTask({
        resource: resourceName(this.state.resource),
        parameters: this.parameters,
        ...(this.token === undefined ? {} : { taskToken: this.token }),
        stateName: this.state.name,
        execution: identity.arn,
        attempt: this.frame.current?.retryCount ?? 0,
      });
      this.#returned(shapeOutput(this.state.resource, result));
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      this.#settle({ kind: 'failed', error: asStatesError(error) });
    }
  }

  #returned(output: Json): void {
    if (this.token === undefined) {
      this.#settle({ kind: 'success', output });
      return;
    }
    if (this.#over) return;
    this.#submitted = true;
    this.frame.run.history.record(this.frame.chain, ...this.events.submitted(output));
    if (this.#early) this.#settle(this.#early);
  }
}

function asStatesError(error: unknown): StatesError {
  if (error instanceof StatesError) return error;
  return runtimeError(error instanceof Error ? error.message : String(error));
}

/** Lambda's optimized integration wraps what the function returned; a bare function ARN gives it as it is. */
function shapeOutput(resource: Resource, result: TaskResult): Json {
  const output = toJson(result.output);
  if (resource.kind === 'function' || resource.service !== 'lambda' || resource.action !== 'invoke') return output;
  const requestId = result.requestId ?? '00000000-0000-0000-0000-000000000000';
  return {
    ExecutedVersion: result.executedVersion ?? '$LATEST',
    Payload: output,
    SdkHttpMetadata: {
      HttpHeaders: { 'Content-Type': 'application/json', 'x-amzn-RequestId': requestId },
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  };
}
