import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Names of S3's checksum members, as requests and answers spell them. */
export const CHECKSUMS = ['ChecksumCRC32', 'ChecksumCRC64NVME', 'ChecksumSHA1', 'ChecksumSHA256'] as const;
export type ChecksumName = (typeof CHECKSUMS)[number];

/** CRC-64/NVME, reflected form of the polynomial 0xad93d23594c93659, as two tables of 32-bit halves. */
const [HIGH, LOW] = ((): [Uint32Array, Uint32Array] => {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  const polynomial = 0x9a6c9329ac4bc9b5n;
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    high[byte] = Number(crc >> 32n);
    low[byte] = Number(crc & 0xffffffffn);
  }
  return [high, low];
})();

/** CRC-64/NVME of the bytes, big-endian. Its check value over "123456789" is ae8b14860a799888. */
export function crc64nvme(bytes: Uint8Array): Buffer {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0);
    high = (high >>> 8) ^ (HIGH[index] ?? 0);
  }
  const out = Buffer.alloc(8);
  out.writeUInt32BE(~high >>> 0, 0);
  out.writeUInt32BE(~low >>> 0, 4);
  return out;
}

/** A full-object checksum in base64. */
export function checksum(name: ChecksumName, bytes: Uint8Array): string {
  switch (name) {
    case 'ChecksumCRC32': {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(crc32(bytes) >>> 0);
      return out.toString('base64');
    }
    case 'ChecksumCRC64NVME':
      return crc64nvme(bytes).toString('base64');
    case 'ChecksumSHA1':
      return createHash('sha1').update(bytes).digest('base64');
    case 'ChecksumSHA256':
      return createHash('sha256').update(bytes).digest('base64');
  }
}

/** The quoted MD5 that S3 gives an object written in one piece. */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

/** The tag of an object written in parts: MD5 over the parts' MD5s, and their number. */
export function multipartEtag(parts: readonly Uint8Array[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(createHash('md5').update(part).digest());
  return `"${hash.digest('hex')}-${parts.length}"`;
}
