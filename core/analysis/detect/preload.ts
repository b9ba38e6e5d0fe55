import type { EnvironmentRow, MapRow } from '../memory/memory-rows';
import { evidenceOf, named } from './describe';
import type { Detection, Detector } from './finding';
import type { Host } from './host';
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
  for (const row of host.memory.maps) {
    if (!/\.so(?:\.[\w.]+)*$/.test(row.path) || inProgramPlace(row.path)) continue;
    libraries.set(row.path, [...(libraries.get(row.path) ?? []), row]);
  }
  return [...libraries].flatMap(([path, rows]) => mappedLibrary(path, rows, host));
}

function mappedLibrary(path: string, rows: readonly MapRow[], host: Host): readonly Detection[] {
  const file = host.disk.byPath.get(path);
  const odd = inTemporaryPlace(path) || hiddenPart(path) !== undefined;
  const fresh =
    file !== undefined &&
    (host.inWindow(file.crtime) || host.inWindow(file.ctime)) &&
    !host.disk.installedAround(file.ctime);
  const list = host.disk.byPath.get('/etc/ld.so.preload');
  if (!odd && !(fresh && file !== undefined)) return [];
  const pids = [...new Set(rows.map(({ pid, process }) => `${named(process, 30)} (${pid})`))];
  const forced = list !== undefined;
  return [
    {
      title: `The library ${named(path)} is loaded into ${pids.slice(0, 5).join(', ')}${forced ? ' while /etc/ld.so.preload exists' : ''}`,
      confidence: forced || odd ? 'high' : 'medium',
      because: odd
        ? 'it lies in a temporary or hidden place'
        : `it came to the disk in the attack window${forced ? ', and /etc/ld.so.preload has programs load libraries' : ''}`,
      subject: { kind: 'file', path },
      theme: 'hiding',
      evidence: evidenceOf([...firstOfEach(rows), file?.source, list?.source], 8),
      ...(file !== undefined && file.crtime > 0 ? { at: file.crtime * 1000 } : {}),
      weight: forced || odd ? 84 : 57,
    },
  ];
}

function firstOfEach(rows: readonly MapRow[]) {
  return [...new Map(rows.map((row) => [row.pid, row.source])).values()];
}
