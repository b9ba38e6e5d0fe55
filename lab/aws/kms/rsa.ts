import { checkPrimeSync, createPrivateKey, type KeyObject } from 'node:crypto';
import { SeededBytes } from '../../time/seeded';

const PUBLIC_EXPONENT = 65_537n;
const PRIME_BITS = 1024;

/** Odd primes below 20000: one remainder each rules out most candidates before the real test. */
const SMALL_PRIMES: readonly number[] = (() => {
  const found: number[] = [];
  for (let n = 3; n < 20_000; n += 2) if (found.every((p) => p * p > n || n % p !== 0)) found.push(n);
  return found;
})();

/** The next prime at or after a seeded number of 1024 bits whose two top bits are set, so that a product has exactly 2048. */
function seededPrime(bytes: SeededBytes): bigint {
  const drawn = BigInt(`0x${bytes.take(PRIME_BITS / 8).toString('hex')}`);
  const start = drawn | (3n << BigInt(PRIME_BITS - 2)) | 1n;
  const remainders = SMALL_PRIMES.map((p) => Number(start % BigInt(p)));
  for (let step = 0; ; step += 2) {
    if (SMALL_PRIMES.some((p, index) => ((remainders[index] ?? 0) + step) % p === 0)) continue;
    const candidate = start + BigInt(step);
    // FIPS 186-5 table B.1 asks for 5 Miller-Rabin rounds at 1024 bits; 10 leave an error below 2^-20 even for chosen numbers.
    if ((candidate - 1n) % PUBLIC_EXPONENT !== 0n && checkPrimeSync(candidate, { checks: 10 })) return candidate;
  }
}

/** Inverse of `a` modulo `m`, by the extended Euclidean algorithm. */
function inverse(a: bigint, m: bigint): bigint {
  let [r0, r1, t0, t1] = [m, a % m, 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return ((t0 % m) + m) % m;
}

const made = new Map<string, KeyObject>();

/** The RSA-2048 private key of a seed: the same on every machine, and worth nothing outside the lab. */
export function seededRsaKey(seed: string): KeyObject {
  const known = made.get(seed);
  if (known !== undefined) return known;
  const bytes = new SeededBytes(seed);
  const [p, q] = [seededPrime(bytes), seededPrime(bytes)];
  const d = inverse(PUBLIC_EXPONENT, (p - 1n) * (q - 1n));
  const text = (value: bigint): string => {
    const hex = value.toString(16);
    return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
  };
  const jwk = {
    kty: 'RSA',
    n: text(p * q),
    e: text(PUBLIC_EXPONENT),
    d: text(d),
    p: text(p),
    q: text(q),
    dp: text(d % (p - 1n)),
    dq: text(d % (q - 1n)),
    qi: text(inverse(q, p)),
  };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  made.set(seed, key);
  return key;
}
