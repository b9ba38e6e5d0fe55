import type { FileContent, OrphanFile, RecoveredFile, YaraMatch } from '../detect/host';
import { folderOf } from '../detect/paths';
import { bodyfileRows } from '../disk/bodyfile';
import type { BodyfileRow, FileSystemRow, FlsRow, HashRow, IlsRow, StringRow } from '../disk/disk-rows';
import { parseFls, parseFlsLine } from '../disk/fls';
import { parseFsstat } from '../disk/fsstat';
import { deletedWhileOpen, parseIls } from '../disk/ils';
import { nameStatesFrom } from '../disk/name-states';
import { type PlaceRow, parsePlaces } from '../disk/places';
import { parseSha256Sums, parseUnallocatedStrings } from '../disk/small-outputs';
import type { EvidenceFile, EvidenceSource } from '../evidence-source';
import type { Parsed, ParseIssue, SourceLine } from '../parse-result';
import type { DiskFileNames } from './disk-files';
import { recoveredFiles } from './recovered-files';
import { type Listing, scanListing } from './scan-listing';

/** Everything of the disk outputs except the listing's rows, which are read when the windows are known. */
export interface DiskOutputs {
  readonly listing: Listing;
  readonly deleted: readonly FlsRow[];
  readonly orphans: readonly OrphanFile[];
  readonly strings: readonly StringRow[];
  readonly fileSystems: readonly FileSystemRow[];
  readonly places: readonly PlaceRow[];
  readonly hashes: readonly HashRow[];
  readonly recovered: readonly RecoveredFile[];
  readonly recoveredLines: readonly StringRow[];
  readonly contents: readonly FileContent[];
  readonly journalNames: ReadonlyMap<string, SourceLine>;
  readonly yara: readonly YaraMatch[];
  /** Undefined when the lists of packages were not read. */
  readonly unowned: ReadonlyMap<string, SourceLine> | undefined;
  /** Undefined when packages' sums were not read. */
  readonly altered: ReadonlyMap<string, SourceLine> | undefined;
  readonly issues: readonly ParseIssue[];
  /** Whether `ils -e` was among the evidence at all. */
  readonly inodesRead: boolean;
  /** Reads the bodyfiles once more, handing over each row. */
  again(take: (row: BodyfileRow) => void): Promise<void>;
}

/** Strings of unallocated blocks that are kept; the runbook filters them before. */
const STRINGS_KEPT = 20_000;

/** Reads the Sleuth Kit outputs. `wanted` are paths other evidence names: their rows are kept wherever they lie. */
export async function readDisk(
  source: EvidenceSource,
  names: DiskFileNames,
  wanted: Wanted,
  progress: (file: string, line?: number) => void,
): Promise<DiskOutputs> {
  const reader = new Reader(source, progress);
  const deleted = await reader.all(names.deleted, parseFls);
  const settle = nameStatesFrom(await doubtfulNames(reader, names.listings));
  const altered = await namedFiles(reader, names.altered);
  const paths = new Set([...wanted.paths, ...(altered?.keys() ?? [])]);
  const listing = await scanListing(rowsOf(reader, names.bodyfiles, settle), { ...wanted, paths });
  const inodes = await reader.all(names.inodes, parseIls);
  const fileSystems = await reader.all(names.fileSystems, parseFsstat);
  const strings = await reader.all(names.strings, parseUnallocatedStrings);
  const recovered = await recoveredFiles(names, (name) => reader.open(name));
  return {
    listing,
    deleted: deleted.filter(({ virtual }) => !virtual),
    orphans: orphanFiles(inodes, fileSystems),
    strings: strings.slice(0, STRINGS_KEPT),
    fileSystems,
    places: await reader.all(names.places, parsePlaces),
    hashes: await reader.all(names.hashes, parseSha256Sums),
    recovered: recovered.files,
    recoveredLines: recovered.lines,
    contents: recovered.contents,
    journalNames: await journalNames(reader, names.journalNames),
    yara: await yaraMatches(reader, names.yara),
    unowned: await namedFiles(reader, names.unowned),
    altered,
    issues: reader.issues,
    inodesRead: names.inodes.length > 0,
    again: async (take) => {
      for await (const row of rowsOf(reader.quietly(), names.bodyfiles, settle)) take(row);
    },
  };
}

/** Paths and inodes that memory names. */
export interface Wanted {
  readonly paths: ReadonlySet<string>;
  readonly inodes: ReadonlySet<number>;
}

