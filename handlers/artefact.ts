import { incidentPrefix } from '../core/collect/vault-paths';
import type { Artefact, Origin } from '../core/incident/events';
import type { IncidentId } from '../core/incident/ids';
import type { EvidenceVault, StoredObject } from '../core/ports/evidence-vault';

const ORIGINS: readonly Origin[] = ['captured', 'recorded', 'stand-in'];

/** Object metadata `cordon-origin`; what carries none was captured from the instance itself. */
export function originOf(stored: StoredObject): Origin {
  return ORIGINS.find((origin) => origin === stored.metadata['cordon-origin']) ?? 'captured';
}

export interface Provenance {
  readonly tool: string;
  readonly toolVersion: string;
  readonly actor: string;
}

/** An object of the bucket as an artefact: hashed here, tool and origin from its metadata where the writer said them. */
export async function artefactOf(
  vault: EvidenceVault,
  incident: IncidentId,
  stored: StoredObject,
  provenance: Provenance,
): Promise<Artefact> {
  return {
    path: stored.key.slice(incidentPrefix(incident).length),
    sha256: await vault.hash(stored.key, stored.versionId),
    bytes: stored.bytes,
    versionId: stored.versionId,
    tool: stored.metadata['cordon-tool'] ?? provenance.tool,
    toolVersion: stored.metadata['cordon-tool-version'] ?? provenance.toolVersion,
    at: stored.modifiedAt,
    actor: provenance.actor,
    origin: originOf(stored),
  };
}

/** Every object under a prefix as artefacts, in order of key. */
export async function artefactsUnder(
  vault: EvidenceVault,
  incident: IncidentId,
  folder: string,
  provenance: Provenance,
): Promise<readonly Artefact[]> {
  const artefacts: Artefact[] = [];
  for (const { key } of await vault.list(`${incidentPrefix(incident)}${folder}`)) {
    const stored = await vault.head(key);
    if (stored !== undefined) artefacts.push(await artefactOf(vault, incident, stored, provenance));
  }
  return artefacts;
}
