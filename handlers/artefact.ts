import { incidentPrefix } from '../core/collect/vault-paths';
import type { Artefact, Origin } from '../core/incident/events';
import type { IncidentId, Sha256 } from '../core/incident/ids';
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
  return describe(incident, stored, await vault.hash(stored.key, stored.versionId), provenance);
}

function describe(incident: IncidentId, stored: StoredObject, digest: Sha256, provenance: Provenance): Artefact {
  return {
    path: stored.key.slice(incidentPrefix(incident).length),
    sha256: digest,
    bytes: stored.bytes,
    versionId: stored.versionId,
    tool: stored.metadata['cordon-tool'] ?? provenance.tool,
    toolVersion: stored.metadata['cordon-tool-version'] ?? provenance.toolVersion,
    at: stored.modifiedAt,
    actor: provenance.actor,
    origin: originOf(stored),
  };
}

/** Reads at a time: enough to hide S3's latency, few enough for a function of 512 MiB. */
const SIDE_BY_SIDE = 8;

/** Every object under a prefix as artefacts, in order of key. */
export async function artefactsUnder(
  vault: EvidenceVault,
  incident: IncidentId,
  folder: string,
  provenance: Provenance,
): Promise<readonly Artefact[]> {
  const keys = (await vault.list(`${incidentPrefix(incident)}${folder}`)).map(({ key }) => key);
  const artefacts: Artefact[] = [];
  for (let from = 0; from < keys.length; from += SIDE_BY_SIDE) {
    const found = await Promise.all(keys.slice(from, from + SIDE_BY_SIDE).map((key) => vault.examine(key)));
    for (const each of found) {
      if (each !== undefined) artefacts.push(describe(incident, each.stored, each.sha256, provenance));
    }
  }
  return artefacts;
}
