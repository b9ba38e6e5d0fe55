import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { NeedsHuman } from '../../errors';
import type { Clock } from '../../ports/clock';
import type { Presigner, Uploads } from '../../ports/evidence-vault';
import { calling, everyPage, orElse } from './aws-call';

/** Uploads over S3. A full-object CRC-64/NVME is asked for at the start, so that parts need no checksum of their own. */
export function s3Uploads(s3: S3Client, bucket: string): Uploads {
  return {
    async find(key) {
      const page = await calling('s3 ListMultipartUploads', () =>
        s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key })),
      );
      const mine = (page.Uploads ?? []).filter((each) => each.Key === key);
      mine.sort((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0));
      return mine[0]?.UploadId;
    },
    async start(key) {
      const command = new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        ChecksumAlgorithm: 'CRC64NVME',
        ChecksumType: 'FULL_OBJECT',
      });
      const answer = await calling('s3 CreateMultipartUpload', () => s3.send(command));
      if (answer.UploadId === undefined) throw new NeedsHuman(`S3 named no upload for ${key}.`);
      return answer.UploadId;
    },
    async parts(key, upload) {
      const found = await everyPage((marker) =>
        calling('s3 ListParts', async () => {
          const page = await s3.send(
            new ListPartsCommand({
              Bucket: bucket,
              Key: key,
              UploadId: upload,
              ...(marker ? { PartNumberMarker: marker } : {}),
            }),
          );
          return { items: page.Parts ?? [], next: page.IsTruncated ? page.NextPartNumberMarker : undefined };
        }),
      );
      return found
        .map((part) => ({ number: part.PartNumber ?? 0, bytes: part.Size ?? 0, etag: part.ETag ?? '' }))
        .sort((a, b) => a.number - b.number);
    },
    async complete(key, upload, parts) {
      const command = new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        UploadId: upload,
        MultipartUpload: { Parts: parts.map((part) => ({ PartNumber: part.number, ETag: part.etag })) },
      });
      const done = await orElse('s3 CompleteMultipartUpload', ['NoSuchUpload'], undefined, () => s3.send(command));
      return done === undefined ? 'absent' : 'done';
    },
    async abort(key, upload) {
      const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: upload });
      await orElse('s3 AbortMultipartUpload', ['NoSuchUpload'], undefined, () => s3.send(command));
    },
  };
}

/** A client whose credentials live until then: what it signs dies with them, whatever the URL says. */
export interface Signing {
  readonly s3: S3Client;
  readonly until: Date;
}

/**
 * Presigner over S3, with credentials of its own: how long those of a Lambda function live, nobody says (re:Post,
 * "presigned URL expires before"), so each batch of URLs is signed in a session that outlives them. The client must be made with `requestChecksumCalculation: 'WHEN_REQUIRED'`: otherwise the SDK signs
 * a CRC32 of an empty body into the URL and no part would ever match it.
 */
export function s3Presigner(
  sign: () => Promise<Signing>,
  clock: Clock,
  buckets: { readonly evidence: string; readonly tools: string },
): Presigner {
  let session: Signing | undefined;
  const lasting = async (seconds: number) => {
    const needed = clock.now().getTime() + seconds * 1000;
    if (session === undefined || session.until.getTime() < needed) session = await sign();
    return session.s3;
  };
  return {
    async part(key, upload, part, seconds) {
      const command = new UploadPartCommand({ Bucket: buckets.evidence, Key: key, UploadId: upload, PartNumber: part });
      return getSignedUrl(await lasting(seconds), command, { expiresIn: seconds });
    },
    async get(place, seconds) {
      const command = new GetObjectCommand({ Bucket: buckets[place.bucket], Key: place.key });
      return getSignedUrl(await lasting(seconds), command, { expiresIn: seconds });
    },
    async put(key, seconds) {
      const command = new PutObjectCommand({ Bucket: buckets.evidence, Key: key });
      return getSignedUrl(await lasting(seconds), command, { expiresIn: seconds });
    },
  };
}
