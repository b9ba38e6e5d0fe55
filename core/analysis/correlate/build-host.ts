import { removedPaths } from '../detect/command-patterns';
import { fromImage, inReach } from '../detect/file-times';
import type { AttackWindow, Connection, DiskFacts, FindingFacts, Host, Process } from '../detect/host';
import { folderOf, insideContainer, isDirectory } from '../detect/paths';
import { isTellingPlace } from '../detect/yara-match';
import type { BodyfileRow } from '../disk/disk-rows';
import type { EvidenceSource } from '../evidence-source';
import type { MountRow } from '../memory/memory-rows';
import { type MemoryFacts, readMemory } from '../memory/read-memory';
import { readVolatile, type VolatileFacts } from '../memory/read-volatile';
import { commandAnchors } from './command-anchors';
import { connectionsOf } from './connections';
import { diskFileNames } from './disk-files';
import { findingFacts } from './finding-facts';
import { inputStates } from './input-states';
import { type ProcessDraft, processDrafts } from './processes';
import { ProgramFiles } from './program-files';
import { type DiskOutputs, readDisk, type Wanted } from './read-disk';
import { alteredPrograms, knownFiles, strayPrograms } from './stray-programs';
import { volatileAccounts, volatileContents, volatileTemporary } from './volatile-files';
import { attackWindows, type WindowAnswer } from './windows';

/** Hears which file is being read and, in long ones, how far. */
export type Progress = (file: string, line?: number) => void;

export interface BuiltHost {
  readonly host: Host;
  readonly windowNotes: readonly string[];
  /** Births an hour (Unix hours), for the chart. */
  readonly births: ReadonlyMap<number, number>;
}

/** Rows of windows that are kept. */
const WINDOW_ROWS_KEPT = 20_000;

/** Reads all evidence and joins it. `finding` is the JSON of a GuardDuty finding, bare or in its EventBridge envelope. */
export async function buildHost(source: EvidenceSource, finding: unknown, progress: Progress): Promise<BuiltHost> {
  const names = await source.list();
  const memory = await readMemory(source, progress);
  const volatile = await readVolatileFile(source, names);
  const drafts = processDrafts(memory, volatile);
  const diskNames = diskFileNames(names);
  const outputs = await readDisk(source, diskNames, wantedOf(memory, drafts), progress);
  const facts = finding === undefined ? undefined : findingFacts(finding);
  const connections = connectionsOf(memory.sockets, volatile, drafts);
  const answer = windowsOf({ memory, drafts, connections }, outputs, facts);
  const disk = await diskFacts(outputs, answer.windows, volatile);
  const inputs = inputStates(memory, outputs, diskNames, {
    volatile,
    finding: facts !== undefined,
    window: answer.windows.length > 0 ? undefined : (answer.notes[0] ?? 'no window was found'),
  });
  const files = programFiles(disk, drafts, memory.mounts);
  const host: Host = {
    processes: settledProcesses(files, drafts),
    connections,
    memory,
    disk,
    volatile,
    finding: facts,
    windows: answer.windows,
    inputs,
    holds: (device) => files.holds(device),
    inWindow: (seconds) => inAny(answer.windows, seconds),
  };
  return { host, windowNotes: answer.notes, births: outputs.listing.bursts.hourly() };
}

async function readVolatileFile(source: EvidenceSource, names: readonly string[]): Promise<VolatileFacts | undefined> {
  const name = names.find((one) => one.startsWith('volatile/') && /\.json$/.test(one));
  const file = name === undefined ? undefined : await source.open(name);
  return file === undefined ? undefined : readVolatile(file);
}

/** Paths and inodes on the disk that memory names: programs, libraries, removed files and their folders. */
function wantedOf(memory: MemoryFacts, drafts: ReadonlyMap<number, ProcessDraft>): Wanted {
  const paths = new Set<string>();
  for (const { program } of drafts.values()) if (program !== undefined) paths.add(program.path);
  for (const { path } of memory.maps) if (path.startsWith('/')) paths.add(path);
  for (const { path } of memory.libraries) paths.add(path);
  for (const { path } of memory.openFiles) if (path.startsWith('/')) paths.add(path);
  for (const { command } of memory.commands) {
    for (const path of removedPaths(command)) paths.add(path).add(folderOf(path));
  }
  return { paths, inodes: new Set() };
}

interface Running {
  readonly memory: MemoryFacts;
  readonly drafts: ReadonlyMap<number, ProcessDraft>;
  readonly connections: readonly Connection[];
}

