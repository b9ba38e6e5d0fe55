import type { Provision } from './assembly/deployment';
import { StreamReader } from './aws/dynamodb/stream';
import { reportsItems } from './aws/lambda/provision';
import { dictOf, textOf } from './aws/platform';
import type { AccessCheck } from './aws/service';
import { QueuePoller } from './aws/sqs/event-source';
import type { Services } from './services';

/** Event source mappings: Lambda's pollers, each acting with the role of its function. */
export function eventSourceProvisions(services: Services): Readonly<Record<string, Provision>> {
  return {
    'AWS::Lambda::EventSourceMapping': ({ properties, name }) => {
      const source = textOf(properties.EventSourceArn);
      const reference = textOf(properties.FunctionName);
      const functionArn = services.functions.find(reference)?.arn ?? reference;
      const common = { functionArn, reportsItems: reportsItems(properties) };
      if (source.includes(':sqs:'))
        mapQueue(services, source, { ...common, batchSize: Number(properties.BatchSize ?? 10) });
      else if (source.includes(':dynamodb:')) mapStream(services, source, properties, common);
      else throw new Error(`The lab does not model ${source} as an event source.`);
      return { ref: name(36) };
    },
  };
}

interface Mapping {
  readonly functionArn: string;
  readonly reportsItems: boolean;
}

/** Whether the function's role may do this to the source; policies arrive while stacks deploy, so it is asked at each poll. */
function asRole(services: Services, functionArn: string, checks: readonly AccessCheck[]): boolean {
  const roleArn = services.functions.find(functionArn)?.roleArn ?? '';
  const account = functionArn.split(':')[4] ?? '';
  const decision = services.access.decide({ accessKeyId: '', account, roleArn, session: 'poller' }, checks);
  if (decision.refused !== undefined) {
    const [service = '', operation = ''] = decision.refused.action.split(':');
    services.recorder.record({
      function: services.functions.find(functionArn)?.label ?? functionArn,
      codeSha256: null,
      requestId: '',
      userAgent: 'lambda.amazonaws.com',
      service,
      operation,
      resources: [decision.refused.resource],
      allowed: false,
      statement: decision.statement,
      outcome: 'AccessDenied',
      call: null,
    });
  }
  return decision.allowed;
}

function mapQueue(services: Services, arn: string, mapping: Mapping & { readonly batchSize: number }): void {
  const queue = services.queues.byArn(arn);
  if (queue === undefined)
    throw new Error(`An event source mapping reads ${arn}, which no stack of the assembly makes.`);
  new QueuePoller(services.platform, services.functions, { queue, ...mapping }, (action) =>
    asRole(services, mapping.functionArn, [{ action, resource: arn, context: {} }]),
  );
}

function mapStream(
  services: Services,
  arn: string,
  properties: Readonly<Record<string, unknown>>,
  mapping: Mapping,
): void {
  const destination = textOf(dictOf(dictOf(properties.DestinationConfig).OnFailure).Destination);
  const source = {
    ...mapping,
    batchSize: Number(properties.BatchSize ?? 100),
    retryAttempts: Number(properties.MaximumRetryAttempts ?? -1),
    bisects: properties.BisectBatchOnFunctionError === true,
    onFailure: destination === '' ? undefined : (body: string) => services.queues.send(destination, body),
  };
  const checks = ['GetRecords', 'GetShardIterator', 'DescribeStream'].map((action) => ({
    action: `dynamodb:${action}`,
    resource: arn,
    context: {},
  }));
  const reader = new StreamReader(services.platform, services.functions, source, () =>
    asRole(services, mapping.functionArn, checks),
  );
  services.streams.set(arn, reader);
}
