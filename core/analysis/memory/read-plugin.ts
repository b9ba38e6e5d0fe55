import type { EvidenceFile } from '../evidence-source';
import type { ParseIssue, SourceLine } from '../parse-result';
import { Fields } from './fields';
import { JsonObjects, type ScannedObject, type ScanRest } from './json-objects';
import { outcomeOf, type PluginOutcome } from './plugin-outcome';
import type { RowParser } from './plugin-parsers';

/** The rows of a plugin, with what became of it. */
export interface PluginRows<T> {
  readonly outcome: PluginOutcome;
  readonly rows: readonly T[];
  readonly issues: readonly ParseIssue[];
}

const ISSUES_KEPT = 50;
/** A pstree row holds its whole subtree; a quotation longer than this leaves the subtree out. */
const LONGEST_QUOTE = 8 * 1024;

/** Reads one plugin's JSON: rows, nested rows (`__children`), and the outcome. `stderr` is the plugin's, when recorded. */
export async function readPlugin<T>(file: EvidenceFile, stderr: string, parse: RowParser<T>): Promise<PluginRows<T>> {
  const scan = new JsonObjects();
  const rows: T[] = [];
  const issues: ParseIssue[] = [];
  const add = (objects: readonly ScannedObject[]) => {
    for (const object of objects) collect(object, file.name, parse, rows, issues);
  };
  for await (const line of file.lines()) add(scan.push(line));
  const { objects, rest } = scan.finish();
  add(objects);
  issues.push(...complaints(file, rest));
  return {
    outcome: outcomeOf({ rows: rows.length, outside: rest.outside, truncated: rest.truncated, stderr }),
    rows,
    issues: issues.slice(0, ISSUES_KEPT),
  };
}

function collect<T>(object: ScannedObject, file: string, parse: RowParser<T>, rows: T[], issues: ParseIssue[]): void {
  const waiting: object[] = [object.value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (next === undefined) break;
    const fields = new Fields(next);
    const line = object.lineOf(next);
    const row = parse(fields, { file, line, text: quote(next) });
    if (row !== undefined) rows.push(row);
    else if (issues.length < ISSUES_KEPT)
      issues.push({ file, line, problem: 'a row lacks the fields this plugin prints' });
    waiting.push(...[...fields.list('__children')].reverse());
  }
}

/** A row's serialisation, as evidence lines carry it. */
export function quote(row: object): string {
  const whole = JSON.stringify(row);
  return whole.length <= LONGEST_QUOTE ? whole : JSON.stringify({ ...row, __children: [] });
}

export function sourceOf(file: string, object: ScannedObject, row: object): SourceLine {
  return { file, line: object.lineOf(row), text: quote(row) };
}

function complaints(file: EvidenceFile, rest: ScanRest): readonly ParseIssue[] {
  const issues = rest.problems.map(({ line, problem }) => ({ file: file.name, line, problem }));
  const damage = file.damage();
  return damage === undefined ? issues : [...issues, { file: file.name, line: 0, problem: damage }];
}
