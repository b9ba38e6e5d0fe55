/** Thrown through whatever a cancelled scope was waiting for. It is no error of the workflow: nothing records or catches it. */
export class Cancelled extends Error {}

/** What may be waiting at one time and ends together: the execution, or the branches of one Parallel or Map attempt. */
export class Scope {
  readonly #onCancel = new Set<() => void>();
  #cancelled = false;

  constructor(parent?: Scope) {
    if (parent) parent.#onCancel.add(() => this.cancel());
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const listener of this.#onCancel) listener();
    this.#onCancel.clear();
  }

  /**
   * Waits for something that calls back. `start` gets the callbacks and returns what to undo (a timer, a token); it is undone
   * exactly once, whether the wait ends by itself or by cancellation.
   */
  wait<T>(start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#cancelled) {
        reject(new Cancelled());
        return;
      }
      const wait = { undo: (): void => undefined, ended: false };
      const end = (settle: () => void): void => {
        if (wait.ended) return;
        wait.ended = true;
        this.#onCancel.delete(cancel);
        wait.undo();
        settle();
      };
      const cancel = (): void => end(() => reject(new Cancelled()));
      this.#onCancel.add(cancel);
      wait.undo = start(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      );
      // Settled while starting: what to undo was not known yet.
      if (wait.ended) wait.undo();
    });
  }
}
