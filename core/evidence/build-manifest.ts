import type { Artefact, Commit, Missing } from '../incident/events';
import { type IncidentId, type Sha256, sha256 } from '../incident/ids';
import { canonicalJson, GENESIS } from '../incident/ledger-row';

/** What a seal covers: every artefact, and the ledger up to a row. */
export interface ManifestBody {
  readonly version: 1;
  /** Which seal this is: what was found, or the end of a run with its decisions. It is signed: one cannot stand for the other. */
  readonly seal: 'evidence' | 'final';
  readonly incident: IncidentId;
  readonly ledger: { readonly rows: number; readonly headHash: Sha256 };
  readonly entries: readonly Artefact[];
  readonly missing: readonly Missing[];
}

/** The manifest as it is stored: its head, the signature over the head, and the key that made it. */
export interface SignedManifest extends ManifestBody {
  readonly head: Sha256;
  readonly signature: string;
  readonly keyId: string;
  /** SubjectPublicKeyInfo, base64 of the DER. */
  readonly publicKey: string;
  /** SHA-256 of the DER: what a verifier compares with the one it knows from elsewhere. */
  readonly fingerprint: Sha256;
}

/** Entries in order of path, so that equal evidence has an equal manifest. */
export function manifestBody(
  seal: ManifestBody['seal'],
  incident: IncidentId,
  rows: readonly Commit[],
  entries: readonly Artefact[],
  missing: readonly Missing[],
): ManifestBody {
  return {
    version: 1,
    seal,
    incident,
    ledger: { rows: rows.length, headHash: rows.at(-1)?.hash ?? GENESIS },
    entries: [...entries].sort((a, b) => (a.path < b.path ? -1 : 1)),
    missing: [...missing],
  };
}

/**
 * What is signed: SHA-256 of the RFC 8785 JSON of everything but head and signature, key included, so that a signature
 * cannot be carried over to another key's name.
 */
export function manifestHead(manifest: Omit<SignedManifest, 'head' | 'signature'>): Sha256 {
  return sha256(canonicalJson(manifest));
}

/** Ledger rows as JSON Lines, each in the form its hash was made of. */
export function ledgerLines(rows: readonly Commit[]): string {
  return rows.map((row) => `${canonicalJson(row)}\n`).join('');
}
