import type { Sha256 } from '../incident/ids';

/** The asymmetric key that signs manifests (RSASSA_PKCS1_V1_5_SHA_256). */
export interface Signer {
  /** changes nothing outside; signs a SHA-256 digest. Base64. */
  sign(digest: Sha256): Promise<string>;
  /** reads: SubjectPublicKeyInfo (base64 of the DER) and the key's ARN. */
  publicKey(): Promise<{ readonly publicKey: string; readonly keyId: string }>;
}
