import { evidenceOf, named, processName, scriptOf } from './describe';
import { cameInWindow, fromImage } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host, Process } from './host';
import { hiddenPart, inLocalPlace, inProgramPlace, insideContainer, inTemporaryPlace } from './paths';

export const processOddPlace: Detector = {
  id: 'process-odd-place',
  title: 'processes whose program lies in /tmp, /var/tmp, /dev/shm or a hidden folder, or came in the attack window',
  technique: 'T1036.005',
  rationale: 'Services run from program folders; what breaks in runs from where it may write.',
  falsePositives: 'An installer that unpacked itself, a build or test run, a self-extracting application.',
  needs: [
    ['psaux', 'pslist', 'volatile-state'],
    ['proc.maps', 'elfs', 'volatile-state'],
  ],
  run: (host) => [...host.processes.values()].flatMap((process) => detect(process, host)),
};

function detect(process: Process, host: Host): readonly Detection[] {
  const { program, programFile } = process;
  if (program === undefined || process.acquisition || /^\/?memfd:/.test(program.path)) return [];
  const script = scriptOf(process);
  const path = script ?? program.path;
  const row =
    script !== undefined ? host.disk.byPath.get(script) : programFile.kind === 'on-disk' ? programFile.row : undefined;
  const dropped = row === undefined ? undefined : cameInWindow(row, host);
  const hidden = hiddenPart(path);
  const temporary = inTemporaryPlace(path);
  const local = dropped !== undefined && (inLocalPlace(path) || inProgramPlace(path));
  const drifted = row !== undefined && insideContainer(row.path) !== undefined && !fromImage(row);
  if (hidden === undefined && !temporary && !local && !drifted) return [];
  const where =
    hidden !== undefined
      ? ` from a hidden place ("${named(hidden, 30)}")`
      : temporary
        ? ' from a temporary place'
        : drifted
          ? ', which was written into the container while it ran'
          : ', which came to the disk in the attack window';
  const sure = (hidden !== undefined && temporary) || dropped === 'certain';
  return [
    {
      title: `${processName(process)} runs ${named(path)}${where}`,
      confidence: sure ? 'high' : 'medium',
      because:
        dropped === 'certain'
          ? 'its file came in the attack window'
          : sure
            ? 'the folder is both hidden and open to everyone'
            : drifted
              ? 'it is no part of the container’s image; an installer started in the container would look the same'
              : local
                ? 'no software was being installed then; what a person built or copied would look the same'
                : 'installers and builds run from such places too',
      subject: { kind: 'process', pid: process.pid },
      theme: 'execution',
      evidence: evidenceOf([process.source, program.source, row?.source]),
      ...(row !== undefined && row.crtime > 0 ? { at: row.crtime * 1000 } : {}),
      weight: sure ? 85 : 60,
    },
  ];
}
