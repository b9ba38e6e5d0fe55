import { evidenceOf, isRemote, named, ownConnections, processName, remoteOf } from './describe';
import type { Detection, Detector } from './finding';
import type { Host, YaraMatch } from './host';
import { baseName, hiddenPart, inDocumentRoot, inProgramPlace, inTemporaryPlace } from './paths';

export const yaraMatch: Detector = {
  id: 'yara-match',
  title: 'files that match a YARA rule',
  technique: 'T1588.001',
  rationale: 'Rules know malware by what it holds, whatever it is called.',
  falsePositives: 'Security tools, their documentation and rule files hold the same words.',
  needs: [['yara']],
  run: (host) =>
    [...byFile(host)].flatMap(([path, matches]) => [detection(path, matches, host), ...running(path, matches, host)]),
};

/** A copy made by inode counts as the file it was copied from. */
function byFile({ disk }: Host): ReadonlyMap<string, readonly YaraMatch[]> {
  const copies = new Map(disk.contents.map(({ path, lines }) => [baseName(lines[0]?.source.file ?? ''), path]));
  const files = new Map<string, YaraMatch[]>();
  for (const match of disk.yara) {
    const path = copies.get(baseName(match.path)) ?? match.path;
    files.set(path, [...(files.get(path) ?? []), match]);
  }
  return files;
}

/** Whether a match is more than words: packages and their documentation hold what rules look for. */
export function isTellingPlace(path: string): boolean {
  return !inProgramPlace(path) && !/^\/usr\/share\/(?:doc|yara|clamav|man)\//.test(path);
}

/** What runs is told with its connections, whatever it is called. */
function running(path: string, matches: readonly YaraMatch[], host: Host): readonly Detection[] {
  if (!isTellingPlace(path)) return [];
  const rules = [...new Set(matches.map(({ rule }) => named(rule, 60)))].join(', ');
  return [...host.processes.values()].flatMap((process): readonly Detection[] => {
    const { program, programFile } = process;
    const runs = program?.path === path || (programFile.kind === 'on-disk' && programFile.row.path === path);
    if (!runs || process.acquisition) return [];
    const out = ownConnections(host, process.pid).filter(
      ({ state, remoteAddress }) => state !== 'LISTEN' && isRemote(remoteAddress),
    );
    return [
      {
        title: `${processName(process)} runs ${named(path)}, which matches ${rules}`,
        confidence: out.length > 0 ? 'high' : 'medium',
        because:
          out.length > 0
            ? `the rule knows what its file holds, and it is connected to ${out.slice(0, 3).map(remoteOf).join(', ')}`
            : 'the rule knows what its file holds; nothing else was found of it',
        subject: { kind: 'process', pid: process.pid },
        theme: 'execution',
        evidence: evidenceOf([
          process.source,
          program?.source,
          ...matches.map(({ source }) => source),
          ...out.map(({ owner }) => owner.source),
        ]),
        weight: out.length > 0 ? 92 : 57,
      },
    ];
  });
}

function detection(path: string, matches: readonly YaraMatch[], host: Host): Detection {
  const row = host.disk.byPath.get(path);
  const odd = inTemporaryPlace(path) || hiddenPart(path) !== undefined || inDocumentRoot(path);
  const fresh = row !== undefined && (host.inWindow(row.crtime) || host.inWindow(row.ctime));
  const documented = !isTellingPlace(path) && !(inProgramPlace(path) && fresh);
  const rules = [...new Set(matches.map(({ rule }) => named(rule, 60)))];
  return {
    title: `${named(path)} matches ${rules.join(', ')}`,
    confidence: odd || fresh ? 'high' : documented ? 'low' : 'medium',
    because:
      odd || fresh
        ? 'and its place or its time is suspicious as well'
        : documented
          ? 'it lies among packaged files'
          : 'only the rule says so',
    subject: { kind: 'file', path },
    theme: 'execution',
    evidence: evidenceOf([...matches.map(({ source }) => source), row?.source], 6),
    ...(row !== undefined && row.crtime > 0 ? { at: row.crtime * 1000 } : {}),
    weight: odd || fresh ? 79 : documented ? 9 : 49,
  };
}
