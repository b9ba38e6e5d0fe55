import * as z from 'zod';

/** Raised when a field changes its meaning or goes away; fields may be added within a version. */
export const SUMMARY_VERSION = 1;

const time = z.string().describe('ISO 8601, UTC, whole seconds');
const confidence = z.enum(['high', 'medium', 'low']);

const theme = z.enum(['execution', 'network', 'access', 'persistence', 'hiding', 'credentials', 'traces']);

const evidenceLine = z.object({
  file: z.string().describe('path among the evidence, e.g. disk/fls-r-p.txt'),
  line: z.int().min(1).describe('1-based; of a JSON row, the line on which its object begins'),
  text: z.string().describe('that line, or that JSON row’s serialisation'),
});

const finding = z.object({
  id: z.string(),
  detector: z.string(),
  technique: z
    .string()
    .regex(/^T\d{4}(?:\.\d{3})?$/)
    .describe('MITRE ATT&CK'),
  confidence,
  because: z.string().describe('why this confidence'),
  title: z.string(),
  theme,
  subject: z.string().describe('what it is about, e.g. "process 447", "file /etc/ld.so.preload"'),
  at: time.nullable(),
  evidence: z.array(evidenceLine).min(1),
});

const indicator = z.object({
  type: z.enum(['ipv4', 'ipv6', 'domain', 'path', 'sha256', 'ssh-key', 'kernel-module']),
  value: z.string(),
  why: z.string(),
  confidence,
  evidence: evidenceLine,
});

const window = z.object({ from: time.nullable(), to: time.nullable(), why: z.string() });

const checked = z.object({
  detector: z.string(),
  looked: z.string(),
  technique: z.string(),
  inputs: z.array(z.string()),
  found: z.int(),
  falsePositives: z.string(),
  limits: z.array(z.string()),
});

const processEntry = z.object({
  pid: z.int(),
  ppid: z.int(),
  name: z.string(),
  args: z.string().nullable(),
  program: z.string().nullable(),
  findings: z.array(z.string()),
  acquisition: z.boolean(),
});

const socketEntry = z.object({
  protocol: z.string(),
  state: z.string(),
  local: z.string(),
  remote: z.string(),
  pid: z.int(),
  process: z.string(),
  inheritedBy: z.array(z.int()),
  otherNamespace: z.boolean(),
  suspect: z.boolean(),
});

const deletedEntry = z.object({
  name: z.string(),
  inode: z.int().nullable(),
  known: z
    .enum(['orphan-inode', 'deleted-name', 'command', 'page-cache', 'text-only'])
    .describe('what still knows of it'),
  content: z.enum(['whole', 'none', 'unknown', 'fragments']),
  bytes: z.int().nullable(),
  at: time.nullable(),
  finding: z.string(),
});

const input = z.object({ file: z.string(), bytes: z.int().nullable(), sha256: z.string() });
const custody = z.object({
  path: z.string(),
  sha256: z.string(),
  bytes: z.int().nullable(),
  tool: z.string(),
  at: z.string(),
  actor: z.string(),
});

/** `summary.json`: the one source of every other output. */
export const Summary = z.object({
  version: z.literal(SUMMARY_VERSION),
  origin: z.enum(['captured', 'recorded', 'stand-in']),
  originNote: z.string().describe('in words; said at the top of every output when the evidence is not captured'),
  generatedAt: time,
  guardDutyFinding: z.object({ id: z.string(), type: z.string(), instance: z.string().nullable() }).nullable(),
  host: z.object({ name: z.string().nullable(), kernel: z.string().nullable() }),
  assessment: z.enum(['compromised', 'suspicious', 'nothing-found', 'not-analysed']),
  verdict: z.string(),
  window,
  otherWindows: z.array(window),
  narrative: z.array(z.string()),
  story: z.object({
    ran: z.array(z.string()),
    entry: z.array(z.string()),
    touched: z.array(z.string()),
    persistence: z.array(z.string()),
    unknown: z.array(z.string()),
  }),
  findings: z.array(finding),
  indicators: z.array(indicator),
  setAside: z.array(z.string()).describe('what looks odd and is explained'),
  checked: z.array(checked),
  notChecked: z.array(z.object({ detector: z.string(), looked: z.string(), why: z.string() })),
  processes: z.array(processEntry),
  sockets: z.array(socketEntry),
  deleted: z.array(deletedEntry),
  recovered: z.array(z.object({ name: z.string(), inode: z.int().nullable(), bytes: z.int(), sha256: z.string() })),
  activity: z
    .object({
      hours: z.array(z.tuple([z.int(), z.int()])),
      marks: z.array(z.object({ at: time, title: z.string(), finding: z.string(), theme })),
    })
    .describe('births of files an hour (Unix hour, count), and findings that carry a time'),
  inputs: z.array(input),
  problems: z.object({
    total: z.int(),
    first: z.array(z.object({ file: z.string(), line: z.int(), problem: z.string() })),
  }),
  custody: z.array(custody),
});

export type Summary = z.infer<typeof Summary>;
export type SummaryFinding = Summary['findings'][number];
export type Indicator = Summary['indicators'][number];

/** The published JSON Schema (draft 2020-12), as `docs/schema/summary.v1.json` holds it. */
export function summaryJsonSchema(): unknown {
  return {
    $id: 'https://cordon.dev/schema/summary.v1.json',
    title: 'Cordon analysis summary',
    ...z.toJSONSchema(Summary),
  };
}
