import { baseName } from './paths';

/** Programs that take a memory image. */
const IMAGERS = /^(?:avml(?:-[\w.-]+)?|linpmem|pmem|fmem|microsnapshot)$/i;

/**
 * Tools that take a memory image: LiME (a kernel module loaded with a path or port), AVML, fmem, pmem. Judged by the program
 * only: an argument that names such a tool would be an easy way not to be looked at.
 */
export function isAcquisition(comm: string, args: string): boolean {
  const [first = '', ...rest] = args.split(/\s+/);
  const name = baseName(first) || comm;
  if (/^(?:insmod|modprobe)$/.test(name))
    return rest.some((word) => /^lime(?:-[\w.-]+)?(?:\.ko)?$/i.test(baseName(word)));
  if (/^sudo$/.test(name)) return isAcquisition('', rest.filter((word) => !word.startsWith('-')).join(' '));
  return IMAGERS.test(name);
}

/** Kernel modules of memory acquisition. */
export function isAcquisitionModule(name: string): boolean {
  return /^(?:lime(?:-[\w.-]+)?|fmem|pmem|linpmem)$/i.test(name);
}
