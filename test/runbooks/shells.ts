import { spawnSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Shell {
  readonly name: string;
  readonly command: readonly string[];
  readonly path: string;
}

const PATH = process.env.PATH ?? '';

function exists(program: string): boolean {
  return spawnSync(program, ['true']).error === undefined;
}

/** A PATH where every tool is busybox's own, as on Alpine; curl stands beside it, as busybox cannot PUT. */
function busyboxOnly(): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-busybox-'));
  spawnSync('busybox', ['--install', '-s', folder]);
  const curl = spawnSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).stdout.trim();
  if (curl !== '') symlinkSync(curl, join(folder, 'curl'));
  return { name: 'busybox with its own tools', command: [join(folder, 'sh')], path: folder };
}

/** The shells of stock distributions that this machine has: sh is dash on Debian, bash on Amazon Linux. */
export const SHELLS: readonly Shell[] = [
  { name: 'sh', command: ['sh'], path: PATH },
  ...(exists('bash') ? [{ name: 'bash', command: ['bash', '--posix'], path: PATH }] : []),
  ...(exists('busybox') ? [busyboxOnly()] : []),
];
