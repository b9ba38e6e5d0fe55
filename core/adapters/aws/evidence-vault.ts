import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { NeedsHuman } from '../../errors';
import { type Sha256, sha256 } from '../../incident/ids';
import type { EvidenceVault, ShelvedTool, StoredObject, ToolShelf } from '../../ports/evidence-vault';
import { awsErrorName, calling, everyPage, orElse } from './aws-call';

const ABSENT = ['NotFound', 'NoSuchKey'];
/** 412: the key exists; 409: two conditional writers met and S3 asks the loser to look again. */
const TAKEN = ['PreconditionFailed', 'ConditionalRequestConflict'];

/** EvidenceVault over S3. Retention and encryption are the bucket's own defaults: no writer can choose less. */
export function s3EvidenceVault(s3: S3Client, bucket: string): EvidenceVault {
  const head: EvidenceVault['head'] = async (key) => {
    const found = await orElse('s3 HeadObject', ABSENT, undefined, () =>
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' })),
    );
    return found === undefined ? undefined : stored(key, found);
  };
  const write = async (key: string, body: Uint8Array, metadata: Readonly<Record<string, string>>, once: boolean) => {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: body,
      Metadata: { ...metadata },
      ChecksumSHA256: Buffer.from(sha256(body), 'hex').toString('base64'),
      ...(once ? { IfNoneMatch: '*' } : {}),
    });
    const answer = await calling('s3 PutObject', () => s3.send(command), once ? TAKEN : []);
    const found = await head(key);
    if (found === undefined) throw new NeedsHuman(`S3 took ${key} and does not show it.`);
    return answer.VersionId === undefined ? found : { ...found, versionId: answer.VersionId };
  };
  const hash: EvidenceVault['hash'] = async (key, versionId) =>
    (await calling('s3 GetObject', () => readThrough(s3, bucket, key, versionId))).sha256;
  return {
    head,
    hash,
    examine: (key) => orElse('s3 GetObject', ABSENT, undefined, () => readThrough(s3, bucket, key)),
    async put(key, body, metadata = {}) {
      return write(key, body, metadata, false);
    },
    async putOnce(key, body, metadata = {}) {
      try {
        return await write(key, body, metadata, true);
      } catch (error) {
        if (!TAKEN.includes(awsErrorName(error))) throw error;
      }
      const found = await head(key);
      if (found === undefined || (await hash(key, found.versionId)) !== sha256(body)) {
        throw new NeedsHuman(`${key} holds something else already: it was left as it is.`);
      }
      return found;
    },
    async read(key, limit) {
      const range = limit === undefined ? {} : { Range: `bytes=0-${limit - 1}` };
      const answer = await calling('s3 GetObject', () =>
        s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...range })),
      );
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    },
    list(prefix) {
      return everyPage((token) =>
        calling('s3 ListObjectsV2', async () => {
          const page = await s3.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(token ? { ContinuationToken: token } : {}),
            }),
          );
          const items = (page.Contents ?? []).map((each) => ({ key: each.Key ?? '', bytes: each.Size ?? 0 }));
          return { items, next: page.NextContinuationToken };
        }),
      );
    },
  };
}

interface HeadAnswer {
  readonly ContentLength?: number | undefined;
  readonly VersionId?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly Metadata?: Record<string, string> | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
}

function stored(key: string, found: HeadAnswer): StoredObject {
  return {
    key,
    bytes: found.ContentLength ?? 0,
    versionId: found.VersionId ?? '',
    modifiedAt: found.LastModified?.toISOString() ?? '',
    metadata: found.Metadata ?? {},
    ...(found.ChecksumCRC64NVME ? { crc64: found.ChecksumCRC64NVME } : {}),
  };
}

/** Streams the object through SHA-256: constant memory whatever its size. */
async function readThrough(s3: S3Client, bucket: string, key: string, versionId?: string) {
  const version = versionId === undefined || versionId === '' ? {} : { VersionId: versionId };
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...version }));
  const hash = createHash('sha256');
  const reader = answer.Body?.transformToWebStream().getReader();
  for (let chunk = await reader?.read(); chunk !== undefined && !chunk.done; chunk = await reader?.read()) {
    if (chunk.value instanceof Uint8Array) hash.update(chunk.value);
  }
  return { stored: stored(key, answer), sha256: hash.digest('hex') as Sha256 };
}

/** ToolShelf over the tools bucket: keys are `tools/<sha256>/<name>`. */
export function s3ToolShelf(s3: S3Client, bucket: string): ToolShelf {
  /** Newest first. */
  const all = async (): Promise<readonly ShelvedTool[]> => {
    const objects = await everyPage((token) =>
      calling('s3 ListObjectsV2', async () => {
        const next = token ? { ContinuationToken: token } : {};
        const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'tools/', ...next }));
        return { items: page.Contents ?? [], next: page.NextContinuationToken };
      }),
    );
    return objects
      .toSorted((a, b) => (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0))
      .flatMap(({ Key: key = '' }) => {
        const [, digest, name] = /^tools\/([0-9a-f]{64})\/([^/]+)$/.exec(key) ?? [];
        return digest === undefined || name === undefined ? [] : [{ key, name, sha256: digest }];
      });
  };
  return {
    find: async (name) => (await all()).find((tool) => tool.name === name),
    startingWith: async (prefix) => (await all()).filter((tool) => tool.name.startsWith(prefix)),
  };
}
