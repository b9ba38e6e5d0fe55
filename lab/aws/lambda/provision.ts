import type { Assembly } from '../../assembly/assembly';
import type { Provision, Resource } from '../../assembly/deployment';
import { readPolicy } from '../../iam/policy';
import { loadFunctionCode } from '../../lambda/function-code';
import type { FunctionSettings } from '../../lambda/function-instance';
import { FunctionPool, instanceAccessKey } from '../../lambda/function-pool';
import { dictOf, listOf, type Platform, textOf } from '../platform';
import type { Functions } from './functions';
import { FunctionVersions } from './versions';

export interface LambdaParts {
  readonly platform: Platform;
  readonly functions: Functions;
  readonly assembly: Assembly;
  /** Where V8's code caches are kept. */
  readonly cacheFolder: string;
  /** AWS_ENDPOINT_URL and its like, for every function. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Environments kept from an earlier lab of this process, by code digest and name; new ones are added. */
  readonly pools: Map<string, FunctionPool>;
}

/** Environments per function whose access keys are made known; more invocations than this never overlap in a lab. */
const KEYS_PER_FUNCTION = 512;

/** Functions, versions, aliases, permissions and async settings. */
export function lambdaProvisions(parts: LambdaParts): Readonly<Record<string, Provision>> {
  return {
    'AWS::Lambda::Function': (resource) => provideFunction(parts, resource),
    'AWS::Lambda::Version': ({ properties }) => {
      const reference = textOf(properties.FunctionName);
      const version = parts.functions.find(reference)?.versions.publish() ?? '1';
      const arn = `${functionArn(parts, reference)}:${version}`;
      return { ref: arn, attributes: { Version: version, FunctionArn: arn } };
    },
    'AWS::Lambda::Alias': ({ properties }) => {
      const fn = parts.functions.find(textOf(properties.FunctionName));
      fn?.versions.point(textOf(properties.Name), textOf(properties.FunctionVersion));
      const arn = `${functionArn(parts, textOf(properties.FunctionName))}:${textOf(properties.Name)}`;
      return { ref: arn, attributes: { AliasArn: arn } };
    },
    'AWS::Lambda::Permission': (resource) => providePermission(parts, resource),
    'AWS::Lambda::EventInvokeConfig': ({ properties, name }) => {
      const fn = parts.functions.find(textOf(properties.FunctionName));
      const destination = textOf(dictOf(dictOf(properties.DestinationConfig).OnFailure).Destination);
      if (fn !== undefined) {
        fn.asyncRetries = Number(properties.MaximumRetryAttempts ?? 2);
        if (destination !== '') fn.onFailure = destination;
      }
      return { ref: name(64) };
    },
  };
}

function functionArn({ functions }: LambdaParts, reference: string): string {
  return functions.find(reference)?.arn ?? reference;
}

function provideFunction(parts: LambdaParts, resource: Resource): ReturnType<Provision> {
  const { properties, account, region, partition } = resource;
  const name = textOf(properties.FunctionName) || resource.name(64);
  const arn = `arn:${partition}:lambda:${region}:${account}:function:${name}`;
  const roleArn = textOf(properties.Role);
  const folder = assetFolder(parts.assembly, properties, arn);
  const made = { ref: name, attributes: { Arn: arn } };
  // A function that is not Node (CDK's own helpers) is only ever invoked by CloudFormation.
  if (!textOf(properties.Runtime).startsWith('nodejs') || folder === undefined) return made;
  const code = loadFunctionCode(folder, parts.cacheFolder);
  const before = parts.functions.find(arn);
  const settings = settingsOf(resource, name, arn, before?.versions.next ?? '1');
  const { label } = settings;
  const pool = pooled(parts, JSON.stringify([code.codeSha256, settings, region]), () => {
    return new FunctionPool({ settings, code, region, endpoints: parts.endpoints });
  });
  for (let index = 0; index < KEYS_PER_FUNCTION; index += 1) {
    const principal = {
      accessKeyId: instanceAccessKey(settings, index),
      account,
      roleArn,
      session: name,
      function: label,
    };
    parts.platform.access.registerCaller({ principal, codeSha256: code.codeSha256 });
  }
  if (before !== undefined) {
    before.versions.replace(pool);
    return made;
  }
  const deadLetters = textOf(dictOf(properties.DeadLetterConfig).TargetArn);
  parts.functions.add({
    label,
    arn,
    roleArn,
    versions: new FunctionVersions(pool),
    asyncRetries: 2,
    ...(deadLetters === '' ? {} : { onFailure: deadLetters }),
  });
  return made;
}

function settingsOf(resource: Resource, name: string, arn: string, version: string): FunctionSettings {
  const { properties } = resource;
  const variables = Object.entries(dictOf(dictOf(properties.Environment).Variables));
  return {
    name,
    label: kebab(resource.path.at(-1) ?? resource.logicalId),
    arn,
    version,
    handler: textOf(properties.Handler, 'index.handler'),
    timeoutSeconds: Number(properties.Timeout ?? 3),
    memoryMb: Number(properties.MemorySize ?? 128),
    environment: Object.fromEntries(variables.map(([key, value]) => [key, String(value)])),
  };
}

function pooled(parts: LambdaParts, key: string, make: () => FunctionPool): FunctionPool {
  const kept = parts.pools.get(key);
  kept?.restart();
  const pool = kept ?? make();
  parts.pools.set(key, pool);
  return pool;
}

function assetFolder(assembly: Assembly, properties: Resource['properties'], arn: string): string | undefined {
  const code = dictOf(properties.Code);
  if (code.ZipFile !== undefined) return undefined;
  const folder = assembly.assets.get(textOf(code.S3Key));
  if (folder === undefined)
    throw new Error(`The assembly has no asset ${textOf(code.S3Key)}, which ${arn} is made of.`);
  return folder;
}

/** A permission is one statement of the function's own policy, on the very qualifier it names. */
function providePermission(
  { platform }: LambdaParts,
  { logicalId, properties, name, ...resource }: Resource,
): ReturnType<Provision> {
  const reference = textOf(properties.FunctionName);
  const arn = reference.startsWith('arn:')
    ? reference
    : `arn:${resource.partition}:lambda:${resource.region}:${resource.account}:function:${reference}`;
  const principal = textOf(properties.Principal);
  const conditions = {
    ...(properties.SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': properties.SourceArn } }),
    ...(properties.SourceAccount === undefined
      ? {}
      : { StringEquals: { 'aws:SourceAccount': properties.SourceAccount } }),
  };
  const statement = {
    Sid: logicalId,
    Effect: 'Allow',
    Principal: principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal },
    Action: textOf(properties.Action, 'lambda:InvokeFunction'),
    Resource: arn,
    Condition: conditions,
  };
  platform.access.addResourcePolicy(arn, readPolicy(arn.split(':').slice(6).join(':'), { Statement: [statement] }));
  return { ref: name(64) };
}

function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** Whether an event source mapping reports failures item by item. */
export function reportsItems(properties: Resource['properties']): boolean {
  return listOf(properties.FunctionResponseTypes).includes('ReportBatchItemFailures');
}
