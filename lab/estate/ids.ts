import { hexHash, uuidHash } from '../time/seeded';

/** Ids as EC2 makes them (prefix and 17 hex digits), each a hash of seed, prefix and how many came before. */
export class EstateIds {
  readonly #seed: string;
  readonly #counts = new Map<string, number>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** `next('vol')` → `vol-0…`; AWS's long ids start with a zero. */
  next(prefix: string): string {
    return `${prefix}-0${hexHash(16, this.#seed, prefix, this.#count(prefix))}`;
  }

  uuid(purpose: string): string {
    return uuidHash(this.#seed, purpose, this.#count(`uuid:${purpose}`));
  }

  /** Upper-case letters and digits after a service's prefix: `AIPA…`, `AROA…`. */
  unique(prefix: string): string {
    return prefix + hexHash(17, this.#seed, prefix, this.#count(prefix)).toUpperCase();
  }

  #count(key: string): number {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }
}
