import { createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import { sha256 } from '../incident/ids';
import { canonicalJson } from '../incident/ledger-row';
import { bad, type Checked, good } from './check';

const SHA = z.string().regex(/^[0-9a-f]{64}$/);

const ENTRY = z.looseObject({
  path: z.string().min(1),
  sha256: SHA,
  bytes: z.number().int().min(0),
  versionId: z.string(),
});

/** What a verifier needs of a manifest; unknown members are kept, they are under the head too. */
const MANIFEST = z.looseObject({
  version: z.literal(1),
  seal: z.string().optional(),
  incident: z.string(),
  ledger: z.looseObject({ rows: z.number().int().min(0), headHash: SHA }),
  entries: z.array(ENTRY),
  head: SHA,
  signature: z.string(),
  keyId: z.string(),
  publicKey: z.string(),
  fingerprint: SHA,
});
export type ReadManifest = z.output<typeof MANIFEST>;
export type ManifestEntry = z.output<typeof ENTRY>;

/**
 * Reads a manifest and proves that it is what was signed: its text byte for byte, its head, its key's fingerprint, its
 * signature. Whether that key is ours is asked elsewhere.
 */
export function checkManifest(path: string, text: string): Checked<ReadManifest> {
  const manifest = parseManifest(text);
  if (manifest === undefined) return bad(path, 'it is not a manifest');
  if (!isPlainText(text, manifest))
    return bad(path, 'its text is not what was written: bytes outside its values changed');
  const { head, signature, ...signed } = manifest;
  const message = canonicalJson(signed);
  if (sha256(message) !== head) return bad(path, 'it was changed: its head does not match its content');
  const key = bytesOf(manifest.publicKey);
  if (key === undefined || sha256(key) !== manifest.fingerprint)
    return bad(path, 'its public key does not have the fingerprint it names');
  if (!signatureHolds(key, message, signature)) return bad(path, 'its signature does not belong to its head and key');
  return good(manifest);
}

function parseManifest(text: string): ReadManifest | undefined {
  try {
    return MANIFEST.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Compact, or as `JSON.stringify(…, 2)` prints it; with or without a last line break. Any other spacing was not ours. */
function isPlainText(text: string, manifest: ReadManifest): boolean {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const again: unknown = JSON.parse(text);
  return [canonicalJson(manifest), JSON.stringify(again), JSON.stringify(again, null, 2)].includes(body);
}

/** Base64 without slack: a changed letter that decodes to the same bytes is still a change. */
function bytesOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}

/**
 * RSASSA_PKCS1_V1_5_SHA_256: KMS was given the head as the message's digest, so the message is the text whose SHA-256
 * the head is.
 */
function signatureHolds(spki: Buffer, message: string, signature: string): boolean {
  const bytes = bytesOf(signature);
  if (bytes === undefined) return false;
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return verify('sha256', Buffer.from(message), key, bytes);
  } catch {
    return false;
  }
}
