import type { SyscallRow } from '../memory/memory-rows';
import { evidenceOf, named } from './describe';
import type { Detection, Detector } from './finding';
import type { Host } from './host';

export const hookedSyscall: Detector = {
  id: 'hooked-syscall',
  title: 'system calls that lead outside of the kernel’s own code',
  technique: 'T1014',
  rationale: 'A rootkit replaces entries of the system call table to hide files, processes and connections.',
  falsePositives:
    'Security agents and live patches that replace entries; symbols of another kernel build (then most entries are unknown).',
  needs: [['check_syscall']],
  run: (host) => detect(host),
};

/** Symbols that do not fit the kernel leave most entries unknown; a rootkit replaces a few. */
const MANY = 0.2;

function detect({ memory }: Host): readonly Detection[] {
  const hooked = memory.syscalls.filter(isForeign);
  if (hooked.length === 0 || hooked.length > memory.syscalls.length * MANY) return [];
  const names = hooked.map(
    ({ index, module }) => `${index ?? '?'}${module === undefined ? '' : ` (${named(module, 30)})`}`,
  );
  return [
    {
      title: `${hooked.length} of ${memory.syscalls.length} system calls are hooked: ${names.slice(0, 8).join(', ')}`,
      confidence: 'high',
      because: 'these entries lead to addresses without a kernel symbol while the others have theirs',
      subject: { kind: 'host' },
      theme: 'hiding',
      evidence: evidenceOf(hooked.map(({ source }) => source)),
      weight: 90,
    },
  ];
}

function isForeign({ symbol, module }: SyscallRow): boolean {
  if (module !== undefined && module !== '' && !/^(?:__kernel__|kernel|-|N\/A)$/i.test(module)) return true;
  // An entry whose symbol is missing altogether is a damaged row: Volatility writes UNKNOWN.
  return /^(?:unknown|hooked|-|n\/a)/i.test(symbol);
}
