import crypto, { type webcrypto } from 'node:crypto';
import { SeededBytes } from '../time/seeded';
import type { CurrentInvocation } from './invocation';

const loading = new SeededBytes('module load');

/** Bytes of the running invocation's own stream, so that one function's randomness never depends on another's. */
function take(current: CurrentInvocation, size: number): Buffer {
  return (current.get()?.random ?? loading).take(size);
}

function unit(current: CurrentInvocation): number {
  return (current.get()?.random ?? loading).unit();
}

function fill<T extends NodeJS.ArrayBufferView>(current: CurrentInvocation, view: T): T {
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(take(current, view.byteLength));
  return view;
}

function uuid(current: CurrentInvocation): string {
  const bytes = take(current, 16);
  // RFC 9562: version 4 in the high nibble of byte 6, variant 10 in the top bits of byte 8.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** `Math` with a seeded `random`. */
export function sandboxMath(current: CurrentInvocation): Math {
  return Object.create(Math, { random: { value: () => unit(current) } });
}

/** WebCrypto whose work in libuv's thread pool holds the clock, and whose randomness is seeded. */
export function sandboxWebCrypto(current: CurrentInvocation): webcrypto.Crypto {
  const subtle = new Proxy(crypto.webcrypto.subtle, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        const done = current.get()?.host.clock.busy(`crypto.subtle.${String(name)}`) ?? (() => undefined);
        try {
          return await Reflect.apply(method, target, args);
        } finally {
          done();
        }
      };
    },
  });
  return Object.create(crypto.webcrypto, {
    subtle: { value: subtle },
    getRandomValues: { value: <T extends NodeJS.ArrayBufferView>(view: T) => fill(current, view) },
    randomUUID: { value: () => uuid(current) },
  });
}

type BytesCallback = (error: Error | null, bytes: Buffer) => void;

/** `node:crypto` with seeded randomness; everything else is Node's own. */
export function sandboxCrypto(current: CurrentInvocation): object {
  const randomBytes = (size: number, callback?: BytesCallback): Buffer | undefined => {
    const bytes = take(current, size);
    if (callback === undefined) return bytes;
    process.nextTick(callback, null, bytes);
    return undefined;
  };
  const randomInt = (low: number, high?: number): number => {
    const [min, max] = high === undefined ? [0, low] : [low, high];
    return min + Math.floor(unit(current) * (max - min));
  };
  const web = sandboxWebCrypto(current);
  return {
    ...crypto,
    randomBytes,
    randomInt,
    randomFillSync: <T extends NodeJS.ArrayBufferView>(view: T) => fill(current, view),
    getRandomValues: <T extends NodeJS.ArrayBufferView>(view: T) => fill(current, view),
    randomUUID: () => uuid(current),
    webcrypto: web,
    subtle: web.subtle,
  };
}
