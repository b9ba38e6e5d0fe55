import fc from 'fast-check';
import { debugPackage, kernelOf } from '../../../core/symbols/kernel';

const DEBIAN =
  'Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)';
const UBUNTU =
  'Linux version 5.15.0-91-generic (buildd@lcy02-amd64-045) (gcc (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0, GNU ld (GNU Binutils for Ubuntu) 2.38) #101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023 (Ubuntu 5.15.0-91.101-generic 5.15.131)';
const UBUNTU_AWS =
  'Linux version 5.15.0-1051-aws (buildd@bos03-arm64-001) (gcc (Ubuntu 9.4.0-1ubuntu1~20.04.2) 9.4.0, GNU ld (GNU Binutils for Ubuntu) 2.34) #56~20.04.1-Ubuntu SMP Tue Nov 28 15:43:06 UTC 2023';
const AMAZON =
  'Linux version 6.1.61-85.141.amzn2023.x86_64 (mockbuild@ip-10-0-44-71) (gcc (GCC) 11.4.1 20230605 (Red Hat 11.4.1-2), GNU ld version 2.39-6.amzn2023.0.10) #1 SMP PREEMPT_DYNAMIC Wed Nov  8 00:39:18 UTC 2023';

describe('the kernel of a banner', () => {
  test.each([
    [DEBIAN, { distribution: 'debian', release: '6.1.0-18-amd64', version: '6.1.76-1', arch: 'amd64' }],
    [UBUNTU, { distribution: 'ubuntu', release: '5.15.0-91-generic', version: '5.15.0-91.101', arch: 'amd64' }],
    [UBUNTU_AWS, { distribution: 'ubuntu', version: '5.15.0-1051.56~20.04.1', arch: 'arm64' }],
    [AMAZON, { distribution: 'amazon', release: '6.1.61-85.141.amzn2023.x86_64', year: '2023' }],
  ])('is read: %#', (banner, kernel) => {
    expect(kernelOf(banner)).toMatchObject(kernel);
  });

  test.each([
    ['', 'This is no banner'],
    ['Linux version 6.1.0-18-amd64; rm -rf / (x)', 'This is no banner'],
    ['Linux version 6.9.1-arch1-1 (linux@archlinux) #1 SMP', 'is not one of Debian, Ubuntu or Amazon Linux'],
  ])('is refused in one sentence: %s', (banner, sentence) => {
    expect(() => kernelOf(banner)).toThrow(sentence);
  });

  test('never carries anything of a hostile banner into an address or a package name', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(hostile, hostile, hostile, (release, version, rest) => {
        const banner = `Linux version 6.1.0${release}-amd64 (x) #1 SMP Debian 6.1.76${version} (2024-02-01)${rest}`;
        try {
          expect(JSON.stringify(debugPackage(kernelOf(banner)))).toMatch(/^[\w.+~%:/",{}[\]-]+$/);
        } catch (error) {
          if (!(error instanceof Error) || error.name !== 'NeedsHuman') throw error;
        }
      }),
    );
  });
});

describe('the debug package', () => {
  const addresses = (banner: string) => {
    const found = debugPackage(kernelOf(banner));
    return found.from === 'addresses' ? found.addresses : [];
  };

  test('of Debian lies in the pool of linux, then with security, then in the snapshot', () => {
    expect(addresses(DEBIAN)[0]).toBe(
      'https://deb.debian.org/debian/pool/main/l/linux/linux-image-6.1.0-18-amd64-dbg_6.1.76-1_amd64.deb',
    );
    expect(addresses(DEBIAN).map((address) => new URL(address).host)).toEqual([
      'deb.debian.org',
      'security.debian.org',
      'snapshot.debian.org',
    ]);
  });

  test('of Ubuntu lies with its flavour, or with the kernel made for an older series', () => {
    expect(addresses(UBUNTU)[0]).toBe(
      'http://ddebs.ubuntu.com/pool/main/l/linux/linux-image-unsigned-5.15.0-91-generic-dbgsym_5.15.0-91.101_amd64.ddeb',
    );
    expect(addresses(UBUNTU_AWS)[0]).toContain('/l/linux-aws-5.15/linux-image-unsigned-5.15.0-1051-aws-dbgsym_');
  });

  test('of Amazon Linux is asked of its own package manager', () => {
    expect(debugPackage(kernelOf(AMAZON))).toEqual({
      from: 'dnf',
      image: 'public.ecr.aws/amazonlinux/amazonlinux:2023',
      repository: 'amazonlinux-debuginfo',
      package: 'kernel-debuginfo-6.1.61-85.141.amzn2023.x86_64',
    });
  });
});
