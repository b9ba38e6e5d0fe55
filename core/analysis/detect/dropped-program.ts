import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named } from './describe';
import { certainAt, secondsAsIso, windowChange, withInstallation } from './file-times';
import type { Detection, Detector } from './finding';
import type { Host } from './host';
import { baseName, folderOf, hiddenPart, inLocalPlace, inTemporaryPlace, isExecutable } from './paths';
import { persistencePlace } from './persistence-places';

export const droppedProgram: Detector = {
  id: 'dropped-program',
  title: 'programs that came in the attack window to /usr/local, /opt, /srv and home folders, and hidden ones anywhere',
  technique: 'T1105',
  rationale: 'What is to stay is put where programs are expected and no package manager looks.',
  falsePositives:
    'A person who installs or builds something in the same minutes; a deployment brings many files at once.',
  needs: [['bodyfile'], ['window']],
  run: (host) => [...byFolder(host)].flatMap(([folder, rows]) => detect(folder, rows, host)),
};

/** So many programs in one folder within the windows are a deployment. */
const DEPLOYMENT = 8;

function byFolder(host: Host): ReadonlyMap<string, readonly BodyfileRow[]> {
  const folders = new Map<string, BodyfileRow[]>();
  for (const row of host.disk.files) {
    if (row.state !== 'allocated' || !isExecutable(row.mode)) continue;
    if (!inLocalPlace(row.path) && hiddenPart(row.path) === undefined) continue;
    if (inTemporaryPlace(row.path) || persistencePlace(row.path) !== undefined) continue;
    const change = windowChange(row, host);
    if (change?.kind !== 'born' || withInstallation(change, host)) continue;
    const folder = folderOf(row.path);
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [row]);
    else known.push(row);
  }
  return folders;
}

function detect(folder: string, rows: readonly BodyfileRow[], host: Host): readonly Detection[] {
  if (rows.length >= DEPLOYMENT) return [];
  const first = Math.min(...rows.map(({ crtime }) => crtime));
  const hidden = rows.some(({ path }) => hiddenPart(path) !== undefined);
  const certain = rows.some(({ crtime }) => certainAt({ kind: 'born', at: crtime }, host));
  const names = rows.map(({ path }) => named(baseName(path), 40)).join(', ');
  return [
    {
      title: `${rows.length === 1 ? 'A program' : `${rows.length} programs`} came to ${named(folder)} at ${secondsAsIso(first)}: ${names}`,
      confidence: hidden && certain ? 'high' : hidden || certain ? 'medium' : 'low',
      because: hidden
        ? 'its name or its folder hides it, and no software was being installed in those minutes'
        : 'no software was being installed in those minutes; a person’s own script would look the same',
      subject: { kind: 'file', path: rows.length === 1 ? (rows[0]?.path ?? folder) : folder },
      theme: 'execution',
      evidence: evidenceOf(rows.map(({ source }) => source)),
      at: first * 1000,
      weight: hidden && certain ? 78 : hidden || certain ? 56 : 19,
    },
  ];
}
