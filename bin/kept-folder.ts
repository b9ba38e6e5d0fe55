import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** Results of older sources that are kept for runs that still read them. */
const KEEP = 3;
const HOUR_MS = 3_600_000;

/**
 * A folder of results named by the digest of what they are made from: made beside it and renamed when whole, so that
 * runs side by side never see half of one and never lose the one they read. Old ones go after an hour, all but three.
 */
export async function keptFolder(
  room: string,
  digest: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(room, digest.slice(0, 16));
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  mkdirSync(room, { recursive: true });
  const unfinished = mkdtempSync(join(room, 'unfinished-'));
  try {
    await make(unfinished);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  prune(room);
  return folder;
}

function prune(room: string): void {
  const oldest = Date.now() - HOUR_MS;
  const folders = readdirSync(room)
    .map((name) => ({ path: join(room, name), at: statSync(join(room, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path, at } of folders.slice(KEEP)) if (at < oldest) rmSync(path, { recursive: true, force: true });
}
