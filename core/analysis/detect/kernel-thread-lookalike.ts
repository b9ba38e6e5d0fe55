import { evidenceOf, named, processName } from './describe';
import type { Detection, Detector } from './finding';
import type { Process } from './host';
import { looksLikeKernelThread } from './known-tools';

export const kernelThreadLookalike: Detector = {
  id: 'kernel-thread-lookalike',
  title: 'programs that pass for kernel threads',
  technique: 'T1036.005',
  rationale: 'Kernel threads are children of kthreadd, show their name in brackets and have no memory of their own.',
  falsePositives: 'A process that has ended and was not yet collected also shows its name in brackets; it is left out.',
  needs: [['psaux', 'pslist', 'volatile-state']],
  run: (host) => [...host.processes.values()].flatMap(detect),
};

const KTHREADD = 2;

function detect(process: Process): readonly Detection[] {
  const { pid, ppid, comm, args, program } = process;
  if (pid === KTHREADD || (ppid === KTHREADD && !process.hasUserMemory)) return [];
  const shown = args ?? '';
  // Titles such as "[celeryd: worker@host]" hold blanks; kernel threads' names do not.
  const bracketed = /^\[[^\]\s]+\]/.exec(shown)?.[0];
  const forged = bracketed !== undefined && (process.hasUserMemory || shown.length > bracketed.length);
  const alike =
    process.hasUserMemory && (looksLikeKernelThread(comm) || looksLikeKernelThread(shown.split(' ')[0] ?? ''));
  if (!forged && !alike) return [];
  const shows = forged ? `shows itself as ${named(shown, 60)}` : 'bears the name of a kernel thread';
  const running = program === undefined ? '' : `, and runs ${named(program.path)}`;
  return [
    {
      title: `${processName(process)} ${shows}${running}`,
      confidence: 'high',
      because: `it has memory of its own and its parent is ${ppid}, not kthreadd`,
      subject: { kind: 'process', pid },
      theme: 'hiding',
      evidence: evidenceOf([process.source, program?.source]),
      weight: 88,
    },
  ];
}
