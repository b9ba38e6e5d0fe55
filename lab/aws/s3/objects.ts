import type * as S3 from '@aws-sdk/client-s3';
import type { Platform } from '../platform';
import { AwsFault, type Call, type Operation, operation } from '../service';
import { bucketCheck, kmsCheck, type ObjectReference, objectCheck, readChecks } from './access';
import { type Bucket, type Buckets, checksumsOf, type ObjectVersion, type WriteSettings } from './buckets';
import { CHECKSUMS, type ChecksumName, checksum } from './checksums';

export interface S3Parts {
  readonly platform: Platform;
  readonly buckets: Buckets;
}

interface WriteInput {
  readonly Metadata?: Record<string, string> | undefined;
  readonly ContentType?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/** What a write asks for beyond the bytes; the bucket's own encryption where it asks for none. */
export function writeSettings(input: WriteInput, bucket: Bucket): WriteSettings {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ServerSideEncryption: sse } = input;
  return {
    metadata: input.Metadata ?? {},
    contentType: input.ContentType ?? 'application/octet-stream',
    kmsKeyArn: sse === 'AES256' ? undefined : (input.SSEKMSKeyId ?? bucket.kmsKeyArn),
    retention:
      (mode === 'GOVERNANCE' || mode === 'COMPLIANCE') && until !== undefined
        ? { mode, until: until.getTime() }
        : undefined,
    legalHold: input.ObjectLockLegalHoldStatus === 'ON',
  };
}

