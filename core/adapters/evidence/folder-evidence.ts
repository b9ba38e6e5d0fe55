import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { EvidenceFile, EvidenceSource } from '../../analysis/evidence-source';
import { storedFile } from './stored-file';

const GZIPPED = '.gz';

/**
 * Evidence in folders, one for each role: `{disk: '/a/b'}` serves `/a/b/mmls.txt` (or `mmls.txt.gz`) as `disk/mmls.txt`.
 * A missing folder holds no files. Symbolic links are not followed: evidence must not name what lies outside its folder.
 */
export function folderEvidence(folders: Readonly<Record<string, string>>): EvidenceSource {
  const index = async () => {
    const found = new Map<string, string>();
    for (const [role, folder] of Object.entries(folders)) {
      for (const path of await filesUnder(folder)) addFile(found, role, folder, path);
    }
    return found;
  };
  return {
    list: async () => [...(await index()).keys()].sort(),
    open: async (name): Promise<EvidenceFile | undefined> => {
      const path = (await index()).get(name);
      return path === undefined ? undefined : storedFile(name, path, (await stat(path)).size);
    },
    storedName: async (name) => ((await index()).get(name)?.endsWith(GZIPPED) === true ? `${name}${GZIPPED}` : name),
  };
}

/** How many symbolic links lie under a folder, at any depth. */
export async function linksUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isSymbolicLink()).length;
}

/** The plain file wins over its gzipped twin. */
function addFile(found: Map<string, string>, role: string, folder: string, path: string): void {
  const gzipped = path.endsWith(GZIPPED);
  const name = `${role}/${gzipped ? path.slice(0, -GZIPPED.length) : path}`.split(sep).join('/');
  if (!gzipped || !found.has(name)) found.set(name, join(folder, path));
}

async function filesUnder(folder: string, below = ''): Promise<readonly string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(below, entry.name);
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory()) found.push(...(await filesUnder(folder, path)));
  }
  return found;
}
