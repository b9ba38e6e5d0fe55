import type { State } from './definition';
import type { Chain, History } from './history';
import type { AbortableType } from './history-event';
import type { AslHost, ExecutionIdentity } from './host';
import type { Json, JsonObject } from './json';
import type { Scope } from './scope';
import type { TokenBook } from './tokens';

/** What all states of one execution share. */
export interface Run {
  identity: ExecutionIdentity;
  host: AslHost;
  history: History;
  tokens: TokenBook;
}

/** A state that was entered and not left yet. */
export interface Occupied {
  state: State;
  /** Epoch milliseconds, and the id of the StateEntered event. */
  enteredAt: number;
  enteredEvent: number;
  retryCount: number;
  waitingForToken: boolean;
  /** The branches or iterations running inside it. */
  children: readonly Frame[];
}

/** One line of execution: the machine itself, a branch or an iteration. */
export interface Frame {
  run: Run;
  scope: Scope;
  chain: Chain;
  /** Unique within the execution and stable between equal runs; begins timer keys. */
  key: string;
  /** Set inside a Map: the nearest iteration's item, for `$$.Map.Item`. */
  item: { index: number; value: Json } | undefined;
  /** Set on an iteration's own frame: whose iteration it is. */
  iteration: { name: string; index: number } | undefined;
  current: Occupied | undefined;
  done: boolean;
}

/** A frame inside a state of another one. */
export function childFrame(parent: Frame, scope: Scope, index: number, iteration?: Frame['iteration']): Frame {
  const key = `${parent.key}/${parent.current?.state.name ?? ''}#${parent.current?.enteredEvent ?? 0}.${index}`;
  const item = parent.item;
  return { run: parent.run, scope, chain: { ...parent.chain }, key, item, iteration, current: undefined, done: false };
}

/** The context object as seen from a frame. `token` is there while a `.waitForTaskToken` task is being prepared. */
export function contextObject(frame: Frame, token?: string): Json {
  const { identity } = frame.run;
  const context: JsonObject = {
    Execution: {
      Id: identity.arn,
      Input: identity.input,
      Name: identity.name,
      RoleArn: identity.roleArn,
      StartTime: new Date(identity.startTime).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineArn.split(':')[6] ?? '' },
  };
  const { current, item } = frame;
  if (current !== undefined) {
    context.State = {
      Name: current.state.name,
      EnteredTime: new Date(current.enteredAt).toISOString(),
      RetryCount: current.retryCount,
    };
  }
  if (item !== undefined) context.Map = { Item: { Index: item.index, Value: item.value } };
  if (token !== undefined) context.Task = { Token: token };
  return context;
}

/** Waits on the host's clock; Cancelled when the frame's scope ends first. */
export function sleep(frame: Frame, ms: number, purpose: string): Promise<void> {
  return frame.scope.wait<void>((resolve) => frame.run.host.setTimer(ms, resolve, timerKey(frame, purpose)));
}

export function timerKey(frame: Frame, purpose: string): string {
  const { current } = frame;
  return `${frame.key}/${current?.state.name ?? ''}#${current?.enteredEvent ?? 0}:${purpose}.${current?.retryCount ?? 0}`;
}

function abortable(state: State): AbortableType | undefined {
  const { type } = state;
  return type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map' ? type : undefined;
}

/**
 * Records what a failing branch or iteration cut short, as measured of the service: beside the failing chain, for each line still
 * running its MapIterationAborted and the …StateAborted of the state it was in; a failed Task in the branch itself counts as aborted too.
 */
export function recordAborted(frames: readonly Frame[], failing: Frame): void {
  const { history } = failing.run;
  const { chain } = failing;
  if (failing.current?.state.type === 'Task') history.recordAside(chain, 'TaskStateAborted');
  for (const frame of frames) {
    if (frame === failing || frame.done) continue;
    if (frame.iteration)
      history.recordAside(chain, 'MapIterationAborted', { mapIterationAbortedEventDetails: frame.iteration });
    recordState(frame, failing);
  }
}

function recordState(frame: Frame, failing: Frame): void {
  const { current } = frame;
  const type = current && abortable(current.state);
  if (current === undefined || type === undefined) return;
  failing.run.history.recordAside(failing.chain, `${type}StateAborted`);
  for (const child of current.children) {
    if (child.done) continue;
    const details = child.iteration && { mapIterationAbortedEventDetails: child.iteration };
    if (details) failing.run.history.recordAside(failing.chain, 'MapIterationAborted', details);
    recordState(child, failing);
  }
}

/** Every state that is entered and not left, outermost first. */
export function occupied(frame: Frame): Occupied[] {
  if (frame.current === undefined || frame.done) return [];
  return [frame.current, ...frame.current.children.flatMap(occupied)];
}