/** Condition keys of a write. */
export function writeContext(
  input: WriteInput & { readonly IfNoneMatch?: string | undefined },
): Record<string, string> {
  return {
    ...(input.ServerSideEncryption === undefined
      ? {}
      : { 's3:x-amz-server-side-encryption': input.ServerSideEncryption }),
    ...(input.SSEKMSKeyId === undefined ? {} : { 's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId }),
    ...(input.IfNoneMatch === undefined ? {} : { 's3:if-none-match': input.IfNoneMatch }),
    ...(input.ObjectLockMode === undefined ? {} : { 's3:object-lock-mode': input.ObjectLockMode }),
  };
}

/** Encryption members of an answer. */
export function encryption(kmsKeyArn: string | undefined): {
  ServerSideEncryption: 'aws:kms' | 'AES256';
  SSEKMSKeyId?: string;
} {
  return kmsKeyArn === undefined
    ? { ServerSideEncryption: 'AES256' }
    : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn };
}

type Checksums = Partial<Record<ChecksumName, string>>;

/** Checksums the request carried. @throws AwsFault BadDigest when one is not that of the bytes */
export function checkedSums(
  input: Readonly<Partial<Record<ChecksumName, string | undefined>>>,
  body: Buffer,
): Checksums {
  const sums: Checksums = {};
  for (const name of CHECKSUMS) {
    const given = input[name];
    if (given === undefined) continue;
    if (checksum(name, body) !== given)
      throw new AwsFault('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    sums[name] = given;
  }
  return sums;
}

export function bodyOf(body: unknown): Buffer {
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.alloc(0);
}

/** Who wrote, for the event: the account, as S3's events have it. */
export const requester = (call: Call): string => call.principal.account;

/** The object asked for, or what S3 answers instead: to who may not list, an absent key is a forbidden one. */
export function present(
  parts: S3Parts,
  input: { Bucket?: string | undefined; Key?: string | undefined; VersionId?: string | undefined },
  call: Call,
): ObjectVersion {
  const bucket = parts.buckets.find(input.Bucket ?? '');
  const found = parts.buckets.latest(bucket, input.Key ?? '', input.VersionId);
  if (found !== undefined) return found;
  const mayList = parts.platform.access.decide(call.principal, [bucketCheck('ListBucket', bucket)]).allowed;
  if (!mayList) throw new AwsFault('AccessDenied', 'Access Denied', 403);
  throw new AwsFault('NoSuchKey', 'The specified key does not exist.', 404);
}

function describe(found: ObjectVersion, checksumMode: string | undefined) {
  return {
    ETag: found.etag,
    VersionId: found.versionId,
    LastModified: new Date(Math.floor(found.modifiedAt / 1000) * 1000),
    ContentType: found.contentType,
    Metadata: { ...found.metadata },
    ...encryption(found.kmsKeyArn),
    ...(checksumMode === 'ENABLED' ? { ...checksumsOf(found), ChecksumType: 'FULL_OBJECT' as const } : {}),
    ...(found.retention === undefined
      ? {}
      : { ObjectLockMode: found.retention.mode, ObjectLockRetainUntilDate: new Date(found.retention.until) }),
    ...(found.legalHold ? { ObjectLockLegalHoldStatus: 'ON' as const } : {}),
  };
}

/** `bytes=a-b`, `bytes=a-`, `bytes=-n` of a body. */
function ranged(body: Buffer, range: string | undefined): { body: Buffer; contentRange?: string } {
  const [, from = '', to = ''] = range?.match(/^bytes=(\d*)-(\d*)$/) ?? [];
  if (from === '' && to === '') return { body };
  const start = from === '' ? Math.max(0, body.length - Number(to)) : Number(from);
  const end = from === '' || to === '' ? body.length - 1 : Math.min(Number(to), body.length - 1);
  if (start >= body.length) throw new AwsFault('InvalidRange', 'The requested range is not satisfiable', 416);
  return { body: body.subarray(start, end + 1), contentRange: `bytes ${start}-${end}/${body.length}` };
}

/** Put, get and head. */
export function objectOperations(parts: S3Parts): Readonly<Record<string, Operation>> {
  return { PutObject: put(parts), GetObject: get(parts), HeadObject: headObject(parts) };
}

const PUT_MEMBERS: readonly (keyof S3.PutObjectCommandInput)[] = [
  'Bucket',
  'Key',
  'Body',
  'ContentType',
  'ContentLength',
  'ContentMD5',
  'ContentEncoding',
  'CacheControl',
  'Metadata',
  'IfNoneMatch',
  'ChecksumAlgorithm',
  'ChecksumCRC32',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ObjectLockLegalHoldStatus',
];

function put({ buckets }: S3Parts): Operation {
  return operation<S3.PutObjectCommandInput, object>(PUT_MEMBERS, {
    latencyMs: 25,
    authorize: (input, call) => {
      const bucket = buckets.find(input.Bucket ?? '');
      const settings = writeSettings(input, bucket);
      return [
        objectCheck('PutObject', bucket, input.Key ?? '', writeContext(input)),
        ...(settings.retention === undefined ? [] : [objectCheck('PutObjectRetention', bucket, input.Key ?? '')]),
        ...(settings.legalHold ? [objectCheck('PutObjectLegalHold', bucket, input.Key ?? '')] : []),
        ...kmsCheck('GenerateDataKey', settings.kmsKeyArn, bucket, call),
      ];
    },
    run: (input, call) => {
      const bucket = buckets.find(input.Bucket ?? '');
      const key = input.Key ?? '';
      if (input.IfNoneMatch === '*') checkAbsent(buckets, bucket, key);
      const body = bodyOf(input.Body);
      const checksums = checkedSums(input, body);
      const write = { key, body, checksums, reason: 'PutObject', requester: requester(call) } as const;
      const made = buckets.write(bucket, { ...writeSettings(input, bucket), ...write });
      return { ETag: made.etag, VersionId: made.versionId, ...checksums, ...encryption(made.kmsKeyArn) };
    },
  });
}

/** `If-None-Match: *`. @throws AwsFault PreconditionFailed when the key is taken */
export function checkAbsent(buckets: Buckets, bucket: Bucket, key: string): void {
  if (buckets.latest(bucket, key) === undefined) return;
  throw new AwsFault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
}

function get(parts: S3Parts): Operation {
  return operation<S3.GetObjectCommandInput, object>(['Bucket', 'Key', 'VersionId', 'Range', 'ChecksumMode'], {
    latencyMs: 20,
    authorize: (input, call) => readChecks(parts.buckets, referenceOf(input), call),
    run: (input, call) => {
      const found = present(parts, input, call);
      const { body, contentRange } = ranged(found.body, input.Range);
      const length = { ContentLength: body.length, AcceptRanges: 'bytes' };
      // A checksum is of the whole object: with a range S3 sends none.
      if (contentRange === undefined) return { Body: body, ...length, ...describe(found, input.ChecksumMode) };
      return { Body: body, ...length, ContentRange: contentRange, ...describe(found, undefined) };
    },
  });
}

function headObject(parts: S3Parts): Operation {
  return operation<S3.HeadObjectCommandInput, object>(['Bucket', 'Key', 'VersionId', 'ChecksumMode'], {
    authorize: (input, call) => readChecks(parts.buckets, referenceOf(input), call),
    run: (input, call) => {
      const found = present(parts, input, call);
      return { ContentLength: found.body.length, AcceptRanges: 'bytes', ...describe(found, input.ChecksumMode) };
    },
  });
}

/** Bucket, key and version of a request. */
export function referenceOf({ Bucket, Key, VersionId }: Partial<ObjectReference>): ObjectReference {
  return { Bucket, Key, VersionId };
}
