import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  type INextable,
  IntegrationPattern,
  JsonPath,
  Map as MapState,
  Parallel,
  Pass,
  type State,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { ERROR_NAMES } from '../../core/errors';
import type { Phase, StepGate, StepName } from '../../core/incident/steps';
import { RETRY_TASK } from './retry';

/** The functions a workflow calls, by name (`isolate-instance`). */
export type Functions = (name: string) => IFunction;

export interface StepOptions {
  readonly handler: string;
  /** Parks on a task token until something outside finishes; the deadline is the wait's own, this is the backstop. */
  readonly parks?: Duration;
  readonly timeout?: Duration;
  /** Where the result goes; nothing is kept unless a Choice needs it. */
  readonly resultPath?: string;
  readonly resultSelector?: Record<string, unknown>;
  /** Errors do not stop here: the run goes on to `next` (containment never waits for a memory image). */
  readonly never?: boolean;
  /** Where a person's retry starts again: a step that judges a parked one starts that one anew. Itself otherwise. */
  readonly retryFrom?: State;
  /** More of its input, beside incident, run and step. */
  readonly extra?: Record<string, unknown>;
  /** Where an abort leads. Inside a Parallel branch: nowhere, the branch fails with Aborted and the phase catches it. */
  readonly onAbort?: State;
}

/** A piece of the workflow: where to enter, and what to connect when it is done. */
export interface Piece {
  readonly start: State;
  readonly ends: readonly INextable[];
}

/** Longest a person or GitHub may take before the backstop of a token fires: 7 days; gates expire far earlier. */
const TOKEN_BACKSTOP = Duration.days(7);
/** A handler's own limit is 2 minutes; 3 leaves room for the platform. */
const TASK_TIMEOUT = Duration.minutes(3);

function payload(extra: Record<string, unknown>, token: boolean): TaskInput {
  return TaskInput.fromObject({
    incident: JsonPath.stringAt('$.incident'),
    run: JsonPath.numberAt('$.run'),
    ...extra,
    ...(token ? { token: JsonPath.taskToken } : {}),
  });
}

function invoke(
  scope: Construct,
  id: string,
  fn: IFunction,
  extra: Record<string, unknown>,
  options: StepOptions,
): LambdaInvoke {
  const parked = options.parks !== undefined;
  const selector = options.resultSelector;
  const task = new LambdaInvoke(scope, id, {
    lambdaFunction: fn,
    payload: payload(extra, parked),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(options.parks ?? options.timeout ?? TASK_TIMEOUT),
    resultPath: options.resultPath ?? JsonPath.DISCARD,
    ...(parked ? { integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN } : {}),
    ...(selector ? { resultSelector: selector } : {}),
  });
  task.addRetry(RETRY_TASK);
  return task;
}

/**
 * One step with its failure plumbing: `X`, and when it fails `X: failed` parks behind a gate in the thread
 * until someone says retry, skip or abort. An abort leaves as the error Aborted, caught by the phase.
 */
export function step(scope: Construct, fns: Functions, name: StepName, options: StepOptions): Piece {
  const task = invoke(scope, name, fns(options.handler), { step: name, ...options.extra }, options);
  const aborted = options.onAbort ?? abortedState(scope, name);
  task.addCatch(aborted, { errors: [ERROR_NAMES.aborted], resultPath: '$.error' });
  const onward = new Pass(scope, `${name}: go on`);
  if (options.parks) task.addCatch(onward, { errors: [ERROR_NAMES.alreadyDone], resultPath: '$.error' });
  if (options.never) {
    task.addCatch(onward, { errors: ['States.ALL'], resultPath: '$.error' });
    return { start: task, ends: [task, onward] };
  }
  const failed = invoke(
    scope,
    `${name}: failed`,
    fns('record-failure'),
    { step: name, error: JsonPath.objectAt('$.error') },
    {
      handler: 'record-failure',
      parks: TOKEN_BACKSTOP,
      resultPath: '$.decision',
    },
  );
  failed.addCatch(aborted, { errors: ['States.ALL'], resultPath: '$.error' });
  const decide = new Choice(scope, `${name}: decide`)
    .when(Condition.stringEquals('$.decision.answer', 'retry'), options.retryFrom ?? task)
    .when(Condition.stringEquals('$.decision.answer', 'abort'), aborted)
    .otherwise(onward);
  failed.next(decide);
  task.addCatch(failed, { errors: ['States.ALL'], resultPath: '$.error' });
  return { start: task, ends: [task, onward] };
}

