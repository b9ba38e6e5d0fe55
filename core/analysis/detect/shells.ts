import type { ShellCommandRow } from '../memory/memory-rows';
import { patternsOf } from './command-patterns';
import { isRemote, parentChain } from './describe';
import { drivenFromOutside, surelyDriven } from './driven-shell';
import type { Host } from './host';

/** A shell with what was typed in it. */
export interface TypedShell {
  readonly pid: number;
  readonly process: string;
  readonly commands: readonly ShellCommandRow[];
  /** It, or what it was started by, takes its orders over a connection: whoever types sits elsewhere. */
  readonly remote: boolean;
  /** What was typed is an intruder's beyond doubt or nearly so. */
  readonly intruder: boolean;
}

/** Shells by process id, with a judgement of who was typing. */
export function typedShells(host: Host): readonly TypedShell[] {
  const groups = new Map<number, ShellCommandRow[]>();
  for (const row of host.memory.commands) groups.set(row.pid, [...(groups.get(row.pid) ?? []), row]);
  return [...groups].map(([pid, commands]) => {
    // A shell with a terminal of its own is often the child of the program that was tied to the network.
    const driven = parentChain(host, pid).some((process) => surelyDriven(drivenFromOutside(process, host)));
    const remote = driven || holdsConnection(pid, host);
    const strong = strongThemes(commands);
    return {
      pid,
      process: commands[0]?.process ?? 'shell',
      commands,
      remote,
      intruder: driven || strong >= 2 || (remote && strong >= 1),
    };
  });
}

function holdsConnection(pid: number, host: Host): boolean {
  return host.connections.some(
    ({ owner, state, remoteAddress, otherNamespace }) =>
      owner.pid === pid && state !== 'LISTEN' && isRemote(remoteAddress) && !otherNamespace,
  );
}

/** How many parts of a break-in the commands that hardly anyone else types belong to. */
function strongThemes(commands: readonly ShellCommandRow[]): number {
  const themes = commands.flatMap(({ command }) =>
    patternsOf(command)
      .filter(({ strength }) => strength === 3)
      .map(({ theme }) => theme),
  );
  return new Set(themes).size;
}
