import { isAcquisitionModule } from '../detect/acquisition';
import { named, processName } from '../detect/describe';
import type { Host } from '../detect/host';

/** What looks odd at first sight and is explained: told, so that nobody has to find out again. */
export function setAside(host: Host): readonly string[] {
  return [
    ...acquisition(host),
    ...scanned(host),
    ...kernel(host),
    ...namespaces(host),
    ...nameless(host),
    ...unwritten(host),
  ];
}

function acquisition({ processes, memory }: Host): readonly string[] {
  const tools = [...processes.values()]
    .filter(({ acquisition: ours }) => ours)
    .map((process) => `${processName(process)}: ${named(process.args ?? '', 100)}`);
  const modules = memory.modules
    .filter(({ name }) => isAcquisitionModule(name))
    .map(({ name }) => `kernel module ${named(name, 40)}`);
  const all = [...tools, ...modules];
  return all.length === 0 ? [] : [`Memory acquisition, not the attacker: ${all.join('; ')}.`];
}

function scanned({ memory }: Host): readonly string[] {
  if (memory.psscan.length === 0 || memory.pslist.length === 0) return [];
  const listed = new Set(memory.pslist.map(({ pid }) => pid));
  const others = memory.psscan.filter(({ pid }) => !listed.has(pid));
  const ended = new Set(
    others.filter(({ exitState }) => exitState !== undefined && exitState !== 'TASK_RUNNING').map(({ pid }) => pid),
  );
  const copies =
    memory.psscan.length - new Set(memory.psscan.map(({ pid, tid, comm }) => `${pid} ${tid} ${comm}`)).size;
  if (ended.size === 0 && copies === 0) return [];
  return [
    `psscan shows ${ended.size} ended processes and ${copies} second copies of memory pages: ended or copied, not hidden.`,
  ];
}

function kernel({ memory }: Host): readonly string[] {
  const bracketed = memory.hooks.filter(({ module }) => /^\[.*\]$/.test(module)).length;
  const unknown = memory.hooks.filter(({ module }) => /^unknown/i.test(module)).length;
  return [
    ...(bracketed > 0
      ? [`${bracketed} packet filters that Volatility calls hooked belong to the kernel’s own security modules.`]
      : []),
    ...(unknown > 0
      ? [
          `${unknown} kernel handler${unknown === 1 ? '' : 's'} without a symbol; those inside the kernel’s image are its own.`,
        ]
      : []),
  ];
}

function namespaces({ connections }: Host): readonly string[] {
  const elsewhere = new Set(
    connections
      .filter(({ otherNamespace }) => otherNamespace)
      .map(({ owner }) => `${named(owner.process, 30)} (pid ${owner.pid})`),
  );
  return elsewhere.size === 0
    ? []
    : [
        `Sockets in a network namespace of their own (as containers have), judged with less weight: ${[...elsewhere].slice(0, 6).join(', ')}.`,
      ];
}

function nameless({ disk }: Host): readonly string[] {
  const empty = disk.files.filter(({ path, size }) => path.startsWith('/$OrphanFiles') && size === 0);
  return empty.length === 0
    ? []
    : [
        `${empty.length} deleted file${empty.length === 1 ? '' : 's'} without name and content (${empty
          .slice(0, 5)
          .map(({ inode }) => `inode ${inode}`)
          .join(', ')}): nothing to recover; cron and editors leave such.`,
      ];
}

function unwritten({ disk }: Host): readonly string[] {
  return disk.unwritten === 0
    ? []
    : [
        `${disk.unwritten} names without size and times were younger than the last write to the disk: they look emptied and are not.`,
      ];
}
