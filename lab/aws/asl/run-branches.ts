import { evaluationOf, fillOr, filter, finishResult, numberOf, read } from './data-flow';
import type { MapState, ParallelState, StateGroup } from './definition';
import { childFrame, type Frame, recordAborted } from './frame';
import type { Json } from './json';
import { Cancelled, Scope } from './scope';
import { RUNTIME, runtimeError, StatesError } from './states-error';
import { fill } from './template';

/** Runs a group of states to its end; run-states gives it, since states hold groups and groups hold states. */
export type RunGroup = (group: StateGroup, input: Json, frame: Frame) => Promise<Json>;

/** One attempt of a Parallel: all branches at once, the first failure ends the others. */
export async function attemptParallel(
  state: ParallelState,
  input: Json,
  frame: Frame,
  runGroup: RunGroup,
): Promise<Json> {
  const { history } = frame.run;
  const effective = filter(frame, state.inputPath, input);
  const data = fillOr(state.parameters, evaluationOf(frame, effective));
  history.record(frame.chain, 'ParallelStateStarted');
  const scope = new Scope(frame.scope);
  const frames = state.branches.map((_, i) => childFrame(frame, scope, i));
  occupy(frame, frames);
  const results = await Promise.all(
    state.branches.map((branch, i) => {
      const child = at(frames, i);
      return runBranch(
        child,
        () => runGroup(branch, data, child),
        (error) => {
          endTogether(frame, frames, child, error);
          scope.cancel();
        },
      );
    }),
  );
  // The Parallel continues from the last event of any branch.
  frame.chain.last = Math.max(...frames.map((child) => child.chain.last));
  history.recordAside(frame.chain, 'ParallelStateSucceeded');
  return finishResult(frame, state, input, results);
}

function at(frames: readonly Frame[], index: number): Frame {
  const frame = frames[index];
  if (frame === undefined) throw new RangeError(`there is no branch ${index}`);
  return frame;
}

function occupy(frame: Frame, children: readonly Frame[]): void {
  if (frame.current) frame.current.children = children;
}

/** Runs one line and, at the moment it fails, tells `onFailure`, so that nothing of its siblings slips in between. */
async function runBranch(
  frame: Frame,
  run: () => Promise<Json>,
  onFailure: (error: StatesError) => void,
): Promise<Json> {
  try {
    const result = await run();
    frame.done = true;
    return result;
  } catch (error) {
    if (!frame.done && error instanceof StatesError) onFailure(error);
    throw error;
  }
}

/** The first failure's bookkeeping: what was cut is recorded (not for States.Runtime), and the state goes on from the failing chain. */
function endTogether(parent: Frame, frames: readonly Frame[], failing: Frame, error: StatesError): void {
  if (error.error !== RUNTIME) recordAborted(frames, failing);
  for (const frame of frames) frame.done = true;
  parent.chain.last = failing.chain.last;
}

/** One attempt of an inline Map. */
export async function attemptMap(state: MapState, input: Json, frame: Frame, runGroup: RunGroup): Promise<Json> {
  const effective = filter(frame, state.inputPath, input);
  const items = read(frame, state.itemsPath, effective);
  if (!Array.isArray(items)) throw runtimeError(`Reference path "${state.itemsPath.text}" must point to array.`);
  const limit = numberOf(frame, state.maxConcurrency, effective) || Number.POSITIVE_INFINITY;
  const tolerance = toleranceOf(state, effective, frame, items.length);
  frame.run.history.record(frame.chain, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const results = await new MapAttempt(state, effective, items, frame, tolerance, runGroup).run(limit);
  frame.run.history.recordAside(frame.chain, 'MapStateSucceeded');
  return finishResult(frame, state, input, results);
}

/** How many iterations may fail; undefined when the state tolerates none and so fails with the iteration's own error. */
function toleranceOf(state: MapState, data: Json, frame: Frame, length: number): number | undefined {
  const { toleratedCount, toleratedPercentage } = state;
  if (toleratedCount === undefined && toleratedPercentage === undefined) return undefined;
  const count = toleratedCount ? numberOf(frame, toleratedCount, data) : Number.POSITIVE_INFINITY;
  const share = toleratedPercentage
    ? (numberOf(frame, toleratedPercentage, data) / 100) * length
    : Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(count, share));
}

class MapAttempt {
  readonly #scope: Scope;
  readonly #frames: Frame[] = [];
  readonly #results: (Json | undefined)[];
  #next = 0;
  #failures = 0;

  constructor(
    private readonly state: MapState,
    private readonly data: Json,
    private readonly items: readonly Json[],
    private readonly frame: Frame,
    private readonly tolerance: number | undefined,
    private readonly runGroup: RunGroup,
  ) {
    this.#scope = new Scope(frame.scope);
    this.#results = items.map(() => undefined);
  }

  /** The results in the order of the items; failed and tolerated iterations leave none. */
  async run(limit: number): Promise<Json[]> {
    occupy(this.frame, this.#frames);
    const lanes = Math.min(limit, this.items.length);
    await Promise.all(Array.from({ length: lanes }, () => this.#lane()));
    this.frame.chain.last = Math.max(this.frame.chain.last, ...this.#frames.map((child) => child.chain.last));
    return this.#results.filter((result) => result !== undefined);
  }

  /** Takes one item after the other. */
  async #lane(): Promise<void> {
    while (this.#next < this.items.length) {
      const index = this.#next++;
      this.#results[index] = await this.#iterate(index);
    }
  }

  async #iterate(index: number): Promise<Json | undefined> {
    const { name } = this.state;
    const { history } = this.frame.run;
    const child = childFrame(this.frame, this.#scope, index, { name, index });
    // Iterations chain to MapStateStarted, wherever earlier ones have got to.
    child.item = { index, value: this.items[index] ?? null };
    this.#frames.push(child);
    history.record(child.chain, 'MapIterationStarted', { mapIterationStartedEventDetails: { name, index } });
    try {
      const result = await runBranch(
        child,
        () => this.#process(child),
        (error) => this.#failed(child, error),
      );
      history.record(child.chain, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: { name, index } });
      return result;
    } catch (error) {
      if (error instanceof Cancelled || !this.#tolerated(error)) throw error;
      return undefined;
    }
  }

  async #process(child: Frame): Promise<Json> {
    const { itemSelector } = this.state;
    const item = child.item?.value ?? null;
    // The selector reads the Map's own input, and is part of the Map state as the context object tells it.
    const input = itemSelector
      ? fill(itemSelector, evaluationOf({ ...this.frame, item: child.item }, this.data))
      : item;
    return this.runGroup(this.state.processor, input, child);
  }

  #tolerated(error: unknown): boolean {
    if (this.tolerance === undefined || !(error instanceof StatesError) || error.error === RUNTIME) return false;
    if (this.#failures <= this.tolerance) return true;
    throw new StatesError({
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
  }

  #failed(child: Frame, error: StatesError): void {
    this.#failures += 1;
    child.done = true;
    if (error.error === RUNTIME || this.#failures > (this.tolerance ?? 0)) {
      endTogether(this.frame, this.#frames, child, error);
      this.#scope.cancel();
    }
    if (error.error === RUNTIME) return;
    const details = child.iteration && { mapIterationFailedEventDetails: child.iteration };
    this.frame.run.history.recordAside(child.chain, 'MapIterationFailed', details ?? {});
  }
}