function windowsOf(
  { memory, drafts, connections }: Running,
  { listing, orphans, unowned, altered, yara }: DiskOutputs,
  finding: FindingFacts | undefined,
): WindowAnswer {
  const known = new Set(yara.map(({ path }) => path).filter(isTellingPlace));
  const mine = commandAnchors(memory, [...drafts.values()], orphans, known);
  const changed = alteredPrograms(listing.kept, altered ?? new Map());
  const stray = strayPrograms(drafts.values(), connections, listing, unowned);
  return attackWindows({
    anchors: [...listing.anchors, ...mine.anchors, ...stray, ...knownFiles(listing.kept, known), ...changed],
    suspectInMemory: mine.suspect,
    finding,
    newest: later(listing.newest, mine.newest),
    oldest: listing.oldest === undefined ? mine.newest : listing.oldest * 1000,
  });
}

function later(seconds: number | undefined, milliseconds: number | undefined): number | undefined {
  if (seconds === undefined) return milliseconds;
  return Math.max(seconds * 1000, milliseconds ?? Number.NEGATIVE_INFINITY);
}

async function diskFacts(
  outputs: DiskOutputs,
  windows: readonly AttackWindow[],
  volatile: VolatileFacts | undefined,
): Promise<DiskFacts> {
  const { listing } = outputs;
  const files = new Map<string, BodyfileRow>();
  const keep = (row: BodyfileRow) => files.set(`${row.meta}|${row.path}`, row);
  for (const row of listing.kept) keep(row);
  if (windows.length > 0) {
    await outputs.again((row) => {
      if (files.size < WINDOW_ROWS_KEPT + listing.kept.length && touchedIn(row, windows)) keep(row);
    });
  }
  const rows = listing.rows > 0 ? [...files.values()] : volatileTemporary(volatile);
  return {
    files: rows,
    // A name in a folder that was deleted is no file: a new file of that name may stand beside it.
    byPath: new Map(rows.filter(({ state }) => state === 'allocated').map((row) => [row.path, row])),
    byInode: new Map(rows.map((row) => [row.inode, row])),
    insideContainers: rows.filter(({ path, state }) => state === 'allocated' && insideContainer(path) !== undefined),
    unowned: outputs.unowned,
    altered: outputs.altered,
    deleted: outputs.deleted,
    orphans: outputs.orphans,
    strings: outputs.strings,
    fileSystems: outputs.fileSystems,
    places: outputs.places,
    hashes: outputs.hashes,
    recovered: outputs.recovered,
    recoveredLines: outputs.recoveredLines,
    contents: [...outputs.contents, ...volatileContents(volatile), ...volatileAccounts(volatile)],
    journalNames: outputs.journalNames,
    yara: outputs.yara,
    unwritten: listing.unwritten,
    rows: listing.rows,
    newest: listing.newest,
    oldest: listing.oldest,
    issues: outputs.issues,
    installedAround: (seconds) => listing.bursts.around(seconds),
    unpackedAround: (seconds) => listing.bursts.unpackedAround(seconds),
  };
}

function touchedIn(row: BodyfileRow, windows: readonly AttackWindow[]): boolean {
  if (fromImage(row)) return false;
  if (inAny(windows, row.crtime) || inAny(windows, row.ctime)) return true;
  return (
    !isDirectory(row.mode) &&
    row.atime !== row.mtime &&
    inAny(windows, row.atime) &&
    /\/(?:\.aws|\.ssh|\.kube|\.docker|\.env|shadow)/.test(row.path)
  );
}

function inAny(windows: readonly AttackWindow[], seconds: number): boolean {
  return windows.some((window) => inReach(window, seconds));
}

function programFiles(
  disk: DiskFacts,
  drafts: ReadonlyMap<number, ProcessDraft>,
  mounts: readonly MountRow[],
): ProgramFiles {
  const roots = mounts.filter(({ mountPoint, device }) => mountPoint === '/' && !device.startsWith('0:'));
  return new ProgramFiles(disk, [...drafts.values()], new Set(roots.map(({ device }) => device)));
}

function settledProcesses(
  files: ProgramFiles,
  drafts: ReadonlyMap<number, ProcessDraft>,
): ReadonlyMap<number, Process> {
  const processes = new Map<number, Process>();
  for (const [pid, draft] of drafts) {
    const { saidDeleted: _said, ...process } = draft;
    processes.set(pid, { ...process, programFile: files.of(draft) });
  }
  return processes;
}
