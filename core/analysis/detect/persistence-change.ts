import type { BodyfileRow } from '../disk/disk-rows';
import type { SourceLine } from '../parse-result';
import { evidenceOf, named } from './describe';
import { certainAt, inReach, secondsAsIso, windowChange, withInstallation } from './file-times';
import type { Confidence, Detection, Detector } from './finding';
import type { AttackWindow, Host } from './host';
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
  run: (host) => {
    const changes = host.disk.files.flatMap((row) => changed(row, host));
    const sure = changes.filter((one) => !isLoose(one));
    return [...sure, ...together(changes.filter(isLoose), host), ...preloadOutsideWindow(host)];
  },
};

/** A change that only its time speaks against. */
interface Change extends Detection {
  readonly place: PersistencePlace;
  readonly row: BodyfileRow;
  readonly at: number;
}

function isLoose({ confidence }: Change): boolean {
  return confidence === 'medium';
}

function changed(row: BodyfileRow, host: Host): readonly Change[] {
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
      place,
      row,
    },
  ];
}

/** So few are told one by one. */
const FEW = 2;

/**
 * Where nothing but its time speaks against a change, one who sets a machine up looks like one who breaks in: such changes
 * of one window are told as one.
 */
function together(changes: readonly Change[], host: Host): readonly Detection[] {
  return host.windows.flatMap((window, index): readonly Detection[] => {
    const mine = changes.filter(({ at }) => host.windows.findIndex((one) => inReach(one, at / 1000)) === index);
    const manager = managerAt(window, host);
    if (mine.length > FEW) return asOne(mine, manager);
    return manager === undefined
      ? mine
      : mine.map((one) => ({ ...one, ...managed(manager), evidence: [...one.evidence, manager.source] }));
  });
}

function managed({ path }: BodyfileRow) {
  const because = `configuration management was at work in the same minutes (${named(path, 60)}), and only their time speaks against such changes`;
  return { confidence: 'low', because, weight: 12 } as const;
}

function asOne(changes: readonly Change[], manager: BodyfileRow | undefined): readonly Detection[] {
  const ordered = [...changes].sort((a, b) => b.weight - a.weight || a.at - b.at);
  const [first] = ordered;
  if (first === undefined) return [];
  const times = changes.map(({ at }) => at);
  const names = ordered.map(({ row }) => named(row.path, 60));
  const kinds = new Set(ordered.map(({ place }) => place.kind)).size;
  return [
    {
      title: `${changes.length} ways to be started or let in again changed between ${isoAt(Math.min(...times))} and ${isoAt(Math.max(...times))}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`,
      subject: { kind: 'host' },
      theme: 'persistence',
      technique: first.technique ?? persistenceChange.technique,
      evidence: evidenceOf([...ordered.map(({ row }) => row.source), manager?.source], 20),
      at: Math.min(...times),
      ...(manager === undefined
        ? {
            confidence: 'medium',
            because: `${kinds === 1 ? 'they are of one kind' : `they are of ${kinds} kinds`} and no software was being installed; only their time speaks against them: someone who sets the machine up would leave the same`,
            weight: first.weight,
          }
        : managed(manager)),
    },
  ];
}

/** Folders in which configuration management keeps what it works on: Ansible, Puppet, Salt, Chef. */
const MANAGERS =
  /\/\.ansible\/tmp(?:\/|$)|^\/(?:var\/(?:lib|cache)\/(?:puppet|salt|chef)|opt\/puppetlabs\/puppet\/cache|var\/chef)(?:\/|$)/;

function managerAt(window: AttackWindow, { disk }: Host): BodyfileRow | undefined {
  return disk.files.find(
    ({ path, crtime, ctime }) => MANAGERS.test(path) && (inReach(window, crtime) || inReach(window, ctime)),
  );
}

function isoAt(at: number): string {
  return secondsAsIso(at / 1000);
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
