import type { Json } from './json';
import type { StatesError } from './states-error';

/** What a parked task does with an answer. */
export interface TokenWait {
  succeed: (output: Json) => void;
  fail: (error: StatesError) => void;
  heartbeat: () => void;
}
/** `timed-out` stands for expired and for already answered alike, as the service's TaskTimedOut does. */
export type TokenAnswer = 'ok' | 'timed-out' | 'unknown';

/** The task tokens of one execution. A token is good for one answer. */
export class TokenBook {
  readonly #open = new Map<string, TokenWait>();
  readonly #closed = new Set<string>();

  open(token: string, wait: TokenWait): void {
    this.#open.set(token, wait);
  }

  close(token: string): void {
    if (this.#open.delete(token)) this.#closed.add(token);
  }

  closeAll(): void {
    for (const token of [...this.#open.keys()]) this.close(token);
  }

  /** Gives the token's wait to `use`, when it is open. */
  answer(token: string, use: (wait: TokenWait) => void): TokenAnswer {
    const wait = this.#open.get(token);
    if (wait === undefined) return this.#closed.has(token) ? 'timed-out' : 'unknown';
    use(wait);
    return 'ok';
  }
}
