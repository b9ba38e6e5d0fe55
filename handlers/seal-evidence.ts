import { incidentPrefix } from '../core/collect/vault-paths';
import { manifestBody } from '../core/evidence/build-manifest';
import { goneWithout } from '../core/evidence/gone-without';
import type { Artefact } from '../core/incident/events';
import { replay } from '../core/incident/evolve';
import { type Sha256, sha256 } from '../core/incident/ids';
import type { Incident } from '../core/incident/incident';
import { canonicalJson } from '../core/incident/ledger-row';
import type { Blobs } from '../core/ports/blobs';
import { plural } from '../core/text';
import { artefactOf } from './artefact';
import { SEAL_FILES, type SealPorts, seal } from './seal';
import { runStep, type StepPorts, slugOf } from './step';
import type { StepInput } from './task-input';

export interface SealEvidencePorts extends StepPorts, SealPorts {
  readonly blobs: Blobs;
}

/** Seals what was collected and found: estate and findings beside the artefacts, manifest, signature, ledger export. */
export function makeSealEvidence(ports: SealEvidencePorts) {
  return (input: StepInput) =>
    runStep(ports, input, async ({ incident }) => {
      const facts = await keepFacts(ports, incident, slugOf(input.step));
      const rows = await ports.ledger.read(input.incident);
      const now = replay(rows) ?? incident;
      const entries = [...now.artefacts, ...facts].filter((each) => !SEAL_FILES.has(each.path));
      const body = manifestBody('evidence', incident.id, rows, newestPerPath(entries), [
        ...now.missing,
        ...goneWithout(now),
      ]);
      const { manifest, files } = await seal(ports, 'derived', body, rows, slugOf(input.step));
      const { head, signature, keyId } = manifest;
      return {
        said: `Sealed ${plural(body.entries.length, 'artefact')} and ${rows.length} ledger rows under head ${head.slice(0, 16)}….`,
        events: [
          { type: 'EvidenceKept', artefacts: [...facts, ...files] },
          { type: 'EvidenceSealed', head, signature, keyId, entries: body.entries.length },
        ],
      };
    });
}

/** The estate and the findings, as they were stored by digest, under names a person finds. */
async function keepFacts(ports: SealEvidencePorts, incident: Incident, actor: string): Promise<readonly Artefact[]> {
  const facts: { path: string; digest: Sha256 }[] = [];
  if (incident.estate !== undefined) facts.push({ path: 'derived/estate.json', digest: incident.estate.digest });
  for (const finding of incident.findings) {
    facts.push({ path: `derived/finding-${sha256(finding.id).slice(0, 12)}.json`, digest: finding.digest });
  }
  const artefacts: Artefact[] = [];
  for (const { path, digest } of facts) {
    const value = await ports.blobs.get(incident.id, digest);
    const key = `${incidentPrefix(incident.id)}${path}`;
    const bytes = new TextEncoder().encode(canonicalJson(value));
    const known = await ports.vault.head(key);
    const same = known !== undefined && (await ports.vault.hash(key, known.versionId)) === sha256(bytes);
    const stored = same ? known : await ports.vault.put(key, bytes);
    artefacts.push(await artefactOf(ports.vault, incident.id, stored, { tool: 'cordon', toolVersion: '1', actor }));
  }
  return artefacts;
}

function newestPerPath(artefacts: readonly Artefact[]): readonly Artefact[] {
  return [...new Map(artefacts.map((artefact) => [artefact.path, artefact])).values()];
}
