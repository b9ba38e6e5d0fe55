import type { ShellCommandRow } from '../memory/memory-rows';
import { patternsOf } from './command-patterns';
import { isRemote } from './describe';
import type { Host } from './host';

/** A shell with what was typed in it. */
export interface TypedShell {
  readonly pid: number;
  readonly process: string;
  readonly commands: readonly ShellCommandRow[];
  /** Holds a connection to the outside: whoever types sits elsewhere. */
  readonly remote: boolean;
  /** What was typed is an intruder's beyond doubt or nearly so. */
  readonly intruder: boolean;
}

/** Shells by process id, with a judgement of who was typing. */
export function typedShells(host: Host): readonly TypedShell[] {
  const groups = new Map<number, ShellCommandRow[]>();
  for (const row of host.memory.commands) groups.set(row.pid, [...(groups.get(row.pid) ?? []), row]);
  return [...groups].map(([pid, commands]) => {
    const remote = host.connections.some(
      ({ owner, state, remoteAddress, otherNamespace }) =>
        owner.pid === pid && state !== 'LISTEN' && isRemote(remoteAddress) && !otherNamespace,
    );
    const strong = new Set(
      commands.flatMap(({ command }) =>
        patternsOf(command)
          .filter(({ strength }) => strength === 3)
          .map(({ theme }) => theme),
      ),
    );
    return {
      pid,
      process: commands[0]?.process ?? 'shell',
      commands,
      remote,
      intruder: strong.size >= 2 || (remote && strong.size >= 1),
    };
  });
}
