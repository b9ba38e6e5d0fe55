import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../desk/desk';

const SOURCE = join(ROOT, 'lab', 'page');
const BUILT = join(ROOT, '.cache', 'page');

/** Builds the page unless it is already of these very sources; answers the folder. About two seconds when it builds. */
export async function builtPage(): Promise<string> {
  const digest = digestOf();
  const stamp = join(BUILT, 'digest');
  const folder = join(BUILT, 'dist');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return folder;
  const { build } = await import('vite');
  mkdirSync(BUILT, { recursive: true });
  await build({
    root: SOURCE,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, target: 'es2022', modulePreload: false, reportCompressedSize: false },
    esbuild: false,
    oxc: { jsx: { runtime: 'automatic' } },
  });
  writeFileSync(stamp, digest);
  return folder;
}

/** SHA-256 over the page's sources, what it shares with the server, and the lock file. */
function digestOf(): string {
  const hash = createHash('sha256');
  for (const file of [...filesUnder(SOURCE), ...filesUnder(__dirname), join(ROOT, 'package-lock.json')].sort())
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
