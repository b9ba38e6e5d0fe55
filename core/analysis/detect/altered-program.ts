import { evidenceOf, named } from './describe';
import { secondsAsIso } from './file-times';
import type { Detector } from './finding';

export const alteredProgram: Detector = {
  id: 'altered-program',
  title: 'packaged programs that hold something else than their package brought',
  technique: 'T1554',
  rationale: 'A replaced ps, sshd or login module lies to everyone who uses it; its sum in the package does not.',
  falsePositives: 'A script of a package that somebody patched by hand; a package whose list of sums is out of date.',
  needs: [['package-sums']],
  run: ({ disk }) =>
    [...(disk.altered ?? [])].map(([path, source]) => {
      const row = disk.byPath.get(path);
      const at = row === undefined || row.ctime <= 0 ? undefined : row.ctime;
      return {
        title: `${named(path)} is not what its package brought${at === undefined ? '' : `; it changed at ${secondsAsIso(at)}`}`,
        confidence: 'high',
        because: 'its sum differs from the one in the package’s list; somebody may have patched a script by hand',
        subject: { kind: 'file', path },
        theme: 'hiding',
        evidence: evidenceOf([source, row?.source]),
        ...(at === undefined ? {} : { at: at * 1000 }),
        weight: 83,
      } as const;
    }),
};
