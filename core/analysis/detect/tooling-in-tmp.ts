import type { BodyfileRow } from '../disk/disk-rows';
import { evidenceOf, named, scriptOf } from './describe';
import { backedAt, certainAt, secondsAsIso, type WindowChange, windowChange } from './file-times';
import type { Confidence, Detection, Detector } from './finding';
import type { Host } from './host';
import { knownTool } from './known-tools';
import { baseName, belowTemporary, folderOf, hiddenPart, inTemporaryPlace, isExecutable, isRegular } from './paths';

export const toolingInTmp: Detector = {
  id: 'tooling-in-tmp',
  title: 'programs, scripts and hidden files in temporary places',
  technique: 'T1105',
  rationale: 'What is fetched in an attack lands where anyone may write.',
  falsePositives: 'Leftovers of installers and deployments; a person’s scratch files.',
  needs: [['bodyfile', 'volatile-state']],
  run: (host) => {
    const found = [...folders(host)].flatMap(([folder, rows]) => detect(folder, rows, host));
    const minor = found.filter(({ confidence }) => confidence === 'low');
    // Scratch files of ordinary programs: told once, not folder by folder.
    return [
      ...found.filter(({ confidence }) => confidence !== 'low'),
      ...(minor.length < 2 ? minor : [together(minor)]),
    ];
  },
};

/** So many files are a checkout or an unpacked release, not what an intruder brings. */
const TREE = 100;

/** Files by the first folder below the temporary place, so that a kit is told once. */
function folders(host: Host): ReadonlyMap<string, readonly BodyfileRow[]> {
  const groups = new Map<string, BodyfileRow[]>();
  for (const row of host.disk.files) {
    if (!inTemporaryPlace(row.path) || !isRegular(row.mode) || row.state !== 'allocated') continue;
    if (/^(?:avml(?:-\w+)?|lime(?:-[\w.-]+)?\.ko)$/.test(baseName(row.path))) continue;
    const below = belowTemporary(row.path);
    const deeper = below.slice(1).join('/');
    const folder = deeper === '' ? folderOf(row.path) : row.path.slice(0, -deeper.length - 1);
    const known = groups.get(folder);
    if (known === undefined) groups.set(folder, [row]);
    else known.push(row);
  }
  return groups;
}

function detect(top: string, rows: readonly BodyfileRow[], host: Host): readonly Detection[] {
  const tree = rows.length >= TREE;
  const inHidden = hiddenPart(`${top}/`) !== undefined;
  const telling = rows.filter((row) => inHidden || isTelling(row) || windowChange(row, host) !== undefined);
  if (telling.length === 0) return [];
  const folder = commonFolder(telling);
  const hidden = hiddenPart(`${folder}/`) !== undefined;
  const programs = telling.filter(({ mode, path }) => isExecutable(mode) || /\.(?:sh|py|pl|elf|so)$/.test(path));
  const tools = telling.filter(({ path }) => knownTool(baseName(path))?.strength === 'strong');
  const fresh = telling.filter((row) => windowChange(row, host) !== undefined);
  const first = Math.min(...telling.map(({ crtime, ctime }) => (crtime > 0 ? crtime : ctime)));
  const running = programs.filter(({ path }) => runs(path, host));
  const confidence = judge({ hidden, tools, programs, fresh, running }, tree, host);
  if (confidence === undefined) return [];
  return [
    {
      title: `${named(folder)} holds ${telling.length === 1 ? 'a file' : `${telling.length} files`} that came there from ${secondsAsIso(first)} on: ${telling
        .slice(0, 6)
        .map(({ path }) => named(baseName(path), 40))
        .join(', ')}`,
      confidence,
      loose: isLoose({ hidden, tools, programs, fresh, running }, host),
      because: reasons({ hidden, tools, programs, fresh, running }).join('; '),
      subject: { kind: 'file', path: folder },
      theme: 'execution',
      evidence: evidenceOf(
        telling.map(({ source }) => source),
        20,
      ),
      at: first * 1000,
      weight: confidence === 'high' ? 82 : confidence === 'medium' ? 55 : 15,
    },
  ];
}

/** The deepest folder that holds all of them. */
function commonFolder(rows: readonly BodyfileRow[]): string {
  return rows
    .map(({ path }) => folderOf(path))
    .reduce((common, folder) => {
      let shared = common;
      while (shared !== '/' && folder !== shared && !folder.startsWith(`${shared}/`)) shared = folderOf(shared);
      return shared;
    });
}

function judge(signs: Signs, tree: boolean, host: Host): Confidence | undefined {
  const { hidden, tools, programs, fresh, running } = signs;
  const certain = fresh.some((row) => certainAt(changeOf(row), host));
  const hiding = hidden && !tree;
  if (
    fresh.length > 0 &&
    (tools.length > 0 || (running.length > 0 && (certain || hidden)) || (hiding && programs.length > 0))
  )
    return 'high';
  // A program in a temporary place is often the only reason for a window: it cannot speak against itself twice.
  const backed = fresh.some((row) => backedAt(changeOf(row), host));
  if (tools.length > 0 || running.length > 0) return 'medium';
  if (hiding && (programs.length > 0 || backed)) return 'medium';
  if (!tree && backed && programs.length > 0) return 'medium';
  return hiding || programs.length > 0 || fresh.length > 0 ? 'low' : undefined;
}

/** Neither its name, nor a process, nor a hidden program speaks against it. */
function isLoose({ hidden, tools, programs, fresh, running }: Signs, host: Host): boolean {
  if (tools.length > 0 || running.length > 0 || (hidden && programs.length > 0)) return false;
  return !fresh.some((row) => certainAt(changeOf(row), host));
}

function changeOf({ ctime }: BodyfileRow): WindowChange {
  return { kind: 'changed', at: ctime };
}

function isTelling(row: BodyfileRow): boolean {
  return (
    isExecutable(row.mode) || hiddenPart(row.path) !== undefined || knownTool(baseName(row.path))?.strength === 'strong'
  );
}

function runs(path: string, { processes }: Host): boolean {
  return [...processes.values()].some((process) => process.program?.path === path || scriptOf(process) === path);
}

interface Signs {
  readonly hidden: boolean;
  readonly tools: readonly BodyfileRow[];
  readonly programs: readonly BodyfileRow[];
  readonly fresh: readonly BodyfileRow[];
  readonly running: readonly BodyfileRow[];
}

function reasons({ hidden, tools, programs, fresh, running }: Signs): readonly string[] {
  return [
    ...(hidden ? ['the folder is hidden'] : []),
    ...(tools.length > 0 ? [`${named(baseName(tools[0]?.path ?? ''), 40)} is the name of a known tool`] : []),
    ...(running.length > 0 ? [`${named(baseName(running[0]?.path ?? ''), 40)} is running`] : []),
    ...(programs.length > 0 ? [`${programs.length} of them can be run`] : []),
    ...(fresh.length > 0 ? ['they came in the attack window'] : ['none came in an attack window']),
  ];
}

function together(minor: readonly Detection[]): Detection {
  const evidence = evidenceOf(
    minor.flatMap((one) => one.evidence),
    20,
  );
  const times = minor.flatMap(({ at }) => at ?? []);
  return {
    title: `${minor.length} more temporary places hold files that say little by themselves`,
    confidence: 'low',
    because: 'they came in the attack window or can be run, and nothing else speaks against them',
    subject: { kind: 'host' },
    theme: 'execution',
    evidence,
    ...(times.length === 0 ? {} : { at: Math.min(...times) }),
    weight: 15,
  };
}
