import { constants, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt, sign, verify } from 'node:crypto';
import { dictOf, listOf, type Platform, textOf } from '../platform';
import { type AccessCheck, AwsFault, type Operation, type ServiceDouble } from '../service';
import type { EncryptionContext, Key, Keys } from './keys';

type Dict = Readonly<Record<string, unknown>>;

const bytes = (value: unknown): Buffer => Buffer.from(textOf(value), 'base64');
const contextOf = (input: Dict): EncryptionContext =>
  Object.fromEntries(Object.entries(dictOf(input.EncryptionContext)).map(([key, value]) => [key, String(value)]));

/** Condition keys of one KMS request. */
function conditionContext(input: Dict): AccessCheck['context'] {
  const context = contextOf(input);
  const pairs = Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]);
  return {
    ...Object.fromEntries(pairs),
    ...(pairs.length > 0 ? { 'kms:EncryptionContextKeys': Object.keys(context) } : {}),
    ...(input.SigningAlgorithm === undefined ? {} : { 'kms:SigningAlgorithm': textOf(input.SigningAlgorithm) }),
    ...(input.MessageType === undefined ? {} : { 'kms:MessageType': textOf(input.MessageType) }),
    ...(input.GranteePrincipal === undefined ? {} : { 'kms:GranteePrincipal': textOf(input.GranteePrincipal) }),
  };
}

type Perform = (key: Key, input: Dict) => object;
type Define = (action: string, members: readonly string[], run: Perform) => Operation;

/** AWS KMS over the keys of a lab. */
export function kmsDouble(platform: Platform, keys: Keys): ServiceDouble {
  const keyOf = (input: Dict): Key =>
    input.KeyId === undefined ? keys.keyOf(bytes(input.CiphertextBlob)) : keys.find(textOf(input.KeyId));
  const define: Define = (action, members, run) => ({
    members,
    authorize: (raw) => [
      { action: `kms:${action}`, resource: keyOf(dictOf(raw)).arn, context: conditionContext(dictOf(raw)) },
    ],
    run: (raw) => run(keyOf(dictOf(raw)), dictOf(raw)),
    latencyMs: 10,
  });
  return {
    name: 'kms',
    protocol: 'json-1.1',
    operations: {
      ...cipherOperations(platform, keys, define),
      ...signingOperations(keys, define),
      ...keyOperations(platform, define),
    },
  };
}

