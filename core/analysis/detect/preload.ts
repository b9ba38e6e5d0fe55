import type { EnvironmentRow, MapRow } from '../memory/memory-rows';
import { evidenceOf, named } from './describe';
import type { Detection, Detector } from './finding';
import type { ContentLine, Host } from './host';
import { hiddenPart, inProgramPlace, inTemporaryPlace } from './paths';

export const preload: Detector = {
  id: 'preload',
  title: 'libraries pushed into programs (LD_PRELOAD, ld.so.preload)',
  technique: 'T1574.006',
  rationale: 'A library loaded before all others can hide files and steal passwords in every program.',
  falsePositives: 'Memory allocators (jemalloc, tcmalloc), fakeroot, monitoring and audit agents.',
  needs: [['envars', 'proc.maps', 'bodyfile']],
  run: (host) => [...variables(host), ...mapped(host)],
};

const ORDINARY =
  /lib(?:jemalloc|tcmalloc|mimalloc|fakeroot|eatmydata|faketime|stdbuf|snoopy|nss_wrapper|uid_wrapper|proxychains|gtk3-nocsd|SDL|oneagentproc|asan|keepalive|nosegneg|esmtp|bytehound)/i;

function variables({ memory }: Host): readonly Detection[] {
  const found = new Map<string, EnvironmentRow[]>();
  for (const row of memory.environment) {
    if (!/^LD_(?:PRELOAD|AUDIT)$/.test(row.key) || row.value.trim() === '') continue;
    found.set(row.value, [...(found.get(row.value) ?? []), row]);
  }
  return [...found].map(([value, rows]) => {
    const odd = value.split(/[:\s]+/).some((path) => inTemporaryPlace(path) || hiddenPart(path) !== undefined);
    const ordinary = !odd && (ORDINARY.test(value) || inProgramPlace(value));
    const first = rows[0];
    return {
      title: `${first?.key} makes ${rows.length === 1 ? `${named(first?.comm ?? '', 40)} (pid ${first?.pid})` : `${rows.length} processes`} load ${named(value)}`,
      confidence: odd ? 'high' : ordinary ? 'low' : 'medium',
      because: odd
        ? 'the library lies in a temporary or hidden place'
        : ordinary
          ? 'the library is a known or packaged one'
          : 'the library is none that packages preload',
      subject: { kind: 'process', pid: first?.pid ?? 0 },
      theme: 'hiding',
      evidence: evidenceOf(
        rows.map(({ source }) => source),
        6,
      ),
      weight: odd ? 83 : ordinary ? 6 : 50,
    } as const;
  });
}

/** Libraries outside of package folders that some processes have mapped, and that are new or lie in odd places. */
function mapped(host: Host): readonly Detection[] {
  const libraries = new Map<string, MapRow[]>();
  const forced = preloaded(host);
  for (const row of host.memory.maps) {
    const ordinary = !/\.so(?:\.[\w.]+)*$/.test(row.path) || inProgramPlace(row.path);
    if (ordinary && !forced.has(row.path)) continue;
    libraries.set(row.path, [...(libraries.get(row.path) ?? []), row]);
  }
  return [...libraries].flatMap(([path, rows]) => mappedLibrary(path, rows, host));
}

/** What /etc/ld.so.preload names, where its content was read: such a library counts wherever it lies. */
function preloaded({ disk }: Host): ReadonlyMap<string, ContentLine> {
  const lines = disk.contents.filter(({ path }) => path === '/etc/ld.so.preload').flatMap(({ lines: all }) => all);
  return new Map(
    lines.flatMap((line) =>
      line.text
        .split(/[\s:]+/)
        .filter((word) => word.startsWith('/'))
        .map((word) => [word, line]),
    ),
  );
}

function mappedLibrary(path: string, rows: readonly MapRow[], host: Host): readonly Detection[] {
  const file = host.disk.byPath.get(path);
  const odd = inTemporaryPlace(path) || hiddenPart(path) !== undefined;
  const fresh =
    file !== undefined &&
    (host.inWindow(file.crtime) || host.inWindow(file.ctime)) &&
    !host.disk.installedAround(file.ctime);
  const list = host.disk.byPath.get('/etc/ld.so.preload');
  const line = preloaded(host).get(path);
  if (!odd && !(fresh && file !== undefined) && line === undefined) return [];
  const pids = [...new Set(rows.map(({ pid, process }) => `${named(process, 30)} (${pid})`))];
  const forced = list !== undefined || line !== undefined;
  const known = line !== undefined && !odd && !fresh && ORDINARY.test(path);
  return [
    {
      title: `The library ${named(path)} is loaded into ${pids.slice(0, 5).join(', ')}${line !== undefined ? ', as /etc/ld.so.preload demands' : forced ? ' while /etc/ld.so.preload exists' : ''}`,
      confidence: known ? 'low' : line !== undefined && !fresh && !odd ? 'medium' : forced || odd ? 'high' : 'medium',
      because: known
        ? 'the library is a known one'
        : line !== undefined && !fresh && !odd
          ? 'hardly any machine has such a list; monitoring agents use it'
          : odd
            ? 'it lies in a temporary or hidden place'
            : `it came to the disk in the attack window${forced ? ', and /etc/ld.so.preload has programs load libraries' : ''}`,
      subject: { kind: 'file', path },
      theme: 'hiding',
      evidence: evidenceOf([...firstOfEach(rows).slice(0, 5), file?.source, line?.source, list?.source], 8),
      ...(file !== undefined && file.crtime > 0 ? { at: file.crtime * 1000 } : {}),
      weight: known ? 8 : forced || odd ? 84 : 57,
    },
  ];
}

function firstOfEach(rows: readonly MapRow[]) {
  return [...new Map(rows.map((row) => [row.pid, row.source])).values()];
}
