import type { Summary } from '../../core/analysis/summary-schema';

/** A summary with nothing in it; tests set what they are about. */
export function summaryOf(parts: Partial<Summary> = {}): Summary {
  return {
    version: 1,
    origin: 'captured',
    originNote: '',
    generatedAt: '2026-06-01T12:00:00Z',
    guardDutyFinding: null,
    host: { name: null, kernel: null },
    assessment: 'nothing-found',
    verdict: 'Nothing found.',
    window: { from: null, to: null, why: 'no window' },
    otherWindows: [],
    narrative: [],
    story: { ran: [], entry: [], touched: [], persistence: [], unknown: [] },
    findings: [],
    indicators: [],
    setAside: [],
    checked: [],
    notChecked: [],
    processes: [],
    sockets: [],
    deleted: [],
    recovered: [],
    activity: { hours: [], marks: [] },
    inputs: [],
    problems: { total: 0, first: [] },
    custody: [],
    ...parts,
  };
}

/** The same text in every place of a summary that comes from evidence. */
export function summarySaying(text: string): Summary {
  const evidence = { file: text, line: 1, text };
  const at = '2026-06-01T11:00:00Z';
  return summaryOf({
    assessment: 'compromised',
    guardDutyFinding: { id: text, type: text, instance: text },
    host: { name: text, kernel: text },
    verdict: text,
    window: { from: at, to: '2026-06-01T11:10:00Z', why: text },
    narrative: [text],
    story: { ran: [text], entry: [text], touched: [text], persistence: [text], unknown: [text] },
    findings: [
      {
        id: 'known-tool-1',
        detector: 'known-tool',
        technique: 'T1496',
        confidence: 'high',
        because: text,
        title: text,
        theme: 'execution',
        subject: text,
        at,
        evidence: [evidence],
      },
    ],
    indicators: [{ type: 'path', value: text, why: text, confidence: 'high', evidence }],
    setAside: [text],
    checked: [
      {
        detector: 'x',
        looked: text,
        technique: 'T1000',
        inputs: [text],
        found: 0,
        falsePositives: text,
        limits: [text],
      },
    ],
    notChecked: [{ detector: 'x', looked: text, why: text }],
    processes: [
      { pid: 7, ppid: 1, name: text, args: text, program: text, findings: ['known-tool-1'], acquisition: false },
    ],
    sockets: [
      {
        protocol: text,
        state: text,
        local: text,
        remote: text,
        pid: 7,
        process: text,
        inheritedBy: [8],
        otherNamespace: false,
        suspect: true,
      },
    ],
    deleted: [{ name: text, inode: 5, known: 'orphan-inode', content: 'whole', bytes: 3, at, finding: 'known-tool-1' }],
    recovered: [{ name: text, inode: 5, bytes: 3, sha256: 'ab' }],
    activity: { hours: [[494_000, 3]], marks: [{ at, title: text, finding: 'known-tool-1', theme: 'execution' }] },
    inputs: [{ file: text, bytes: 1, sha256: 'ab' }],
    problems: { total: 1, first: [{ file: text, line: 1, problem: text }] },
    custody: [{ path: text, sha256: 'ab', bytes: 1, tool: text, at: text, actor: text }],
  });
}
