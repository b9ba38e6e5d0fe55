/** What a check found: nothing wrong, or the first bad entry by name and why. */
export type Finding = { readonly entry: string; readonly why: string };

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly bad: Finding };

export function good<T>(value: T): Checked<T> {
  return { ok: true, value };
}

export function bad(entry: string, why: string): { readonly ok: false; readonly bad: Finding } {
  return { ok: false, bad: { entry, why } };
}
