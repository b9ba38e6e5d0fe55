import type { BusyOptions, Cancel, Clock } from './clock';
import { unitHash } from './seeded';
import { TimerHeap } from './timer-heap';

interface Work {
  readonly label: string;
  readonly options: BusyOptions;
  parked: boolean;
}

interface Waiter {
  readonly until: () => boolean;
  readonly resolve: (ended: 'reached' | 'idle') => void;
  readonly reject: (error: unknown) => void;
}

/** Quiet rounds of the event loop that must follow each other before the clock may jump. */
const QUIET_ROUNDS = 2;
/** After this many busy rounds the pump sleeps a millisecond between looks: a child process is at work, not a socket. */
const SPIN_ROUNDS = 2000;
/** Names under which libuv reports file-system work: callback and promise requests, and the closing of a FileHandle. */
const FILE_WORK = new Set(['FSReqCallback', 'FSReqPromise', 'CloseReq']);
/** Wall time after which work that never ends is reported by name; a deploy in the lab synthesizes meanwhile. */
const STUCK_AFTER_MS = 300_000;

/**
 * A clock that stands still while anything is in flight and then jumps to the next timer.
 *
 * In flight is what says so through `busy` and is not parked on a timer, and file-system requests of this process
 * (libuv reports those itself). One timer fires at a time, and everything it sets off comes to rest before the next:
 * with one seed, and latencies that are hashes of call names, the whole run has one order.
 */
export class VirtualTime implements Clock {
  readonly #heap = new TimerHeap();
  readonly #work = new Set<Work>();
  readonly #byId = new Map<string, Work>();
  readonly #waiters: Waiter[] = [];
  readonly #seed: string;
  #now: number;
  #order = 0;
  #pumping = false;

  /** Starts at `start` (milliseconds since 1970); `seed` decides the order of timers that fall on one instant. */
  constructor({ start, seed }: { start: number; seed: string }) {
    this.#now = start;
    this.#seed = seed;
  }

  now(): number {
    return this.#now;
  }

  setTimer(ms: number, fn: () => void, key: string): Cancel {
    this.#order += 1;
    const at = this.#now + (Number.isFinite(ms) ? Math.max(0, ms) : 0);
    const tie = (): number => unitHash(this.#seed, key);
    const timer = { at, tie, order: this.#order, key, fn, cancelled: false };
    this.#heap.push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  busy(label: string, options: BusyOptions = {}): Cancel {
    const work: Work = { label, options, parked: false };
    this.#work.add(work);
    if (options.id !== undefined) this.#byId.set(options.id, work);
    return () => {
      this.#end(work);
    };
  }

  park(id: string): Cancel {
    const work = this.#byId.get(id);
    if (work === undefined) return () => undefined;
    work.parked = true;
    return () => {
      work.parked = false;
    };
  }

  /** Whether work with this id is known: only such work may wait for a timer without holding the clock. */
  knows(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Pumps until the predicate holds (asked whenever all is quiet) or until nothing is left to happen. */
  run(until: () => boolean = () => false): Promise<'reached' | 'idle'> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ until, resolve, reject });
      if (!this.#pumping) void this.#pump();
    });
  }

  /** Pumps until the promise settles, and hands on what it settled to. Throws when everything came to rest before it did. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const note = (): void => {
      settled = true;
    };
    promise.then(note, note);
    const ended = await this.run(() => settled);
    if (ended === 'idle' && !settled)
      throw new Error('Nothing is left to happen in the lab, and the awaited result never came.');
    return promise;
  }

  /** Names and times of pending timers, earliest first: for error messages and the page. */
  pending(): readonly { readonly at: number; readonly key: string }[] {
    return this.#heap
      .live()
      .map(({ at, key }) => ({ at, key }))
      .sort((a, b) => a.at - b.at);
  }

  #end(work: Work): void {
    this.#work.delete(work);
    const { id } = work.options;
    if (id !== undefined && this.#byId.get(id) === work) this.#byId.delete(id);
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      while (this.#waiters.length > 0) {
        await this.#quiet();
        if (this.#answerReached()) continue;
        if (!this.#fireNext()) this.#answerAll('idle');
      }
    } catch (error) {
      for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    } finally {
      this.#pumping = false;
    }
  }

  #fireNext(): boolean {
    const timer = this.#heap.pop();
    if (timer === undefined) return false;
    this.#now = Math.max(this.#now, timer.at);
    timer.fn();
    return true;
  }

  /** Answers the waiters whose predicate holds. Their continuations may set things off: the caller looks again. */
  #answerReached(): boolean {
    const reached = this.#waiters.filter((waiter) => waiter.until());
    for (const waiter of reached) {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.resolve('reached');
    }
    return reached.length > 0;
  }

  #answerAll(ended: 'idle'): void {
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(ended);
  }

  async #quiet(): Promise<void> {
    const startedAt = performance.now();
    let quiet = 0;
    for (let round = 0; quiet < QUIET_ROUNDS; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#inFlight() ? 0 : quiet + 1;
      if (quiet > 0 || round < SPIN_ROUNDS) continue;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (performance.now() - startedAt > STUCK_AFTER_MS)
        throw new Error(`Virtual time is held by: ${this.#labels()}.`);
    }
  }

  #inFlight(): boolean {
    for (const work of this.#work) {
      if (work.options.over?.() === true) this.#end(work);
      else if (!work.parked) return true;
    }
    return process.getActiveResourcesInfo().some((name) => FILE_WORK.has(name));
  }

  #labels(): string {
    const labels = [...this.#work].filter((work) => !work.parked).map((work) => work.label);
    return labels.length > 0 ? labels.join(', ') : 'file-system requests';
  }
}
