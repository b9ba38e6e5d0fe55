import type { Lab } from '../lab';

/** Lab time goes on in steps of this length, one for as many milliseconds of the wall clock. */
const STEP_MS = 50;
/** A busy moment is made up for, up to this much; what a slow machine is behind beyond it stays behind. */
const CATCH_UP_MS = 2000;

/**
 * Virtual time at a walking pace: a second of the lab takes a second for who watches, longer while there is much to do,
 * and as much shorter after that. So what happened can be played again from its inputs alone, and skipping ahead is just running.
 */
export class Pacer {
  #stopped = false;
  /** Whoever wants to be further on; two people may press at once. */
  #skips: readonly { readonly until: () => boolean; readonly done: () => void }[] = [];
  readonly #inputs: (() => void)[] = [];
  #ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly lab: Pick<Lab, 'runFor'> & { readonly clock: Pick<Lab['clock'], 'now'> },
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
      this.#skips = [...this.#skips, { until: () => until() || this.lab.clock.now() >= limit, done }];
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { done } of this.#skips) done();
    this.#skips = [];
    await this.#ended;
  }

  async #walk(): Promise<void> {
    let due = performance.now();
    while (!this.#stopped) {
      await this.lab.runFor(STEP_MS);
      for (const act of this.#inputs.splice(0)) act();
      await this.between();
      const arrived = this.#skips.filter(({ until }) => until());
      this.#skips = this.#skips.filter((one) => !arrived.includes(one));
      for (const { done } of arrived) done();
      const now = performance.now();
      due = this.#skips.length === 0 ? Math.max(due + STEP_MS, now - CATCH_UP_MS) : now;
      if (this.#skips.length === 0) await pause(due - now);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
