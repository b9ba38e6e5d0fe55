import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named } from './describe';
import { certainAt, secondsAsIso, windowChange, withInstallation } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host } from './host';
import { hiddenPart, inProgramPlace, isExecutable, isRegular } from './paths';
import { persistencePlace } from './persistence-places';

export const programChanged: Detector = {
  id: 'program-changed',
  title: 'packaged programs and libraries that changed in the attack window without an installation',
  technique: 'T1554',
  rationale: 'A replaced ps, ls or sshd lies to everyone who uses it.',
  falsePositives: 'An update whose records are not on this disk; a tool that relinks libraries.',
  needs: [['bodyfile'], ['window']],
  run: (host) => host.disk.files.flatMap((row) => detect(row, host)),
};

const MADE_BY_TOOLS =
  /\.pyc$|__pycache__|\/modules\.(?:dep|alias|symbols|builtin|softdep|order)[\w.]*$|\/(?:locale-archive|gconv-modules\.cache|ld\.so\.cache)$|\.cache$/;

function detect(row: BodyfileRow, host: Host): readonly Detection[] {
  const { path } = row;
  if (!inProgramPlace(path) || !isRegular(row.mode) || row.state !== 'allocated' || MADE_BY_TOOLS.test(path)) return [];
  // Hidden ones are told as dropped programs.
  if (persistencePlace(path) !== undefined || hiddenPart(path) !== undefined) return [];
  if (!isExecutable(row.mode) && !/\.so(?:\.[\d.]+)?$/.test(path)) return [];
  const change = windowChange(row, host);
  if (change === undefined || withInstallation(change, host) || host.disk.altered?.has(path) === true) return [];
  const unowned = host.disk.unowned?.get(path);
  const sure = unowned !== undefined && certainAt(change, host);
  return [
    {
      title: `${named(path)}, in a folder of packages, was ${change.kind === 'born' ? 'put there' : 'changed'} at ${secondsAsIso(change.at)}`,
      confidence: sure ? 'high' : 'medium',
      because:
        unowned === undefined
          ? 'no software was being installed in those minutes; compare it with its package (dpkg -V, rpm -V)'
          : 'no software was being installed in those minutes, and no package’s list of files names it',
      subject: { kind: 'file', path },
      theme: 'hiding',
      evidence: evidenceOf([row.source, unowned]),
      at: change.at * 1000,
      weight: sure ? 78 : 63,
    },
  ];
}
