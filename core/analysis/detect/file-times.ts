import type { BodyfileRow } from '../disk/disk-rows';
import type { Host } from './host';

/** What happened to a file in an attack window. */
export interface WindowChange {
  readonly kind: 'born' | 'changed';
  /** Unix seconds. */
  readonly at: number;
}

/** Whether a file was born or changed in a window (births first), judged by times that `touch` cannot set. */
export function windowChange(row: BodyfileRow, host: Pick<Host, 'inWindow'>): WindowChange | undefined {
  if (row.crtime > 0 && host.inWindow(row.crtime)) return { kind: 'born', at: row.crtime };
  if (row.ctime > 0 && host.inWindow(row.ctime)) return { kind: 'changed', at: row.ctime };
  return undefined;
}

/** Whether the change came with an installation (packages, first boot), as far as the listing shows. */
export function withInstallation({ at }: WindowChange, host: Host): boolean {
  return host.disk.installedAround(at);
}

/** `2026-05-16T02:12:05Z`. */
export function secondsAsIso(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Whether the change lies in a window of which it is certain that somebody broke in. */
export function certainAt({ at }: WindowChange, { windows }: Pick<Host, 'windows'>): boolean {
  return windows.some(({ from, to, certain }) => certain && at * 1000 >= from && at * 1000 <= to + 60_000);
}
