import { NeedsHuman } from '../errors';
import { type IncidentId, sha256 } from '../incident/ids';
import type { EvidenceVault } from '../ports/evidence-vault';

/** What is read of a sealed manifest here; `cordon verify` checks the rest. */
interface SealedEntry {
  readonly path: string;
  readonly sha256: string;
  readonly origin: string;
}

export interface SealedResult {
  /** Path under `derived/`: `disk/bodyfile.txt`. */
  readonly path: string;
  readonly body: Uint8Array;
}

/** What the GitHub role may read; images are elsewhere. */
const DERIVED = 'derived/';

/**
 * Reads the sealed tool outputs of an incident and checks each against the manifest: a summary is built from what was
 * sealed, or not at all. Throws NeedsHuman naming the first file that is missing or differs.
 */
export async function readSealedResults(
  vault: EvidenceVault,
  incident: IncidentId,
  keep: (result: SealedResult) => Promise<void>,
): Promise<{ readonly origin: string; readonly count: number }> {
  const prefix = `incidents/${incident}/`;
  const manifest: unknown = JSON.parse(
    Buffer.from(await vault.read(`${prefix}${DERIVED}manifest.json`)).toString('utf8'),
  );
  const entries = entriesOf(manifest).filter((entry) => entry.path.startsWith(DERIVED));
  for (const entry of entries) {
    const body = await vault.read(prefix + entry.path);
    if (sha256(body) !== entry.sha256) {
      throw new NeedsHuman(
        `${entry.path} is not what the manifest of ${incident} sealed: no summary was built from it.`,
      );
    }
    await keep({ path: entry.path.slice(DERIVED.length), body });
  }
  return { origin: originOf(entries), count: entries.length };
}

function entriesOf(manifest: unknown): readonly SealedEntry[] {
  const entries: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'entries') : undefined;
  if (!Array.isArray(entries))
    throw new NeedsHuman('The sealed manifest has no entries: it is damaged or of another version.');
  return entries.map((entry: Partial<SealedEntry>) => ({
    path: String(entry.path),
    sha256: String(entry.sha256),
    origin: String(entry.origin),
  }));
}

/** The least of the origins: one recorded output makes the whole summary one of recorded evidence. */
function originOf(entries: readonly SealedEntry[]): string {
  const tools = entries.filter((entry) => /^derived\/(?:disk|memory)\//.test(entry.path)).map((entry) => entry.origin);
  if (tools.includes('recorded')) return 'recorded';
  return tools.includes('stand-in') ? 'stand-in' : 'captured';
}
