/**
 * What a wire-level double of an AWS service is. The server (lab/aws/server.ts) decodes the request, checks each
 * AccessCheck against the caller's synthesized role, and only then runs the operation.
 */

export type Protocol = 'ec2' | 'query' | 'json-1.0' | 'json-1.1' | 'rest-json' | 'rest-xml';

/** Who calls: the function instance (or instance role session) behind the access key. */
export interface Principal {
  readonly accessKeyId: string;
  readonly account: string;
  readonly roleArn?: string;
  /** Role session name, the last part of an assumed-role ARN. */
  readonly session?: string;
  /** Logical name of the Lambda function, when a function calls. */
  readonly function?: string;
}

export interface Call {
  readonly principal: Principal;
  readonly account: string;
  readonly region: string;
  /** Milliseconds since the epoch on the lab's clock. */
  now(): number;
  readonly requestId: string;
}

/** Condition keys of one request, lower-case or AWS-case names as the service authorization reference writes them. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** One question to IAM. `resource` is an ARN, or `*` where the action has no resource type. */
export interface AccessCheck {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

export interface Operation<I = unknown, O = unknown> {
  /** Input members this double honours; another one sent is a LabUnsupported. Undefined: all of the model's. */
  readonly members?: readonly string[];
  authorize?(input: I, call: Call): readonly AccessCheck[];
  run(input: I, call: Call): O | Promise<O>;
  /** How long the real service takes for one answer, in milliseconds; the server adds its seeded jitter. */
  readonly latencyMs?: number;
}

export interface ServiceDouble {
  /** SigV4 signing name, by which the server routes: ec2, autoscaling, elasticloadbalancing, s3, states … */
  readonly name: string;
  readonly protocol: Protocol;
  /** The SDK client module: its operation schemas drive the codecs. Undefined: JSON passes as it is. */
  readonly model?: object;
  readonly xmlNamespace?: string;
  /** Tells doubles with one signing name apart (ELB classic and v2) by the Query `Version` parameter. */
  readonly version?: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** An error as AWS would answer it. `status` 400 is AWS's usual for client faults. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Further members of the error shape. */
    readonly detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/**
 * The product asked for something the lab does not model: never answered with a guess, it fails the drill. A fault of the
 * caller (400): a 500 the SDK would repeat, and in the end tell as an outage.
 */
export class LabUnsupported extends AwsFault {
  constructor(what: string) {
    super('LabUnsupported', `The lab does not model ${what}.`, 400);
  }
}

/** Types an operation by the SDK's own input and output, so that its member list cannot name what does not exist. */
export function operation<I, O>(
  members: readonly (keyof I & string)[],
  parts: Omit<Operation<I, O>, 'members'>,
): Operation<I, O> {
  return { members, ...parts };
}
