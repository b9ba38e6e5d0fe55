import { NeedsHuman } from '../errors';

/** A kernel of a distribution whose debug packages we know how to find. Every part is letters, digits and `.+~-_` only. */
export type Kernel =
  | { readonly distribution: 'debian'; readonly release: string; readonly version: string; readonly arch: DebianArch }
  | { readonly distribution: 'ubuntu'; readonly release: string; readonly version: string; readonly arch: DebianArch }
  | { readonly distribution: 'amazon'; readonly release: string; readonly year: '2' | '2023' };

type DebianArch = 'amd64' | 'arm64';

/** How a debug kernel is got: addresses to try in this order, or a package of a distribution's own repository. */
export type DebugPackage =
  | { readonly from: 'addresses'; readonly addresses: readonly string[] }
  | { readonly from: 'dnf'; readonly image: string; readonly repository: string; readonly package: string };

const LONGEST_BANNER = 1000;
const RELEASE = /^Linux version ([0-9][\w.+~-]{2,80}) \(/;
/** `#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)` */
const DEBIAN = / Debian ([0-9][\w.+~-]{2,60}) \([0-9]{4}-[0-9]{2}-[0-9]{2}\)/;
/** `#101-Ubuntu SMP`, `#56~20.04.1-Ubuntu SMP`: the upload, and the series a kernel was built for when it is not its own. */
const UBUNTU = / #([0-9]{1,6})(~[0-9.]{3,12})?-Ubuntu /;
/** `6.1.61-85.141.amzn2023.x86_64`, `5.10.201-191.748.amzn2.aarch64` */
const AMAZON = /\.amzn(2|2023)\.(?:x86_64|aarch64)$/;

/**
 * The kernel that a banner (`/proc/version`, or Volatility's banners) names. A banner comes from the machine under
 * suspicion: nothing of it is used that does not have the exact form.
 * @throws NeedsHuman in one sentence when it is none of the three
 */
export function kernelOf(banner: string): Kernel {
  const text = banner.slice(0, LONGEST_BANNER);
  const release = RELEASE.exec(text)?.[1];
  if (release === undefined)
    throw new NeedsHuman('This is no banner of a Linux kernel: give the line of /proc/version.');
  const year = AMAZON.exec(release)?.[1];
  if (year === '2' || year === '2023') return { distribution: 'amazon', release, year };
  const debian = DEBIAN.exec(text)?.[1];
  if (debian !== undefined)
    return { distribution: 'debian', release, version: debian, arch: /-arm64$/.test(release) ? 'arm64' : 'amd64' };
  const [, upload, series = ''] = UBUNTU.exec(text) ?? [];
  const abi = /^([0-9.]+-[0-9]+)-[a-z]/.exec(release)?.[1];
  if (upload !== undefined && abi !== undefined) {
    const arch = /\(buildd@[a-z0-9]+-arm64-[0-9]+\)/.test(text) ? 'arm64' : 'amd64';
    return { distribution: 'ubuntu', release, version: `${abi}.${upload}${series}`, arch };
  }
  throw new NeedsHuman(
    `Kernel ${release} is not one of Debian, Ubuntu or Amazon Linux: make its symbols by hand (runbooks/operator.md).`,
  );
}

/** Where the debug package of a kernel lies. */
export function debugPackage(kernel: Kernel): DebugPackage {
  switch (kernel.distribution) {
    case 'debian':
      return { from: 'addresses', addresses: debianAddresses(kernel) };
    case 'ubuntu':
      return { from: 'addresses', addresses: ubuntuAddresses(kernel) };
    case 'amazon':
      return amazonPackage(kernel);
  }
}

/** Debian keeps what its mirrors dropped on snapshot.debian.org, under the name of the file. */
function debianAddresses({ release, version, arch }: Kernel & { distribution: 'debian' }): readonly string[] {
  const file = `linux-image-${release}-dbg_${version}_${arch}.deb`;
  const path = `pool/main/l/linux/${encodeURIComponent(file)}`;
  return [
    `https://deb.debian.org/debian/${path}`,
    `https://security.debian.org/debian-security/${path}`,
    `https://snapshot.debian.org/archive/debian/${snapshotTime(version)}/${path}`,
  ];
}

/** A snapshot well after any kernel of that version was uploaded redirects to the nearest one that has it. */
function snapshotTime(version: string): string {
  const major = Number(version.split('.')[0]);
  return major >= 6 ? '20250601T000000Z' : '20240601T000000Z';
}

/** Flavours are built from sources of their own: linux-aws; a kernel for an older series has its own version in the name. */
function ubuntuAddresses({ release, version, arch }: Kernel & { distribution: 'ubuntu' }): readonly string[] {
  const flavour = release.replace(/^[0-9.]+-[0-9]+-/, '');
  const base = flavour === 'generic' || flavour === 'lowlatency' ? 'linux' : `linux-${flavour}`;
  const short = /^[0-9]+\.[0-9]+/.exec(release)?.[0] ?? '';
  const backport = version.includes('~');
  const sources = backport ? [base === 'linux' ? `linux-hwe-${short}` : `${base}-${short}`] : [base, 'linux-signed'];
  return sources.flatMap((source) =>
    ['linux-image-unsigned', 'linux-image'].map((name) => {
      const file = encodeURIComponent(`${name}-${release}-dbgsym_${version}_${arch}.ddeb`);
      return `http://ddebs.ubuntu.com/pool/main/l/${source}/${file}`;
    }),
  );
}

/** Amazon's repositories have addresses that change: its own package manager finds the package, in its own container. */
function amazonPackage({ release, year }: Kernel & { distribution: 'amazon' }): DebugPackage {
  const [major, minor] = release.split('.');
  // Kernels after 6.1 are packages of their own in Amazon Linux 2023: kernel6.12-debuginfo.
  const own = year === '2023' && `${major}.${minor}` !== '6.1';
  return {
    from: 'dnf',
    image: `public.ecr.aws/amazonlinux/amazonlinux:${year}`,
    repository: year === '2023' ? 'amazonlinux-debuginfo' : 'amzn2-core-debuginfo',
    package: `${own ? `kernel${major}.${minor}` : 'kernel'}-debuginfo-${release}`,
  };
}
