import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

const SECTOR = 512;
const MIB = 1024 * 1024;

export interface PlacedPartition {
  /** Sector of 512 bytes it begins at. */
  readonly start: number;
  /** What it holds: a file-system image, or bytes. */
  readonly content: Buffer;
}

/** Runs a program and returns its output; a failing program fails the test with its words. */
export function shell(program: string, args: readonly string[], input = ''): string {
  const ran = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (ran.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${ran.stderr || ran.error?.message}`);
  return ran.stdout;
}

/** Writes a tree of files: path → content; a path that ends in `/` is a folder. */
export function writeTree(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    const at = join(folder, path);
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(at, content, { mode: /(^|\/)x-|\.sh$/.test(path) ? 0o755 : 0o644 });
  }
}

export interface Ext4Options {
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly megabytes?: number;
  readonly label?: string;
  readonly lastMounted?: string;
  /** Commands of debugfs -w, run in order on the finished file system. */
  readonly debugfs?: readonly string[];
}

/** An ext4 file system made by mkfs.ext4 and changed by debugfs, without mounting anything. */
export function ext4Image(folder: string, name: string, options: Ext4Options): Buffer {
  const path = join(folder, `${name}.ext4`);
  const tree = join(folder, `${name}.tree`);
  mkdirSync(tree, { recursive: true });
  writeTree(tree, options.files);
  writeFileSync(path, '');
  truncateSync(path, (options.megabytes ?? 24) * MIB);
  const label = options.label === undefined ? [] : ['-L', options.label];
  const mounted = options.lastMounted === undefined ? [] : ['-M', options.lastMounted];
  shell('mkfs.ext4', ['-q', '-F', ...label, ...mounted, '-d', tree, path]);
  if (options.debugfs !== undefined) shell('debugfs', ['-w', path], `${options.debugfs.join('\n')}\n`);
  return readFileSync(path);
}

/** The inode a path has in a file-system image. */
export function inodeAt(folder: string, name: string, path: string): number {
  const found = shell('debugfs', ['-R', `stat ${path}`, join(folder, `${name}.ext4`)]);
  return Number(/^Inode: (\d+)/.exec(found)?.[1]);
}

/** A disk with a GUID partition table of unnamed partitions, as cloud images have it. */
export function gptDisk(path: string, megabytes: number, partitions: readonly PlacedPartition[]): void {
  const sectors = (megabytes * MIB) / SECTOR;
  const entries = Buffer.alloc(128 * 128);
  for (const [index, { start, content }] of partitions.entries()) {
    const at = index * 128;
    // Linux file system data, 0FC63DAF-8483-4772-8E79-3D69D8477DE4 in its mixed-endian form; then any unique id.
    Buffer.from('af3dc60f838472478e793d69d8477de4', 'hex').copy(entries, at);
    Buffer.alloc(16, index + 1).copy(entries, at + 16);
    entries.writeBigUInt64LE(BigInt(start), at + 32);
    entries.writeBigUInt64LE(BigInt(start + content.length / SECTOR - 1), at + 40);
  }
  const header = Buffer.alloc(SECTOR);
  header.write('EFI PART', 0, 'latin1');
  header.writeUInt32LE(0x00010000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(BigInt(sectors - 1), 32);
  header.writeBigUInt64LE(34n, 40);
  header.writeBigUInt64LE(BigInt(sectors - 34), 48);
  Buffer.alloc(16, 0xd1).copy(header, 56);
  header.writeBigUInt64LE(2n, 72);
  header.writeUInt32LE(128, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(crc32(entries), 88);
  header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
  writeDisk(path, megabytes, [
    { start: 0, content: mbrSector([{ type: 0xee, start: 1, sectors: sectors - 1 }]) },
    { start: 1, content: header },
    { start: 2, content: entries },
    ...partitions,
  ]);
}

/** A disk with an MBR partition table of Linux partitions. */
export function mbrDisk(path: string, megabytes: number, partitions: readonly PlacedPartition[]): void {
  const rows = partitions.map(({ start, content }) => ({ type: 0x83, start, sectors: content.length / SECTOR }));
  writeDisk(path, megabytes, [{ start: 0, content: mbrSector(rows) }, ...partitions]);
}

function mbrSector(
  rows: readonly { readonly type: number; readonly start: number; readonly sectors: number }[],
): Buffer {
  const sector = Buffer.alloc(SECTOR);
  for (const [index, { type, start, sectors }] of rows.entries()) {
    const at = 446 + index * 16;
    sector[at + 4] = type;
    sector.writeUInt32LE(start, at + 8);
    sector.writeUInt32LE(sectors, at + 12);
  }
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

function writeDisk(path: string, megabytes: number, pieces: readonly PlacedPartition[]): void {
  const file = openSync(path, 'w');
  for (const { start, content } of pieces) writeSync(file, content, 0, content.length, start * SECTOR);
  closeSync(file);
  truncateSync(path, megabytes * MIB);
}
