import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named } from './describe';
import { backedAt, certainAt, secondsAsIso, windowChange, withInstallation } from './file-times';
import type { Confidence, Detection, Detector } from './finding';
import type { Host } from './host';
import { baseName, inDocumentRoot, inUploadFolder, isRegular, isServerScript } from './paths';

export const webShell: Detector = {
  id: 'web-shell',
  title: 'scripts in document roots that are hidden, lie among uploads, or came in the attack window',
  technique: 'T1505.003',
  rationale: 'A small script in a document root lets its owner run commands with a web request.',
  falsePositives:
    'A deployment of the site in the same minutes; a framework that compiles templates into a cache folder.',
  needs: [['bodyfile']],
  run: (host) => {
    const scripts = host.disk.files.filter(
      (row) => row.state === 'allocated' && isRegular(row.mode) && inDocumentRoot(row.path) && isServerScript(row.path),
    );
    const births = new Births(scripts);
    return scripts.flatMap((row) => detect(row, births, host));
  },
};

/** So many scripts within five minutes are a deployment. */
const DEPLOYMENT = 10;
const FIVE_MINUTES = 300;

function detect(row: BodyfileRow, births: Births, host: Host): readonly Detection[] {
  const hidden = baseName(row.path).startsWith('.');
  const upload = inUploadFolder(row.path);
  const change = windowChange(row, host);
  const deployed =
    change !== undefined &&
    (withInstallation(change, host) || host.disk.unpackedAround(change.at) || births.around(change.at) >= DEPLOYMENT);
  if (!hidden && (change === undefined || (deployed && !upload))) return [];
  const signs = [
    ...(hidden ? ['its name is hidden'] : []),
    ...(upload ? ['it lies where visitors may upload'] : []),
    ...(change === undefined || deployed ? [] : ['it came in the attack window']),
  ];
  if (signs.length === 0) return [];
  // Plug-ins put empty index pages among uploads, with all their other files.
  const alone = !hidden && !upload && change !== undefined && !backedAt(change, host);
  const confidence: Confidence = signs.length >= 2 ? 'high' : (deployed && !hidden) || alone ? 'low' : 'medium';
  return [
    {
      title: `${named(row.path)} may be a web shell (${row.size} bytes${change === undefined ? '' : `, ${change.kind} ${secondsAsIso(change.at)}`})`,
      confidence,
      loose: !hidden && !upload && change !== undefined && !certainAt(change, host),
      because: `${signs.join('; ')}${host.disk.contents.some(({ path }) => path === row.path) ? '' : '; its content was not read'}`,
      subject: { kind: 'file', path: row.path },
      theme: 'persistence',
      evidence: evidenceOf(
        [
          row.source,
          ...host.memory.commands.filter(({ command }) => command.includes(row.path)).map(({ source }) => source),
        ],
        6,
      ),
      ...(change === undefined ? {} : { at: change.at * 1000 }),
      weight: signs.length >= 2 ? 85 : confidence === 'low' ? 18 : 50,
    },
  ];
}

/** Counts scripts by five minutes of their births. */
class Births {
  private readonly counts = new Map<number, number>();

  constructor(scripts: readonly BodyfileRow[]) {
    for (const { crtime, ctime } of scripts) {
      const slot = Math.floor((crtime > 0 ? crtime : ctime) / FIVE_MINUTES);
      this.counts.set(slot, (this.counts.get(slot) ?? 0) + 1);
    }
  }

  around(at: number): number {
    const slot = Math.floor(at / FIVE_MINUTES);
    return [slot - 1, slot, slot + 1].reduce((sum, near) => sum + (this.counts.get(near) ?? 0), 0);
  }
}
