/** One row of calls.jsonl: who asked what of whom, whether it was allowed and by which statement, and what came of it. */
export interface CallRow {
  readonly seq: number;
  /** ISO 8601 on the lab's clock. */
  readonly at: string;
  readonly function: string;
  readonly codeSha256: string | null;
  readonly requestId: string;
  readonly userAgent: string;
  /** `ec2`, `states`, `slack`, `github` … */
  readonly service: string;
  readonly operation: string;
  readonly resources: readonly string[];
  readonly allowed: boolean;
  readonly statement: string | null;
  /** `ok` or the error's name. */
  readonly outcome: string;
  /** The caller's own number for this call, `function/invocation/n`: the same in every run with the same seed. */
  readonly call: string | null;
}

/** A call of something the lab does not model, and what that was, in a sentence. */
export interface Unsupported extends CallRow {
  readonly why: string;
}

/** The one record of all calls, whichever double answered them. */
export class Recorder {
  readonly #rows: CallRow[] = [];
  readonly #listeners: ((row: CallRow) => void)[] = [];
  readonly #unsupported: Unsupported[] = [];

  constructor(private readonly now: () => number) {}

  /** Adds a row, numbered from 1 and stamped with the clock's time. `why` only for what the lab does not model. */
  record(row: Omit<CallRow, 'seq' | 'at'>, why?: string): CallRow {
    const complete = { seq: this.#rows.length + 1, at: new Date(this.now()).toISOString(), ...row };
    this.#rows.push(complete);
    if (why !== undefined) this.#unsupported.push({ ...complete, why });
    for (const listener of this.#listeners) listener(complete);
    return complete;
  }

  get rows(): readonly CallRow[] {
    return this.#rows;
  }

  /** Calls of operations the lab does not model: any of them means that the run proves nothing. */
  unsupported(): readonly Unsupported[] {
    return this.#unsupported;
  }

  onRow(listener: (row: CallRow) => void): void {
    this.#listeners.push(listener);
  }
}
