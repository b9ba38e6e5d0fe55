import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { EvidenceFolder } from '../../evidence/evidence-folder';
import { orElse } from './aws-call';

/** Evidence under a prefix of a bucket. Artefacts are read by their version: a later one of the same key is not evidence. */
export function evidenceInS3(bucket: string, prefix: string, client = new S3Client({})): EvidenceFolder {
  const base = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  return {
    async open(path, versionId) {
      const get = new GetObjectCommand({
        Bucket: bucket,
        Key: `${base}${path}`,
        ...(versionId === undefined ? {} : { VersionId: versionId }),
      });
      const answer = await orElse(`read ${path}`, ['NoSuchKey', 'NoSuchVersion'], undefined, () => client.send(get));
      return answer?.Body === undefined ? undefined : bytesOf(answer.Body.transformToWebStream());
    },
  };
}

async function* bytesOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
