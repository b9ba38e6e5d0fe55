import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named, processName, scriptOf } from './describe';
import { certainAt, windowChange, withInstallation } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host, Process } from './host';
import { hiddenPart, inLocalPlace, inTemporaryPlace } from './paths';

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
  const dropped = droppedIn(row, host);
  const hidden = hiddenPart(path);
  const temporary = inTemporaryPlace(path);
  const local = dropped !== undefined && inLocalPlace(path);
  if (hidden === undefined && !temporary && !local) return [];
  const where =
    hidden !== undefined
      ? ` from a hidden place ("${named(hidden, 30)}")`
      : temporary
        ? ' from a temporary place'
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
            : 'installers and builds run from such places too',
      subject: { kind: 'process', pid: process.pid },
      theme: 'execution',
      evidence: evidenceOf([process.source, program.source, row?.source]),
      ...(row !== undefined && row.crtime > 0 ? { at: row.crtime * 1000 } : {}),
      weight: sure ? 85 : 60,
    },
  ];
}

/** Whether its file came in an attack window without an installation, and whether the window is beyond doubt. */
function droppedIn(row: BodyfileRow | undefined, host: Host): 'certain' | 'likely' | undefined {
  const change = row === undefined ? undefined : windowChange(row, host);
  if (change === undefined) return undefined;
  if (certainAt(change, host)) return 'certain';
  return change.kind === 'born' && !withInstallation(change, host) ? 'likely' : undefined;
}
