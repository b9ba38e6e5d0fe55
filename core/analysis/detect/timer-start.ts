import { evidenceOf, named, processName, scriptOf, suspiciousPlace } from './describe';
import { cameInWindow } from './file-times';
import type { Detection, Detector } from './finding';
import type { ContentLine, Host, Process } from './host';
import { persistencePlace } from './persistence-places';

export const timerStart: Detector = {
  id: 'timer-start',
  title: 'suspect programs that a systemd timer or unit, a cron table or a start script starts again',
  technique: 'T1053.006',
  rationale:
    'systemd tells a service which unit triggered it (TRIGGER_UNIT), and start files name what they start; such a program comes back after it is killed.',
  falsePositives: 'A maintenance job whose script lies in a temporary place.',
  needs: [
    ['envars', 'contents'],
    ['proc.maps', 'elfs', 'psaux', 'volatile-state'],
  ],
  run: (host) => {
    const lines = startLines(host);
    return [...host.processes.values()].flatMap((process) => {
      const reason = process.acquisition ? undefined : reasonOf(process, host);
      if (reason === undefined) return [];
      const timer = byTimer(process, reason, host);
      return timer.length > 0 ? timer : byFile(process, reason, lines);
    });
  },
};

interface Reason {
  readonly text: string;
  readonly sure: boolean;
}

function reasonOf(process: Process, host: Host): Reason | undefined {
  const place = suspiciousPlace(process);
  if (place !== undefined) return { text: place, sure: true };
  const { programFile } = process;
  const came = programFile.kind === 'on-disk' ? cameInWindow(programFile.row, host) : undefined;
  return came === undefined
    ? undefined
    : { text: 'its program came to the disk in the attack window', sure: came === 'certain' };
}

function byTimer(process: Process, reason: Reason, { disk }: Host): readonly Detection[] {
  const unit = process.environment.get('TRIGGER_UNIT');
  if (unit === undefined) return [];
  const file = disk.files.find(({ path }) => path.endsWith(`/${unit.value}`) && path.includes('/systemd/'));
  return [
    {
      ...told(process, named(unit.value, 60), reason),
      because: `its environment names the unit, and ${reason.text}`,
      evidence: evidenceOf([unit.source, process.source, file?.source]),
    },
  ];
}

interface StartLine {
  readonly path: string;
  readonly technique: string;
  readonly line: ContentLine;
}

/** Lines of files that start programs. */
function startLines({ disk }: Host): readonly StartLine[] {
  return disk.contents.flatMap(({ path, lines }) => {
    const place = persistencePlace(path);
    return place === undefined ? [] : lines.map((line) => ({ path, technique: place.technique, line }));
  });
}

function byFile(process: Process, reason: Reason, lines: readonly StartLine[]): readonly Detection[] {
  const program = scriptOf(process) ?? process.program?.path;
  if (program?.startsWith('/') !== true || /^\/memfd:/.test(program)) return [];
  const starts = lines.filter(({ line }) => names(line.text, program));
  const [first] = starts;
  if (first === undefined) return [];
  return [
    {
      ...told(process, named(first.path), reason),
      technique: first.technique,
      because: `that file names ${named(program, 80)}, and ${reason.text}`,
      evidence: evidenceOf([...starts.map(({ line }) => line.source), process.source, process.program?.source], 6),
    },
  ];
}

/** Whether a line names this very path, and not a longer one. */
function names(text: string, path: string): boolean {
  const at = text.indexOf(path);
  return at >= 0 && !/[\w./-]/.test(text.charAt(at + path.length)) && !/[\w.]/.test(text.charAt(at - 1));
}

function told(process: Process, by: string, { sure }: Reason) {
  return {
    title: `${processName(process)} is started again and again by ${by}`,
    confidence: sure ? 'high' : 'medium',
    subject: { kind: 'process', pid: process.pid },
    theme: 'persistence',
    weight: sure ? 77 : 53,
  } as const;
}
