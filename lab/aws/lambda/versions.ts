import type { FunctionPool } from '../../lambda/function-pool';

/** The code of one function as it was published over time, and the aliases on it. */
export class FunctionVersions {
  readonly #published = new Map<string, FunctionPool>();
  readonly #aliases = new Map<string, string>();

  constructor(private current: FunctionPool) {}

  /** `$LATEST`. */
  get latest(): FunctionPool {
    return this.current;
  }

  /** The number that the next published version gets. */
  get next(): string {
    return String(this.#published.size + 1);
  }

  /** New code or configuration; versions and aliases stay where they are. */
  replace(pool: FunctionPool): void {
    this.current = pool;
  }

  /** Freezes `$LATEST` under the next number and returns it. */
  publish(): string {
    const version = this.next;
    this.#published.set(version, this.current);
    return version;
  }

  point(alias: string, version: string): void {
    this.#aliases.set(alias, version);
  }

  /** The code behind a version's number or an alias; `$LATEST` without one. */
  pool(qualifier: string | undefined): FunctionPool {
    if (qualifier === undefined) return this.current;
    return this.#published.get(this.#aliases.get(qualifier) ?? qualifier) ?? this.current;
  }
}
