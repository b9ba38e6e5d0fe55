/** vCPUs and memory of one instance type, and whether it is a Nitro type. */
export interface TypeFacts {
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly nitro: boolean;
}

/** vCPUs by size name; `Nxlarge` is 4 × N. */
const SIZES: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
  metal: 96,
};

/** GiB of the burstable sizes, which follow no ratio (EC2 user guide, T3 and T4g). */
const BURSTABLE_GIB: Readonly<Record<string, number>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
};

/** GiB per vCPU by family letter: compute, general purpose, memory, and the storage families. */
const RATIOS: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, x: 16, i: 8, d: 8, g: 4, p: 8, h: 4, z: 8 };

/** Families before Nitro (Xen). */
const XEN = /^(t1|t2|m1|m2|m3|m4|c1|c3|c4|r3|r4|i2|d2|x1|x1e|g3|p2|p3|h1)$/;

/** Facts of a type by its name's rule; undefined for a name that follows none. */
export function typeFacts(name: string): TypeFacts | undefined {
  const [family = '', size = ''] = name.split('.');
  const letter = /^([a-z]+)[0-9]+[a-z0-9-]*$/.exec(family)?.[1];
  if (letter === undefined) return undefined;
  const multiple = /^([0-9]+)xlarge$/.exec(size)?.[1];
  const vcpus = multiple === undefined ? SIZES[size] : 4 * Number(multiple);
  const ratio = RATIOS[letter.charAt(0)];
  const gib =
    letter === 't' ? BURSTABLE_GIB[size] : vcpus === undefined || ratio === undefined ? undefined : vcpus * ratio;
  if (vcpus === undefined || gib === undefined) return undefined;
  return {
    vcpus: multiple === undefined && size === 'medium' && letter !== 't' ? 1 : vcpus,
    memoryMib: gib * 1024,
    architecture: /^[a-z]+[0-9]+g/.test(family) ? 'arm64' : 'x86_64',
    nitro: !XEN.test(family),
  };
}
