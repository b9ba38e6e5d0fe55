import type { Provision, Resource } from '../../assembly/deployment';
import { readPolicy } from '../../iam/policy';
import { dictOf, listOf, type Platform, textOf } from '../platform';
import type { EventBuses, Target } from './bus';

/** The bus that AWS services and schedules use. */
export function defaultBusArn(account: string, region: string, partition = 'aws'): string {
  return `arn:${partition}:events:${region}:${account}:event-bus/default`;
}

/** Rules, buses, bus policies and archives. */
export function eventsProvisions(platform: Platform, buses: EventBuses): Readonly<Record<string, Provision>> {
  return {
    'AWS::Events::EventBus': ({ properties, partition, region, account, name: named }) => {
      const name = textOf(properties.Name) || named(256);
      const arn = `arn:${partition}:events:${region}:${account}:event-bus/${name}`;
      return { ref: name, attributes: { Arn: arn, Name: name } };
    },
    'AWS::Events::EventBusPolicy': ({ properties, partition, region, account, logicalId, name }) => {
      const arn = `arn:${partition}:events:${region}:${account}:event-bus/${textOf(properties.EventBusName, 'default')}`;
      platform.access.addResourcePolicy(arn, readPolicy(logicalId, { Statement: [properties.Statement] }));
      return { ref: name(64) };
    },
    'AWS::Events::Archive': ({ partition, region, account, name }) => {
      const archive = name(48);
      return { ref: archive, attributes: { Arn: `arn:${partition}:events:${region}:${account}:archive/${archive}` } };
    },
    'AWS::Events::Rule': (resource) => provideRule(buses, resource),
  };
}

function provideRule(buses: EventBuses, resource: Resource): ReturnType<Provision> {
  const { properties, partition, region, account } = resource;
  const name = textOf(properties.Name) || resource.name(64);
  const bus = textOf(properties.EventBusName, 'default').split('/').at(-1) ?? 'default';
  const path = bus === 'default' ? name : `${bus}/${name}`;
  const arn = `arn:${partition}:events:${region}:${account}:rule/${path}`;
  buses.add({
    name,
    arn,
    busArn: `arn:${partition}:events:${region}:${account}:event-bus/${bus}`,
    enabled: textOf(properties.State, 'ENABLED') !== 'DISABLED',
    pattern: properties.EventPattern,
    schedule: textOf(properties.ScheduleExpression) || undefined,
    targets: listOf(properties.Targets).map((target) => readTarget(dictOf(target))),
  });
  return { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: arn } };
}

function readTarget(raw: Readonly<Record<string, unknown>>): Target {
  const transformer = dictOf(raw.InputTransformer);
  const paths = Object.entries(dictOf(transformer.InputPathsMap)).map(([key, value]) => [key, textOf(value)]);
  return {
    id: textOf(raw.Id),
    arn: textOf(raw.Arn),
    roleArn: textOf(raw.RoleArn) || undefined,
    input: {
      ...(raw.Input === undefined ? {} : { input: textOf(raw.Input) }),
      ...(raw.InputPath === undefined ? {} : { inputPath: textOf(raw.InputPath) }),
      ...(raw.InputTransformer === undefined
        ? {}
        : { transformer: { paths: Object.fromEntries(paths), template: textOf(transformer.InputTemplate) } }),
    },
    messageGroup: textOf(dictOf(raw.SqsParameters).MessageGroupId) || undefined,
    deadLetterArn: textOf(dictOf(raw.DeadLetterConfig).Arn) || undefined,
    retryAttempts: Number(dictOf(raw.RetryPolicy).MaximumRetryAttempts ?? 185),
  };
}
