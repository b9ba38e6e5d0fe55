import type { AccessCheck, Call } from '../service';
import type { Bucket, Buckets, ObjectVersion } from './buckets';

type Context = AccessCheck['context'];

/** A call on the bucket itself. */
export function bucketCheck(action: string, bucket: Bucket, context: Context = {}): AccessCheck {
  return { action: `s3:${action}`, resource: bucket.arn, context };
}

/** A call on one object. */
export function objectCheck(action: string, bucket: Bucket, key: string, context: Context = {}): AccessCheck {
  return { action: `s3:${action}`, resource: `${bucket.arn}/${key}`, context };
}

/** What S3 asks of KMS in the caller's name. The bucket's ARN is the context when bucket keys are on, else the object's. */
export function kmsCheck(
  action: 'Decrypt' | 'GenerateDataKey',
  keyArn: string | undefined,
  bucket: Bucket,
  call: Call,
): readonly AccessCheck[] {
  if (keyArn === undefined) return [];
  const context = {
    'kms:ViaService': `s3.${call.region}.amazonaws.com`,
    'kms:EncryptionContext:aws:s3:arn': bucket.arn,
  };
  return [{ action: `kms:${action}`, resource: keyArn, context }];
}

export interface ObjectReference {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
}

/** Reading an object, or one version of it, which is an action of its own; and its key. */
export function readChecks(
  buckets: Buckets,
  { Bucket, Key, VersionId }: ObjectReference,
  call: Call,
): readonly AccessCheck[] {
  const bucket = buckets.find(Bucket ?? '');
  const key = Key ?? '';
  const found = buckets.latest(bucket, key, VersionId);
  const check =
    VersionId === undefined
      ? objectCheck('GetObject', bucket, key)
      : objectCheck('GetObjectVersion', bucket, key, { 's3:VersionId': VersionId });
  return [check, ...kmsCheck('Decrypt', decryptKey(found), bucket, call)];
}

function decryptKey(found: ObjectVersion | undefined): string | undefined {
  return found?.kmsKeyArn;
}
