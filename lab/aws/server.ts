import type { AccessControl, Caller } from '../iam/access-control';
import type { Clock } from '../time/clock';
import { uuidHash } from '../time/seeded';
import { checkFreshness, credentialScope } from './credential-scope';
import { accessDenied, type FaultKind, type FaultScript, faultError } from './faults';
import type { HttpAnswer } from './protocol/http';
import { type DecodedCall, decodeCall, encodeAnswer, encodeFault, operationName } from './protocol/wire';
import type { Recorder } from './recorder';
import { dechunk } from './s3/aws-chunked';
import { unhoist } from './s3/presigned';
import { type AccessCheck, AwsFault, type Call, LabUnsupported, type ServiceDouble } from './service';
import type { WireAnswer, WireHandler, WireRequest } from './wire-server';

export interface AwsParts {
  readonly clock: Clock;
  readonly seed: string;
  readonly access: AccessControl;
  readonly recorder: Recorder;
  readonly faults: FaultScript;
}

const ANONYMOUS: Caller = { principal: { accessKeyId: '', account: '' }, codeSha256: null };

/** What is known of a request on its way: filled in as it is decoded, so that a failure is recorded with all that was known. */
interface Progress {
  caller: Caller;
  service: string;
  operation: string;
  checks: readonly AccessCheck[];
  allowed: boolean;
  statement: string | null;
}

/** All AWS services of the lab behind one address, told apart by the signature's scope as `AWS_ENDPOINT_URL` makes it possible. */
export class AwsServer implements WireHandler {
  readonly #doubles = new Map<string, ServiceDouble[]>();
  #requests = 0;

  constructor(private readonly parts: AwsParts) {}

  add(...doubles: readonly ServiceDouble[]): void {
    for (const double of doubles) this.#doubles.set(double.name, [...(this.#doubles.get(double.name) ?? []), double]);
  }

  latencyMs(request: WireRequest): number {
    try {
      const double = this.#doubleFor(credentialScope(request).service, request);
      return double.operations[operationName(double, request)]?.latencyMs ?? DEFAULT_LATENCY_MS;
    } catch {
      // Whatever is wrong with it is answered when it is handled.
      return DEFAULT_LATENCY_MS;
    }
  }

  async handle(raw: WireRequest): Promise<WireAnswer> {
    this.#requests += 1;
    const requestId = uuidHash(this.parts.seed, 'request', raw.callId ?? this.#requests);
    const progress: Progress = {
      caller: ANONYMOUS,
      service: '',
      operation: '',
      checks: [],
      allowed: false,
      statement: null,
    };
    let double: ServiceDouble | undefined;
    try {
      const request = unhoist(dechunk(raw));
      const scope = credentialScope(request);
      progress.service = scope.service;
      progress.caller = this.#caller(scope.accessKeyId);
      double = this.#doubleFor(scope.service, request);
      progress.operation = operationName(double, request);
      checkFreshness(scope, this.parts.clock.now());
      const decoded = decodeCall(double, request);
      const call = this.#call(progress.caller, scope.region, requestId);
      const answer = await this.#perform(double, decoded, call, progress);
      this.#record(raw, requestId, progress, answer === 'cut' ? 'Timeout' : 'ok');
      return answer;
    } catch (error) {
      const fault = asFault(error);
      this.#record(raw, requestId, progress, fault.code, fault instanceof LabUnsupported ? fault.message : undefined);
      return encodeFault(double ?? { name: progress.service, protocol: 'json-1.1', operations: {} }, fault, requestId);
    }
  }

  async #perform(double: ServiceDouble, decoded: DecodedCall, call: Call, progress: Progress): Promise<WireAnswer> {
    const { name, operation, input } = decoded;
    progress.checks = operation.authorize?.(input, call) ?? [
      { action: `${double.name}:${name}`, resource: '*', context: {} },
    ];
    this.#authorize(call, progress);
    const fault = this.parts.faults.next(double.name, name);
    if (fault !== undefined && fault !== 'timeout-after') return this.#fail(fault, double.name, progress);
    const output = await operation.run(input, call);
    if (fault === 'timeout-after') return 'cut';
    return encodeAnswer(double, name, output, call.requestId);
  }

  #authorize(call: Call, progress: Progress): void {
    const decision = this.parts.access.decide(call.principal, progress.checks);
    progress.allowed = decision.allowed;
    progress.statement = decision.statement;
    if (decision.refused === undefined) return;
    const { action, resource } = decision.refused;
    const who = call.principal.roleArn ?? call.principal.accessKeyId;
    throw accessDenied(progress.service, `${who} is not authorized to perform: ${action} on resource: ${resource}`);
  }

  #fail(kind: FaultKind, service: string, progress: Progress): HttpAnswer | 'cut' {
    if (kind === 'denied') Object.assign(progress, { allowed: false, statement: '(fault script)' });
    const error = faultError(kind, service);
    if (error === undefined) return 'cut';
    throw error;
  }

  #caller(accessKeyId: string): Caller {
    const caller = this.parts.access.caller(accessKeyId);
    if (caller === undefined) {
      throw new AwsFault('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
    }
    if (caller.expires !== undefined && caller.expires <= this.parts.clock.now())
      throw new AwsFault('ExpiredToken', 'The provided token has expired.', 400);
    return caller;
  }

  #doubleFor(service: string, request: WireRequest): ServiceDouble {
    const candidates = this.#doubles.get(service) ?? [];
    const version = new URLSearchParams(candidates.length > 1 ? request.body.toString('utf8') : '').get('Version');
    const double = candidates.find((one) => one.version === undefined || version === null || one.version === version);
    if (double === undefined) throw new LabUnsupported(`the service ${service}`);
    return double;
  }

  #call({ principal }: Caller, region: string, requestId: string): Call {
    return { principal, account: principal.account, region, now: () => this.parts.clock.now(), requestId };
  }

  #record(request: WireRequest, requestId: string, progress: Progress, outcome: string, why?: string): void {
    const { caller, service, operation, checks, allowed, statement } = progress;
    const row = {
      function: caller.principal.function ?? caller.principal.session ?? '(unknown)',
      codeSha256: caller.codeSha256,
      requestId,
      userAgent: request.headers['user-agent'] ?? '',
      service,
      operation,
      resources: [...new Set(checks.map(({ resource }) => resource))],
      allowed,
      statement,
      outcome,
      call: request.callId ?? null,
    };
    this.parts.recorder.record(row, why);
  }
}

const DEFAULT_LATENCY_MS = 12;

/** A programming error of a double answers as AWS's own would: 500, with the message kept for the record. */
function asFault(error: unknown): AwsFault {
  if (error instanceof AwsFault) return error;
  return new LabUnsupported(
    `what it met here: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}
