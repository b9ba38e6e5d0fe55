import type { InvocationResult } from '../../lambda/invocation';
import type { SandboxHost } from '../../lambda/sandbox-host';
import { sleep } from '../../time/clock';
import { uuidHash } from '../../time/seeded';
import type { Platform } from '../platform';
import type { FunctionVersions } from './versions';

/** One deployed function. */
export interface LambdaFunction {
  /** What people call it: the kebab-case name of its construct. */
  readonly label: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly versions: FunctionVersions;
  /** Where an event goes that async invocation gave up on; set by DeadLetterConfig or an on-failure destination. */
  onFailure?: string;
  /** Async invocation's own retries; Lambda's default is 2. */
  asyncRetries: number;
}

export interface LambdaInvocation {
  readonly result: InvocationResult;
  readonly requestId: string;
  readonly version: string;
}

/** What a cold or warm start and the hop to the function take together, in milliseconds. */
const HOP_MS = 15;
/** Lambda waits one minute before the first async retry and two before the second (Lambda Developer Guide, asynchronous invocation). */
const ASYNC_RETRY_MS = [60_000, 120_000];

/** All functions of a lab, by ARN; a qualifier chooses the code of a version. */
export class Functions {
  readonly #byArn = new Map<string, LambdaFunction>();
  readonly #counts = new Map<string, number>();
  #inFlight = 0;
  /** Events that no retry and no destination took: `function: errorType`. */
  readonly lost: { readonly label: string; readonly errorType: string; readonly event: unknown }[] = [];

  constructor(
    private readonly platform: Platform,
    private readonly host: SandboxHost,
    private readonly deadLetter: (destination: string, event: unknown, failure: InvocationResult) => void,
  ) {}

  add(fn: LambdaFunction): void {
    this.#byArn.set(fn.arn, fn);
  }

  /** The function behind an ARN, a name or a short name, with or without a qualifier. */
  find(reference: string): LambdaFunction | undefined {
    if (reference.startsWith('arn:')) return this.#byArn.get(reference.split(':').slice(0, 7).join(':'));
    const name = reference.split(':')[0] ?? '';
    return this.all().find(({ versions, label }) => [versions.latest.settings.name, label].includes(name));
  }

  all(): readonly LambdaFunction[] {
    return [...this.#byArn.values()];
  }

  /** Invokes and waits for the answer, as Step Functions, SQS, streams and API Gateway do. Permission is the caller's business. */
  async invoke(arn: string, event: unknown): Promise<LambdaInvocation> {
    this.#inFlight += 1;
    return this.#invoke(arn, event).finally(() => {
      this.#inFlight -= 1;
    });
  }

  /** Invocations under way, and events that wait for another attempt. */
  get inFlight(): number {
    return this.#inFlight;
  }

  async #invoke(arn: string, event: unknown): Promise<LambdaInvocation> {
    const fn = this.find(arn);
    if (fn === undefined) {
      const result = {
        ok: false,
        errorType: 'Lambda.ResourceNotFoundException',
        errorMessage: `Function not found: ${arn}`,
      } as const;
      return { result, requestId: '', version: '$LATEST' };
    }
    const count = (this.#counts.get(fn.label) ?? 0) + 1;
    this.#counts.set(fn.label, count);
    const requestId = uuidHash(this.platform.seed, 'invocation', fn.label, count);
    await sleep(this.platform.clock, HOP_MS, `lambda/${fn.label}/${count}`);
    const pool = fn.versions.pool(arn.startsWith('arn:') ? arn.split(':')[7] : undefined);
    const result = await pool.invoke(this.host, event, requestId);
    // Lambda itself writes a function's unhandled error into its log.
    if (!result.ok) this.host.print(fn.label, requestId, `ERROR Invoke Error ${JSON.stringify(result)}`);
    return { result, requestId, version: pool.settings.version };
  }

  /** Hands an event over for good: retried by Lambda itself, then sent to the function's failure destination, then lost. */
  async invokeAsync(arn: string, event: unknown): Promise<void> {
    const fn = this.find(arn);
    for (let attempt = 0; ; attempt += 1) {
      const { result } = await this.invoke(arn, event);
      if (result.ok) return;
      if (fn === undefined || attempt >= fn.asyncRetries) {
        this.#giveUp(fn, arn, event, result);
        return;
      }
      this.#inFlight += 1;
      await sleep(this.platform.clock, ASYNC_RETRY_MS[attempt] ?? 120_000, `lambda/${arn}/retry`);
      this.#inFlight -= 1;
    }
  }

  #giveUp(fn: LambdaFunction | undefined, arn: string, event: unknown, result: InvocationResult & { ok: false }): void {
    if (fn?.onFailure === undefined) this.lost.push({ label: fn?.label ?? arn, errorType: result.errorType, event });
    else this.deadLetter(fn.onFailure, event, result);
  }
}
