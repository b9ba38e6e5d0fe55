import { evidenceOf, named, processName, suspiciousPlace } from './describe';
import type { Detector } from './finding';

export const timerStart: Detector = {
  id: 'timer-start',
  title: 'suspect programs that a systemd timer or path unit starts again',
  technique: 'T1053.006',
  rationale:
    'systemd tells a service which unit triggered it (TRIGGER_UNIT); such a program comes back after it is killed.',
  falsePositives: 'A maintenance job whose script lies in a temporary place.',
  needs: [['envars'], ['proc.maps', 'elfs', 'psaux']],
  run: (host) =>
    [...host.processes.values()].flatMap((process) => {
      const unit = process.environment.get('TRIGGER_UNIT');
      const place = suspiciousPlace(process);
      if (unit === undefined || place === undefined || process.acquisition) return [];
      const file = host.disk.files.find(({ path }) => path.endsWith(`/${unit.value}`) && path.includes('/systemd/'));
      return [
        {
          title: `${processName(process)} is started again and again by ${named(unit.value, 60)}`,
          confidence: 'high' as const,
          because: `its environment names the unit, and ${place}`,
          subject: { kind: 'process', pid: process.pid } as const,
          theme: 'persistence' as const,
          evidence: evidenceOf([unit.source, process.source, file?.source]),
          weight: 77,
        },
      ];
    }),
};
