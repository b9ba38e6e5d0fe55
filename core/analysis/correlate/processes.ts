import { isAcquisition } from '../detect/acquisition';
import type { Process, Program } from '../detect/host';
import { timeOf } from '../memory/fields';
import type { EnvironmentRow, MapRow, ShellCommandRow, TaskRow } from '../memory/memory-rows';
import type { MemoryFacts } from '../memory/read-memory';
import type { Sourced, VolatileFacts } from '../memory/read-volatile';
import type { VolatileRow } from '../memory/volatile-state';
import type { SourceLine } from '../parse-result';

type VolatileProcess = Sourced<VolatileRow<'processes'>>;

/** A process before its program file is looked for on the disk. */
export interface ProcessDraft extends Omit<Process, 'programFile'> {
  /** The running machine itself said that the program file is deleted. */
  readonly saidDeleted: SourceLine | undefined;
}

/** Joins all that memory and the running machine say of each process. Ended processes (psscan only) are left out. */
export function processDrafts(
  memory: MemoryFacts,
  volatile: VolatileFacts | undefined,
): ReadonlyMap<number, ProcessDraft> {
  const environment = grouped(memory.environment);
  const commands = grouped(memory.commands);
  const maps = grouped(memory.maps);
  const elfs = grouped(memory.elfs);
  const live = new Map((volatile?.processes ?? []).map((process) => [process.row.pid, process]));
  const tasks = tasksByPid(memory);
  const drafts = new Map<number, ProcessDraft>();
  for (const pid of new Set([...tasks.keys(), ...live.keys()])) {
    const draft = draftOf({
      pid,
      task: tasks.get(pid),
      listed: memory.pslist.find((row) => row.pid === pid),
      live: live.get(pid),
      maps: maps.get(pid) ?? [],
      elfs: elfs.get(pid) ?? [],
      environment: environment.get(pid) ?? [],
      commands: commands.get(pid) ?? [],
    });
    if (draft !== undefined) drafts.set(pid, draft);
  }
  return drafts;
}

interface Parts {
  readonly pid: number;
  readonly task: TaskRow | undefined;
  readonly listed: TaskRow | undefined;
  readonly live: VolatileProcess | undefined;
  readonly maps: readonly MapRow[];
  readonly elfs: readonly MapRow[];
  readonly environment: readonly EnvironmentRow[];
  readonly commands: readonly ShellCommandRow[];
}

/** psaux knows arguments, pslist does not; a process only in the tree or the hash table still counts. */
function tasksByPid(memory: MemoryFacts): ReadonlyMap<number, TaskRow> {
  const tasks = new Map<number, TaskRow>();
  for (const row of [...memory.psaux, ...memory.pslist, ...memory.pidhashtable, ...memory.pstree]) {
    if (row.pid > 0 && row.pid === row.tid && !tasks.has(row.pid)) tasks.set(row.pid, row);
  }
  return tasks;
}

function draftOf(parts: Parts): ProcessDraft | undefined {
  const { pid, task, listed, live, maps, elfs } = parts;
  const source = task?.source ?? live?.source;
  if (source === undefined) return undefined;
  const program = programOf(maps) ?? programOf(elfs) ?? livedProgram(live);
  const comm = task?.comm || live?.row.comm || '';
  const args = task?.args ?? liveArguments(live);
  const startedAt =
    listed?.startedAt ?? task?.startedAt ?? (live?.row.startedAt ? timeOf(live.row.startedAt) : undefined);
  return {
    pid,
    ppid: task?.ppid ?? live?.row.ppid ?? 0,
    comm,
    args,
    uid: listed?.uid ?? task?.uid ?? live?.row.uid,
    startedAt,
    program,
    hasUserMemory: maps.length > 0 || elfs.length > 0 || program !== undefined,
    environment: new Map(parts.environment.map((row) => [row.key, row])),
    commands: parts.commands,
    source,
    acquisition: isAcquisition(comm, args ?? ''),
    saidDeleted: live?.row.deleted === true ? live.source : undefined,
  };
}

/** The program is the lowest executable mapping that is no library; elfs has no flags and lists programs first. */
function programOf(maps: readonly MapRow[]): Program | undefined {
  const candidates = maps
    .filter(
      ({ path, flags }) => (path.startsWith('/') || path.startsWith('memfd:')) && (flags === '' || flags.includes('x')),
    )
    .filter(({ path }) => !/\.so(?:\.[\w.]+)*(?: \(deleted\))?$|^\/(?:SYSV|anon_hugepage|dev\/zero)/.test(path))
    .sort((a, b) => a.start - b.start);
  const first = candidates[0];
  if (first === undefined) return undefined;
  const named = { path: first.path, device: first.device, source: first.source };
  return { ...named, inode: first.inode === 0 ? undefined : first.inode };
}

function livedProgram(live: VolatileProcess | undefined): Program | undefined {
  const path = live?.row.exe;
  if (live === undefined || typeof path !== 'string' || path === '') return undefined;
  return { path: path.replace(/ \(deleted\)$/, ''), inode: undefined, device: undefined, source: live.source };
}

function liveArguments(live: VolatileProcess | undefined): string | undefined {
  const args = live?.row.cmdline;
  return typeof args === 'string' || args === undefined ? args : args.join(' ');
}

function grouped<T extends { readonly pid: number }>(rows: readonly T[]): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.pid);
    if (group === undefined) groups.set(row.pid, [row]);
    else group.push(row);
  }
  return groups;
}
