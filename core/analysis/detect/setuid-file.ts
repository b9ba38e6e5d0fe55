import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named } from './describe';
import { secondsAsIso, windowChange, withInstallation } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host } from './host';
import { hiddenPart, inProgramPlace, inTemporaryPlace, isSetId } from './paths';

export const setuidFile: Detector = {
  id: 'setuid-file',
  title: 'set-user-id programs in odd places, or made in the attack window',
  technique: 'T1548.001',
  rationale: 'A set-user-id copy of a shell gives root to whoever starts it, long after the hole is closed.',
  falsePositives: 'A package installed in the same minutes; browsers’ sandboxes under /opt.',
  needs: [['bodyfile']],
  run: (host) => host.disk.files.flatMap((row) => detect(row, host)),
};

/** Layers of containers carry their own copies of ordinary programs. */
const CONTAINERS =
  /^\/(?:var\/lib\/(?:docker|containerd|containers|kubelet|lxc|lxd|machines|snapd|flatpak)|snap|proc)\//;

function detect(row: BodyfileRow, host: Host): readonly Detection[] {
  if (!isSetId(row.mode) || row.state !== 'allocated' || CONTAINERS.test(row.path)) return [];
  const odd =
    inTemporaryPlace(row.path) ||
    hiddenPart(row.path) !== undefined ||
    /^\/(?:home|root|srv|dev|var\/www)\//.test(row.path);
  const change = windowChange(row, host);
  const fresh = change !== undefined && !withInstallation(change, host);
  if (!odd && !fresh) return [];
  const owner = row.uid === 0 ? 'root' : `user ${row.uid}`;
  return [
    {
      title: `${named(row.path)} is a program that runs as ${owner} whoever starts it${change === undefined ? '' : `, made at ${secondsAsIso(change.at)}`}`,
      confidence: odd ? 'high' : 'medium',
      because: odd
        ? 'packages never put such programs there'
        : `it ${inProgramPlace(row.path) ? 'lies among packaged programs but ' : ''}came in the attack window, and no software was being installed`,
      subject: { kind: 'file', path: row.path },
      theme: 'persistence',
      evidence: evidenceOf([row.source]),
      ...(change === undefined ? {} : { at: change.at * 1000 }),
      weight: odd ? 87 : 60,
    },
  ];
}
