import canonicalize from 'canonicalize';

/** What the browser itself found when it computed everything again. */
export interface ChainVerdict {
  readonly rows: number;
  readonly ok: boolean;
  readonly said: string;
}

export interface LedgerRow {
  readonly seq: number;
  readonly at: string;
  readonly prevHash: string;
  readonly hash: string;
  readonly commandId: string;
  readonly actor: { readonly kind: string; readonly person?: string; readonly part?: string };
  readonly events: readonly { readonly type: string }[];
}

const GENESIS = '0'.repeat(64);

/** Lower-case hex. */
export async function sha256(data: ArrayBuffer | string): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Every row's hash over its RFC 8785 JSON without `hash`, and its link to the row before. */
export async function verifyLedger(rows: readonly LedgerRow[]): Promise<ChainVerdict> {
  let head = GENESIS;
  for (const [index, row] of rows.entries()) {
    const { hash, ...rest } = row;
    const bad = (why: string): ChainVerdict => ({ rows: rows.length, ok: false, said: `Row ${index + 1} ${why}.` });
    if (row.seq !== index + 1) return bad('is missing');
    if (row.prevHash !== head) return bad('does not follow the row before it');
    if ((await sha256(canonicalize(rest) ?? '')) !== hash) return bad('was changed: its hash does not match');
    head = hash;
  }
  return {
    rows: rows.length,
    ok: true,
    said: `${rows.length} rows, every hash and link computed again in this browser.`,
  };
}

interface Manifest {
  readonly head: string;
  readonly signature: string;
  readonly publicKey: string;
  readonly fingerprint: string;
}

/** Head over the RFC 8785 JSON without head and signature; the signature (RSA PKCS #1 v1.5, SHA-256) over the head. */
export async function verifyManifest(manifest: Manifest): Promise<{ readonly ok: boolean; readonly said: string }> {
  const { head, signature, ...signed } = manifest;
  const text = canonicalize(signed) ?? '';
  if ((await sha256(text)) !== head) return { ok: false, said: 'The manifest was changed: its head does not match.' };
  const der = fromBase64(manifest.publicKey);
  if ((await sha256(der)) !== manifest.fingerprint) return { ok: false, said: 'The key is not the one it names.' };
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('spki', der, algorithm, false, ['verify']);
  const ok = await crypto.subtle.verify(algorithm, key, fromBase64(signature), new TextEncoder().encode(text));
  return ok
    ? { ok, said: `Signature holds under key ${manifest.fingerprint.slice(0, 16)}….` }
    : { ok, said: 'The signature does not belong to this manifest.' };
}

function fromBase64(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer;
}
