import type * as S3 from '@aws-sdk/client-s3';
import type { AccessControl } from '../../iam/access-control';
import { AwsFault, type Call, type Operation, operation } from '../service';
import { bucketCheck, objectCheck } from './access';
import type { Bucket, ObjectVersion } from './buckets';
import { present, type S3Parts } from './objects';

const locked = (): AwsFault =>
  new AwsFault('AccessDenied', 'Access Denied because object protected by object lock.', 403);

/** Whether the caller may go past a governance retention, and says that it wants to. */
function bypasses(
  access: AccessControl,
  call: Call,
  bucket: Bucket,
  key: string,
  wanted: boolean | undefined,
): boolean {
  return (
    wanted === true && access.decide(call.principal, [objectCheck('BypassGovernanceRetention', bucket, key)]).allowed
  );
}

/** Throws when retention or a legal hold keeps the version as it is. */
function checkUnlocked(version: ObjectVersion, now: number, bypass: boolean): void {
  if (version.legalHold) throw locked();
  const { retention } = version;
  if (retention === undefined || retention.until <= now) return;
  if (retention.mode === 'COMPLIANCE' || !bypass) throw locked();
}

/** Deletion and Object Lock: a plain delete hides, a versioned delete is refused while anything locks the version. */
export function lockOperations(parts: S3Parts): Readonly<Record<string, Operation>> {
  const { buckets, platform } = parts;
  const bucketOf = (input: { Bucket?: string | undefined }): Bucket => buckets.find(input.Bucket ?? '');
  return {
    DeleteObject: operation<S3.DeleteObjectCommandInput, object>(
      ['Bucket', 'Key', 'VersionId', 'BypassGovernanceRetention'],
      {
        authorize: (input) => [
          objectCheck(
            input.VersionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion',
            bucketOf(input),
            input.Key ?? '',
          ),
        ],
        run: (input, call) => {
          const bucket = bucketOf(input);
          const key = input.Key ?? '';
          const versions = bucket.objects.get(key) ?? [];
          if (input.VersionId === undefined) return hide(parts, bucket, key, versions, call);
          const version = versions.find(({ versionId }) => versionId === input.VersionId);
          const bypass = bypasses(platform.access, call, bucket, key, input.BypassGovernanceRetention);
          if (version !== undefined) checkUnlocked(version, call.now(), bypass);
          bucket.objects.set(
            key,
            versions.filter((one) => one !== version),
          );
          return { VersionId: input.VersionId };
        },
      },
    ),
    PutObjectRetention: operation<S3.PutObjectRetentionCommandInput, object>(
      ['Bucket', 'Key', 'VersionId', 'Retention', 'BypassGovernanceRetention', 'ChecksumAlgorithm', 'ContentMD5'],
      {
        authorize: (input) => [objectCheck('PutObjectRetention', bucketOf(input), input.Key ?? '')],
        run: (input, call) => {
          const version = present(parts, input, call);
          const mode = input.Retention?.Mode;
          const until = input.Retention?.RetainUntilDate?.getTime() ?? 0;
          const shortens =
            version.retention !== undefined && (until < version.retention.until || mode !== version.retention.mode);
          const bypass = bypasses(
            platform.access,
            call,
            bucketOf(input),
            input.Key ?? '',
            input.BypassGovernanceRetention,
          );
          if (shortens) checkUnlocked({ ...version, legalHold: false }, call.now(), bypass);
          version.retention = mode === undefined ? undefined : { mode, until };
          return {};
        },
      },
    ),
    GetObjectRetention: operation<S3.GetObjectRetentionCommandInput, object>(['Bucket', 'Key', 'VersionId'], {
      authorize: (input) => [objectCheck('GetObjectRetention', bucketOf(input), input.Key ?? '')],
      run: (input, call) => {
        const { retention } = present(parts, input, call);
        if (retention === undefined)
          throw new AwsFault(
            'NoSuchObjectLockConfiguration',
            'The specified object does not have a ObjectLock configuration',
            404,
          );
        return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.until) } };
      },
    }),
    PutObjectLegalHold: operation<S3.PutObjectLegalHoldCommandInput, object>(
      ['Bucket', 'Key', 'VersionId', 'LegalHold', 'ChecksumAlgorithm', 'ContentMD5'],
      {
        authorize: (input) => [objectCheck('PutObjectLegalHold', bucketOf(input), input.Key ?? '')],
        run: (input, call) => {
          present(parts, input, call).legalHold = input.LegalHold?.Status === 'ON';
          return {};
        },
      },
    ),
    GetObjectLegalHold: operation<S3.GetObjectLegalHoldCommandInput, object>(['Bucket', 'Key', 'VersionId'], {
      authorize: (input) => [objectCheck('GetObjectLegalHold', bucketOf(input), input.Key ?? '')],
      run: (input, call) => ({ LegalHold: { Status: present(parts, input, call).legalHold ? 'ON' : 'OFF' } }),
    }),
    ...listOperations(parts),
  };
}

