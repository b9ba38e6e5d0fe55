import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceFolder } from '../../evidence/evidence-folder';

/** Evidence in a folder on disk. */
export function evidenceOnDisk(root: string): EvidenceFolder {
  return {
    async open(path) {
      const file = join(root, path);
      const found = await stat(file).catch(() => undefined);
      return found?.isFile() === true ? createReadStream(file) : undefined;
    },
  };
}
