import type * as S3 from '@aws-sdk/client-s3';
import { type Operation, operation } from '../service';
import { bucketCheck } from './access';
import type { Bucket, Buckets, ObjectVersion } from './buckets';

const sorted = (bucket: Bucket, prefix = ''): string[] =>
  [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
const prefixContext = (prefix: string | undefined): Record<string, string> =>
  prefix === undefined ? {} : { 's3:prefix': prefix };

/** Whether a bucket is there, what is in it, and every version of that. */
export function listOperations(buckets: Buckets): Readonly<Record<string, Operation>> {
  const bucketOf = (input: { readonly Bucket?: string | undefined }): Bucket => buckets.find(input.Bucket ?? '');
  const versionMembers = ['Bucket', 'Prefix', 'KeyMarker', 'MaxKeys'] as const;
  return {
    HeadBucket: operation<S3.HeadBucketCommandInput, object>(['Bucket'], {
      authorize: (input) => [bucketCheck('ListBucket', bucketOf(input))],
      run: (input) => ({ BucketRegion: bucketOf(input).region }),
    }),
    ListObjectsV2: operation<S3.ListObjectsV2CommandInput, object>(LIST_MEMBERS, {
      authorize: (input) => [bucketCheck('ListBucket', bucketOf(input), prefixContext(input.Prefix))],
      run: (input) => listObjects(buckets, bucketOf(input), input),
    }),
    ListObjectVersions: operation<S3.ListObjectVersionsCommandInput, object>(versionMembers, {
      authorize: (input) => [bucketCheck('ListBucketVersions', bucketOf(input), prefixContext(input.Prefix))],
      run: (input) => listVersions(bucketOf(input), input.Prefix),
    }),
  };
}

const LIST_MEMBERS: readonly (keyof S3.ListObjectsV2CommandInput)[] = [
  'Bucket',
  'Prefix',
  'ContinuationToken',
  'MaxKeys',
  'StartAfter',
];

/** A page of at most a thousand keys, S3's own limit; the token is the last key of the page. */
function listObjects(buckets: Buckets, bucket: Bucket, input: S3.ListObjectsV2CommandInput): object {
  const after = input.ContinuationToken ?? input.StartAfter ?? '';
  const all = sorted(bucket, input.Prefix)
    .filter((key) => key > after)
    .flatMap((key) => buckets.latest(bucket, key) ?? []);
  const limit = Math.min(1000, input.MaxKeys ?? 1000);
  const page = all.slice(0, limit);
  const more = all.length > page.length;
  const Contents = page.map(({ key, body, etag, modifiedAt }) => {
    return { Key: key, Size: body.length, ETag: etag, LastModified: new Date(modifiedAt), StorageClass: 'STANDARD' };
  });
  const next = more ? { NextContinuationToken: page.at(-1)?.key } : {};
  const counts = { KeyCount: page.length, MaxKeys: limit, IsTruncated: more };
  return { Name: bucket.name, Prefix: input.Prefix ?? '', ...counts, Contents, ...next };
}

function listVersions(bucket: Bucket, prefix: string | undefined): object {
  const all = sorted(bucket, prefix).flatMap((key) => [...(bucket.objects.get(key) ?? [])].reverse());
  const row = (one: ObjectVersion): object => {
    const IsLatest = bucket.objects.get(one.key)?.at(-1) === one;
    return { Key: one.key, VersionId: one.versionId, IsLatest, LastModified: new Date(one.modifiedAt) };
  };
  const kept = all.filter((one) => !one.deleteMarker);
  return {
    Name: bucket.name,
    IsTruncated: false,
    Versions: kept.map((one) => ({ ...row(one), ETag: one.etag, Size: one.body.length })),
    DeleteMarkers: all.filter((one) => one.deleteMarker).map(row),
  };
}
