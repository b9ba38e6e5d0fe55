import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { NeedsHuman } from '../../errors';
import { type IncidentId, type Sha256, sha256 } from '../../incident/ids';
import { canonicalJson } from '../../incident/ledger-row';
import type { Blobs } from '../../ports/blobs';
import { awsErrorName, calling } from './aws-call';

const keyOf = (incident: IncidentId, digest: Sha256) => `incidents/${incident}/derived/blobs/${digest}`;

/** Facts by their digest in the evidence bucket; written once (`If-None-Match: *`), so a repeat is no new version. */
export function s3Blobs(client: S3Client, bucket: string): Blobs {
  return {
    async put(incident, value) {
      const body = canonicalJson(value);
      const digest = sha256(body);
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: keyOf(incident, digest),
        Body: body,
        ContentType: 'application/json',
        IfNoneMatch: '*',
        ChecksumSHA256: Buffer.from(digest, 'hex').toString('base64'),
      });
      try {
        await calling('keep a blob', () => client.send(put), ['PreconditionFailed']);
      } catch (error) {
        // It is there already, and its name is its content.
        if (awsErrorName(error) !== 'PreconditionFailed') throw error;
      }
      return digest;
    },
    async get(incident, digest) {
      const answer = await calling('read a blob', () =>
        client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(incident, digest) })),
      );
      const text = (await answer.Body?.transformToString()) ?? '';
      if (sha256(text) !== digest)
        throw new NeedsHuman(`Blob ${digest} of ${incident} does not have its own digest: somebody changed it.`);
      const value: unknown = JSON.parse(text);
      return value;
    },
  };
}
