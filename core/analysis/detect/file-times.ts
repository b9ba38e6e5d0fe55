import type { BodyfileRow } from '../disk/disk-rows';
import type { Host } from './host';
import { inProgramPlace, insideContainer } from './paths';

/** A container's file that its image brought: unpacked later than it was written. What the container wrote is as old as its birth. */
export function fromImage({ path, crtime, mtime }: BodyfileRow): boolean {
  return insideContainer(path) !== undefined && crtime - mtime > UNPACKED_SECONDS;
}

const UNPACKED_SECONDS = 60;

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
  return windows.some((window) => window.certain && inReach(window, at));
}

/** Whether the change lies in a window that is certain or falls to the time of the finding. */
export function backedAt({ at }: WindowChange, { windows }: Pick<Host, 'windows'>): boolean {
  return windows.some((window) => window.backed && inReach(window, at));
}

/** What is fetched lies on the disk before anything suspicious is done with it. */
const LEAD_MS = 60_000;
/** A change shortly after the last suspicious act still belongs to it: cron jobs, files a program writes. */
const TAIL_MS = 60_000;

/** Whether Unix seconds belong to a window. */
export function inReach({ from, to }: { readonly from: number; readonly to: number }, seconds: number): boolean {
  return seconds > 0 && seconds * 1000 >= from - LEAD_MS && seconds * 1000 <= to + TAIL_MS;
}

/**
 * Whether a program's file was born in an attack window without an installation, and whether that window is beyond doubt.
 * Outside of program folders a mere change counts too, once the window is.
 */
export function cameInWindow(row: BodyfileRow, host: Host): 'certain' | 'likely' | undefined {
  const change = windowChange(row, host);
  if (change === undefined) return undefined;
  const certain = certainAt(change, host);
  if (certain && !inProgramPlace(row.path)) return 'certain';
  if (change.kind !== 'born' || withInstallation(change, host)) return undefined;
  if (certain) return 'certain';
  // People build and deploy to homes, /opt and /usr/local at any time; folders of packages are filled by packages.
  return inProgramPlace(row.path) || backedAt(change, host) ? 'likely' : undefined;
}
