/** One resource of a CloudFormation template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Templates by stack name. */
export type Templates = ReadonlyMap<string, { readonly Resources: Readonly<Record<string, TemplateResource>> }>;

export interface ResourceChange {
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Top-level properties that differ, when it changed. */
  readonly properties: readonly string[];
  readonly before: TemplateResource | undefined;
  readonly after: TemplateResource | undefined;
}

/** What differs between two synths, stack by stack, in the order of their names. */
export function diffTemplates(before: Templates, after: Templates): readonly ResourceChange[] {
  const stacks = [...new Set([...before.keys(), ...after.keys()])].sort();
  return stacks.flatMap((stack) => {
    const old = before.get(stack)?.Resources ?? {};
    const now = after.get(stack)?.Resources ?? {};
    const ids = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return ids.flatMap((id) => changeOf(stack, id, old[id], now[id]) ?? []);
  });
}

function changeOf(
  stack: string,
  id: string,
  before: TemplateResource | undefined,
  after: TemplateResource | undefined,
): ResourceChange | undefined {
  const type = after?.Type ?? before?.Type ?? '';
  if (before === undefined || after === undefined) {
    return { stack, id, type, change: before === undefined ? 'added' : 'removed', properties: [], before, after };
  }
  const old = before.Properties ?? {};
  const now = after.Properties ?? {};
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const properties = names.filter((name) => canonical(old[name]) !== canonical(now[name]));
  if (properties.length === 0 && before.Type === after.Type) return undefined;
  return { stack, id, type, change: 'changed', properties, before, after };
}

/** The same text for the same value, whatever the order of keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
