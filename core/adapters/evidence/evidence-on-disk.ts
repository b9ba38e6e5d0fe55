import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { EvidenceFolder } from '../../evidence/evidence-folder';

/** Evidence in a folder on disk. */
export function evidenceOnDisk(root: string): EvidenceFolder {
  return {
    async open(path) {
      const file = join(root, path);
      const found = await stat(file).catch(() => undefined);
      return found?.isFile() === true ? createReadStream(file) : undefined;
    },
    async list() {
      const all = await readdir(root, { recursive: true, withFileTypes: true });
      const files = all.filter((each) => !each.isDirectory());
      return files.map((each) => relative(root, join(each.parentPath, each.name)).split(sep).join('/')).sort();
    },
  };
}
