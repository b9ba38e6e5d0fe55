import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named } from './describe';
import { backedAt, certainAt, secondsAsIso } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host } from './host';
import { hiddenPart, inTemporaryPlace, isExecutable, isRegular, isSetId } from './paths';

export const timestomp: Detector = {
  id: 'timestomp',
  title: 'files born in the attack window whose modification time is older than their birth',
  technique: 'T1070.006',
  rationale: '`touch -r` makes a new file look as old as the system; its birth and change times cannot be set so.',
  falsePositives:
    'Copies that keep times (`cp -p`, tar, rsync) and package files, which are older than their birth by nature; births outside of the window are therefore not judged.',
  needs: [['bodyfile'], ['window']],
  run: (host) => host.disk.files.flatMap((row) => detect(row, host)),
};

/** Writing a file takes a while; forged times lie far back. */
const APART_SECONDS = 60;

function detect(row: BodyfileRow, host: Host): readonly Detection[] {
  const { crtime, mtime, path } = row;
  if (!isRegular(row.mode) || row.state !== 'allocated' || crtime <= 0 || mtime <= 0 || !host.inWindow(crtime))
    return [];
  if (crtime - mtime < APART_SECONDS) return [];
  const born = { kind: 'born', at: crtime } as const;
  const place = inTemporaryPlace(path) || hiddenPart(path) !== undefined;
  const odd = place || (isSetId(row.mode) && certainAt(born, host));
  if (!odd && (host.disk.installedAround(crtime) || host.disk.unpackedAround(crtime))) return [];
  const telling = isExecutable(row.mode) && backedAt(born, host);
  const cached = host.memory.cachedFiles.find((file) => file.path === path && file.wholeSecondModification);
  return [
    {
      title: `${named(path)} was born ${secondsAsIso(crtime)} and claims to be of ${secondsAsIso(mtime)}`,
      loose: !odd && !certainAt(born, host),
      confidence: odd ? 'high' : telling ? 'medium' : 'low',
      because: `${place ? 'its place is suspicious by itself' : odd ? 'it runs with the rights of its owner, whoever starts it' : 'a copy that keeps times would look the same'}${cached === undefined ? '' : '; in memory its modification time has no fraction of a second while its change time has one'}`,
      subject: { kind: 'file', path },
      theme: 'hiding',
      evidence: evidenceOf([row.source, cached?.source]),
      at: crtime * 1000,
      weight: odd ? 76 : 30,
    },
  ];
}
