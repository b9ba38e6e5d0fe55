import type * as S3 from '@aws-sdk/client-s3';
import { type AccessCheck, AwsFault, type Call, type Operation, operation } from '../service';
import { bucketCheck, kmsCheck, objectCheck } from './access';
import type { Bucket, Upload } from './buckets';
import { etagOf, multipartEtag } from './checksums';
import {
  bodyOf,
  checkAbsent,
  checkedSums,
  encryption,
  requester,
  type S3Parts,
  writeContext,
  writeSettings,
} from './objects';

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

const bucketOf = ({ buckets }: S3Parts, input: { readonly Bucket?: string | undefined }): Bucket =>
  buckets.find(input.Bucket ?? '');

/** Uploads in parts, presigned ones included. */
export function multipartOperations(parts: S3Parts): Readonly<Record<string, Operation>> {
  return {
    CreateMultipartUpload: create(parts),
    UploadPart: uploadPart(parts),
    CompleteMultipartUpload: complete(parts),
    AbortMultipartUpload: abort(parts),
    ListParts: listParts(parts),
    ListMultipartUploads: listUploads(parts),
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

function create(parts: S3Parts): Operation {
  return operation<S3.CreateMultipartUploadCommandInput, object>(CREATE_MEMBERS, {
    authorize: (input, call) => {
      const bucket = bucketOf(parts, input);
      const { kmsKeyArn } = writeSettings(input, bucket);
      const write = objectCheck('PutObject', bucket, input.Key ?? '', writeContext(input));
      return [write, ...kmsCheck('GenerateDataKey', kmsKeyArn, bucket, call)];
    },
    run: (input, call) => {
      const bucket = bucketOf(parts, input);
      const id = parts.platform.ids.hex('s3 upload', 64);
      const settings = writeSettings(input, bucket);
      bucket.uploads.set(id, { id, key: input.Key ?? '', startedAt: call.now(), settings, parts: new Map() });
      return { Bucket: bucket.name, Key: input.Key, UploadId: id, ...encryption(settings.kmsKeyArn) };
    },
  });
}

/** Later requests of an upload use the key it was started with: Decrypt, to go on with the data key (S3 User Guide). */
function ongoingChecks(
  parts: S3Parts,
  input: S3.UploadPartCommandInput | S3.CompleteMultipartUploadCommandInput,
  call: Call,
): readonly AccessCheck[] {
  const bucket = bucketOf(parts, input);
  const keyArn = bucket.uploads.get(input.UploadId ?? '')?.settings.kmsKeyArn;
  const context = 'IfNoneMatch' in input ? writeContext(input) : {};
  return [objectCheck('PutObject', bucket, input.Key ?? '', context), ...kmsCheck('Decrypt', keyArn, bucket, call)];
}

function uploadPart(parts: S3Parts): Operation {
  return operation<S3.UploadPartCommandInput, object>(PART_MEMBERS, {
    latencyMs: 25,
    authorize: (input, call) => ongoingChecks(parts, input, call),
    run: (input, call) => {
      const upload = uploadOf(bucketOf(parts, input), input.UploadId);
      const body = bodyOf(input.Body);
      const sums = checkedSums(input, body);
      const etag = etagOf(body);
      upload.parts.set(input.PartNumber ?? 0, { body, etag, at: call.now() });
      return { ETag: etag, ...sums, ...encryption(upload.settings.kmsKeyArn) };
    },
  });
}

const COMPLETE_MEMBERS: readonly (keyof S3.CompleteMultipartUploadCommandInput)[] = [
  'Bucket',
  'Key',
  'UploadId',
  'MultipartUpload',
  'ChecksumCRC64NVME',
  'ChecksumType',
  'IfNoneMatch',
];

function complete(parts: S3Parts): Operation {
  return operation<S3.CompleteMultipartUploadCommandInput, object>(COMPLETE_MEMBERS, {
    latencyMs: 60,
    authorize: (input, call) => ongoingChecks(parts, input, call),
    run: (input, call) => {
      const bucket = bucketOf(parts, input);
      const upload = uploadOf(bucket, input.UploadId);
      const bodies = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
      if (input.IfNoneMatch === '*') checkAbsent(parts.buckets, bucket, upload.key);
      const body = Buffer.concat(bodies);
      checkedSums({ ChecksumCRC64NVME: input.ChecksumCRC64NVME }, body);
      const write = { key: upload.key, body, etag: multipartEtag(bodies), requester: requester(call) };
      const made = parts.buckets.write(bucket, { ...upload.settings, ...write, reason: 'CompleteMultipartUpload' });
      bucket.uploads.delete(upload.id);
      const { etag, versionId, kmsKeyArn } = made;
      return { Bucket: bucket.name, Key: made.key, ETag: etag, VersionId: versionId, ...encryption(kmsKeyArn) };
    },
  });
}

function abort(parts: S3Parts): Operation {
  return operation<S3.AbortMultipartUploadCommandInput, object>(['Bucket', 'Key', 'UploadId'], {
    authorize: (input) => [objectCheck('AbortMultipartUpload', bucketOf(parts, input), input.Key ?? '')],
    run: (input) => {
      const bucket = bucketOf(parts, input);
      bucket.uploads.delete(uploadOf(bucket, input.UploadId).id);
      return {};
    },
  });
}

function listParts(parts: S3Parts): Operation {
  return operation<S3.ListPartsCommandInput, object>(['Bucket', 'Key', 'UploadId', 'PartNumberMarker', 'MaxParts'], {
    authorize: (input) => [objectCheck('ListMultipartUploadParts', bucketOf(parts, input), input.Key ?? '')],
    run: (input) => {
      const upload = uploadOf(bucketOf(parts, input), input.UploadId);
      const after = Number(input.PartNumberMarker ?? 0);
      const all = [...upload.parts].sort(([a], [b]) => a - b).filter(([number]) => number > after);
      const page = all.slice(0, Math.min(1000, input.MaxParts ?? 1000));
      const more = all.length > page.length;
      const Parts = page.map(([PartNumber, { etag, body, at }]) => {
        return { PartNumber, ETag: etag, Size: body.length, LastModified: new Date(at) };
      });
      const next = more ? { NextPartNumberMarker: String(page.at(-1)?.[0] ?? 0) } : {};
      return { UploadId: upload.id, IsTruncated: more, ...next, Parts };
    },
  });
}

function listUploads(parts: S3Parts): Operation {
  const members = ['Bucket', 'Prefix', 'KeyMarker', 'UploadIdMarker', 'MaxUploads'] as const;
  return operation<S3.ListMultipartUploadsCommandInput, object>(members, {
    authorize: (input) => [bucketCheck('ListBucketMultipartUploads', bucketOf(parts, input))],
    run: (input) => {
      const uploads = [...bucketOf(parts, input).uploads.values()].filter(({ key }) =>
        key.startsWith(input.Prefix ?? ''),
      );
      const Uploads = uploads.map(({ id, key, startedAt }) => ({
        UploadId: id,
        Key: key,
        Initiated: new Date(startedAt),
      }));
      return { IsTruncated: false, Uploads };
    },
  });
}
