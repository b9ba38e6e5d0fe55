/** RFC 7396 spends null on "remove this member", so documents that are patched hold no null. */
export type Patch = { readonly [name: string]: unknown };

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The smallest JSON merge patch (RFC 7396) that turns `before` into `after`; undefined when they are equal. */
export function patchBetween(before: object, after: object): Patch | undefined {
  const patch: Record<string, unknown> = {};
  const [old, now] = [before as Readonly<Record<string, unknown>>, after as Readonly<Record<string, unknown>>];
  for (const name of Object.keys(old)) if (now[name] === undefined && old[name] !== undefined) patch[name] = null;
  for (const [name, value] of Object.entries(now)) {
    const was = old[name];
    if (value === undefined || was === value) continue;
    if (isRecord(was) && isRecord(value)) {
      const inner = patchBetween(was, value);
      if (inner !== undefined) patch[name] = inner;
    } else if (JSON.stringify(was) !== JSON.stringify(value)) {
      patch[name] = value;
    }
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** Applies a merge patch without touching `before`: what did not change keeps its identity, so React skips it. */
export function applyPatch<T extends object>(before: T, patch: Patch): T {
  return applied(before as Readonly<Record<string, unknown>>, patch) as T;
}

function applied(before: Readonly<Record<string, unknown>>, patch: Patch): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    const was = result[name];
    if (value === null) delete result[name];
    else if (isRecord(value)) result[name] = applied(isRecord(was) ? was : {}, value);
    else result[name] = value;
  }
  return result;
}
