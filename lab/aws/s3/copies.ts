import type * as S3 from '@aws-sdk/client-s3';
import { type AccessCheck, type Call, type Operation, operation } from '../service';
import { kmsCheck, type ObjectReference, objectCheck, readChecks } from './access';
import { checksumsOf } from './buckets';
import { present, referenceOf, requester, type S3Parts, writeContext, writeSettings } from './objects';

/** GetObjectAttributes and CopyObject. */
export function copyOperations(parts: S3Parts): Readonly<Record<string, Operation>> {
  return { GetObjectAttributes: attributes(parts), CopyObject: copy(parts) };
}

function attributes(parts: S3Parts): Operation {
  return operation<S3.GetObjectAttributesCommandInput, object>(['Bucket', 'Key', 'VersionId', 'ObjectAttributes'], {
    authorize: (input, call) => {
      const bucket = parts.buckets.find(input.Bucket ?? '');
      const action = input.VersionId === undefined ? 'GetObjectAttributes' : 'GetObjectVersionAttributes';
      return [...readChecks(parts.buckets, referenceOf(input), call), objectCheck(action, bucket, input.Key ?? '')];
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

const COPY_MEMBERS: readonly (keyof S3.CopyObjectCommandInput)[] = [
  'Bucket',
  'Key',
  'CopySource',
  'Metadata',
  'MetadataDirective',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'ChecksumAlgorithm',
];

/** `bucket/key` or `bucket/key?versionId=…`, percent-encoded, with or without a slash in front. */
function sourceOf({ CopySource }: S3.CopyObjectCommandInput): ObjectReference {
  const [path = '', version] = decodeURIComponent(CopySource ?? '')
    .replace(/^\//, '')
    .split('?versionId=');
  const [Bucket, ...key] = path.split('/');
  return { Bucket, Key: key.join('/'), VersionId: version };
}

function copyChecks({ buckets }: S3Parts, input: S3.CopyObjectCommandInput, call: Call): readonly AccessCheck[] {
  const bucket = buckets.find(input.Bucket ?? '');
  return [
    ...readChecks(buckets, sourceOf(input), call),
    objectCheck('PutObject', bucket, input.Key ?? '', writeContext(input)),
    ...kmsCheck('GenerateDataKey', writeSettings(input, bucket).kmsKeyArn, bucket, call),
  ];
}

function copy(parts: S3Parts): Operation {
  return operation<S3.CopyObjectCommandInput, object>(COPY_MEMBERS, {
    latencyMs: 30,
    authorize: (input, call) => copyChecks(parts, input, call),
    run: (input, call) => {
      const from = present(parts, sourceOf(input), call);
      const bucket = parts.buckets.find(input.Bucket ?? '');
      const settings = writeSettings(input, bucket);
      const metadata = input.MetadataDirective === 'REPLACE' ? settings.metadata : from.metadata;
      const write = {
        key: input.Key ?? '',
        body: from.body,
        reason: 'CopyObject',
        requester: requester(call),
      } as const;
      const made = parts.buckets.write(bucket, { ...settings, metadata, ...write });
      const CopyObjectResult = { ETag: made.etag, LastModified: new Date(made.modifiedAt) };
      return { VersionId: made.versionId, CopySourceVersionId: from.versionId, CopyObjectResult };
    },
  });
}
