import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../../config';
import type { Consumer } from '../../incident/audience';
import type { Nudges } from '../../ports/cursors';
import type { RefusedEvents } from '../../ports/refused-events';
import { calling } from './aws-call';

type Queues = Pick<Config, 'ANNOUNCE_QUEUE_URL' | 'CONDUCT_QUEUE_URL' | 'PUBLISH_QUEUE_URL'>;

/** FIFO queues: one incident is one group, so that it is told in order and blocks no other. */
export function sqsNudges(client: SQSClient, config: Queues): Nudges {
  const urls: Readonly<Record<Consumer, string>> = {
    announce: config.ANNOUNCE_QUEUE_URL,
    conduct: config.CONDUCT_QUEUE_URL,
    publish: config.PUBLISH_QUEUE_URL,
  };
  return {
    async nudge(consumer, incident, seq, again) {
      await calling(`nudge ${consumer}`, () =>
        client.send(
          new SendMessageCommand({
            QueueUrl: urls[consumer],
            MessageBody: JSON.stringify({ incident, seq }),
            MessageGroupId: incident,
            MessageDeduplicationId: [consumer, incident, seq, ...(again === undefined ? [] : [again])].join('-'),
          }),
        ),
      );
    },
  };
}

/** SQS takes 256 KiB, as EventBridge does; the reason and its frame need a little of it. */
const MAX_EVENT_CHARACTERS = 200_000;

export function sqsRefusedEvents(client: SQSClient, queueUrl: string): RefusedEvents {
  return {
    async setAside(event, code, reason) {
      const text = JSON.stringify(event) ?? 'null';
      const kept = text.length > MAX_EVENT_CHARACTERS ? { cut: text.slice(0, MAX_EVENT_CHARACTERS) } : { event };
      const MessageBody = JSON.stringify({ code, reason, ...kept });
      await calling('set a refused event aside', () =>
        client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody })),
      );
    },
  };
}
