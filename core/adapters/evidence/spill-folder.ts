import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SpillFile, SpillStore } from '../../analysis/timeline/spill';

/** Spill files in a folder of this machine. Each is unlinked as soon as it is open, so that a crash leaves none behind. */
export function spillFolder(folder: string): SpillStore {
  let files = 0;
  return {
    create: (): SpillFile => {
      files += 1;
      const path = join(folder, `run-${files}`);
      const descriptor = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      return {
        append: (bytes) => writeAll(descriptor, bytes),
        read: (position, into) => readSync(descriptor, into, 0, into.length, position),
        close: () => closeSync(descriptor),
      };
    },
  };
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written, bytes.length - written);
}
