import { AwsFault } from './service';

/** What goes wrong with one call: `before` without effect, `after` with it; a timeout is a cut connection. */
export type FaultKind = 'throttle' | '5xx' | 'timeout-before' | 'timeout-after' | 'denied';

/** One line of a fault script: the nth call (from 1) of an operation fails so. */
export interface ScriptedFault {
  readonly service: string;
  readonly operation: string;
  readonly nth: number;
  readonly kind: FaultKind;
}

/** Counts calls and says which of them fail. */
export class FaultScript {
  readonly #counts = new Map<string, number>();
  readonly #script: ScriptedFault[] = [];

  add(...faults: readonly ScriptedFault[]): void {
    this.#script.push(...faults);
  }

  /** To be asked once for each call, as it takes effect. */
  next(service: string, operation: string): FaultKind | undefined {
    const key = `${service} ${operation}`;
    const nth = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, nth);
    return this.#script.find((fault) => fault.service === service && fault.operation === operation && fault.nth === nth)
      ?.kind;
  }
}

/** Names under which services throttle; the SDK's retry strategy knows them all. */
const THROTTLES: Readonly<Record<string, readonly [code: string, status: number]>> = {
  ec2: ['RequestLimitExceeded', 503],
  s3: ['SlowDown', 503],
  autoscaling: ['Throttling', 400],
  elasticloadbalancing: ['Throttling', 400],
  iam: ['Throttling', 400],
  sts: ['Throttling', 400],
  dynamodb: ['ProvisionedThroughputExceededException', 400],
  lambda: ['TooManyRequestsException', 429],
};

/** The error of a fault that answers; undefined for one that cuts the connection. */
export function faultError(kind: FaultKind, service: string): AwsFault | undefined {
  switch (kind) {
    case 'throttle': {
      const [code, status] = THROTTLES[service] ?? ['ThrottlingException', 400];
      return new AwsFault(code, 'Rate exceeded', status);
    }
    case '5xx':
      return new AwsFault(
        service === 's3' || service === 'ec2' ? 'InternalError' : 'InternalFailure',
        'Internal error',
        500,
      );
    case 'denied':
      return accessDenied(service, 'the fault script denies it');
    case 'timeout-before':
    case 'timeout-after':
      return undefined;
  }
}

/** "You may not", in the words of the service. */
export function accessDenied(service: string, message: string): AwsFault {
  switch (service) {
    case 'ec2':
      return new AwsFault('UnauthorizedOperation', `You are not authorized to perform this operation. ${message}`, 403);
    case 's3':
    case 'autoscaling':
    case 'elasticloadbalancing':
    case 'iam':
    case 'sts':
      return new AwsFault('AccessDenied', message, 403);
    case 'guardduty':
    case 'ebs':
      return new AwsFault('AccessDeniedException', message, 403);
    case 'sqs':
      return new AwsFault('AccessDenied', message, 403);
    default:
      return new AwsFault('AccessDeniedException', message, 400);
  }
}
