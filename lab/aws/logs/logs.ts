/** One line a function printed. */
export interface LogLine {
  readonly at: string;
  readonly function: string;
  readonly requestId: string;
  readonly line: string;
}

/** What functions print: CloudWatch Logs as far as the lab needs it. */
export class Logs {
  readonly #lines: LogLine[] = [];
  readonly #listeners: ((line: LogLine) => void)[] = [];

  constructor(private readonly now: () => number) {}

  print(functionName: string, requestId: string, line: string): void {
    const row = { at: new Date(this.now()).toISOString(), function: functionName, requestId, line };
    this.#lines.push(row);
    for (const listener of this.#listeners) listener(row);
  }

  lines(functionName?: string): readonly LogLine[] {
    return functionName === undefined ? this.#lines : this.#lines.filter((row) => row.function === functionName);
  }

  onLine(listener: (line: LogLine) => void): void {
    this.#listeners.push(listener);
  }
}
