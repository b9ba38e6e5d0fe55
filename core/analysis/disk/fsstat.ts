import type { EvidenceFile } from '../evidence-source';
import type { Parsed, SourceLine } from '../parse-result';
import type { FileSystemRow, OrphanInode } from './disk-rows';
import { wholeNumber } from './fields';

/**
 * `fsstat`: no row when the tool could not tell the file system, one row otherwise.
 * Orphan inodes are files unlinked while still open; fls, `ils -O` and tsk_recover list none of them.
 */
export async function parseFsstat(file: EvidenceFile): Promise<Parsed<FileSystemRow>> {
  const facts = new Map<string, SourceLine>();
  let lines = 0;
  for await (const { line, text } of file.lines()) {
    lines += 1;
    const colon = text.indexOf(':');
    // The first of a name counts: the groups further down repeat "Inode Range" and others.
    const key = colon < 0 ? '' : text.slice(0, colon).trim();
    if (WANTED.has(key) && !facts.has(key)) facts.set(key, { file: file.name, line, text });
  }
  const damage = file.damage();
  const issues = damage === undefined ? [] : [{ file: file.name, line: 0, problem: damage }];
  const source = facts.get('File System Type');
  if (source !== undefined) return { rows: [toRow(source, facts)], issues };
  if (lines === 0) return { rows: [], issues };
  return {
    rows: [],
    issues: [...issues, { file: file.name, line: 1, problem: 'no "File System Type" in this output' }],
  };
}

const WANTED: ReadonlySet<string> = new Set([
  'File System Type',
  'Volume Name',
  'Last mounted on',
  'Last Mounted at',
  'Block Size',
  'Cluster Size',
  'Inode Size',
  'Journal Inode',
  'InCompat Features',
  'Orphan Inodes',
]);

function toRow(source: SourceLine, facts: ReadonlyMap<string, SourceLine>): FileSystemRow {
  const fact = (key: string): string | undefined => textAfterColon(facts.get(key)) || undefined;
  return {
    source,
    type: textAfterColon(source),
    label: fact('Volume Name'),
    lastMountedOn: fact('Last mounted on'),
    lastMountedAt: fact('Last Mounted at'),
    blockBytes: wholeNumber(fact('Block Size') ?? fact('Cluster Size')),
    inodeBytes: wholeNumber(fact('Inode Size')),
    journalInode: wholeNumber(fact('Journal Inode')),
    needsRecovery: (fact('InCompat Features') ?? '').includes('Needs Recovery'),
    orphans: orphansOf(facts.get('Orphan Inodes')),
  };
}

function orphansOf(source: SourceLine | undefined): readonly OrphanInode[] {
  if (source === undefined) return [];
  const numbers = textAfterColon(source).match(/\d{1,15}/g) ?? [];
  return numbers.map((number) => ({ source, inode: Number(number) }));
}

function textAfterColon(source: SourceLine | undefined): string {
  return source === undefined ? '' : source.text.slice(source.text.indexOf(':') + 1).trim();
}
