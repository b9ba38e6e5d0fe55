import type { EvidenceSource } from '../evidence-source';
import type { ParseIssue } from '../parse-result';
import type * as rows from './memory-rows';
import type { PluginOutcome } from './plugin-outcome';
import * as parse from './plugin-parsers';
import { PLUGINS, type PluginName, pluginOf } from './plugins';
import { type PluginRows, readPlugin } from './read-plugin';
import { trustworthyHistory } from './shell-history';

/** Everything the memory outputs say, and what became of each plugin. */
export interface MemoryFacts {
  readonly outcomes: ReadonlyMap<PluginName, PluginOutcome>;
  readonly issues: readonly ParseIssue[];
  readonly pslist: readonly rows.TaskRow[];
  readonly psscan: readonly rows.TaskRow[];
  readonly pstree: readonly rows.TaskRow[];
  readonly psaux: readonly rows.TaskRow[];
  readonly pidhashtable: readonly rows.TaskRow[];
  readonly commands: readonly rows.ShellCommandRow[];
  readonly openFiles: readonly rows.OpenFileRow[];
  readonly sockets: readonly rows.SocketRow[];
  readonly injected: readonly rows.InjectedRow[];
  readonly modules: readonly rows.ModuleRow[];
  readonly hiddenModules: readonly rows.ModuleRow[];
  readonly syscalls: readonly rows.SyscallRow[];
  readonly environment: readonly rows.EnvironmentRow[];
  readonly maps: readonly rows.MapRow[];
  readonly elfs: readonly rows.MapRow[];
  readonly kernelLog: readonly rows.KernelLogRow[];
  readonly mounts: readonly rows.MountRow[];
  readonly cachedFiles: readonly rows.CachedFileRow[];
  readonly libraries: readonly rows.LibraryRow[];
  readonly sharedCredentials: readonly rows.SharedCredentialsRow[];
  readonly hooks: readonly rows.HookRow[];
  readonly bpfPrograms: readonly rows.BpfProgramRow[];
}

const BETTER: readonly PluginOutcome['kind'][] = ['ok', 'empty', 'crashed', 'no-symbols', 'unknown-plugin', 'missing'];
/** A failure text of an unnamed run fits in this. */
const FAILURE_TEXT_BYTES = 64 * 1024;

/** Reads the Volatility outputs among the evidence (files under `memory/`); `progress` hears the name of each file. */
export async function readMemory(source: EvidenceSource, progress: (file: string) => void): Promise<MemoryFacts> {
  const reader = await PluginReader.open(source, progress);
  const tasks = (plugin: PluginName) => reader.read(plugin, parse.parseTask);
  const hooks: PluginName[] = ['check_idt', 'check_afinfo', 'tty_check', 'keyboard_notifiers', 'netfilter'];
  return {
    pslist: await tasks('pslist'),
    psscan: await tasks('psscan'),
    pstree: await tasks('pstree'),
    psaux: await tasks('psaux'),
    pidhashtable: await tasks('pidhashtable'),
    commands: trustworthyHistory(await reader.read('bash', parse.parseShellCommand)),
    openFiles: await reader.read('lsof', parse.parseOpenFile),
    sockets: await reader.read('sockstat', parse.parseSocket),
    injected: await reader.read('malfind', parse.parseInjected),
    modules: await reader.read('lsmod', parse.parseModule),
    hiddenModules: [
      ...(await reader.read('check_modules', parse.parseModule)),
      ...(await reader.read('hidden_modules', parse.parseModule)),
    ],
    syscalls: await reader.read('check_syscall', parse.parseSyscall),
    environment: await reader.read('envars', parse.parseEnvironment),
    maps: await reader.read('proc.maps', parse.parseMap),
    elfs: await reader.read('elfs', parse.parseMap),
    kernelLog: await reader.read('kmsg', parse.parseKernelLog),
    mounts: await reader.read('mountinfo', parse.parseMount),
    cachedFiles: (await reader.read('pagecache.files', parse.parseCachedFile)).filter(worthKeeping),
    libraries: await reader.read('library_list', parse.parseLibrary),
    sharedCredentials: await reader.read('check_creds', parse.parseSharedCredentials),
    hooks: (await inTurn(hooks, (plugin) => reader.read(plugin, parse.parseHook))).flat(),
    bpfPrograms: await reader.read('ebpf', parse.parseBpfProgram),
    outcomes: reader.outcomes,
    issues: reader.issues,
  };
}

/** The kernel's own file systems fill most of the page cache and hold no one's files. */
function worthKeeping({ path, type }: rows.CachedFileRow): boolean {
  return type !== 'DIR' && !/^\/(sys|proc|usr|lib|lib64|bin|sbin)\//.test(path);
}

async function inTurn<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

class PluginReader {
  readonly outcomes = new Map<PluginName, PluginOutcome>();
  readonly issues: ParseIssue[] = [];

  private constructor(
    private readonly source: EvidenceSource,
    private readonly files: ReadonlyMap<PluginName, readonly string[]>,
    private readonly absence: PluginOutcome,
    private readonly progress: (file: string) => void,
  ) {
    for (const plugin of PLUGINS) this.outcomes.set(plugin, absence);
  }

  static async open(source: EvidenceSource, progress: (file: string) => void): Promise<PluginReader> {
    const files = new Map<PluginName, string[]>();
    const others: string[] = [];
    for (const name of await source.list()) {
      if (!name.startsWith('memory/')) continue;
      const plugin = pluginOf(name);
      if (plugin === undefined) others.push(name);
      else files.set(plugin, [...(files.get(plugin) ?? []), name]);
    }
    return new PluginReader(source, files, await absenceOf(source, others, files.size), progress);
  }

  async read<T>(plugin: PluginName, parser: parse.RowParser<T>): Promise<readonly T[]> {
    let best: PluginRows<T> = { outcome: this.absence, rows: [], issues: [] };
    for (const name of this.files.get(plugin) ?? []) {
      const file = await this.source.open(name);
      if (file === undefined) continue;
      this.progress(name);
      const stderr = await this.source.open(name.replace(/\.\w+$/, '.stderr'));
      const read = await readPlugin(file, stderr === undefined ? '' : await stderr.text(), parser);
      if (BETTER.indexOf(read.outcome.kind) <= BETTER.indexOf(best.outcome.kind)) best = read;
    }
    this.outcomes.set(plugin, best.outcome);
    this.issues.push(...best.issues);
    return best.rows;
  }
}

/** Why a plugin without output has none: a recorded failure of any run explains it better than "no file". */
async function absenceOf(source: EvidenceSource, others: readonly string[], plugins: number): Promise<PluginOutcome> {
  if (plugins > 0) return { kind: 'missing', why: 'no output of this plugin is among the evidence' };
  const windows = others.filter((name) => /^memory\/(?:.*\/)?windows\.[^/]+\.jsonl?$/i.test(name));
  if (windows.length > 0) {
    return {
      kind: 'missing',
      why: `the memory outputs are those of a Windows machine (${windows[0]?.slice('memory/'.length)}${windows.length === 1 ? '' : ` and ${windows.length - 1} more`}), and only Linux ones are read here`,
    };
  }
  for (const name of others) {
    const file = await source.open(name);
    if (file?.bytes === undefined || file.bytes > FAILURE_TEXT_BYTES) continue;
    if (/Unsatisfied requirement|Unable to validate the plugin requirements/i.test(await file.text())) {
      return {
        kind: 'no-symbols',
        why: 'Volatility found no symbols for this kernel, or the image is cut or is no memory image',
      };
    }
  }
  return { kind: 'missing', why: 'no memory outputs are among the evidence' };
}