/**
 * A gate: evaluate, and either go, skip, abort, or hold on a token and evaluate again when something changed
 * (a vote, an expiry, a resume, another plan).
 */
export function gate(
  scope: Construct,
  fns: Functions,
  name: StepGate,
  exits: { readonly go: IChainable; readonly skip: IChainable; readonly abort?: State },
): State {
  const evaluate = invoke(
    scope,
    `Gate ${name}`,
    fns('pass-gate'),
    { gate: name },
    {
      handler: 'pass-gate',
      resultPath: '$.gate',
      resultSelector: { verdict: JsonPath.stringAt('$.Payload.verdict') },
    },
  );
  const aborted = exits.abort ?? abortedState(scope, `Gate ${name}`);
  const hold = invoke(
    scope,
    `Gate ${name}: hold`,
    fns('hold-at-gate'),
    { gate: name },
    { handler: 'hold-at-gate', parks: TOKEN_BACKSTOP },
  );
  hold.addCatch(aborted, { errors: [ERROR_NAMES.aborted], resultPath: '$.error' });
  hold.addCatch(evaluate, { errors: ['States.ALL'], resultPath: '$.error' });
  hold.next(evaluate);
  const decide = new Choice(scope, `Gate ${name}: decide`)
    .when(Condition.stringEquals('$.gate.verdict', 'go'), exits.go)
    .when(Condition.stringEquals('$.gate.verdict', 'hold'), hold)
    .when(Condition.stringEquals('$.gate.verdict', 'abort'), aborted)
    .otherwise(exits.skip);
  evaluate.next(decide);
  return evaluate;
}

function abortedState(scope: Construct, name: string): Fail {
  return new Fail(scope, `${name}: aborted`, { error: ERROR_NAMES.aborted, cause: 'The run was aborted by a person.' });
}

/** Connects every loose end of a piece to what follows. */
export function connect(piece: Piece, next: IChainable): void {
  for (const end of piece.ends) end.next(next);
}

/** Connects pieces in order and returns the first state and the loose ends of the last. */
export function inOrder(...pieces: readonly [Piece, ...Piece[]]): Piece {
  return pieces.reduce((before, after) => {
    connect(before, after.start);
    return { start: before.start, ends: after.ends };
  });
}

/** A Parallel of one piece: gives a phase its name, its time in the history and its place in the runbook. */
export function phase(scope: Construct, name: Phase, branches: readonly Piece[], onBreak?: State): Piece {
  return sideBySide(scope, name, branches, onBreak);
}

/** Branches that run together; the input goes on unchanged. A broken or aborted branch leads to `onBreak`. */
export function sideBySide(scope: Construct, name: string, branches: readonly Piece[], onBreak?: State): Piece {
  const parallel = new Parallel(scope, name, { resultPath: JsonPath.DISCARD });
  for (const piece of branches) parallel.branch(piece.start);
  if (onBreak) {
    parallel.addCatch(onBreak, { errors: [ERROR_NAMES.aborted], resultPath: '$.error' });
    parallel.addCatch(onBreak, { errors: ['States.ALL'], resultPath: '$.error' });
  }
  return { start: parallel, ends: [parallel] };
}

/** One piece for each number of a list, so many at once; each sees incident, run and its `chunk`, and hands nothing on. */
export function eachChunk(
  scope: Construct,
  name: string,
  { itemsPath, atOnce, piece }: { readonly itemsPath: string; readonly atOnce: number; readonly piece: Piece },
): Piece {
  const map = new MapState(scope, name, {
    itemsPath: JsonPath.stringAt(itemsPath),
    itemSelector: {
      incident: JsonPath.stringAt('$.incident'),
      run: JsonPath.numberAt('$.run'),
      chunk: JsonPath.numberAt('$$.Map.Item.Value'),
    },
    maxConcurrency: atOnce,
    resultPath: JsonPath.DISCARD,
  });
  map.itemProcessor(piece.start);
  return { start: map, ends: [map] };
}

/** Runs one piece after another where the value at `path` is `equals`, else goes straight to the second. */
export function onlyWhen(
  scope: Construct,
  id: string,
  path: string,
  equals: string,
  piece: Piece,
  after: Piece,
): Piece {
  connect(piece, after.start);
  const choice = new Choice(scope, id).when(Condition.stringEquals(path, equals), piece.start).otherwise(after.start);
  return { start: choice, ends: after.ends };
}
