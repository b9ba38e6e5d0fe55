import type { BodyfileRow, FlsRow } from './disk-rows';

/**
 * Settles deleted or live with `fls`'s `*`: a bodyfile only has text, and a live file may be named `x (deleted)`.
 * Returns a corrector for bodyfile rows; rows fls does not list stay as they were read.
 */
export function nameStatesFrom(entries: readonly FlsRow[]): (row: BodyfileRow) => BodyfileRow {
  // Only such names are in doubt, and they are few: the rest of the listing is not kept.
  const doubtful = new Set<string>();
  for (const entry of entries) {
    if (entry.state === 'allocated' && /\(deleted(-realloc)?\)$/.test(entry.path)) {
      doubtful.add(`${entry.meta}|${entry.path}`);
    }
  }
  return (row) => {
    if (row.state === 'allocated' || !doubtful.has(`${row.meta}|${row.printedName.replace(/^\//, '')}`)) return row;
    return { ...row, path: row.printedName, state: 'allocated' };
  };
}
