import type { EvidenceFile } from '../evidence-source';
import type { ParseIssue, SourceLine } from '../parse-result';
import { Fields } from './fields';
import { JsonObjects, type ScannedObject } from './json-objects';
import { sourceOf } from './read-plugin';
import { VOLATILE_LISTS, type VolatileList, type VolatileRow } from './volatile-state';

export interface Sourced<T> {
  readonly source: SourceLine;
  readonly row: T;
}

export type VolatileFacts = { readonly [L in VolatileList]: readonly Sourced<VolatileRow<L>>[] } & {
  readonly issues: readonly ParseIssue[];
  readonly hostname: string | undefined;
  readonly kernel: string | undefined;
  /** Unix milliseconds. */
  readonly collectedAt: number | undefined;
};

const ISSUES_KEPT = 50;

/** Reads the volatile-state JSON; rows that do not fit their schema are reported and left out. A cut file yields nothing but issues. */
export async function readVolatile(file: EvidenceFile): Promise<VolatileFacts> {
  const scan = new JsonObjects();
  const objects: ScannedObject[] = [];
  for await (const line of file.lines()) objects.push(...scan.push(line));
  const { rest } = scan.finish();
  const issues: ParseIssue[] = rest.problems.map(({ line, problem }) => ({ file: file.name, line, problem }));
  const whole = objects.find(({ value }) => 'processes' in value || 'sockets' in value || 'collectedAt' in value);
  if (whole === undefined) {
    issues.push({ file: file.name, line: 0, problem: 'this is not a volatile-state file' });
  }
  const fields = new Fields(whole?.value ?? {});
  const list = <L extends VolatileList>(name: L) => readList(name, file.name, whole, issues);
  return {
    processes: list('processes'),
    sockets: list('sockets'),
    users: list('users'),
    sessions: list('sessions'),
    modules: list('modules'),
    mounts: list('mounts'),
    cron: list('cron'),
    tmp: list('tmp'),
    issues,
    hostname: fields.text('hostname'),
    kernel: fields.text('kernel'),
    collectedAt: fields.time('collectedAt'),
  };
}

function readList<L extends VolatileList>(
  name: L,
  file: string,
  whole: ScannedObject | undefined,
  issues: ParseIssue[],
): readonly Sourced<VolatileRow<L>>[] {
  if (whole === undefined) return [];
  const rows: Sourced<VolatileRow<L>>[] = [];
  for (const item of new Fields(whole.value).list(name)) {
    const parsed = VOLATILE_LISTS[name].safeParse(item);
    const source = sourceOf(file, whole, item);
    if (parsed.success) rows.push({ source, row: parsed.data as VolatileRow<L> });
    else if (issues.length < ISSUES_KEPT) {
      issues.push({
        file,
        line: source.line,
        problem: `a row of "${name}" does not fit: ${parsed.error.issues[0]?.message}`,
      });
    }
  }
  return rows;
}
