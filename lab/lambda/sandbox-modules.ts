import http from 'node:http';
import https from 'node:https';
import { createRequire, isBuiltin } from 'node:module';
import zlib from 'node:zlib';
import type { CurrentInvocation } from './invocation';
import { sandboxHttp } from './sandbox-network';
import { sandboxCrypto } from './sandbox-random';
import type { sandboxPerformance, sandboxTimers } from './sandbox-time';

const builtin = createRequire(__filename);

type ZlibCallback = (error: Error | null, result?: Buffer) => void;

/** `node:zlib` without the thread pool: callback forms run at once and answer on the next tick, so the clock cannot slip past them. */
function sandboxZlib(): object {
  const inline =
    (sync: (data: Buffer, options?: object) => Buffer) =>
    (data: Buffer, ...rest: [ZlibCallback] | [object, ZlibCallback]): void => {
      const callback = rest.length === 1 ? rest[0] : rest[1];
      const options = rest.length === 1 ? {} : rest[0];
      try {
        process.nextTick(callback, null, sync(data, options));
      } catch (error) {
        process.nextTick(callback, error);
      }
    };
  return {
    ...zlib,
    gzip: inline(zlib.gzipSync),
    gunzip: inline(zlib.gunzipSync),
    deflate: inline(zlib.deflateSync),
    inflate: inline(zlib.inflateSync),
    brotliDecompress: inline(zlib.brotliDecompressSync),
    unzip: inline(zlib.unzipSync),
  };
}

/** The modules a function gets in place of Node's, by name without `node:`. */
export function sandboxModules(
  current: CurrentInvocation,
  timers: ReturnType<typeof sandboxTimers>,
  performance: ReturnType<typeof sandboxPerformance>,
  process: object,
): ReadonlyMap<string, object> {
  return new Map<string, object>([
    ['http', sandboxHttp(current, http)],
    ['https', sandboxHttp(current, { ...https, Agent: http.Agent, globalAgent: http.globalAgent })],
    ['crypto', sandboxCrypto(current)],
    ['zlib', sandboxZlib()],
    ['timers', timers],
    ['timers/promises', timers.promises],
    ['perf_hooks', { ...builtin('node:perf_hooks'), performance: performance.performance }],
    ['process', process],
  ]);
}

/** `require` of a bundled function: Node's own modules and nothing else, as in Lambda without layers. */
export function sandboxRequire(modules: ReadonlyMap<string, object>): (name: string) => unknown {
  return (name) => {
    const bare = name.replace(/^node:/, '');
    const replaced = modules.get(bare);
    if (replaced !== undefined) return replaced;
    if (!isBuiltin(bare)) {
      const missing = new Error(
        `Cannot find module '${name}': the bundle must contain everything but Node's own modules.`,
      );
      throw Object.assign(missing, { code: 'MODULE_NOT_FOUND' });
    }
    return builtin(bare);
  };
}
