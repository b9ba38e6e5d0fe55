import type { ShellCommandRow } from './memory-rows';

/** A string of bash's own tables that Volatility's scan takes for a command. */
const FALSE_COMMANDS = new Set(['simple-command', 'compound-command', 'function-definition']);

/**
 * Corrects what linux.bash says: commands read from the history file all carry the shell's start as their time (two or more
 * commands at a shell's earliest time), so that time says nothing of when they ran and is taken away.
 */
export function trustworthyHistory(rows: readonly ShellCommandRow[]): readonly ShellCommandRow[] {
  const starts = new Map<number, { at: number; count: number }>();
  for (const { pid, at } of rows) {
    if (at === undefined) continue;
    const start = starts.get(pid);
    if (start === undefined || at < start.at) starts.set(pid, { at, count: 1 });
    else if (at === start.at) start.count += 1;
  }
  return rows
    .filter(({ command }) => !FALSE_COMMANDS.has(command))
    .map((row) => {
      const start = starts.get(row.pid);
      const preloaded = start !== undefined && start.count > 1 && row.at === start.at;
      return preloaded ? { ...row, at: undefined } : row;
    });
}
