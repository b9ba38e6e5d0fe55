import type { DiskFacts, Program, ProgramFile } from '../detect/host';
import { inTemporaryPlace } from '../detect/paths';
import type { BodyfileRow } from '../disk/disk-rows';
import type { ProcessDraft } from './processes';

/** Programs that must be found under their own name and inode before a device counts as the listed one. */
const MATCHES_NEEDED = 2;

/** Finds each program's file on the disk, joining on path, inode and device. */
export class ProgramFiles {
  private readonly heldDevices: ReadonlySet<string>;

  constructor(
    private readonly disk: DiskFacts,
    drafts: Iterable<ProcessDraft>,
    rootDevices: ReadonlySet<string>,
  ) {
    this.heldDevices = devicesHeld(disk, drafts, rootDevices);
  }

  /** True when the listing shows the files of this device (`major:minor`). */
  holds(device: string | undefined): boolean {
    return device !== undefined && this.heldDevices.has(device);
  }

  of(draft: ProcessDraft): ProgramFile {
    const { program } = draft;
    if (draft.saidDeleted !== undefined)
      return { kind: 'deleted', proof: draft.saidDeleted, orphan: this.orphanOf(program) };
    if (program === undefined) return { kind: 'unknown' };
    if (/^\/?memfd:/.test(program.path)) return { kind: 'in-memory-only', proof: program.source };
    if (program.path.endsWith(' (deleted)')) {
      return { kind: 'deleted', proof: program.source, orphan: this.orphanOf(program) };
    }
    return this.onDisk(program);
  }

  private onDisk(program: Program): ProgramFile {
    const orphan = this.orphanOf(program);
    if (orphan !== undefined) return { kind: 'deleted', proof: program.source, orphan };
    const row = this.disk.byPath.get(program.path);
    if (row !== undefined && (program.inode === undefined || row.inode === program.inode))
      return { kind: 'on-disk', row };
    // Elsewhere an absent name says nothing: another volume, a container's layer, a name younger than the snapshot.
    if (!this.holds(program.device) || this.disk.rows === 0) return { kind: 'unknown' };
    if (row !== undefined && this.wasUpgraded(row)) return { kind: 'unknown' };
    return { kind: 'deleted', proof: program.source, orphan: undefined };
  }

  private orphanOf(program: Program | undefined) {
    if (program?.inode === undefined || !this.holds(program.device)) return undefined;
    return this.disk.orphans.find(({ inode, root }) => root && inode === program.inode);
  }

  /** A package upgrade replaces the file under a running daemon. */
  private wasUpgraded(row: BodyfileRow): boolean {
    return !inTemporaryPlace(row.path) && (row.crtime <= 0 || this.disk.installedAround(row.crtime));
  }
}

function devicesHeld(disk: DiskFacts, drafts: Iterable<ProcessDraft>, roots: ReadonlySet<string>): ReadonlySet<string> {
  const matches = new Map<string, number>();
  const seen = new Set<string>();
  for (const { program } of drafts) {
    if (program?.device === undefined || program.inode === undefined || seen.has(program.path)) continue;
    seen.add(program.path);
    if (disk.byPath.get(program.path)?.inode === program.inode) {
      matches.set(program.device, (matches.get(program.device) ?? 0) + 1);
    }
  }
  const held = [...matches].filter(([, count]) => count >= MATCHES_NEEDED).map(([device]) => device);
  return held.length > 0 ? new Set(held) : roots;
}
