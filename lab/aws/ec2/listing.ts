import type { Filter } from '@aws-sdk/client-ec2';
import type { Tags } from '../../estate/tagged';
import { AwsFault, LabUnsupported } from '../service';

/** The values a resource has for each filter name; undefined or an absent value never matches. */
export type FilterFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** EC2 API Reference, error codes: FilterLimitExceeded. */
const MOST_VALUES = 200;

/**
 * EC2's filters: all names must match, any value of a name is enough, `*` and `?` are wildcards.
 * `tag:KEY` and `tag-key` are understood everywhere. A name the lab does not know is a LabUnsupported.
 */
export function matches(filters: readonly Filter[] | undefined, fields: FilterFields, tags: Tags): boolean {
  const values = (filters ?? []).reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
  if (values > MOST_VALUES)
    throw new AwsFault(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${MOST_VALUES}`,
    );
  return (filters ?? []).every((filter) => {
    const name = filter.Name ?? '';
    const actual = valuesOf(name, fields, tags);
    return (filter.Values ?? []).some((wanted) => actual.some((value) => wildcard(wanted).test(value)));
  });
}

function valuesOf(name: string, fields: FilterFields, tags: Tags): readonly string[] {
  if (name === 'tag-key') return [...tags.keys()];
  if (name.startsWith('tag:')) {
    const value = tags.get(name.slice(4));
    return value === undefined ? [] : [value];
  }
  if (!Object.hasOwn(fields, name)) throw new LabUnsupported(`the filter ${name}`);
  const value = fields[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 's');
}

/** One page; tokens are offsets, which callers must not read. */
export function page<T>(
  items: readonly T[],
  size: number | undefined,
  token: string | undefined,
): { readonly items: T[]; readonly next: { NextToken?: string } } {
  const from = token === undefined ? 0 : Number.parseInt(Buffer.from(token, 'base64url').toString().slice(5), 10);
  if (Number.isNaN(from)) throw new AwsFault('InvalidNextToken', `The token '${token}' is not valid.`);
  const to = from + (size ?? 1000);
  const next = to < items.length ? { NextToken: Buffer.from(`from:${to}`).toString('base64url') } : {};
  return { items: items.slice(from, to), next };
}

/** The resources asked for by id, in that order, or all. A wanted id that is absent is EC2's NotFound of that kind. */
export function chosen<T>(
  from: ReadonlyMap<string, T>,
  ids: readonly string[] | undefined,
  notFound: (id: string) => AwsFault,
): T[] {
  if (ids === undefined || ids.length === 0) return [...from.values()];
  return ids.map((id) => {
    const found = from.get(id);
    if (found === undefined) throw notFound(id);
    return found;
  });
}

/** DryRun asks for permission only; the server has asked IAM already. */
export function dryRun(input: { DryRun?: boolean | undefined }): void {
  if (input.DryRun !== true) return;
  throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
