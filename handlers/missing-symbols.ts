import { incidentPrefix } from '../core/collect/vault-paths';
import { NeedsHuman } from '../core/errors';
import type { IncidentId } from '../core/incident/ids';
import type { EvidenceVault } from '../core/ports/evidence-vault';
import { kernelOf } from '../core/symbols/kernel';

/** `banner<TAB>present|absent` (runbooks/scripts/analyse-memory.sh). */
const SYMBOL_FACTS = 'derived/memory/_symbols.tsv';
const LONGEST_FACTS = 4096;

/** A kernel for which the memory analysis had no symbols; without `release` nobody can make them by machine. */
export interface MissingSymbols {
  readonly banner: string;
  readonly release?: string;
  /** Why the factory cannot be asked. */
  readonly why?: string;
}

/** What the memory analysis lacked, by its own account; undefined when it had what it needs, or left no account. */
export async function missingSymbols(vault: EvidenceVault, incident: IncidentId): Promise<MissingSymbols | undefined> {
  const key = `${incidentPrefix(incident)}${SYMBOL_FACTS}`;
  if ((await vault.head(key)) === undefined) return undefined;
  const text = new TextDecoder().decode(await vault.read(key, LONGEST_FACTS));
  const [banner = '', found = ''] = text.trim().split('\t');
  if (found !== 'absent') return undefined;
  if (!/^[\x20-\x7e]{10,1000}$/.test(banner))
    return { banner: '', why: 'the image holds no banner that could be read' };
  try {
    return { banner, release: kernelOf(banner).release };
  } catch (error) {
    if (!(error instanceof NeedsHuman)) throw error;
    return { banner, why: error.message };
  }
}
