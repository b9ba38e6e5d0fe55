import { createHash } from 'node:crypto';
import type { Functions } from '../lambda/functions';
import { dictOf, listOf, type Platform } from '../platform';
import { systemAttributes } from './double';
import type { Message, Queue } from './queue';

export interface QueueSource {
  readonly queue: Queue;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly reportsItems: boolean;
}

/** Lambda starts with five pollers for a queue (Lambda Developer Guide, using Lambda with SQS). */
const POLLERS = 5;
/** A long poll answers as soon as there is something; this is its way there and back. */
const POLL_MS = 10;

/**
 * Lambda polling a queue: batches go to the function, what it did not report as failed is deleted, the rest becomes
 * visible again after the visibility timeout and ends in the dead-letter queue by the queue's own counting.
 */
export class QueuePoller {
  #working = 0;
  #scheduled = false;

  constructor(
    private readonly platform: Platform,
    private readonly functions: Functions,
    private readonly source: QueueSource,
    private readonly allowed: (action: string) => boolean,
  ) {
    source.queue.onAvailable(() => this.#schedule());
  }

  #schedule(): void {
    if (this.#scheduled || this.#working >= POLLERS) return;
    this.#scheduled = true;
    this.platform.clock.setTimer(POLL_MS, () => this.#poll(), `sqs/${this.source.queue.settings.name}/poll`);
  }

  #poll(): void {
    this.#scheduled = false;
    if (!['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].every((action) => this.allowed(`sqs:${action}`)))
      return;
    const batch = this.source.queue.receive(this.source.batchSize);
    if (batch.length === 0) return;
    this.#working += 1;
    void this.#deliver(batch);
    this.#schedule();
  }

  async #deliver(batch: readonly Message[]): Promise<void> {
    const Records = batch.map((message) => record(message, this.source.queue.settings.arn));
    const { result } = await this.functions.invoke(this.source.functionArn, { Records });
    const failed = result.ok ? this.#failures(result.payload, batch) : new Set(batch.map(({ id }) => id));
    for (const message of batch) if (!failed.has(message.id)) this.source.queue.delete(message.receipt ?? '');
    this.#working -= 1;
    this.#schedule();
  }

  #failures(payload: unknown, batch: readonly Message[]): ReadonlySet<string> {
    if (!this.source.reportsItems) return new Set();
    const ids = listOf(dictOf(payload).batchItemFailures).map((item) => dictOf(item).itemIdentifier);
    const known = new Set(batch.map(({ id }) => id));
    // An identifier that is not one of the batch makes Lambda treat the whole batch as failed.
    if (ids.some((id) => typeof id !== 'string' || !known.has(id))) return known;
    return new Set(ids.map(String));
  }
}

function record(message: Message, arn: string): object {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: message.attributes,
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: arn.split(':')[3],
  };
}
