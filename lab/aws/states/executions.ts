import { SeededBytes } from '../../time/seeded';
import { type AslHost, Execution, type ExecutionResult, type TaskCall, type TaskResult } from '../asl/execution';
import type { HistoryEvent } from '../asl/history-event';
import { StatesError } from '../asl/states-error';
import type { TokenAnswer } from '../asl/tokens';
import type { Functions } from '../lambda/functions';
import { dictOf, eventTime, type Platform, textOf } from '../platform';
import { AwsFault } from '../service';
import type { Machine, MachineReference, Machines } from './machines';

/** One run, with its whole history. */
export interface Run {
  readonly arn: string;
  readonly name: string;
  readonly reference: MachineReference;
  readonly input: string;
  readonly startedAt: number;
  readonly execution: Execution;
  readonly events: HistoryEvent[];
  result: ExecutionResult | undefined;
}

/** A state was entered: what `--at` and the page listen to. */
export interface StateEntered {
  readonly run: Run;
  readonly state: string;
  readonly at: number;
}

/** All runs of a lab's state machines. */
export class Executions {
  readonly #runs = new Map<string, Run>();
  readonly #tokens = new Map<string, Run>();
  readonly #listeners: ((entered: StateEntered) => void)[] = [];

  constructor(
    private readonly platform: Platform,
    private readonly machines: Machines,
    private readonly functions: Functions,
  ) {}

