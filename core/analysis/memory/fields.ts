/**
 * Reads a row's fields whatever the Volatility release calls them: `PID`, `Pid` and `pid` are one name, so are
 * `Process Name` and `process_name`. Numbers may come as text, decimal or hexadecimal.
 */
export class Fields {
  private readonly byName = new Map<string, unknown>();

  constructor(row: object) {
    for (const [key, value] of Object.entries(row)) {
      const name = plainName(key);
      if (!this.byName.has(name)) this.byName.set(name, value);
    }
  }

  /** The first of the names that holds something else than null. */
  value(...names: readonly string[]): unknown {
    for (const name of names) {
      const value = this.byName.get(plainName(name));
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  }

  text(...names: readonly string[]): string | undefined {
    const value = this.value(...names);
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }

  /** A finite number, or undefined. */
  number(...names: readonly string[]): number | undefined {
    const value = this.value(...names);
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (typeof value !== 'string' || !/^\s*(-?\d+(\.\d+)?|0x[0-9a-f]+)\s*$/i.test(value)) return undefined;
    const read = Number(value);
    return Number.isFinite(read) ? read : undefined;
  }

  /** Volatility prints booleans as `True` in some plugins. */
  flag(...names: readonly string[]): boolean | undefined {
    const value = this.value(...names);
    if (typeof value === 'boolean') return value;
    if (typeof value === 'string' && /^(true|yes|1)$/i.test(value)) return true;
    if (typeof value === 'string' && /^(false|no|0)$/i.test(value)) return false;
    return undefined;
  }

  /** The objects of a list field. */
  list(...names: readonly string[]): readonly object[] {
    const value = this.value(...names);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
  }

  /** Unix milliseconds of an ISO time (`2026-05-16T02:10:26+00:00`, with or without a zone: UTC), or undefined. */
  time(...names: readonly string[]): number | undefined {
    const text = this.text(...names);
    return text === undefined ? undefined : timeOf(text);
  }
}

/** Unix milliseconds of an ISO-like time; a time without a zone is UTC. */
export function timeOf(text: string): number | undefined {
  const shape = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s*(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
    text.trim(),
  );
  if (shape === null) return undefined;
  const zone = shape[3] === undefined || shape[3] === 'UTC' ? 'Z' : shape[3];
  const at = Date.parse(`${shape[1]}T${shape[2]}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
