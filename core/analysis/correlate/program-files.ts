import type { DiskFacts, OrphanFile, Program, ProgramFile } from '../detect/host';
import { inProgramPlace, insideContainer } from '../detect/paths';
import type { ProcessDraft } from './processes';

/** Programs that must be found under their own name and inode before a device counts as the listed one. */
const MATCHES_NEEDED = 2;
const DELETED_MARK = ' (deleted)';

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
    if (program !== undefined && /^\/?memfd:/.test(program.path))
      return { kind: 'in-memory-only', proof: program.source };
    const orphan = this.orphanOf(program);
    const said = draft.saidDeleted !== undefined || program?.path.endsWith(DELETED_MARK) === true;
    if (program !== undefined && this.isUpgrade(program, orphan !== undefined, said)) return { kind: 'unknown' };
    if (draft.saidDeleted !== undefined) return { kind: 'deleted', proof: draft.saidDeleted, orphan, marked: true };
    if (program === undefined) return { kind: 'unknown' };
    const marked = program.path.endsWith(DELETED_MARK);
    if (marked || orphan !== undefined) return { kind: 'deleted', proof: program.source, orphan, marked };
    return this.onDisk(program);
  }

  private onDisk(program: Program): ProgramFile {
    const row = this.disk.byPath.get(program.path);
    if (row !== undefined && (program.inode === undefined || row.inode === program.inode))
      return { kind: 'on-disk', row };
    const inside = this.disk.insideContainers.find(
      ({ path, inode }) => inode === program.inode && insideContainer(path) === program.path,
    );
    if (inside !== undefined) return { kind: 'on-disk', row: inside };
    // Elsewhere an absent name says nothing: another volume, a container's layer, a name younger than the snapshot.
    if (!this.holds(program.device) || this.disk.rows === 0 || inProgramPlace(program.path)) return { kind: 'unknown' };
    return { kind: 'deleted', proof: program.source, orphan: undefined, marked: false };
  }

  /**
   * An upgrade replaces the file under a running daemon: the name leads to a new inode that came with an installation.
   * Without that inode, or without a listing to look into, a packaged program marked as deleted is most likely one too.
   */
  private isUpgrade({ path }: Program, orphaned: boolean, said: boolean): boolean {
    const name = path.replace(DELETED_MARK, '');
    if (!inProgramPlace(name)) return false;
    const successor = this.disk.byPath.get(name);
    if (successor === undefined) return !orphaned && said;
    return (orphaned || said) && this.disk.installedAround(successor.ctime);
  }

  private orphanOf(program: Program | undefined): OrphanFile | undefined {
    if (program?.inode === undefined || !this.holds(program.device)) return undefined;
    return this.disk.orphans.find(({ inode, root }) => root && inode === program.inode);
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
