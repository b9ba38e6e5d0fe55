/** Tools that take a memory image: LiME (a kernel module loaded with a path or port), AVML, fmem, pmem and our own document. */
export function isAcquisition(comm: string, args: string): boolean {
  const text = `${comm} ${args}`;
  if (/\b(?:insmod|modprobe)\b.*\blime[\w.-]*\b/i.test(text) || /\bformat=(?:lime|raw|padded)\b/.test(text))
    return true;
  return /(?:^|[\s/])(?:avml|linpmem|pmem|fmem|microsnapshot)(?:[\s-]|$)/i.test(text);
}

/** Kernel modules of memory acquisition. */
export function isAcquisitionModule(name: string): boolean {
  return /^(?:lime(?:-[\w.-]+)?|fmem|pmem|linpmem)$/i.test(name);
}
