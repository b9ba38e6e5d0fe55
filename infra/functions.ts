import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface Shape {
  /** Seconds. Handlers describe for 30 s at most; two minutes leave room for paging and retries. */
  readonly timeout: number;
  /** MiB; CPU follows it. 512 keeps a cold start of an SDK bundle under a second or two. */
  readonly memory: number;
  /**
   * Concurrent executions set aside, and at the same time the most there are. Queue consumers have none: their
   * event source is bounded instead (a throttled poller would burn a message's receives).
   */
  readonly concurrency?: number;
}

const STEP: Shape = { timeout: 120, memory: 512 };

/**
 * Shapes that differ from a plain step. The edge has 3 s from Slack: more memory buys a faster cold start.
 * The budget of concurrency: what answers people and findings keeps working through a flood of anything else
 * (20 + 20 + 20 + 10 + 1 = 71 set aside; steps share the rest of the account's).
 */
const SHAPES: Readonly<Record<string, Shape>> = {
  slack: { timeout: 10, memory: 1024, concurrency: 20 },
  intake: { timeout: 120, memory: 512, concurrency: 20 },
  resume: { timeout: 120, memory: 512, concurrency: 20 },
  relay: { timeout: 30, memory: 256, concurrency: 10 },
  // 16 GiB of blocks at 40 MiB/s: 410 s; 1 GiB of memory buys the CPU to hash them.
  'hash-blocks': { timeout: 900, memory: 1024 },
  // 1,024 objects of up to 1.25 MiB, one after the other.
  'plan-block-hash': { timeout: 300, memory: 512 },
  'keep-block-hash': { timeout: 900, memory: 512 },
  // One at a time: two would look at the same overdue waits.
  reconcile: { timeout: 55, memory: 512, concurrency: 1 },
  announce: { timeout: 60, memory: 512 },
  conduct: { timeout: 60, memory: 512 },
  publish: { timeout: 60, memory: 512 },
};

export function shapeOf(name: string): Shape {
  return SHAPES[name] ?? STEP;
}

export interface Made {
  readonly fn: LambdaFunction;
  /** Everything is invoked through the alias: a deploy publishes a version and moves it. */
  readonly alias: Alias;
}

export interface FunctionProps {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** False where the account's limit is too small to set any aside (new accounts start with ten). */
  readonly reserve: boolean;
}

/** The one way a function is made: Node 24 on arm64, traced, with a role and a log group of its own, version and alias. */
export function makeFunction(scope: Construct, name: string, { folder, environment, reserve }: FunctionProps): Made {
  const shape = shapeOf(name);
  const id = pascalCase(name);
  const logGroup = new LogGroup(scope, `${id}Log`, { retention: RetentionDays.ONE_YEAR });
  const concurrency = reserve ? shape.concurrency : undefined;
  const fn = new LambdaFunction(scope, id, {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(folder),
    timeout: Duration.seconds(shape.timeout),
    memorySize: shape.memory,
    tracing: Tracing.ACTIVE,
    environment: { ...environment },
    role: ownRole(scope, id, logGroup),
    logGroup,
    description: `Cordon ${name} (${Stack.of(scope).stackName})`,
    ...(concurrency === undefined ? {} : { reservedConcurrentExecutions: concurrency }),
  });
  return { fn, alias: new Alias(scope, `${id}Live`, { aliasName: 'live', version: fn.currentVersion }) };
}

/** Writes to its own log group, where the AWS managed policy would allow every log group of the account. */
function ownRole(scope: Construct, id: string, logGroup: LogGroup): Role {
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      sid: 'OwnLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  return role;
}

/** `isolate-instance` → `IsolateInstance`. */
export function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
