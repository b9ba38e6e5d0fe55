import { incidentPrefix, MEMORY_IMAGE } from '../core/collect/vault-paths';
import type { Artefact } from '../core/incident/events';
import { parseSha256 } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
import type { EvidenceVault } from '../core/ports/evidence-vault';

/** `bytes<TAB>sha256` of the image as the forensic instance read it (runbooks/scripts/analyse-memory.sh). */
const IMAGE_FACTS = 'derived/memory/_image.tsv';

/**
 * Compares the memory image's hash in custody with the one recomputed in quarantine. Where they differ the recomputed one
 * stands from now on, and that is said: of an image too large for a function, the first was the host's own claim.
 */
export async function recheckImage(
  vault: EvidenceVault,
  incident: Incident,
): Promise<{ readonly said: string; readonly artefacts: readonly Artefact[] }> {
  const kept = incident.artefacts.find((artefact) => artefact.path === MEMORY_IMAGE);
  const key = `${incidentPrefix(incident.id)}${IMAGE_FACTS}`;
  if (kept === undefined || (await vault.head(key)) === undefined) return { said: '', artefacts: [] };
  const [, hash = ''] = new TextDecoder()
    .decode(await vault.read(key, 1024))
    .trim()
    .split('\t');
  const recomputed = parseSha256(hash);
  if (recomputed === undefined) return { said: ' The image was not hashed in quarantine.', artefacts: [] };
  if (recomputed === kept.sha256) return { said: ' The image has its hash in quarantine too.', artefacts: [] };
  const said = ` The image's SHA-256 in quarantine is ${recomputed.slice(0, 16)}…, NOT ${kept.sha256.slice(0, 16)}…: the recomputed one stands.`;
  return { said, artefacts: [{ ...kept, sha256: recomputed }] };
}
