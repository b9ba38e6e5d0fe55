import { createHash } from 'node:crypto';

/** LiME's header (LiME documentation, "LiME format"): magic, version, first and last address, reserved; little-endian. */
const LIME_MAGIC = 0x4c694d45;
const HEADER_BYTES = 32;

/**
 * A stand-in for a memory image: one LiME range whose pages are a digest of the instance's id, repeated.
 * It has the shape of an image and none of its content: memory analysis in the lab reads recorded outputs.
 */
export function memoryImage(instance: string, bytes: number): Buffer {
  const image = Buffer.alloc(bytes, createHash('sha256').update(instance).digest());
  const first = 0x1000n;
  image.writeUInt32LE(LIME_MAGIC, 0);
  image.writeUInt32LE(1, 4);
  image.writeBigUInt64LE(first, 8);
  image.writeBigUInt64LE(first + BigInt(bytes - HEADER_BYTES) - 1n, 16);
  image.writeBigUInt64LE(0n, 24);
  return image;
}
