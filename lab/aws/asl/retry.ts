import { errorMatches } from './states-error';

export interface Retrier {
  errorEquals: readonly string[];
  intervalSeconds: number;
  maxAttempts: number;
  backoffRate: number;
  maxDelaySeconds: number | undefined;
  jitter: 'FULL' | 'NONE';
}

/** Counts what each retrier of one state has used since the state was entered. */
export class RetryBudget {
  readonly #used = new Map<Retrier, number>();
  /** All retries so far: `$$.State.RetryCount`. */
  total = 0;

  constructor(readonly retriers: readonly Retrier[]) {}

  /** The delay in ms before the next attempt, or undefined when the error is not retried (any more). Only the first match counts. */
  next(error: string, random: () => number): number | undefined {
    const retrier = this.retriers.find((candidate) => errorMatches(candidate.errorEquals, error));
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.maxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    this.total += 1;
    return retryDelay(retrier, used, random);
  }
}

/** Interval × rate^attempt seconds, capped, then with FULL jitter a random share of it; in whole ms. `attempt` counts from 0. */
export function retryDelay(retrier: Retrier, attempt: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** attempt;
  const capped = Math.min(grown, retrier.maxDelaySeconds ?? Number.MAX_SAFE_INTEGER);
  const seconds = retrier.jitter === 'FULL' ? capped * random() : capped;
  return Math.round(seconds * 1000);
}
