import type { SourceLine } from '../parse-result';
import { evidenceOf, named, processName } from './describe';
import type { Detection, Detector } from './finding';
import type { Process, Program, ProgramFile } from './host';
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
  run: (host) => [...host.processes.values()].flatMap(detect),
};

type Deleted = Extract<ProgramFile, { readonly kind: 'deleted' }>;

function detect(process: Process): readonly Detection[] {
  const { programFile, program } = process;
  if (process.acquisition || program === undefined) return [];
  switch (programFile.kind) {
    case 'in-memory-only':
      return ORDINARY_MEMORY_FILES.test(program.path) ? [] : [inMemory(process, program, programFile.proof)];
    case 'deleted':
      return [deleted(process, program, programFile)];
    case 'on-disk':
    case 'unknown':
      return [];
    default:
      return programFile satisfies never;
  }
}

/** Container starters copy themselves into memory; run times keep what they compile there. */
const ORDINARY_MEMORY_FILES = /^\/?memfd:(?:runc_cloned|libffi|doublemapper|crun_cloned|JVM|pipewire)/;

function inMemory(process: Process, { path }: Program, proof: SourceLine): Detection {
  return {
    title: `${processName(process)} runs from memory only (${named(path)}): its program was never a file`,
    confidence: 'high',
    because: 'the main program of the process is an anonymous file in memory',
    subject: { kind: 'process', pid: process.pid },
    theme: 'execution',
    technique: 'T1620',
    evidence: evidenceOf([proof, process.source]),
    weight: 90,
  };
}

function deleted(process: Process, program: Program, { orphan, proof, marked }: Deleted): Detection {
  const at = orphan?.details?.ctime ?? 0;
  return {
    title: `${processName(process)} runs ${named(program.path)}, which is deleted${orphan === undefined ? '' : ` (inode ${orphan.inode} is still on the disk)`}`,
    confidence: (orphan !== undefined || marked) && !inProgramPlace(program.path) ? 'high' : 'medium',
    because:
      orphan !== undefined
        ? 'the inode of the running program is on the orphan list of the same device'
        : marked
          ? 'the running machine itself marks the file as deleted'
          : 'the listing of the same device has no such name; a file younger than the snapshot would look the same',
    subject: { kind: 'process', pid: process.pid },
    theme: 'execution',
    evidence: evidenceOf([proof, ...(orphan?.sources ?? []), process.source]),
    // The inode's last change is its unlinking.
    ...(at > 0 ? { at: at * 1000 } : {}),
    weight: orphan !== undefined ? 92 : 70,
  };
}
