import { incidentPrefix } from '../core/collect/vault-paths';
import { ledgerLines, type ManifestBody, manifestHead, type SignedManifest } from '../core/evidence/build-manifest';
import type { Artefact, Commit } from '../core/incident/events';
import { type IncidentId, sha256 } from '../core/incident/ids';
import { canonicalJson } from '../core/incident/ledger-row';
import type { EvidenceVault, StoredObject } from '../core/ports/evidence-vault';
import type { Signer } from '../core/ports/signer';

export interface SealPorts {
  readonly vault: EvidenceVault;
  readonly signer: Signer;
}

export interface Sealed {
  readonly manifest: SignedManifest;
  /** The seal's own files as artefacts: a later seal covers them. */
  readonly files: readonly Artefact[];
}

/** Files of a seal: they describe the evidence and are covered by the next seal, never by their own. */
export const SEAL_FILES: ReadonlySet<string> = new Set([
  'derived/manifest.json',
  'derived/ledger.jsonl',
  'final/manifest.json',
  'final/ledger.jsonl',
]);

/** Signs a manifest and stores it with the ledger rows it covers. The same body again makes new versions, never a loss. */
export async function seal(
  ports: SealPorts,
  folder: 'derived' | 'final',
  body: ManifestBody,
  rows: readonly Commit[],
  actor: string,
): Promise<Sealed> {
  const { publicKey, keyId } = await ports.signer.publicKey();
  const fingerprint = sha256(Buffer.from(publicKey, 'base64'));
  const unsigned = { ...body, keyId, publicKey, fingerprint };
  const head = manifestHead(unsigned);
  const signature = await ports.signer.sign(head);
  const manifest: SignedManifest = { ...unsigned, head, signature };
  const files = [
    await store(ports.vault, body.incident, `${folder}/ledger.jsonl`, ledgerLines(rows), actor),
    await store(ports.vault, body.incident, `${folder}/manifest.json`, `${canonicalJson(manifest)}\n`, actor),
  ];
  return { manifest, files };
}

async function store(
  vault: EvidenceVault,
  incident: IncidentId,
  path: string,
  text: string,
  actor: string,
): Promise<Artefact> {
  const bytes = new TextEncoder().encode(text);
  const stored: StoredObject = await vault.put(`${incidentPrefix(incident)}${path}`, bytes);
  return {
    path,
    sha256: sha256(bytes),
    bytes: bytes.length,
    versionId: stored.versionId,
    tool: 'cordon',
    toolVersion: '1',
    at: stored.modifiedAt,
    actor,
    origin: 'captured',
  };
}
