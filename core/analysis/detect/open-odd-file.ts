import type { OpenFileRow } from '../memory/memory-rows';
import { evidenceOf, named, suspiciousPlace } from './describe';
import type { Detection, Detector } from './finding';
import type { Host } from './host';
import { hiddenPart, inTemporaryPlace } from './paths';

export const openOddFile: Detector = {
  id: 'open-odd-file',
  title: 'hidden files in temporary places that processes hold open, and any such file of a suspect process',
  technique: 'T1564.001',
  rationale:
    'Settings and stolen data of intruders lie in /dev/shm and hidden folders; memory file systems leave nothing on the disk.',
  falsePositives: 'Lock and socket files of desktop programs with dot names.',
  needs: [['lsof']],
  run: (host) => {
    const files = new Map<string, OpenFileRow[]>();
    for (const row of host.memory.openFiles) {
      const path = row.path.replace(/ \(deleted\)$/, '');
      if (row.type !== 'REG' || !inTemporaryPlace(path)) continue;
      const holder = host.processes.get(row.pid);
      if (hiddenPart(path) === undefined && (holder === undefined || suspiciousPlace(holder) === undefined)) continue;
      files.set(path, [...(files.get(path) ?? []), row]);
    }
    return [...files].map(([path, rows]) => detection(path, rows, host));
  },
};

function detection(path: string, rows: readonly OpenFileRow[], host: Host): Detection {
  const first = rows[0];
  const holders = [...new Set(rows.map(({ process, pid }) => `${named(process, 30)} (pid ${pid})`))];
  const onDisk = host.disk.byPath.has(path);
  return {
    title: `${named(path)} is held open by ${holders.slice(0, 4).join(', ')}${onDisk ? '' : '; it is not on the disk'}`,
    confidence: 'medium',
    because: onDisk
      ? 'its holder or its hidden place is suspicious'
      : 'its holder or its hidden place is suspicious, and a file in a memory file system is lost at shutdown',
    subject: { kind: 'file', path },
    theme: 'execution',
    evidence: evidenceOf(
      rows.map(({ source }) => source),
      6,
    ),
    weight: first !== undefined && host.processes.get(first.pid)?.programFile.kind === 'deleted' ? 59 : 57,
  };
}
