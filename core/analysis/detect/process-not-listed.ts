import type { TaskRow } from '../memory/memory-rows';
import { evidenceOf, named } from './describe';
import type { Detection, Detector } from './finding';
import type { Host } from './host';

/** The kernel's own limit (PID_MAX_LIMIT, include/linux/threads.h). */
const HIGHEST_PID = 4_194_304;

export const processNotListed: Detector = {
  id: 'process-not-listed',
  title: 'processes found by scanning memory that the kernel’s own list lacks',
  technique: 'T1014',
  rationale: 'A rootkit can take a process out of the list; its structure stays in memory.',
  falsePositives:
    'Ended processes, threads and second copies of memory pages: they are sorted out by state, thread id and name.',
  needs: [['psscan'], ['pslist']],
  cannotJudge: ({ inputs }) => {
    const list = inputs.get('pslist');
    return list?.usable === true && list.note !== undefined
      ? `the list to compare with is not whole: ${list.note}`
      : undefined;
  },
  run: (host) => hiddenTasks(host).map(detection),
};

/** Scan results that are neither listed, nor ended, nor threads, nor copies of something listed, nor damaged. */
function hiddenTasks({ memory }: Host): readonly TaskRow[] {
  const listedRows = [...memory.pslist, ...memory.pstree, ...memory.psaux];
  const listed = new Set(listedRows.map(({ pid }) => pid));
  const hidden = new Map<number, TaskRow>();
  for (const row of memory.psscan) {
    if (listed.has(row.pid) || row.tid !== row.pid || !plausible(row)) continue;
    if (row.exitState !== undefined && row.exitState !== 'TASK_RUNNING') continue;
    // The parent of a living process lives (or is process 1); a smeared copy's parent is often gone.
    if (!listed.has(row.ppid)) continue;
    if (!hidden.has(row.pid)) hidden.set(row.pid, row);
  }
  return [...hidden.values()];
}

function plausible({ pid, ppid, comm }: TaskRow): boolean {
  const named = comm.length > 0 && comm.length <= 15 && /^[\x20-\x7e]+$/.test(comm);
  return named && pid > 0 && pid <= HIGHEST_PID && ppid >= 0 && ppid <= HIGHEST_PID;
}

function detection(row: TaskRow): Detection {
  return {
    title: `${named(row.comm, 40)} (pid ${row.pid}) is in memory and not in the kernel’s process list`,
    confidence: 'medium',
    because:
      'it is marked as running and its parent lives; an image taken while processes come and go can show the same',
    subject: { kind: 'process', pid: row.pid },
    theme: 'hiding',
    evidence: evidenceOf([row.source]),
    weight: 65,
  };
}
