import { evidenceOf, named } from './describe';
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
  run: (host) => [...byFile(host)].map(([path, matches]) => detection(path, matches, host)),
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

function detection(path: string, matches: readonly YaraMatch[], host: Host): Detection {
  const row = host.disk.byPath.get(path);
  const odd = inTemporaryPlace(path) || hiddenPart(path) !== undefined || inDocumentRoot(path);
  const fresh = row !== undefined && (host.inWindow(row.crtime) || host.inWindow(row.ctime));
  const documented = /^\/usr\/share\/(?:doc|yara|clamav|man)\//.test(path) || (inProgramPlace(path) && !fresh);
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
