import { type MadeTask, ORDINARY_TASKS, volatilityFiles } from '../../../support/volatility';

export type Files = Readonly<Record<string, string>>;

/** What a detector must name, and what looks much like it and is nothing. */
export interface DetectorCase {
  readonly detector: string;
  readonly finds: { readonly what: string; readonly files: Files; readonly finding?: unknown; readonly says: RegExp };
  /** Nothing of medium or high confidence may be said of it. */
  readonly leaves: { readonly what: string; readonly files: Files; readonly finding?: unknown };
}

export const INSTALLED = 1_770_000_000;
/** 2026-05-28T20:26:40Z: when something happens on the made hosts. */
export const NOW = 1_780_000_000;

export interface MadeFile {
  readonly path: string;
  readonly inode?: number;
  readonly mode?: string;
  readonly size?: number;
  readonly uid?: number;
  /** Unix seconds; the other times follow it. */
  readonly born?: number;
  readonly changed?: number;
  readonly modified?: number;
  readonly read?: number;
}

/** One bodyfile line. */
export function bodyLine(file: MadeFile): string {
  const born = file.born ?? INSTALLED;
  const changed = file.changed ?? born;
  const times = [file.read ?? born, file.modified ?? changed, changed, born];
  return [
    0,
    file.path,
    file.inode ?? 100_000 + (file.path.length % 1000),
    file.mode ?? 'r/rrw-r--r--',
    file.uid ?? 0,
    0,
    file.size ?? 100,
    ...times,
  ].join('|');
}

/** A set-user-id program and a hidden one in a temporary place: whoever made them broke in then. */
const BROKEN_INTO: readonly MadeFile[] = [
  { path: '/var/tmp/...q/sh', mode: 'r/rrwsr-xr-x', born: NOW, inode: 90_001 },
  { path: '/etc/ld.so.preload', born: NOW + 5, inode: 90_002, size: 20 },
];

const QUIET: readonly MadeFile[] = Array.from({ length: 60 }, (_, at) => ({
  path: `/usr/lib/pkg/f${at}`,
  inode: 5000 + at,
}));

/** A listing of a machine that was broken into at `NOW`, with the given files. */
export function diskOf(...files: readonly MadeFile[]): Files {
  return { 'disk/bodyfile.txt': `${[...QUIET, ...BROKEN_INTO, ...files].map(bodyLine).join('\n')}\n` };
}

/** Ordinary services and the given tasks; `extra` are rows of other plugins. */
export function memoryOf(tasks: readonly MadeTask[], extra: Parameters<typeof volatilityFiles>[1] = {}): Files {
  return volatilityFiles([...ORDINARY_TASKS, ...tasks], extra);
}

/** A connection to an address of nobody's (RFC 5737). */
export const outward = (port = 443, fds: readonly number[] = [3]) =>
  fds.map((fd) => ({
    fd,
    sock: 5000 + port,
    state: 'ESTABLISHED',
    local: ['10.0.0.9', 40_000] as const,
    remote: ['198.51.100.7', port] as const,
  }));

/** A copy the disk runbook made of a small file, with its line in the index. */
export function copied(inode: number, path: string, text: string, why = 'account-or-start'): Files {
  const file = `recovered/inode-${inode}.bin`;
  return {
    [`disk/${file}`]: text,
    'disk/recovered/index.tsv': `${[file, inode, text.length, '0'.repeat(64), why, path].join('\t')}\n`,
  };
}

export const ILS_HEAD =
  'class|host|device|start_time\nils|vm||1\nst_ino|st_alloc|st_uid|st_gid|st_mtime|st_atime|st_ctime|st_crtime|st_mode|st_nlink|st_size\n';

export const dnsFinding = (domain: string) => ({
  id: 'f',
  type: 'Trojan:EC2/DNSDataExfiltration',
  service: { action: { dnsRequestAction: { domain } } },
});

export const networkFinding = (address: string, port: number) => ({
  id: 'f',
  type: 'Backdoor:EC2/C&CActivity.B',
  service: {
    action: {
      networkConnectionAction: { remoteIpDetails: { ipAddressV4: address }, remotePortDetails: { port } },
    },
  },
});
