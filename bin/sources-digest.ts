import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
/** Folders and files that can change a bundle or a template. */
const ROOMS = ['bot', 'core', 'handlers', 'infra', 'runbooks'];
const FILES = ['cdk.json', 'package-lock.json', 'tsconfig.json'];

/** SHA-256 over everything the assembly is made from; prose is left out. */
export function sourcesDigest(): string {
  const hash = createHash('sha256');
  const files = [...ROOMS.flatMap((room) => filesUnder(join(ROOT, room))), ...FILES.map((file) => join(ROOT, file))];
  for (const file of files.sort()) {
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name));
}
