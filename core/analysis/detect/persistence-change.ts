import type { BodyfileRow } from '../disk/disk-rows';
import type { SourceLine } from '../parse-result';
import { evidenceOf, named } from './describe';
import { certainAt, secondsAsIso, windowChange, withInstallation } from './file-times';
import type { Confidence, Detection, Detector } from './finding';
import type { Host } from './host';
import { isRegular } from './paths';
import { type PersistencePlace, persistencePlace } from './persistence-places';
import { typedShells } from './shells';

export const persistenceChange: Detector = {
  id: 'persistence-change',
  title:
    'ways to be started or let in again (cron, systemd, start scripts, profiles, preload, SSH keys, accounts, sudo, PAM, udev, modules) changed in the attack window',
  technique: 'T1053.003',
  rationale: 'Who breaks in wants to stay; these places decide what starts and who may enter.',
  falsePositives: 'An administrator, configuration management, cloud-init or a package at work in the same minutes.',
  needs: [['bodyfile'], ['window']],
  run: (host) => [...host.disk.files.flatMap((row) => changed(row, host)), ...preloadOutsideWindow(host)],
};

function changed(row: BodyfileRow, host: Host): readonly Detection[] {
  const place = isRegular(row.mode) && row.state === 'allocated' ? persistencePlace(row.path) : undefined;
  const change = place === undefined ? undefined : windowChange(row, host);
  if (place === undefined || change === undefined) return [];
  const typed = commandsNaming(row.path, host);
  const installed = withInstallation(change, host) && place.weight < 8 && typed.length === 0;
  const confidence = confidenceOf(place, installed, typed.length > 0, certainAt(change, host));
  const what =
    change.kind === 'born'
      ? 'was made'
      : row.mtime === row.ctime
        ? 'was changed'
        : 'was changed (its modification time says otherwise)';
  return [
    {
      title: `${named(row.path)} (${place.kind}) ${what} at ${secondsAsIso(change.at)}`,
      confidence,
      because: reasonOf(installed, typed.length > 0, place),
      subject: { kind: 'file', path: row.path },
      theme: 'persistence',
      technique: place.technique,
      evidence: evidenceOf([row.source, ...typed], 6),
      at: change.at * 1000,
      weight: installed ? 5 : 50 + place.weight * 3 + (typed.length > 0 ? 10 : 0),
    },
  ];
}

function confidenceOf(place: PersistencePlace, installed: boolean, typed: boolean, certain: boolean): Confidence {
  if (installed) return 'low';
  if (typed || place.weight >= 8) return 'high';
  return certain ? 'high' : 'medium';
}

function reasonOf(installed: boolean, typed: boolean, place: PersistencePlace): string {
  if (installed) return `software was being installed in the same minutes: most likely ${place.benign}`;
  const otherwise = `the harmless explanation would be ${place.benign}`;
  return typed
    ? `a command an intruder typed names it; ${otherwise}`
    : `it changed in the attack window and no software was being installed; ${otherwise}`;
}

/** Only what an intruder typed: administrators name these files every day. */
function commandsNaming(path: string, host: Host): readonly SourceLine[] {
  return typedShells(host)
    .filter(({ intruder }) => intruder)
    .flatMap(({ commands }) => commands.filter(({ command }) => command.includes(path)).map(({ source }) => source));
}

/** The preload list matters whenever it was made: hardly any machine has one. */
function preloadOutsideWindow(host: Host): readonly Detection[] {
  const row = host.disk.byPath.get('/etc/ld.so.preload');
  if (row === undefined || row.size === 0 || windowChange(row, host) !== undefined) return [];
  return [
    {
      title: '/etc/ld.so.preload exists: every program loads the libraries it names',
      confidence: 'medium',
      because: `it was made at ${secondsAsIso(row.crtime > 0 ? row.crtime : row.ctime)}, outside of the attack window; monitoring agents use it too`,
      subject: { kind: 'file', path: row.path },
      theme: 'persistence',
      technique: 'T1574.006',
      evidence: [row.source],
      weight: 45,
    },
  ];
}
