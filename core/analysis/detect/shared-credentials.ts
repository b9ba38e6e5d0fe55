import { evidenceOf } from './describe';
import type { Detector } from './finding';

export const sharedCredentials: Detector = {
  id: 'shared-credentials',
  title: 'processes that share one set of credentials',
  technique: 'T1068',
  rationale: 'An exploit can give a process the credentials of another; programs never share them by themselves.',
  falsePositives: 'Threads counted as processes by an older release.',
  needs: [['check_creds']],
  run: (host) =>
    host.memory.sharedCredentials.map((row) => ({
      title: `Processes ${row.pids.slice(0, 6).join(', ')} share one set of credentials`,
      confidence: 'medium' as const,
      because: 'only an exploit or a fault does so',
      subject: { kind: 'process', pid: row.pids[0] ?? 0 } as const,
      theme: 'access' as const,
      evidence: evidenceOf([row.source]),
      weight: 60,
    })),
};
