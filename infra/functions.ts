import { Duration, Stack } from 'aws-cdk-lib';
import { Alias, Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface Shape {
  /** Seconds. Handlers describe for 30 s at most; two minutes leave room for paging and retries. */
  readonly timeout: number;
  /** MiB; CPU follows it. 512 keeps a cold start of an SDK bundle under a second or two. */
  readonly memory: number;
}

const STEP: Shape = { timeout: 120, memory: 512 };

/** Shapes that differ from a plain step. The edge has 3 s from Slack: more memory buys a faster cold start. */
const SHAPES: Readonly<Record<string, Shape>> = {
  slack: { timeout: 10, memory: 1024 },
  announce: { timeout: 60, memory: 512 },
  conduct: { timeout: 60, memory: 512 },
  publish: { timeout: 60, memory: 512 },
  relay: { timeout: 30, memory: 256 },
  reconcile: { timeout: 55, memory: 512 },
};

export function shapeOf(name: string): Shape {
  return SHAPES[name] ?? STEP;
}

export interface Made {
  readonly fn: LambdaFunction;
  /** Everything is invoked through the alias: a deploy publishes a version and moves it. */
  readonly alias: Alias;
}

/** The one way a function is made: Node 24 on arm64, traced, with its own log group, version and alias. */
export function makeFunction(
  scope: Construct,
  name: string,
  folder: string,
  environment: Record<string, string>,
): Made {
  const shape = shapeOf(name);
  const id = pascal(name);
  const fn = new LambdaFunction(scope, id, {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(folder),
    timeout: Duration.seconds(shape.timeout),
    memorySize: shape.memory,
    tracing: Tracing.ACTIVE,
    environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
    logGroup: new LogGroup(scope, `${id}Log`, { retention: RetentionDays.ONE_YEAR }),
    description: `Cordon ${name} (${Stack.of(scope).stackName})`,
  });
  return { fn, alias: new Alias(scope, `${id}Live`, { aliasName: 'live', version: fn.currentVersion }) };
}

function pascal(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
