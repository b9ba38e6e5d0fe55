import path from 'node:path';
import { format } from 'node:util';
import { type FunctionCode, SANDBOX_GLOBALS, type SandboxGlobal } from './function-code';
import { CurrentInvocation, Invocation, type InvocationResult } from './invocation';
import type { SandboxHost } from './sandbox-host';
import { sandboxModules, sandboxRequire } from './sandbox-modules';
import { sandboxFetch } from './sandbox-network';
import { sandboxMath, sandboxWebCrypto } from './sandbox-random';
import { sandboxAbortSignal, sandboxDate, sandboxPerformance, sandboxTimers } from './sandbox-time';

/** What a function is, apart from its code. */
export interface FunctionSettings {
  readonly name: string;
  /** The short name in call ids and records: the same in every account and region. */
  readonly label: string;
  readonly arn: string;
  readonly version: string;
  /** `file.export`, as in the template. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

type Handler = (event: unknown, context: object, callback: (error: unknown, result?: unknown) => void) => unknown;

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

/** One execution environment of a function: the bundle loaded once, one invocation at a time. */
export class FunctionInstance {
  readonly #current = new CurrentInvocation();
  readonly #handler: Handler;

  /** Loads the bundle. What its top level throws is Lambda's Runtime init error and is thrown on. */
  constructor(
    readonly settings: FunctionSettings,
    code: FunctionCode,
    environment: Readonly<Record<string, string>>,
    loadedAt: number,
  ) {
    this.#current.setLoadTime(loadedAt);
    const module = { exports: {} };
    const values = this.#globals(code, module, { ...environment, ...settings.environment });
    code.main()(...SANDBOX_GLOBALS.map((name) => values[name]));
    const exported: unknown = Reflect.get(module.exports, settings.handler.split('.').at(-1) ?? 'handler');
    if (!isHandler(exported)) throw new Error(`${settings.handler} is undefined or not exported`);
    this.#handler = exported;
  }

  /** Runs one event. Never rejects: errors, timeouts and crashes are results. */
  async invoke(host: SandboxHost, event: unknown, requestId: string, sequence: number): Promise<InvocationResult> {
    const invocation = new Invocation(host, this.settings.label, requestId, sequence);
    this.#current.begin(invocation);
    const deadline = host.clock.now() + this.settings.timeoutSeconds * 1000;
    const { timeoutSeconds } = this.settings;
    invocation.setTimer(timeoutSeconds * 1000, () => {
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      invocation.end({ ok: false, errorType: 'Sandbox.Timedout', errorMessage });
    });
    void this.#work(invocation, event, this.#context(invocation, deadline));
    return invocation.finished;
  }

  async #work(invocation: Invocation, event: unknown, context: object): Promise<void> {
    try {
      const result = await this.#handler(copy(event), context, () => undefined);
      invocation.end({ ok: true, payload: copy(result) });
    } catch (error) {
      invocation.end(failure(error));
    }
  }

  #context({ host, requestId }: Invocation, deadline: number): object {
    const { name, arn, version, memoryMb } = this.settings;
    return {
      functionName: name,
      functionVersion: version,
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMb),
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: `${name}/[${version}]`,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - host.clock.now()),
    };
  }

  #print(line: string): void {
    const invocation = this.#current.get();
    invocation?.host.print(this.settings.label, invocation.requestId, line);
  }

  #globals(
    code: FunctionCode,
    module: { exports: object },
    environment: Record<string, string>,
  ): Record<SandboxGlobal, unknown> {
    const current = this.#current;
    const timers = sandboxTimers(current);
    const performance = sandboxPerformance(current);
    const process = this.#process(environment, performance.hrtime);
    const shared = { ...this.#values(timers), process, performance: performance.performance };
    // Defined, not assigned: some globals have a getter only.
    const own = (value: unknown) => ({ value, writable: true, configurable: true });
    const root: object = Object.create(
      globalThis,
      Object.fromEntries(Object.entries(shared).map(([key, value]) => [key, own(value)])),
    );
    Object.defineProperties(root, { global: own(root), globalThis: own(root) });
    const require = sandboxRequire(sandboxModules(current, timers, performance, process));
    return {
      ...shared,
      exports: module.exports,
      module,
      require,
      __import: async (name: string) => namespaceOf(require(name)),
      __filename: path.join(code.folder, 'index.js'),
      __dirname: code.folder,
      global: root,
      globalThis: root,
    };
  }

  /** What stands in for Node's globals, but for those that depend on the environment. */
  #values(timers: ReturnType<typeof sandboxTimers>) {
    const current = this.#current;
    const print = (...parts: unknown[]): void => this.#print(format(...parts));
    const { promises: _promises, ...functions } = timers;
    return {
      ...functions,
      console: { ...console, log: print, info: print, warn: print, error: print, debug: print, trace: print },
      Date: sandboxDate(current),
      Math: sandboxMath(current),
      crypto: sandboxWebCrypto(current),
      fetch: sandboxFetch(current),
      AbortSignal: sandboxAbortSignal(current),
    };
  }

  #process(environment: Record<string, string>, hrtime: object): object {
    const quiet = (): object => wrapped;
    const write = (text: string | Uint8Array): boolean => {
      this.#print(String(text).replace(/\n$/, ''));
      return true;
    };
    const wrapped: object = Object.create(process, {
      env: { value: environment, writable: true },
      hrtime: { value: hrtime },
      stdout: { value: Object.create(process.stdout, { write: { value: write } }) },
      stderr: { value: Object.create(process.stderr, { write: { value: write } }) },
      exit: { value: () => this.#current.get()?.crash() },
      emitWarning: { value: quiet },
      uptime: { value: () => 1 },
      ...Object.fromEntries(
        ['on', 'once', 'addListener', 'off', 'removeListener'].map((name) => [name, { value: quiet }]),
      ),
    });
    return wrapped;
  }
}

/** What `import()` of a CommonJS module gives: its members, and itself as default. */
function namespaceOf(required: unknown): object {
  return typeof required === 'object' ? { ...required, default: required } : { default: required };
}

/** What crosses the wire is JSON: no shared objects, no undefined. */
function copy(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

function failure(error: unknown): InvocationResult {
  // An error of the sandbox may come from another realm: it is known by its shape, not by instanceof.
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const errorType = 'name' in error && typeof error.name === 'string' ? error.name : 'Error';
    return { ok: false, errorType, errorMessage: String(error.message) };
  }
  return { ok: false, errorType: 'Error', errorMessage: String(error) };
}
