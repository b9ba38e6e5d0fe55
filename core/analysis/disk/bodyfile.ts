import type { EvidenceFile } from '../evidence-source';
import { IssueList, type LineOutcome, type ParseIssue, type SourceLine } from '../parse-result';
import type { BodyfileRow, NameState } from './disk-rows';
import { inodeOf, shown, wholeNumbers } from './fields';

/** The fields after the name, from the right: inode|mode|uid|gid|size|atime|mtime|ctime|crtime. */
const FIELDS_AFTER_NAME = 9;

/**
 * Reads a bodyfile (`fls -m`, `ils -m`) row by row in constant memory; lines it cannot read go to `onIssue`.
 * Times may be zero (none recorded), negative, or 64 bits wide.
 */
export async function* bodyfileRows(
  file: EvidenceFile,
  onIssue: (issue: ParseIssue) => void,
): AsyncIterable<BodyfileRow> {
  const issues = new IssueList(file.name);
  for await (const { line, text } of file.lines()) {
    const outcome = parseBodyfileLine({ file: file.name, line, text });
    if (outcome === undefined) continue;
    if ('row' in outcome) yield outcome.row;
    else issues.add(line, outcome.problem);
  }
  for (const issue of issues.finish(file.damage())) onIssue(issue);
}

/** One line of a bodyfile. The name may itself hold `|`, which fls does not escape, so the line is split from its right end. */
export function parseBodyfileLine(source: SourceLine): LineOutcome<BodyfileRow> {
  const text = source.text;
  if (text.trim() === '' || text.startsWith('#') || text.startsWith('md5|file|')) return undefined;
  const cut = splitFromRight(text);
  if (cut === undefined) return { problem: `expected 11 fields separated by "|" in ${shown(text)}` };
  const [meta = '', mode = '', ...numbers] = cut.fields;
  const inode = inodeOf(meta);
  const values = wholeNumbers(numbers);
  if (inode === undefined) return { problem: `${shown(meta)} is not an inode` };
  if (values === undefined) return { problem: `a size, id or time is not a whole number in ${shown(text)}` };
  const [uid = 0, gid = 0, size = 0, atime = 0, mtime = 0, ctime = 0, crtime = 0] = values;
  const name = readName(cut.name, mode);
  return {
    row: { source, printedName: cut.name, ...name, meta, inode, mode, uid, gid, size, atime, mtime, ctime, crtime },
  };
}

function splitFromRight(text: string): { readonly name: string; readonly fields: readonly string[] } | undefined {
  const nameStart = text.indexOf('|') + 1;
  let cut = text.length;
  for (let field = 0; field < FIELDS_AFTER_NAME; field += 1) {
    cut = cut > 0 ? text.lastIndexOf('|', cut - 1) : -1;
    if (cut < 0) return undefined;
  }
  if (nameStart === 0 || cut < nameStart) return undefined;
  return { name: text.slice(nameStart, cut), fields: text.slice(cut + 1).split('|') };
}

const MARKS: readonly (readonly [string, NameState])[] = [
  [' (deleted)', 'deleted'],
  [' (deleted-realloc)', 'reallocated'],
];

/** Takes the deleted mark and, for a symlink, ` -> target` off the printed name. A name holding ` -> ` itself is cut at its last. */
function readName(printed: string, mode: string): Pick<BodyfileRow, 'path' | 'linkTarget' | 'state'> {
  const mark = MARKS.find(([text]) => printed.endsWith(text));
  const name = mark === undefined ? printed : printed.slice(0, -mark[0].length);
  const arrow = /^(l|.\/l)/.test(mode) ? name.lastIndexOf(' -> ') : -1;
  return {
    path: arrow < 0 ? name : name.slice(0, arrow),
    linkTarget: arrow < 0 ? undefined : name.slice(arrow + 4),
    state: mark === undefined ? 'allocated' : mark[1],
  };
}
