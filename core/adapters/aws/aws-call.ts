import { NeedsHuman, Transient } from '../../errors';

/** Error names AWS services use for "later": throttling, their own faults, effects that are not visible yet. */
const PASSING = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'RequestThrottled',
  'SlowDown',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'InternalServiceError',
  'Unavailable',
  'RequestTimeout',
  'TimeoutError',
  'ECONNRESET',
  'SnapshotCreationPerVolumeRateExceeded',
  'KMSInternalException',
  'DependencyTimeoutException',
]);

/** The error's code as the service names it, or `Error`. */
export function awsErrorName(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  if ('Code' in error && typeof error.Code === 'string') return error.Code;
  return error.name;
}

/** HTTP status of an SDK error, when it got an answer at all. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/**
 * Runs one AWS call and gives its errors our names: Transient when a later try may do (the caller looks for the effect
 * first), NeedsHuman for all else. `unless` names codes that the caller reads itself; those come through unchanged.
 */
export async function calling<T>(what: string, call: () => Promise<T>, unless: readonly string[] = []): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const name = awsErrorName(error);
    if (unless.includes(name)) throw error;
    const text = error instanceof Error ? error.message : String(error);
    const status = statusOf(error);
    if (PASSING.has(name) || status === undefined || status >= 500) throw new Transient(`${what}: ${name}: ${text}`);
    throw new NeedsHuman(`${what}: ${name}: ${text}`);
  }
}

/** Runs a call where some error codes are an answer: returns `instead` for those. */
export async function orElse<T, U>(
  what: string,
  codes: readonly string[],
  instead: U,
  call: () => Promise<T>,
): Promise<T | U> {
  try {
    return await calling(what, call, codes);
  } catch (error) {
    if (codes.includes(awsErrorName(error))) return instead;
    throw error;
  }
}

/** EC2 tags as a record. */
export function tagRecord(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Record<string, string> {
  const record: Record<string, string> = {};
  for (const tag of tags ?? []) if (tag.Key !== undefined) record[tag.Key] = tag.Value ?? '';
  return record;
}

/** A record as EC2 tags, in order of key. */
export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}

/** Follows `NextToken` to the last page: a missing page would be a wrong answer. */
export async function everyPage<T>(
  page: (token: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await page(token);
    all.push(...items);
    token = next === '' ? undefined : next;
  } while (token !== undefined);
  return all;
}

/** The list in portions of at most `size`, for calls that take no more at once. */
export function portions<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
