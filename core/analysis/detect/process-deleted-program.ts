import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named, processName } from './describe';
import type { Detection, Detector } from './finding';
import type { Host, Process } from './host';
import { inProgramPlace } from './paths';

export const processDeletedProgram: Detector = {
  id: 'process-deleted-program',
  title: 'processes whose program file is deleted or never was on the disk',
  technique: 'T1070.004',
  rationale: 'A program that runs while its file is gone cannot be found on the disk; malware removes itself so.',
  falsePositives:
    'A daemon still running after a package upgrade replaced its file; a container whose layers are elsewhere.',
  needs: [
    ['psaux', 'pslist', 'volatile-state'],
    ['proc.maps', 'elfs', 'volatile-state'],
  ],
  run: (host) => [...host.processes.values()].flatMap((process) => detect(process, host)),
};

function detect(process: Process, host: Host): readonly Detection[] {
  const { programFile, program } = process;
  if (process.acquisition || program === undefined) return [];
  const subject = { kind: 'process', pid: process.pid } as const;
  const path = named(program.path);
  if (programFile.kind === 'in-memory-only') {
    if (/^\/?memfd:(?:runc_cloned|libffi|doublemapper|crun_cloned|JVM|pipewire)/.test(program.path)) return [];
    return [
      {
        title: `${processName(process)} runs from memory only (${path}): its program was never a file`,
        confidence: 'high',
        because: 'the main program of the process is an anonymous file in memory',
        subject,
        theme: 'execution',
        technique: 'T1620',
        evidence: evidenceOf([programFile.proof, process.source]),
        weight: 90,
      },
    ];
  }
  if (programFile.kind !== 'deleted') return [];
  const { orphan, proof } = programFile;
  const sure = orphan !== undefined;
  const marked = program.path.endsWith(' (deleted)') || proof !== program.source;
  // An upgrade replaces the file under a running daemon: the old inode stays, the name leads to the new one.
  const successor = host.disk.byPath.get(program.path.replace(/ \(deleted\)$/, ''));
  if (inProgramPlace(program.path) && (!sure || (successor !== undefined && upgraded(successor, host)))) return [];
  return [
    {
      title: `${processName(process)} runs ${path}, which is deleted${sure ? ` (inode ${orphan.inode} is still on the disk)` : ''}`,
      confidence: sure || marked ? 'high' : 'medium',
      because: sure
        ? 'the inode of the running program is on the orphan list of the same device'
        : marked
          ? 'the running machine itself marks the file as deleted'
          : 'the listing of the same device has no such name; a file younger than the snapshot would look the same',
      subject,
      theme: 'execution',
      evidence: evidenceOf([proof, ...(orphan?.sources ?? []), process.source]),
      ...timeOf(orphan?.details?.ctime, host),
      weight: sure ? 92 : 70,
    },
  ];
}

function upgraded({ crtime, ctime }: BodyfileRow, { disk, inWindow }: Host): boolean {
  return disk.installedAround(ctime) || !(inWindow(ctime) || inWindow(crtime));
}

/** The inode's last change is its unlinking. */
function timeOf(seconds: number | undefined, host: Host): { readonly at?: number } {
  return seconds !== undefined && seconds > 0 && host.disk.rows > 0 ? { at: seconds * 1000 } : {};
}
