import { createHash } from 'node:crypto';

/** A number in [0, 1) that depends on nothing but its parts: the same call in the same run always gets the same jitter. */
export function unitHash(...parts: readonly (string | number)[]): number {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  // 48 bits fit a double exactly: 2^48 = 281474976710656.
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** Lower-case hexadecimal characters that depend on nothing but the parts; at most 128 of them. */
export function hexHash(length: number, ...parts: readonly (string | number)[]): string {
  return createHash('sha512').update(JSON.stringify(parts)).digest('hex').slice(0, length);
}

/** Upper-case base32 characters (A-Z, 2-7) that depend on nothing but the parts; at most 64 of them. */
export function base32Hash(length: number, ...parts: readonly (string | number)[]): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const digest = createHash('sha512').update(JSON.stringify(parts)).digest();
  return [...digest.subarray(0, length)].map((byte) => alphabet.charAt(byte % 32)).join('');
}

/** A version-4-shaped UUID that depends on nothing but the parts. */
export function uuidHash(...parts: readonly (string | number)[]): string {
  const hex = hexHash(32, ...parts);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** An endless, reproducible stream of bytes: SHA-512 over seed and counter. */
export class SeededBytes {
  #counter = 0;
  #pool = Buffer.alloc(0);

  constructor(private readonly seed: string) {}

  /** The next `size` bytes. */
  take(size: number): Buffer {
    const chunks = [this.#pool];
    let have = this.#pool.length;
    while (have < size) {
      const block = createHash('sha512').update(`${this.seed}:${this.#counter}`).digest();
      this.#counter += 1;
      chunks.push(block);
      have += block.length;
    }
    const all = Buffer.concat(chunks);
    this.#pool = all.subarray(size);
    return Buffer.from(all.subarray(0, size));
  }

  /** The next number in [0, 1), with 48 random bits. */
  unit(): number {
    return this.take(6).readUIntBE(0, 6) / 2 ** 48;
  }
}
