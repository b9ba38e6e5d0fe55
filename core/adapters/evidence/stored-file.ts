import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { splitLines } from '../../analysis/evidence-lines';
import type { EvidenceFile } from '../../analysis/evidence-source';
import { describeError } from '../../errors';

const CHUNK_BYTES = 1024 * 1024;

/** A file on this machine as evidence. It is gunzipped when its first two bytes are gzip's (RFC 1952: 1f 8b). */
export function storedFile(name: string, path: string, bytes: number | undefined): EvidenceFile {
  let damage: string | undefined;
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    damage = undefined;
    try {
      yield* (await isGzip(path)) ? gunzipped(createReadStream(path, { highWaterMark: CHUNK_BYTES })) : plain(path);
    } catch (error) {
      damage = `${name} could not be read to its end (${describeError(error).message}); what came before is used`;
    }
  };
  return {
    name,
    bytes,
    chunks,
    lines: () => splitLines(chunks()),
    text: async () => (await gather(chunks())).toString('utf8'),
    sha256: async () => {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) hash.update(chunk);
      return hash.digest('hex');
    },
    damage: () => damage,
  };
}

/** A stream as evidence, gunzipped when it begins like gzip. It can be read once; its hash is not known beforehand. */
export function streamedFile(name: string, stream: Readable): EvidenceFile {
  const hash = createHash('sha256');
  let damage: string | undefined;
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    try {
      yield* gunzippedIfGzip(hashed(stream, hash));
    } catch (error) {
      damage = `${name} could not be read to its end (${describeError(error).message}); what came before is used`;
    }
  };
  return {
    name,
    bytes: undefined,
    chunks,
    lines: () => splitLines(chunks()),
    text: async () => (await gather(chunks())).toString('utf8'),
    sha256: async () => hash.copy().digest('hex'),
    damage: () => damage,
  };
}

async function* hashed(stream: AsyncIterable<unknown>, hash: Hash): AsyncIterable<Uint8Array> {
  for await (const chunk of stream) {
    const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
    hash.update(bytes);
    yield bytes;
  }
}

async function* gunzippedIfGzip(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]();
  let head: Uint8Array = Buffer.alloc(0);
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= 2) break;
  }
  const whole = async function* (): AsyncIterable<Uint8Array> {
    yield head;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  };
  yield* head[0] === 0x1f && head[1] === 0x8b ? gunzipped(Readable.from(whole())) : whole();
}

/** Gunzips a stream; bytes before the first damage are delivered, then the damage is thrown. */
export async function* gunzipped(source: Readable): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  let failed: unknown;
  const feeding = pipeline(source, gunzip).catch((error: unknown) => {
    failed ??= error;
  });
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    failed ??= error;
  }
  await feeding;
  if (failed !== undefined) throw failed;
}

function plain(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES });
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
