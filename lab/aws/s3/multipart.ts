import type * as S3 from '@aws-sdk/client-s3';
import { AwsFault, type Operation, operation } from '../service';
import { bucketCheck, kmsCheck, objectCheck } from './access';
import type { Bucket, Upload } from './buckets';
import { etagOf, multipartEtag } from './checksums';
import { bodyOf, checkedSums, encryption, requester, type S3Parts, writeContext, writeSettings } from './objects';

/** Every part but the last has at least 5 MiB (S3 User Guide, multipart upload limits). */
const SMALLEST_PART = 5 * 1024 * 1024;

function uploadOf(bucket: Bucket, id: string | undefined): Upload {
  const upload = bucket.uploads.get(id ?? '');
  if (upload === undefined) {
    throw new AwsFault(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
    );
  }
  return upload;
}

/** The parts a completion lists, in order. @throws AwsFault InvalidPart, InvalidPartOrder, EntityTooSmall */
function chosenParts(upload: Upload, listed: readonly S3.CompletedPart[]): readonly Buffer[] {
  const bodies = listed.map(({ PartNumber, ETag }, index) => {
    const part = upload.parts.get(PartNumber ?? 0);
    if (part === undefined || part.etag.replaceAll('"', '') !== (ETag ?? '').replaceAll('"', '')) {
      throw new AwsFault('InvalidPart', 'One or more of the specified parts could not be found.');
    }
    if (index > 0 && (PartNumber ?? 0) <= (listed[index - 1]?.PartNumber ?? 0)) {
      throw new AwsFault('InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    return part.body;
  });
  if (bodies.slice(0, -1).some((body) => body.length < SMALLEST_PART)) {
    throw new AwsFault('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  }
  if (bodies.length === 0) throw new AwsFault('MalformedXML', 'You must specify at least one part');
  return bodies;
}

/** Uploads in parts, presigned ones included. */
export function multipartOperations(parts: S3Parts): Readonly<Record<string, Operation>> {
  const { buckets, platform } = parts;
  const bucketOf = (input: { Bucket?: string | undefined }): Bucket => buckets.find(input.Bucket ?? '');
  const create = operation<S3.CreateMultipartUploadCommandInput, object>(CREATE_MEMBERS, {
    authorize: (input, call) => {
      const bucket = bucketOf(input);
      return [
        objectCheck('PutObject', bucket, input.Key ?? '', writeContext(input)),
        ...kmsCheck('GenerateDataKey', writeSettings(input, bucket).kmsKeyArn, bucket, call),
      ];
    },
    run: (input, call) => {
      const bucket = bucketOf(input);
      const id = platform.ids.hex('s3 upload', 64);
      const settings = writeSettings(input, bucket);
      bucket.uploads.set(id, { id, key: input.Key ?? '', startedAt: call.now(), settings, parts: new Map() });
      return { Bucket: bucket.name, Key: input.Key, UploadId: id, ...encryption(settings.kmsKeyArn) };
    },
  });
  const uploadPart = operation<S3.UploadPartCommandInput, object>(PART_MEMBERS, {
    latencyMs: 25,
    authorize: (input, call) => {
      const bucket = bucketOf(input);
      const keyArn = bucket.uploads.get(input.UploadId ?? '')?.settings.kmsKeyArn;
      return [objectCheck('PutObject', bucket, input.Key ?? ''), ...kmsCheck('Decrypt', keyArn, bucket, call)];
    },
    run: (input, call) => {
      const upload = uploadOf(bucketOf(input), input.UploadId);
      const body = bodyOf(input.Body);
      const sums = checkedSums(input, body);
      const etag = etagOf(body);
      upload.parts.set(input.PartNumber ?? 0, { body, etag, at: call.now() });
      return { ETag: etag, ...sums, ...encryption(upload.settings.kmsKeyArn) };
    },
  });
  return {
    CreateMultipartUpload: create,
    UploadPart: uploadPart,
    CompleteMultipartUpload: complete(parts),
    ...lookups(parts),
  };
}

const CREATE_MEMBERS: readonly (keyof S3.CreateMultipartUploadCommandInput)[] = [
  'Bucket',
  'Key',
  'ContentType',
  'Metadata',
  'ChecksumAlgorithm',
  'ChecksumType',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
];
const PART_MEMBERS: readonly (keyof S3.UploadPartCommandInput)[] = [
  'Bucket',
  'Key',
  'UploadId',
  'PartNumber',
  'Body',
  'ContentLength',
  'ContentMD5',
  'ChecksumAlgorithm',
  'ChecksumCRC32',
  'ChecksumCRC64NVME',
  'ChecksumSHA256',
];

function complete({ buckets }: S3Parts): Operation {
  return operation<S3.CompleteMultipartUploadCommandInput, object>(
    ['Bucket', 'Key', 'UploadId', 'MultipartUpload', 'ChecksumCRC64NVME', 'ChecksumType', 'IfNoneMatch'],
    {
      latencyMs: 60,
      authorize: (input, call) => {
        const bucket = buckets.find(input.Bucket ?? '');
        const keyArn = bucket.uploads.get(input.UploadId ?? '')?.settings.kmsKeyArn;
        return [
          objectCheck('PutObject', bucket, input.Key ?? '', writeContext(input)),
          ...kmsCheck('Decrypt', keyArn, bucket, call),
        ];
      },
      run: (input, call) => {
        const bucket = buckets.find(input.Bucket ?? '');
        const upload = uploadOf(bucket, input.UploadId);
        const bodies = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
        if (input.IfNoneMatch === '*' && buckets.latest(bucket, upload.key) !== undefined) {
          throw new AwsFault(
            'PreconditionFailed',
            'At least one of the pre-conditions you specified did not hold',
            412,
          );
        }
        const body = Buffer.concat(bodies);
        checkedSums({ ChecksumCRC64NVME: input.ChecksumCRC64NVME }, body);
        const made = buckets.write(bucket, {
          ...upload.settings,
          key: upload.key,
          body,
          etag: multipartEtag(bodies),
          reason: 'CompleteMultipartUpload',
          requester: requester(call),
        });
        bucket.uploads.delete(upload.id);
        return {
          Bucket: bucket.name,
          Key: made.key,
          ETag: made.etag,
          VersionId: made.versionId,
          ...encryption(made.kmsKeyArn),
        };
      },
    },
  );
}

function lookups({ buckets }: S3Parts): Readonly<Record<string, Operation>> {
  const bucketOf = (input: { Bucket?: string | undefined }): Bucket => buckets.find(input.Bucket ?? '');
  return {
    AbortMultipartUpload: operation<S3.AbortMultipartUploadCommandInput, object>(['Bucket', 'Key', 'UploadId'], {
      authorize: (input) => [objectCheck('AbortMultipartUpload', bucketOf(input), input.Key ?? '')],
      run: (input) => {
        const bucket = bucketOf(input);
        bucket.uploads.delete(uploadOf(bucket, input.UploadId).id);
        return {};
      },
    }),
    ListParts: operation<S3.ListPartsCommandInput, object>(
      ['Bucket', 'Key', 'UploadId', 'PartNumberMarker', 'MaxParts'],
      {
        authorize: (input) => [objectCheck('ListMultipartUploadParts', bucketOf(input), input.Key ?? '')],
        run: (input) => {
          const upload = uploadOf(bucketOf(input), input.UploadId);
          const after = Number(input.PartNumberMarker ?? 0);
          const limit = Math.min(1000, input.MaxParts ?? 1000);
          const all = [...upload.parts].sort(([a], [b]) => a - b).filter(([number]) => number > after);
          const page = all.slice(0, limit);
          const more = all.length > page.length;
          return {
            UploadId: upload.id,
            IsTruncated: more,
            ...(more ? { NextPartNumberMarker: String(page.at(-1)?.[0] ?? 0) } : {}),
            Parts: page.map(([PartNumber, part]) => ({
              PartNumber,
              ETag: part.etag,
              Size: part.body.length,
              LastModified: new Date(part.at),
            })),
          };
        },
      },
    ),
    ListMultipartUploads: operation<S3.ListMultipartUploadsCommandInput, object>(
      ['Bucket', 'Prefix', 'KeyMarker', 'UploadIdMarker', 'MaxUploads'],
      {
        authorize: (input) => [bucketCheck('ListBucketMultipartUploads', bucketOf(input))],
        run: (input) => {
          const uploads = [...bucketOf(input).uploads.values()].filter(({ key }) => key.startsWith(input.Prefix ?? ''));
          return {
            IsTruncated: false,
            Uploads: uploads.map(({ id, key, startedAt }) => ({
              UploadId: id,
              Key: key,
              Initiated: new Date(startedAt),
            })),
          };
        },
      },
    ),
  };
}
