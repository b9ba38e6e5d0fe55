import type { HookRow } from '../memory/memory-rows';
import { isAcquisitionModule } from './acquisition';
import { evidenceOf, named } from './describe';
import type { Detection, Detector } from './finding';
import type { Host } from './host';

export const kernelHook: Detector = {
  id: 'kernel-hook',
  title: 'interrupts, terminals, protocols, key presses and packet filters handled outside of known code',
  technique: 'T1014',
  rationale: 'A rootkit listens or hides at these places of the kernel.',
  falsePositives:
    'Handlers Volatility names in brackets are kernel symbols (apparmor, SELinux), not modules; drivers loaded on purpose.',
  needs: [['check_idt', 'tty_check', 'check_afinfo', 'keyboard_notifiers', 'netfilter']],
  run: (host) => {
    const foreign = host.memory.hooks.filter((row) => isForeign(row, host) && !inKernelImage(row, host));
    return foreign.length === 0 ? [] : [detection(foreign)];
  },
};

/** Neither kernel code, nor a kernel symbol in brackets, nor a module in the list. */
function isForeign({ module, symbol }: HookRow, { memory }: Host): boolean {
  if (module === '' || /^\[.*\]$/.test(module) || isAcquisitionModule(module)) return false;
  if (/^(?:__kernel__|kernel|-|n\/a)$/i.test(module)) return /^(?:unknown|hooked)/i.test(symbol);
  const listed = new Set(memory.modules.map(({ name }) => name));
  return listed.size === 0 ? /^unknown/i.test(module) : !listed.has(module);
}

/** The kernel's image is smaller than this; modules are loaded hundreds of MiB away (arch/x86, Documentation/x86/x86_64/mm). */
const KERNEL_IMAGE_BYTES = 64 * 1024 * 1024;

/** Volatility has no symbol for a few of the kernel's own handlers; they lie among the others. */
function inKernelImage({ module, address }: HookRow, { memory }: Host): boolean {
  if (address === undefined || !/^unknown/i.test(module)) return false;
  return memory.hooks.some(
    (row) =>
      row.module === '__kernel__' && row.address !== undefined && Math.abs(row.address - address) < KERNEL_IMAGE_BYTES,
  );
}

function detection(rows: readonly HookRow[]): Detection {
  const places = [...new Set(rows.map(({ place, module }) => `${named(place, 40)} (${named(module, 30)})`))];
  return {
    title: `The kernel calls unlisted code at ${places.slice(0, 5).join(', ')}`,
    confidence: rows.some(({ module }) => /^unknown/i.test(module)) ? 'high' : 'medium',
    because: 'the handler belongs neither to the kernel nor to a listed module',
    subject: { kind: 'host' },
    theme: 'hiding',
    evidence: evidenceOf(rows.map(({ source }) => source)),
    weight: 82,
  };
}
