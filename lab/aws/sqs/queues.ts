import type { Provision } from '../../assembly/deployment';
import { readPolicy } from '../../iam/policy';
import { dictOf, listOf, type Platform, textOf } from '../platform';
import { AwsFault } from '../service';
import { Queue, type SendOptions } from './queue';

/** All queues of a lab. */
export class Queues {
  readonly #byArn = new Map<string, Queue>();

  constructor(private readonly platform: Platform) {}

  all(): readonly Queue[] {
    return [...this.#byArn.values()];
  }

  byArn(arn: string): Queue | undefined {
    return this.#byArn.get(arn);
  }

  byUrl(url: string): Queue {
    const queue = this.all().find((one) => one.settings.url === url);
    if (queue === undefined) {
      throw new AwsFault('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
    }
    return queue;
  }

  /** Sends to a queue on behalf of an AWS service; an unknown queue is an error of the template. */
  send(arn: string, body: string, options: SendOptions = {}): void {
    const queue = this.#byArn.get(arn);
    if (queue === undefined) throw new Error(`Nothing of the assembly is the queue ${arn}.`);
    queue.send(body, options);
  }

  add(queue: Queue): void {
    this.#byArn.set(queue.settings.arn, queue);
  }

  provisions(): Readonly<Record<string, Provision>> {
    return {
      'AWS::SQS::Queue': ({ properties, partition, region, account, name: named }) => {
        const fifo = properties.FifoQueue === true || properties.FifoQueue === 'true';
        const name = textOf(properties.QueueName) || (fifo ? `${named(75)}.fifo` : named(80));
        const arn = `arn:${partition}:sqs:${region}:${account}:${name}`;
        const url = `${this.platform.endpoint}/${account}/${name}`;
        const redrive = dictOf(properties.RedrivePolicy);
        const target = textOf(redrive.deadLetterTargetArn);
        const settings = {
          name,
          arn,
          url,
          fifo,
          contentBasedDeduplication: properties.ContentBasedDeduplication === true,
          visibilitySeconds: Number(properties.VisibilityTimeout ?? 30),
          delaySeconds: Number(properties.DelaySeconds ?? 0),
          retentionSeconds: Number(properties.MessageRetentionPeriod ?? 345_600),
          redrive: target === '' ? undefined : { arn: target, maximum: Number(redrive.maxReceiveCount ?? 10) },
        };
        this.add(
          new Queue(settings, this.platform, (to, { body, group, deduplicationId, attributes }) =>
            this.send(to, body, { group, deduplicationId, attributes }),
          ),
        );
        return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
      },
      'AWS::SQS::QueuePolicy': ({ properties, logicalId, name }) => {
        for (const url of listOf(properties.Queues)) {
          const { arn } = this.byUrl(textOf(url)).settings;
          this.platform.access.addResourcePolicy(arn, readPolicy(logicalId, properties.PolicyDocument));
        }
        return { ref: name(64) };
      },
    };
  }
}