async function* rowsOf(
  reader: Reader,
  names: readonly string[],
  settle: (row: BodyfileRow) => BodyfileRow,
): AsyncIterable<BodyfileRow> {
  for (const name of names) {
    const file = await reader.open(name);
    if (file === undefined) continue;
    let rows = 0;
    for await (const row of bodyfileRows(file, (issue) => reader.issues.push(issue))) {
      rows += 1;
      if (rows % 100_000 === 0) reader.progress(name, rows);
      yield settle(row);
    }
  }
}

/** Only names that end like a deleted mark are in doubt: the rest of the listing is not kept. */
async function doubtfulNames(reader: Reader, names: readonly string[]): Promise<readonly FlsRow[]> {
  const doubtful: FlsRow[] = [];
  for (const name of names) {
    const file = await reader.open(name);
    if (file === undefined) continue;
    for await (const { line, text } of file.lines()) {
      if (!/\(deleted(?:-realloc)?\)$/.test(text)) continue;
      const outcome = parseFlsLine({ file: name, line, text });
      if (outcome !== undefined && 'row' in outcome) doubtful.push(outcome.row);
    }
  }
  return doubtful;
}

/** Joins fsstat's orphan list with `ils -e`, each file system with its own: either may be missing, or know only part of the list. */
function orphanFiles(inodes: readonly IlsRow[], fileSystems: readonly FileSystemRow[]): readonly OrphanFile[] {
  const found = new Map<string, OrphanFile>();
  for (const row of deletedWhileOpen(inodes)) {
    const place = folderOf(row.source.file);
    found.set(`${place} ${row.inode}`, { inode: row.inode, root: isRoot(place), details: row, sources: [row.source] });
  }
  for (const { inode, source } of fileSystems.flatMap(({ orphans }) => orphans)) {
    const place = folderOf(source.file);
    const known = found.get(`${place} ${inode}`);
    const sources = [...(known?.sources ?? []), source];
    found.set(`${place} ${inode}`, { inode, root: isRoot(place), details: known?.details, sources });
  }
  return [...found.values()].sort((a, b) => a.inode - b.inode);
}

/** The root file system's outputs lie at the top, others' in a folder of their own. */
function isRoot(place: string): boolean {
  return place === 'disk';
}

/** `sort | uniq -c` of the journal's strings: a count and a name. */
async function journalNames(reader: Reader, names: readonly string[]): Promise<ReadonlyMap<string, SourceLine>> {
  const found = new Map<string, SourceLine>();
  for (const name of names) {
    const file = await reader.open(name);
    if (file === undefined) continue;
    for await (const { line, text } of file.lines()) {
      const word = /^\s*\d+\s(.+)$/.exec(text)?.[1]?.trim();
      if (word !== undefined && found.size < STRINGS_KEPT) found.set(word, { file: name, line, text });
    }
  }
  return found;
}

/** A path at the beginning of each line, before a tab. */
async function namedFiles(
  reader: Reader,
  names: readonly string[],
): Promise<ReadonlyMap<string, SourceLine> | undefined> {
  if (names.length === 0) return undefined;
  const found = new Map<string, SourceLine>();
  for (const name of names) {
    const file = await reader.open(name);
    if (file === undefined) continue;
    for await (const { line, text } of file.lines()) {
      if (text.startsWith('/') && found.size < STRINGS_KEPT)
        found.set(text.split('\t')[0] ?? text, { file: name, line, text });
    }
  }
  return found;
}

/** `yara`: a rule's name, a blank, a path. */
async function yaraMatches(reader: Reader, names: readonly string[]): Promise<readonly YaraMatch[]> {
  const found: YaraMatch[] = [];
  for (const name of names) {
    const file = await reader.open(name);
    if (file === undefined) continue;
    for await (const { line, text } of file.lines()) {
      const [, rule, path] = /^(\w{1,128}) (\/.+)$/.exec(text) ?? [];
      if (rule !== undefined && path !== undefined && found.length < STRINGS_KEPT) {
        found.push({ rule, path, source: { file: name, line, text } });
      }
    }
  }
  return found;
}

class Reader {
  readonly issues: ParseIssue[] = [];

  constructor(
    private readonly source: EvidenceSource,
    readonly progress: (file: string, line?: number) => void,
  ) {}

  /** A reader of the same evidence whose issues and progress are not told again. */
  quietly(): Reader {
    return new Reader(this.source, () => {});
  }

  async open(name: string): Promise<EvidenceFile | undefined> {
    this.progress(name);
    return this.source.open(name);
  }

  async all<T>(names: readonly string[], parse: (file: EvidenceFile) => Promise<Parsed<T>>): Promise<readonly T[]> {
    const rows: T[] = [];
    for (const name of names) {
      const file = await this.open(name);
      if (file === undefined) continue;
      const parsed = await parse(file);
      for (const row of parsed.rows) rows.push(row);
      this.issues.push(...parsed.issues);
    }
    return rows;
  }
}
