import { base32Hash } from '../time/seeded';
import type { FunctionCode } from './function-code';
import { FunctionInstance, type FunctionSettings } from './function-instance';
import type { InvocationResult } from './invocation';
import type { SandboxHost } from './sandbox-host';

/** Credentials by which the doubles tell who calls: one pair for each execution environment of each version. */
export function instanceAccessKey({ label, version }: FunctionSettings, index: number): string {
  return `ASIA${base32Hash(16, 'access key', version === '1' ? label : `${label}:${version}`, index)}`;
}

/** What every execution environment gets from the lab, besides what the template says. */
export interface PoolOptions {
  readonly settings: FunctionSettings;
  readonly code: FunctionCode;
  readonly region: string;
  /** AWS_ENDPOINT_URL, SLACK_API_URL, GITHUB_API_URL. */
  readonly endpoints: Readonly<Record<string, string>>;
}

interface Slot {
  readonly index: number;
  instance: FunctionInstance | undefined;
  working: boolean;
}

/** The execution environments of one function: as many as invocations overlap; a dead one is replaced. */
export class FunctionPool {
  readonly #slots: Slot[] = [];
  #sequence = 0;

  constructor(private readonly options: PoolOptions) {}

  get settings(): FunctionSettings {
    return this.options.settings;
  }

  get codeSha256(): string {
    return this.options.code.codeSha256;
  }

  /**
   * A new lab begins: invocations are numbered from 1 again and every environment starts cold. Only compiled code is kept: what
   * a warm bundle remembers (tokens, connections, when it last posted) is of another world with another clock.
   */
  restart(): void {
    this.#sequence = 0;
    this.#slots.length = 0;
  }

  /** Runs one event in a free environment, or in a new one. Never rejects. */
  async invoke(host: SandboxHost, event: unknown, requestId: string): Promise<InvocationResult> {
    const slot = this.#freeSlot();
    slot.working = true;
    this.#sequence += 1;
    const sequence = this.#sequence;
    try {
      slot.instance ??= this.#load(slot.index, host.clock.now());
    } catch (error) {
      this.#discard(slot);
      const errorMessage = error instanceof Error ? error.message : String(error);
      return { ok: false, errorType: 'Runtime.ImportModuleError', errorMessage };
    }
    const result = await slot.instance.invoke(host, event, requestId, sequence);
    // After a timeout or a crash Lambda resets the environment; after a thrown error it keeps it.
    if (!result.ok && ['Sandbox.Timedout', 'Runtime.ExitError'].includes(result.errorType)) this.#discard(slot);
    slot.working = false;
    return result;
  }

  #freeSlot(): Slot {
    const free = this.#slots.find((slot) => !slot.working);
    if (free !== undefined) return free;
    const slot: Slot = { index: this.#slots.length, instance: undefined, working: false };
    this.#slots.push(slot);
    return slot;
  }

  #discard(slot: Slot): void {
    slot.instance = undefined;
    slot.working = false;
  }

  #load(index: number, now: number): FunctionInstance {
    const { settings, code, region, endpoints } = this.options;
    const environment = {
      AWS_ACCESS_KEY_ID: instanceAccessKey(settings, index),
      AWS_SECRET_ACCESS_KEY: 'lab',
      AWS_SESSION_TOKEN: 'lab',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: settings.name,
      AWS_LAMBDA_FUNCTION_VERSION: settings.version,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      LAMBDA_TASK_ROOT: '/var/task',
      // No home: the SDK looks for its configuration files there, and this machine's must not be found.
      HOME: '/nonexistent',
      TZ: 'UTC',
      NODE_ENV: 'production',
      ...endpoints,
    };
    return new FunctionInstance(settings, code, environment, now);
  }
}
