import { createCipheriv, createDecipheriv, createHash, createPublicKey, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Provision } from '../../assembly/deployment';
import { readPolicy } from '../../iam/policy';
import { uuidHash } from '../../time/seeded';
import { type Platform, textOf } from '../platform';
import { AwsFault } from '../service';
import { seededRsaKey } from './rsa';

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly spec: string;
  readonly usage: string;
  readonly grants: { readonly id: string; readonly grantee: string; readonly operations: readonly string[] }[];
}

export type EncryptionContext = Readonly<Record<string, string>>;

const IV_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 36;

/** All keys of a lab. Their material derives from the lab's seed. */
export class Keys {
  readonly #byArn = new Map<string, Key>();
  readonly #aliases = new Map<string, string>();

  constructor(private readonly platform: Platform) {}

  /** A key by id, ARN, alias or alias ARN. */
  find(reference: string): Key {
    const alias = reference.match(/alias\/.+$/)?.[0];
    const wanted = alias === undefined ? reference : (this.#aliases.get(alias) ?? '');
    const key = this.#byArn.get(wanted) ?? [...this.#byArn.values()].find(({ id }) => id === wanted);
    if (key === undefined) throw new AwsFault('NotFoundException', `Key '${reference}' does not exist`);
    return key;
  }

  has(reference: string): boolean {
    return this.#byArn.has(reference);
  }

  encrypt(key: Key, plaintext: Buffer, context: EncryptionContext): Buffer {
    const iv = Buffer.from(this.platform.ids.hex('kms iv', IV_BYTES * 2), 'hex');
    const cipher = createCipheriv('aes-256-gcm', this.#material(key), iv).setAAD(associated(context));
    const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([Buffer.from(key.id, 'ascii'), iv, cipher.getAuthTag(), body]);
  }

  /** The key a ciphertext names. */
  keyOf(blob: Buffer): Key {
    const id = blob.toString('ascii', 0, ID_BYTES);
    const key = [...this.#byArn.values()].find((one) => one.id === id);
    if (key === undefined)
      throw new AwsFault('InvalidCiphertextException', 'The ciphertext is not one of a key of this account.');
    return key;
  }

  /** @throws AwsFault InvalidCiphertextException when blob or context were changed */
  decrypt(blob: Buffer, context: EncryptionContext): Buffer {
    const key = this.keyOf(blob);
    const iv = blob.subarray(ID_BYTES, ID_BYTES + IV_BYTES);
    const tag = blob.subarray(ID_BYTES + IV_BYTES, ID_BYTES + IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#material(key), iv)
      .setAAD(associated(context))
      .setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(blob.subarray(ID_BYTES + IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      throw new AwsFault('InvalidCiphertextException', 'The ciphertext or its encryption context was changed.');
    }
  }

  privateKey(key: Key): KeyObject {
    if (!key.spec.startsWith('RSA_')) throw new AwsFault('InvalidKeyUsageException', `${key.arn} is not an RSA key.`);
    return seededRsaKey(`${this.platform.seed}:kms:${key.id}`);
  }

  /** DER of the public key's SubjectPublicKeyInfo. */
  publicKey(key: Key): Buffer {
    return createPublicKey(this.privateKey(key)).export({ type: 'spki', format: 'der' });
  }

  provisions(): Readonly<Record<string, Provision>> {
    return {
      'AWS::KMS::Key': ({ properties, partition, region, account, stack, logicalId }) => {
        const id = uuidHash('kms key', stack, logicalId);
        const arn = `arn:${partition}:kms:${region}:${account}:key/${id}`;
        const spec = textOf(properties.KeySpec, 'SYMMETRIC_DEFAULT');
        this.#byArn.set(arn, { id, arn, spec, usage: textOf(properties.KeyUsage, 'ENCRYPT_DECRYPT'), grants: [] });
        this.platform.access.addResourcePolicy(arn, readPolicy(`key ${logicalId}`, properties.KeyPolicy));
        return { ref: id, attributes: { Arn: arn, KeyId: id } };
      },
      'AWS::KMS::Alias': ({ properties }) => {
        const name = textOf(properties.AliasName);
        this.#aliases.set(name, textOf(properties.TargetKeyId));
        return { ref: name };
      },
    };
  }

  #material(key: Key): Buffer {
    return createHash('sha256').update(`${this.platform.seed}:kms:${key.id}`).digest();
  }
}

function associated(context: EncryptionContext): Buffer {
  return Buffer.from(canonicalize(context) ?? '{}', 'utf8');
}
