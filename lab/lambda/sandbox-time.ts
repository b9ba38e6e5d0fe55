import { promisify } from 'node:util';
import type { Cancel } from '../time/clock';
import type { CurrentInvocation } from './invocation';

type Callback = (...args: unknown[]) => void;

/** What setTimeout returns in Node: opaque, with the methods that libraries call on it. */
class SandboxTimeout {
  #cancel: Cancel = () => undefined;

  constructor(private readonly start: () => Cancel) {
    this.#cancel = start();
  }

  close(): this {
    this.#cancel();
    return this;
  }
  refresh(): this {
    this.#cancel();
    this.#cancel = this.start();
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  [Symbol.toPrimitive](): number {
    return 0;
  }
}

/** `Date` on the lab's clock; a given instant stays what it is. */
export function sandboxDate(current: CurrentInvocation): DateConstructor {
  const now = (): number => Math.floor(current.now());
  class SandboxDate extends Date {
    constructor(...args: [] | [number | string | Date]) {
      // With no argument the present; every other form means what it always means.
      if (args.length === 0) super(now());
      else super(...args);
    }
    static override now(): number {
      return now();
    }
    // Dates made by Node itself (file times, structuredClone) are dates too.
    static override [Symbol.hasInstance](value: unknown): boolean {
      return Object.prototype.toString.call(value) === '[object Date]';
    }
  }
  // Called without `new`, Date returns text: a class alone would throw.
  return new Proxy<DateConstructor>(SandboxDate as DateConstructor, {
    apply: () => new Date(now()).toString(),
  });
}

type Start = (ms: number | undefined, fn: () => void) => Cancel;

/** Timer functions on the lab's clock, and `setImmediate` that holds the clock until it ran. */
export function sandboxTimers(current: CurrentInvocation) {
  const start: Start = (ms, fn) => current.get()?.setTimer(ms ?? 0, fn) ?? (() => undefined);
  const wait = (ms?: number, value?: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      start(ms, () => resolve(value));
    });
  const setTimeout = (fn: Callback, ms?: number, ...args: unknown[]): SandboxTimeout =>
    new SandboxTimeout(() => start(ms, () => fn(...args)));
  Object.defineProperty(setTimeout, promisify.custom, { value: wait });

  const setInterval = (fn: Callback, ms?: number, ...args: unknown[]): SandboxTimeout =>
    new SandboxTimeout(() => repeat(start, ms, () => fn(...args)));
  const clear = (timer: unknown): void => {
    if (timer instanceof SandboxTimeout) timer.close();
  };
  const setImmediate = (fn: Callback, ...args: unknown[]): NodeJS.Immediate => {
    const done = current.get()?.host.clock.busy('setImmediate') ?? (() => undefined);
    return globalThis.setImmediate(() => {
      done();
      fn(...args);
    });
  };
  const promises = { setTimeout: wait, setImmediate: async (value?: unknown) => value, scheduler: { wait } };
  const { clearImmediate } = globalThis;
  return { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear, setImmediate, clearImmediate, promises };
}

/** Runs `fn` again and again. Node turns a period below 1 ms into 1 ms; without that, virtual time would never move on. */
function repeat(start: Start, ms: number | undefined, fn: () => void): Cancel {
  const period = Math.max(1, ms ?? 1);
  let cancel: Cancel;
  const tick = (): void => {
    cancel = start(period, tick);
    fn();
  };
  cancel = start(period, tick);
  return () => cancel();
}

/** `performance` and `process.hrtime` on the lab's clock. */
export function sandboxPerformance(current: CurrentInvocation) {
  const hrtime = (before?: [number, number]): [number, number] => {
    const nanos = BigInt(Math.floor(current.now() * 1000)) * 1000n;
    const seconds = Number(nanos / 1_000_000_000n) - (before?.[0] ?? 0);
    const rest = Number(nanos % 1_000_000_000n) - (before?.[1] ?? 0);
    return rest < 0 ? [seconds - 1, rest + 1e9] : [seconds, rest];
  };
  const bigint = (): bigint => BigInt(Math.floor(current.now() * 1000)) * 1000n;
  const loadedAt = current.now();
  const performance: unknown = Object.create(globalThis.performance, {
    now: { value: () => current.now() - loadedAt },
    timeOrigin: { value: loadedAt },
  });
  return { performance, hrtime: Object.assign(hrtime, { bigint }) };
}

/** `AbortSignal` whose `timeout` runs on the lab's clock. */
export function sandboxAbortSignal(current: CurrentInvocation): typeof AbortSignal {
  const timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    current.get()?.setTimer(ms, () => controller.abort(reason));
    return controller.signal;
  };
  return new Proxy(AbortSignal, {
    get: (target, name) => (name === 'timeout' ? timeout : Reflect.get(target, name)),
  });
}
