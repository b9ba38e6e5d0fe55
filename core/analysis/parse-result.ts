import type { EvidenceFile } from './evidence-source';

/** Where a row was read: the line exactly as the tool printed it, so that a finding can quote it. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A line (or, with line 0, a whole file) that could not be read, in words for a responder. */
export interface ParseIssue {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

/** What a parser made of a file: what it understood, and what it did not. A parser never throws. */
export interface Parsed<T> {
  readonly rows: readonly T[];
  readonly issues: readonly ParseIssue[];
}

/** One line's outcome: a row, a complaint, or nothing (headers, blank lines). */
export type LineOutcome<T> = { readonly row: T } | { readonly problem: string } | undefined;

/** A million bad lines are one fact, not a million: the rest are counted in one last issue. */
const ISSUES_KEPT = 200;

/** Runs a line parser over a file and gathers rows and issues; a damaged file is one more issue. */
export async function parseLines<T>(
  file: EvidenceFile,
  parse: (source: SourceLine) => LineOutcome<T>,
): Promise<Parsed<T>> {
  const rows: T[] = [];
  const issues = new IssueList(file.name);
  for await (const { line, text } of file.lines()) {
    const outcome = parse({ file: file.name, line, text });
    if (outcome === undefined) continue;
    if ('row' in outcome) rows.push(outcome.row);
    else issues.add(line, outcome.problem);
  }
  return { rows, issues: issues.finish(file.damage()) };
}

/** Gathers the issues of one file and keeps their number bounded. */
export class IssueList {
  private readonly kept: ParseIssue[] = [];
  private total = 0;

  constructor(private readonly file: string) {}

  add(line: number, problem: string): void {
    this.total += 1;
    if (this.kept.length < ISSUES_KEPT) this.kept.push({ file: this.file, line, problem });
  }

  /** The issues, ending with the count of those left out and with the file's damage. */
  finish(damage?: string): readonly ParseIssue[] {
    const issues = [...this.kept];
    const left = this.total - this.kept.length;
    if (left > 0) issues.push({ file: this.file, line: 0, problem: `${left} more lines could not be read` });
    if (damage !== undefined) issues.push({ file: this.file, line: 0, problem: damage });
    return issues;
  }
}