function hide(
  { platform }: S3Parts,
  bucket: Bucket,
  key: string,
  versions: readonly ObjectVersion[],
  call: Call,
): object {
  if (!bucket.versioned) {
    bucket.objects.delete(key);
    return {};
  }
  const marker: ObjectVersion = {
    key,
    versionId: platform.ids.hex('s3 version', 32),
    body: Buffer.alloc(0),
    etag: '',
    modifiedAt: call.now(),
    metadata: {},
    contentType: '',
    kmsKeyArn: undefined,
    checksums: {},
    deleteMarker: true,
    retention: undefined,
    legalHold: false,
  };
  bucket.objects.set(key, [...versions, marker]);
  return { DeleteMarker: true, VersionId: marker.versionId };
}

function listOperations({ buckets }: S3Parts): Readonly<Record<string, Operation>> {
  const bucketOf = (input: { Bucket?: string | undefined }): Bucket => buckets.find(input.Bucket ?? '');
  const sorted = (bucket: Bucket, prefix: string | undefined): string[] =>
    [...bucket.objects.keys()].filter((key) => key.startsWith(prefix ?? '')).sort();
  const context = (prefix: string | undefined): Record<string, string> =>
    prefix === undefined ? {} : { 's3:prefix': prefix };
  return {
    HeadBucket: operation<S3.HeadBucketCommandInput, object>(['Bucket'], {
      authorize: (input) => [bucketCheck('ListBucket', bucketOf(input))],
      run: (input) => ({ BucketRegion: bucketOf(input).region }),
    }),
    ListObjectsV2: operation<S3.ListObjectsV2CommandInput, object>(
      ['Bucket', 'Prefix', 'ContinuationToken', 'MaxKeys', 'StartAfter'],
      {
        authorize: (input) => [bucketCheck('ListBucket', bucketOf(input), context(input.Prefix))],
        run: (input) => {
          const bucket = bucketOf(input);
          const after = input.ContinuationToken ?? input.StartAfter ?? '';
          const keys = sorted(bucket, input.Prefix).filter(
            (key) => key > after && buckets.latest(bucket, key) !== undefined,
          );
          const page = keys.slice(0, Math.min(1000, input.MaxKeys ?? 1000));
          const Contents = page.flatMap((key) => {
            const found = buckets.latest(bucket, key);
            return found === undefined
              ? []
              : [
                  {
                    Key: key,
                    Size: found.body.length,
                    ETag: found.etag,
                    LastModified: new Date(found.modifiedAt),
                    StorageClass: 'STANDARD' as const,
                  },
                ];
          });
          const more = keys.length > page.length;
          return {
            Name: bucket.name,
            Prefix: input.Prefix ?? '',
            KeyCount: page.length,
            MaxKeys: 1000,
            IsTruncated: more,
            Contents,
            ...(more ? { NextContinuationToken: page.at(-1) } : {}),
          };
        },
      },
    ),
    ListObjectVersions: operation<S3.ListObjectVersionsCommandInput, object>(
      ['Bucket', 'Prefix', 'KeyMarker', 'MaxKeys'],
      {
        authorize: (input) => [bucketCheck('ListBucketVersions', bucketOf(input), context(input.Prefix))],
        run: (input) => {
          const bucket = bucketOf(input);
          const all = sorted(bucket, input.Prefix).flatMap((key) => [...(bucket.objects.get(key) ?? [])].reverse());
          const row = (one: ObjectVersion) => ({
            Key: one.key,
            VersionId: one.versionId,
            IsLatest: bucket.objects.get(one.key)?.at(-1) === one,
            LastModified: new Date(one.modifiedAt),
          });
          return {
            Name: bucket.name,
            IsTruncated: false,
            Versions: all
              .filter((one) => !one.deleteMarker)
              .map((one) => ({ ...row(one), ETag: one.etag, Size: one.body.length })),
            DeleteMarkers: all.filter((one) => one.deleteMarker).map(row),
          };
        },
      },
    ),
  };
}
