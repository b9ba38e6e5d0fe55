import type { Cancel } from '../time/clock';
import { SeededBytes } from '../time/seeded';
import type { CrashPoint, SandboxHost } from './sandbox-host';

/** What a finished invocation returned, or the error a Lambda caller would be told. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** Everything one invocation may touch: its timers, its random stream, its numbering of calls. Ends once, by result or crash. */
export class Invocation {
  readonly id: string;
  readonly random: SeededBytes;
  readonly finished: Promise<InvocationResult>;
  readonly #timers = new Set<Cancel>();
  #calls = 0;
  #timerCount = 0;
  #settle: (result: InvocationResult) => void = () => undefined;
  #ended = false;

  constructor(
    readonly host: SandboxHost,
    readonly functionName: string,
    readonly requestId: string,
    sequence: number,
  ) {
    this.id = `${functionName}/${sequence}`;
    this.random = new SeededBytes(`${host.seed}:${this.id}`);
    this.finished = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Ends the invocation; later ends are ignored. What it left pending is frozen for good, as in a Lambda that is not invoked again. */
  end(result: InvocationResult): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#settle(result);
  }

  /** The process is gone in the middle of the work. */
  crash(): void {
    const errorMessage = `RequestId: ${this.requestId} Error: Runtime exited with error: signal: killed`;
    this.end({ ok: false, errorType: 'Runtime.ExitError', errorMessage });
  }

  /** Numbers an outgoing call and asks whether the process dies around it. */
  nextCall(target: string): { readonly id: string; readonly crash: CrashPoint } {
    this.#calls += 1;
    const id = `${this.id}/${this.#calls}`;
    return { id, crash: this.host.crashPoint({ id, target }) };
  }

  setTimer(ms: number, fn: () => void): Cancel {
    if (this.#ended) return () => undefined;
    this.#timerCount += 1;
    const stop = this.host.clock.setTimer(
      ms,
      () => {
        this.#timers.delete(cancel);
        fn();
      },
      `${this.id}/timer/${this.#timerCount}`,
    );
    const cancel = (): void => {
      this.#timers.delete(cancel);
      stop();
    };
    this.#timers.add(cancel);
    return cancel;
  }
}

/** The invocation an instance is working on; between invocations none, and then time and network are out of reach. */
export class CurrentInvocation {
  #current: Invocation | undefined;
  #fallbackNow = 0;

  begin(invocation: Invocation): void {
    this.#current = invocation;
  }

  /** The invocation being worked on, also after it ended: stragglers are told that it is over. */
  get(): Invocation | undefined {
    return this.#current;
  }

  /** The clock's time; while the bundle is being loaded, the time it was loaded at. */
  now(): number {
    return this.#current === undefined ? this.#fallbackNow : this.#current.host.clock.now();
  }

  setLoadTime(now: number): void {
    this.#fallbackNow = now;
  }
}