function cipherOperations(platform: Platform, keys: Keys, define: Define): Readonly<Record<string, Operation>> {
  const EncryptionAlgorithm = 'SYMMETRIC_DEFAULT';
  return {
    Encrypt: define('Encrypt', ['KeyId', 'Plaintext', 'EncryptionContext', 'EncryptionAlgorithm'], (key, input) => {
      const blob = keys.encrypt(key, bytes(input.Plaintext), contextOf(input));
      return { CiphertextBlob: blob.toString('base64'), KeyId: key.arn, EncryptionAlgorithm };
    }),
    Decrypt: define(
      'Decrypt',
      ['KeyId', 'CiphertextBlob', 'EncryptionContext', 'EncryptionAlgorithm'],
      (key, input) => {
        const plain = keys.decrypt(bytes(input.CiphertextBlob), contextOf(input));
        return { Plaintext: plain.toString('base64'), KeyId: key.arn, EncryptionAlgorithm };
      },
    ),
    GenerateDataKey: define(
      'GenerateDataKey',
      ['KeyId', 'KeySpec', 'NumberOfBytes', 'EncryptionContext'],
      (key, input) => {
        const size = Number(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
        const plain = Buffer.from(platform.ids.hex('data key', size * 2), 'hex');
        const blob = keys.encrypt(key, plain, contextOf(input)).toString('base64');
        return { Plaintext: plain.toString('base64'), CiphertextBlob: blob, KeyId: key.arn };
      },
    ),
  };
}

function signingOperations(keys: Keys, define: Define): Readonly<Record<string, Operation>> {
  return {
    Sign: define('Sign', ['KeyId', 'Message', 'MessageType', 'SigningAlgorithm'], (key, input) => ({
      Signature: signMessage(keys, key, input).toString('base64'),
      KeyId: key.arn,
      SigningAlgorithm: input.SigningAlgorithm,
    })),
    Verify: define('Verify', ['KeyId', 'Message', 'MessageType', 'Signature', 'SigningAlgorithm'], (key, input) => {
      if (!verifyMessage(keys, key, input))
        throw new AwsFault('KMSInvalidSignatureException', 'The signature is not valid.');
      return { SignatureValid: true, KeyId: key.arn, SigningAlgorithm: input.SigningAlgorithm };
    }),
    GetPublicKey: define('GetPublicKey', ['KeyId'], (key) => ({
      PublicKey: keys.publicKey(key).toString('base64'),
      KeyId: key.arn,
      KeySpec: key.spec,
      CustomerMasterKeySpec: key.spec,
      KeyUsage: key.usage,
      SigningAlgorithms: [ALGORITHM],
    })),
  };
}

const GRANT_MEMBERS = ['KeyId', 'GranteePrincipal', 'Operations', 'Constraints', 'RetiringPrincipal', 'Name'];

function keyOperations(platform: Platform, define: Define): Readonly<Record<string, Operation>> {
  return {
    DescribeKey: define('DescribeKey', ['KeyId'], ({ id, arn, spec, usage }) => ({
      KeyMetadata: { KeyId: id, Arn: arn, KeySpec: spec, KeyUsage: usage, KeyState: 'Enabled', Enabled: true },
    })),
    CreateGrant: define('CreateGrant', GRANT_MEMBERS, (key, input) => {
      const id = platform.ids.hex('grant', 64);
      const operations = listOf(input.Operations).map(String);
      key.grants.push({ id, grantee: textOf(input.GranteePrincipal), operations });
      return { GrantId: id, GrantToken: Buffer.from(id).toString('base64') };
    }),
  };
}

const ALGORITHM = 'RSASSA_PKCS1_V1_5_SHA_256';
/** DER of `DigestInfo { sha256, NULL }` up to the digest (RFC 8017, 9.2, note 1): PKCS#1 v1.5 signs this and the digest. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

function checkAlgorithm(input: Dict): void {
  if (input.SigningAlgorithm !== ALGORITHM) {
    throw new AwsFault(
      'InvalidKeyUsageException',
      `The lab signs with ${ALGORITHM} only, not ${textOf(input.SigningAlgorithm)}.`,
    );
  }
}

/** With MessageType DIGEST the message is the SHA-256 itself: it is signed as it is, not hashed again. */
function signMessage(keys: Keys, key: Key, input: Dict): Buffer {
  checkAlgorithm(input);
  const message = bytes(input.Message);
  const privateKey = keys.privateKey(key);
  if (input.MessageType !== 'DIGEST')
    return sign('sha256', message, { key: privateKey, padding: constants.RSA_PKCS1_PADDING });
  if (message.length !== 32)
    throw new AwsFault('ValidationException', 'Digest is invalid length for algorithm RSASSA_PKCS1_V1_5_SHA_256.');
  return rawSign(privateKey, message);
}

function rawSign(privateKey: KeyObject, digest: Buffer): Buffer {
  // 0x00 0x01 FF… 0x00 DigestInfo: 256 bytes for a 2048-bit key. Decrypting without padding is the bare RSA operation.
  const info = Buffer.concat([DIGEST_INFO, digest]);
  const padding = Buffer.alloc(256 - 3 - info.length, 0xff);
  const block = Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), info]);
  return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block);
}

function verifyMessage(keys: Keys, key: Key, input: Dict): boolean {
  checkAlgorithm(input);
  const publicKey = createPublicKey(keys.privateKey(key));
  const signature = bytes(input.Signature);
  const message = bytes(input.Message);
  if (input.MessageType !== 'DIGEST') return verify('sha256', message, publicKey, signature);
  const opened = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature);
  return opened.subarray(-(DIGEST_INFO.length + 32)).equals(Buffer.concat([DIGEST_INFO, message]));
}
