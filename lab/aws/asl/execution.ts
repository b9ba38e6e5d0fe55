import { MAX_BYTES } from './data-flow';
import type { Machine } from './definition';
import { type Frame, occupied } from './frame';
import { History } from './history';
import { failureDetails, type HistoryEvent, inputDetails, outputDetails } from './history-event';
import type { AslHost, ExecutionIdentity } from './host';
import { type Json, jsonBytes, parseUntrusted, toJson } from './json';
import { parseMachine } from './parse-states';
import { runGroup } from './run-states';
import { Cancelled, Scope } from './scope';
import { runtimeError, StatesError, TIMEOUT } from './states-error';
import { type TokenAnswer, TokenBook } from './tokens';

export type { AslHost, TaskCall, TaskResult } from './host';

/** How an execution ended, with DescribeExecution's words; `output` is JSON text, dates are epoch milliseconds. */
export type ExecutionResult = { startDate: number; stopDate: number } & Outcome;

type Outcome =
  | { status: 'SUCCEEDED'; output: string }
  | { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error?: string; cause?: string };

/** A state that an execution is in; nested states appear beside the Parallel or Map they run in. */
export interface CurrentState {
  stateName: string;
  type: string;
  /** Epoch milliseconds. */
  enteredAt: number;
  retryCount: number;
  waitingForToken: boolean;
}

export interface ExecutionDescription {
  status: 'NOT_STARTED' | 'RUNNING' | ExecutionResult['status'];
  currentStates: CurrentState[];
  result?: ExecutionResult;
}

/**
 * One run of a state machine (Standard, JSONPath). Everything it needs of the world comes through the host; every event goes to `onHistory` as
 * it happens. With a host that answers in the same order, two runs give the same events.
 */
export class Execution {
  readonly #machine: Machine;
  readonly #identity: ExecutionIdentity;
  readonly #scope = new Scope();
  readonly #history: History;
  readonly #tokens = new TokenBook();
  readonly #frame: Frame;
  #running: Promise<ExecutionResult> | undefined;
  #finish: (result: ExecutionResult) => void = () => undefined;
  #result: ExecutionResult | undefined;

  /**
   * @param definition the parsed JSON of the machine, or its text
   * @throws DefinitionError naming the JSON pointer of what is not accepted
   * @throws StatesError InvalidExecutionInput when the input is past 256 KiB
   */
  constructor(
    definition: unknown,
    identity: Omit<ExecutionIdentity, 'input'> & { input: unknown },
    private readonly host: AslHost,
    onHistory: (event: HistoryEvent) => void,
  ) {
    this.#machine = parseMachine(definition);
    this.#identity = { ...identity, input: toJson(identity.input) };
    this.#history = new History(() => host.now(), onHistory);
    const run = { identity: this.#identity, host, history: this.#history, tokens: this.#tokens };
    this.#frame = {
      run,
      scope: this.#scope,
      chain: { last: 0 },
      key: identity.name,
      item: undefined,
      iteration: undefined,
      current: undefined,
      done: false,
    };
    if (jsonBytes(this.#identity.input) > MAX_BYTES) {
      throw new StatesError({ error: 'InvalidExecutionInput', cause: `the input is longer than ${MAX_BYTES} bytes` });
    }
  }

  /** Starts the run (once; later calls give the same promise). Never rejects for what happens inside the workflow. */
  start(): Promise<ExecutionResult> {
    this.#running ??= new Promise((resolve) => {
      this.#finish = resolve;
      void this.#run();
    });
    return this.#running;
  }

  /** StopExecution. After the end it does nothing. */
  stop(error?: string, cause?: string): void {
    const failure = failureDetails({ error, cause });
    // The service's ExecutionAborted stands on its own: its previousEventId is 0.
    this.#end({ status: 'ABORTED', ...failure }, () =>
      this.#history.close(0, 'ExecutionAborted', { executionAbortedEventDetails: failure }),
    );
  }

  /** SendTaskSuccess. @throws StatesError InvalidOutput when the output is not JSON */
  sendTaskSuccess(token: string, outputJson: string): TokenAnswer {
    let output: Json;
    try {
      output = parseUntrusted(outputJson);
    } catch {
      throw new StatesError({ error: 'InvalidOutput', cause: 'the output of a task must be JSON' });
    }
    return this.#tokens.answer(token, (wait) => wait.succeed(output));
  }

  /** SendTaskFailure. */
  sendTaskFailure(token: string, error?: string, cause?: string): TokenAnswer {
    return this.#tokens.answer(token, (wait) => wait.fail(new StatesError({ error: error ?? '', cause })));
  }

  /** SendTaskHeartbeat. */
  sendTaskHeartbeat(token: string): TokenAnswer {
    return this.#tokens.answer(token, (wait) => wait.heartbeat());
  }

  /** Where the run is now. */
  describe(): ExecutionDescription {
    const status = this.#result?.status ?? (this.#running ? 'RUNNING' : 'NOT_STARTED');
    const currentStates = (this.#result ? [] : occupied(this.#frame)).map((entry) => ({
      stateName: entry.state.name,
      type: entry.state.type,
      enteredAt: entry.enteredAt,
      retryCount: entry.retryCount,
      waitingForToken: entry.waitingForToken,
    }));
    return { status, currentStates, ...(this.#result && { result: this.#result }) };
  }

  async #run(): Promise<void> {
    const { input, roleArn, name } = this.#identity;
    const details = { ...inputDetails(input), roleArn };
    // The first state's event points at 0, not at ExecutionStarted.
    this.#history.recordAside(this.#frame.chain, 'ExecutionStarted', { executionStartedEventDetails: details });
    const seconds = this.#machine.timeoutSeconds;
    const cancelTimeout =
      seconds === undefined ? undefined : this.host.setTimer(seconds * 1000, () => this.#timeOut(), `${name}:timeout`);
    try {
      const output = await runGroup(this.#machine, input, this.#frame);
      this.#succeed(output);
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#fail(error);
    } finally {
      cancelTimeout?.();
    }
  }

  #succeed(output: Json): void {
    const details = outputDetails(output);
    this.#end({ status: 'SUCCEEDED', output: details.output }, () =>
      this.#history.close(this.#frame.chain.last, 'ExecutionSucceeded', { executionSucceededEventDetails: details }),
    );
  }

  #fail(error: unknown): void {
    const known =
      error instanceof StatesError ? error : runtimeError(error instanceof Error ? error.message : String(error));
    const failure = failureDetails(known);
    this.#end({ status: 'FAILED', ...failure }, () =>
      this.#history.close(this.#frame.chain.last, 'ExecutionFailed', { executionFailedEventDetails: failure }),
    );
  }

  #timeOut(): void {
    this.#end({ status: 'TIMED_OUT', error: TIMEOUT }, () =>
      this.#history.close(this.#frame.chain.last, 'ExecutionTimedOut', { executionTimedOutEventDetails: {} }),
    );
  }

  /** The first end wins; everything still waiting is cancelled and every open token closed. */
  #end(outcome: Outcome, record: () => void): void {
    if (this.#result || !this.#running) return;
    record();
    this.#result = { startDate: this.#identity.startTime, stopDate: this.host.now(), ...outcome };
    this.#scope.cancel();
    this.#tokens.closeAll();
    this.#finish(this.#result);
  }
}
