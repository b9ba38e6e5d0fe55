import type { InjectedRow } from '../memory/memory-rows';
import { evidenceOf, named, suspiciousPlace } from './describe';
import type { Confidence, Detection, Detector } from './finding';
import type { Host } from './host';
import { knownTool, looksLikeKernelThread } from './known-tools';

export const injectedMemory: Detector = {
  id: 'injected-memory',
  title: 'memory that is both writable and executable and belongs to no file, ranked',
  technique: 'T1055',
  rationale: 'Programs run code from files; code in anonymous writable memory was put there at run time.',
  falsePositives:
    'Just-in-time compilers (Java, Node.js, .NET, PHP, LuaJIT, PCRE), libffi in Python programs, browsers.',
  needs: [['malfind']],
  run: (host) => [...byProcess(host.memory.injected)].flatMap(([pid, rows]) => detect(pid, rows, host)),
};

/** Programs that make code as they run. */
const COMPILERS =
  /^(?:java|node|nodejs|dotnet|mono|php.*|python.*|ruby.*|lua.*|polkitd|gnome-shell|gjs.*|firefox.*|chrom.*|networkd-dispat.*|unattended-upg.*|dnf|yum|mongod|postgres|beam\.smp|julia|qemu.*|nginx|haproxy|Xorg|amazon-cloudwatch.*|containerd.*|snapd|firewalld|tuned|osqueryd|falcon.*|ds_agent|cloud-init)$/i;

function byProcess(rows: readonly InjectedRow[]): ReadonlyMap<number, readonly InjectedRow[]> {
  const groups = new Map<number, InjectedRow[]>();
  for (const row of rows) groups.set(row.pid, [...(groups.get(row.pid) ?? []), row]);
  return groups;
}

function detect(pid: number, rows: readonly InjectedRow[], host: Host): readonly Detection[] {
  const first = rows[0];
  const process = host.processes.get(pid);
  if (first === undefined || process?.acquisition === true) return [];
  const code = rows.map(({ bytes }) => codeSign(bytes)).find((sign) => sign !== undefined);
  const place = process === undefined ? undefined : suspiciousPlace(process);
  const tool =
    knownTool(first.process)?.strength === 'strong' ||
    (process !== undefined && process.ppid !== 2 && looksLikeKernelThread(first.process));
  const ranked = rank(
    COMPILERS.test(first.process),
    code,
    place ?? (tool ? 'its name is that of a known tool' : undefined),
  );
  const regions = rows.length === 1 ? 'a region' : `${rows.length} regions`;
  return [
    {
      title: `${named(first.process, 40)} (pid ${pid}) has ${regions} of writable, executable memory without a file${code === undefined ? '' : `, ${code}`}`,
      confidence: ranked.confidence,
      because: ranked.because,
      subject: { kind: 'process', pid },
      theme: 'execution',
      evidence: evidenceOf([...rows.map(({ source }) => source), process?.source], 6),
      weight: ranked.weight,
    },
  ];
}

interface Rank {
  readonly confidence: Confidence;
  readonly because: string;
  readonly weight: number;
}

function rank(compiler: boolean, code: string | undefined, suspicion: string | undefined): Rank {
  if (suspicion !== undefined && code !== undefined) {
    return { confidence: 'high', because: `${suspicion}, and the region begins ${code}`, weight: 78 };
  }
  if (suspicion !== undefined) return { confidence: 'medium', because: suspicion, weight: 58 };
  if (compiler)
    return {
      confidence: 'low',
      because: 'this program makes code as it runs: such regions are ordinary in it',
      weight: 8,
    };
  if (code !== undefined)
    return {
      confidence: 'medium',
      because: `the region begins ${code}, and the program is not known to make code`,
      weight: 52,
    };
  return { confidence: 'low', because: 'the region does not begin like code', weight: 12 };
}

/** How the region begins, when it begins like code. */
function codeSign(bytes: readonly number[]): string | undefined {
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (hex.startsWith('7f454c46')) return 'with the head of a program (ELF)';
  if (/^(?:f30f1efa)?55(?:4889e5|488bec)/.test(hex)) return 'like a function (push rbp; mov rbp, rsp)';
  if (
    /^(?:4831(?:c0|ff|d2|f6|db|c9)|31(?:c0|ff|d2|f6|db|c9)|6a[0-9a-f]{2}58|fc4883e4|e8[0-9a-f]{2}000000|eb[0-9a-f]{2}5[89a-f]|9090909090)/.test(
      hex,
    )
  ) {
    return 'like shell code';
  }
  return /^(?:fd7bbfa9|fd7bb|ff[0-9a-f]{2}0[0-4]d1)/.test(hex) ? 'like a function (arm64 frame)' : undefined;
}