  all(): readonly Run[] {
    return [...this.#runs.values()];
  }

  find(arn: string): Run {
    const run = this.#runs.get(arn);
    if (run === undefined) throw new AwsFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return run;
  }

  onStateEntered(listener: (entered: StateEntered) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Starts a run. The same name with the same input joins a run that is still open; else the name is taken
   * (API reference of StartExecution).
   */
  start(machineArn: string, name: string | undefined, input: string): Run {
    const reference = this.machines.find(machineArn);
    if (reference === undefined)
      throw new AwsFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machineArn}'`);
    const chosen = name ?? this.platform.ids.uuid('execution');
    if (!/^[\w.-]{1,80}$/.test(chosen)) throw new AwsFault('InvalidName', `Invalid Name: '${chosen}'`);
    const { machine } = reference;
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${chosen}`;
    const existing = this.#runs.get(arn);
    if (existing !== undefined) {
      if (existing.result === undefined && existing.input === input) return existing;
      throw new AwsFault('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    return this.#begin(reference, arn, chosen, input);
  }

  stop(arn: string, error?: string, cause?: string): number {
    this.find(arn).execution.stop(error, cause);
    return this.platform.clock.now();
  }

  /** Gives a token's run to `use`. Unknown tokens are InvalidToken; expired and answered ones TaskTimedOut alike. */
  answer(token: string, use: (execution: Execution) => TokenAnswer): void {
    const run = this.#tokens.get(token);
    const answer = run === undefined ? 'unknown' : use(run.execution);
    if (answer === 'unknown') throw new AwsFault('InvalidToken', `Invalid Token: 'Invalid token'`);
    if (answer === 'timed-out')
      throw new AwsFault('TaskTimedOut', 'Task Timed Out: The task or the execution it belongs to is closed.');
  }

  #begin(reference: MachineReference, arn: string, name: string, input: string): Run {
    const { machine } = reference;
    const startedAt = this.platform.clock.now();
    const identity = {
      name,
      arn,
      roleArn: machine.roleArn,
      stateMachineArn: machine.arn,
      input: parseInput(input),
      startTime: startedAt,
    };
    const events: HistoryEvent[] = [];
    const host = this.#host(machine, name, () => run);
    const execution = new Execution(machine.definition, identity, host, (event) => {
      events.push(event);
      const state = event.stateEnteredEventDetails?.name;
      if (state !== undefined)
        for (const listener of this.#listeners) listener({ run, state, at: event.timestamp * 1000 });
    });
    const run: Run = { arn, name, reference, input, startedAt, execution, events, result: undefined };
    this.#runs.set(arn, run);
    this.#tell(run, 'RUNNING', undefined);
    // The answer of StartExecution leaves before the first state is entered.
    this.platform.clock.setTimer(
      START_MS,
      () =>
        void execution.start().then((result) => {
          run.result = result;
          this.#tell(run, result.status, result);
        }),
      `states/${name}/start`,
    );
    return run;
  }

  #host(machine: Machine, name: string, run: () => Run): AslHost {
    const { clock, ids, seed } = this.platform;
    const random = new SeededBytes(`${seed}:execution:${name}`);
    return {
      now: () => clock.now(),
      setTimer: (ms, fire, key) => clock.setTimer(ms, fire, `states/${key}`),
      random: () => random.unit(),
      newTaskToken: () => {
        const token = `AQDEAAAAKgAAAAMAAAAA${ids.hex('task token', 128)}`;
        this.#tokens.set(token, run());
        return token;
      },
      invokeTask: (call) => this.#invoke(machine, call),
    };
  }

  async #invoke(machine: Machine, call: TaskCall): Promise<TaskResult> {
    const { functionArn, payload } = invocationOf(call);
    this.#authorize(machine, functionArn, call);
    const { result, requestId, version } = await this.functions.invoke(functionArn, payload);
    if (result.ok) return { output: result.payload, requestId, executedVersion: version };
    const { errorType, errorMessage } = result;
    throw new StatesError({ error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace: [] }) });
  }

  #authorize(machine: Machine, functionArn: string, call: TaskCall): void {
    const { access, recorder } = this.platform;
    const account = machine.arn.split(':')[4] ?? '';
    const principal = {
      accessKeyId: '',
      account,
      roleArn: machine.roleArn,
      session: call.execution.split(':').at(-1) ?? '',
    };
    const decision = access.decide(principal, [
      { action: 'lambda:InvokeFunction', resource: functionArn, context: {} },
    ]);
    if (decision.allowed) return;
    recorder.record({
      function: `machine ${machine.name}`,
      codeSha256: null,
      requestId: '',
      userAgent: 'states.amazonaws.com',
      service: 'lambda',
      operation: 'Invoke',
      resources: [functionArn],
      allowed: false,
      statement: decision.statement,
      outcome: 'AccessDeniedException',
      call: null,
    });
    const cause = `User: ${machine.roleArn} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn}`;
    throw new StatesError({ error: 'Lambda.AWSLambdaException', cause });
  }

  #tell(run: Run, status: string, result: ExecutionResult | undefined): void {
    const { machine, versionArn, aliasArn } = run.reference;
    const [, , , region = '', account = ''] = machine.arn.split(':');
    const failure =
      result !== undefined && 'error' in result ? { error: result.error ?? null, cause: result.cause ?? null } : {};
    this.platform.emit({
      version: '0',
      id: this.platform.ids.uuid('states event'),
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account,
      time: eventTime(this.platform.clock.now()),
      region,
      resources: [run.arn],
      detail: {
        executionArn: run.arn,
        stateMachineArn: machine.arn,
        stateMachineVersionArn: versionArn ?? null,
        stateMachineAliasArn: aliasArn ?? null,
        name: run.name,
        status,
        startDate: Math.floor(run.startedAt),
        stopDate: result === undefined ? null : Math.floor(result.stopDate),
        input: run.input,
        output: result?.status === 'SUCCEEDED' ? result.output : null,
        ...failure,
      },
    });
  }
}

const START_MS = 20;

function parseInput(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    throw new AwsFault('InvalidExecutionInput', 'Invalid State Machine Execution Input: not JSON');
  }
}

/** What a Lambda task calls. @throws StatesError for a service integration the lab does not model */
function invocationOf({ resource, parameters }: TaskCall): { functionArn: string; payload: unknown } {
  if (resource.startsWith('arn:')) return { functionArn: resource, payload: parameters };
  if (resource === 'lambda:invoke' || resource === 'lambda:invoke.waitForTaskToken') {
    const { FunctionName, Payload } = dictOf(parameters);
    return { functionArn: textOf(FunctionName), payload: Payload ?? {} };
  }
  throw new StatesError({ error: 'States.Runtime', cause: `The lab does not model the task ${resource}.` });
}
