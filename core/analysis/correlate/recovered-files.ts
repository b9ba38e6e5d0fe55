import type { FileContent, RecoveredFile } from '../detect/host';
import { tellingText } from '../detect/telling-text';
import type { StringRow } from '../disk/disk-rows';
import type { EvidenceFile } from '../evidence-source';
import type { SourceLine } from '../parse-result';
import type { DiskFileNames } from './disk-files';

export interface Recovered {
  readonly files: readonly RecoveredFile[];
  /** Lines of deleted files that tell something. */
  readonly lines: readonly StringRow[];
  readonly contents: readonly FileContent[];
}

const FILE_LINES_KEPT = 2_000;
const LINES_KEPT = 50_000;
/** A line longer than this is no text a person wrote. */
const LONGEST_LINE = 4_000;

type Open = (name: string) => Promise<EvidenceFile | undefined>;

/**
 * Files copied out of the image by inode: deleted ones (a copy of 0 bytes is no recovery), and live ones whose place matters.
 * `recovered/index.tsv` says which is which; without it every copy counts as of a deleted file.
 */
export async function recoveredFiles(names: DiskFileNames, open: Open): Promise<Recovered> {
  const index = await readIndex(names.recoveredIndex, open);
  const files: RecoveredFile[] = [];
  const lines: StringRow[] = [];
  const contents: FileContent[] = [];
  let room = LINES_KEPT;
  for (const name of names.recovered) {
    const file = await open(name);
    if (file === undefined || file.bytes === 0) continue;
    const entry = index.get(name);
    const text = await linesOf(file, Math.min(FILE_LINES_KEPT, room));
    const first = text[0];
    if (first === undefined) continue;
    room -= text.length;
    if (entry !== undefined && !entry.why.startsWith('deleted')) {
      contents.push({ path: entry.path, lines: text.map((source) => ({ text: source.text, source })) });
      continue;
    }
    files.push({
      name,
      inode: entry?.inode ?? inodeInName(name),
      bytes: file.bytes ?? 0,
      sha256: await file.sha256(),
      firstLine: first,
    });
    for (const source of text) {
      if (tellingText(source.text) !== undefined)
        lines.push({ source, stringNumber: source.line, content: source.text });
    }
  }
  return { files, lines, contents };
}

/** The lines of a text file; of a binary one only the first, to have a place to point at. */
async function linesOf(file: EvidenceFile, most: number): Promise<readonly SourceLine[]> {
  const lines: SourceLine[] = [];
  for await (const { line, text } of file.lines()) {
    lines.push({ file: file.name, line, text: text.slice(0, LONGEST_LINE) });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what tells binary from text
    if (lines.length >= most || (line === 1 && /\u0000|\uFFFD.*\uFFFD/.test(text))) break;
  }
  return lines;
}

interface IndexEntry {
  readonly inode: number;
  readonly why: string;
  readonly path: string;
}

/** Columns: file, inode, bytes, sha256, why, path. */
async function readIndex(names: readonly string[], open: Open): Promise<ReadonlyMap<string, IndexEntry>> {
  const entries = new Map<string, IndexEntry>();
  for (const name of names) {
    const file = await open(name);
    if (file === undefined) continue;
    for await (const { text } of file.lines()) {
      const [path, inode, , , why, original] = text.split('\t');
      if (path === undefined || inode === undefined || why === undefined || original === undefined) continue;
      entries.set(`disk/${path}`, {
        inode: Number(inode),
        why,
        path: original.startsWith('/') ? original : `/${original}`,
      });
    }
  }
  return entries;
}

function inodeInName(name: string): number | undefined {
  const digits = /(\d+)[^/\d]*$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
