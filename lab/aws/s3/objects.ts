import type * as S3 from '@aws-sdk/client-s3';
import type { Platform } from '../platform';
import { AwsFault, type Call, type Operation, operation } from '../service';
import { bucketCheck, kmsCheck, objectCheck, readChecks } from './access';
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

/** Put, get, head, attributes and copy. */
export function objectOperations(parts: S3Parts): Readonly<Record<string, Operation>> {
  const { buckets } = parts;
  const put = operation<S3.PutObjectCommandInput, S3.PutObjectCommandOutput | object>(PUT_MEMBERS, {
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
      if (input.IfNoneMatch === '*' && buckets.latest(bucket, key) !== undefined) {
        throw new AwsFault('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
      }
      const body = bodyOf(input.Body);
      const checksums = checkedSums(input, body);
      const settings = writeSettings(input, bucket);
      const made = buckets.write(bucket, {
        ...settings,
        key,
        body,
        checksums,
        reason: 'PutObject',
        requester: requester(call),
      });
      return { ETag: made.etag, VersionId: made.versionId, ...checksums, ...encryption(made.kmsKeyArn) };
    },
  });
  const get = operation<S3.GetObjectCommandInput, object>(['Bucket', 'Key', 'VersionId', 'Range', 'ChecksumMode'], {
    latencyMs: 20,
    authorize: (input, call) =>
      readChecks(buckets, { Bucket: input.Bucket, Key: input.Key, VersionId: input.VersionId }, call),
    run: (input, call) => {
      const found = present(parts, input, call);
      const { body, contentRange } = ranged(found.body, input.Range);
      const range = contentRange === undefined ? {} : { ContentRange: contentRange };
      return {
        Body: body,
        ContentLength: body.length,
        AcceptRanges: 'bytes',
        ...range,
        ...describe(found, contentRange === undefined ? input.ChecksumMode : undefined),
      };
    },
  });
  const head = operation<S3.HeadObjectCommandInput, object>(['Bucket', 'Key', 'VersionId', 'ChecksumMode'], {
    authorize: (input, call) =>
      readChecks(buckets, { Bucket: input.Bucket, Key: input.Key, VersionId: input.VersionId }, call),
    run: (input, call) => {
      const found = present(parts, input, call);
      return { ContentLength: found.body.length, AcceptRanges: 'bytes', ...describe(found, input.ChecksumMode) };
    },
  });
  return {
    PutObject: put,
    GetObject: get,
    HeadObject: head,
    GetObjectAttributes: attributes(parts),
    CopyObject: copy(parts),
  };
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

function attributes(parts: S3Parts): Operation {
  return operation<S3.GetObjectAttributesCommandInput, object>(['Bucket', 'Key', 'VersionId', 'ObjectAttributes'], {
    authorize: (input, call) => {
      const bucket = parts.buckets.find(input.Bucket ?? '');
      const action = input.VersionId === undefined ? 'GetObjectAttributes' : 'GetObjectVersionAttributes';
      const reference = { Bucket: input.Bucket, Key: input.Key, VersionId: input.VersionId };
      return [...readChecks(parts.buckets, reference, call), objectCheck(action, bucket, input.Key ?? '')];
    },
    run: (input, call) => {
      const found = present(parts, input, call);
      return {
        VersionId: found.versionId,
        LastModified: new Date(found.modifiedAt),
        ETag: found.etag.replaceAll('"', ''),
        ObjectSize: found.body.length,
        StorageClass: 'STANDARD',
        Checksum: { ...checksumsOf(found), ChecksumType: 'FULL_OBJECT' },
      };
    },
  });
}

function copy(parts: S3Parts): Operation {
  const { buckets } = parts;
  const source = (input: S3.CopyObjectCommandInput) => {
    const [path = '', version] = decodeURIComponent(input.CopySource ?? '')
      .replace(/^\//, '')
      .split('?versionId=');
    const [Bucket = '', ...key] = path.split('/');
    return { Bucket, Key: key.join('/'), VersionId: version };
  };
  return operation<S3.CopyObjectCommandInput, object>(
    [
      'Bucket',
      'Key',
      'CopySource',
      'Metadata',
      'MetadataDirective',
      'ServerSideEncryption',
      'SSEKMSKeyId',
      'ChecksumAlgorithm',
    ],
    {
      latencyMs: 30,
      authorize: (input, call) => {
        const bucket = buckets.find(input.Bucket ?? '');
        const write = kmsCheck('GenerateDataKey', writeSettings(input, bucket).kmsKeyArn, bucket, call);
        return [
          ...readChecks(buckets, source(input), call),
          objectCheck('PutObject', bucket, input.Key ?? '', writeContext(input)),
          ...write,
        ];
      },
      run: (input, call) => {
        const from = present(parts, source(input), call);
        const bucket = buckets.find(input.Bucket ?? '');
        const settings = writeSettings(input, bucket);
        const metadata = input.MetadataDirective === 'REPLACE' ? settings.metadata : from.metadata;
        const made = buckets.write(bucket, {
          ...settings,
          metadata,
          key: input.Key ?? '',
          body: from.body,
          reason: 'CopyObject',
          requester: requester(call),
        });
        return {
          VersionId: made.versionId,
          CopySourceVersionId: from.versionId,
          CopyObjectResult: { ETag: made.etag, LastModified: new Date(made.modifiedAt) },
        };
      },
    },
  );
}
