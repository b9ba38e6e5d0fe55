import type { Lab } from '../lab';

/** Lab time goes on in steps of this length, each no sooner than so many milliseconds of the wall clock after the last. */
const STEP_MS = 50;

/**
 * Virtual time at a walking pace: a second of the lab takes a second for who watches, or longer when the machine is
 * slow, never less. So what happened can be played again from its inputs alone, and skipping ahead is just running.
 */
export class Pacer {
  #stopped = false;
  #skipping: { readonly until: () => boolean; readonly done: () => void } | undefined;
  readonly #inputs: (() => void)[] = [];
  #ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly lab: Lab,
    /** Called between steps, when nothing is in flight. */
    private readonly between: () => void | Promise<void>,
  ) {}

  /** Starts walking. */
  start(): void {
    this.#stopped = false;
    this.#ended = this.#walk();
  }

  /** Does something between two steps: the only moments at which the world outside touches the lab. */
  input(act: () => void): void {
    this.#inputs.push(act);
  }

  /** Runs without waiting for the wall clock until the predicate holds, at most `limitMs` of lab time. */
  skip(until: () => boolean, limitMs: number): Promise<void> {
    const limit = this.lab.clock.now() + limitMs;
    return new Promise((done) => {
      this.#skipping = { until: () => until() || this.lab.clock.now() >= limit, done };
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#skipping?.done();
    this.#skipping = undefined;
    await this.#ended;
  }

  async #walk(): Promise<void> {
    while (!this.#stopped) {
      const startedAt = performance.now();
      await this.lab.runFor(STEP_MS);
      for (const act of this.#inputs.splice(0)) act();
      await this.between();
      const skipping = this.#skipping;
      if (skipping?.until() === true) {
        this.#skipping = undefined;
        skipping.done();
      }
      if (this.#skipping === undefined) await pause(STEP_MS - (performance.now() - startedAt));
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
