import { createHash } from 'node:crypto';
import { dictOf, listOf, textOf } from '../platform';
import { AwsFault, type Operation, type ServiceDouble } from '../service';
import type { Message, Queue } from './queue';
import type { Queues } from './queues';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Amazon SQS over the queues of a lab: what producers and consumers of the product call. */
export function sqsDouble(queues: Queues): ServiceDouble {
  const queueOf = (input: unknown): Queue => queues.byUrl(textOf(dictOf(input).QueueUrl));
  const define: Define = (action, members, run) => ({
    members: ['QueueUrl', ...members],
    authorize: (input) => [{ action: `sqs:${action}`, resource: queueOf(input).settings.arn, context: {} }],
    run: (input) => run(queueOf(input), dictOf(input)),
    latencyMs: 8,
  });
  return {
    name: 'sqs',
    protocol: 'json-1.0',
    operations: { ...sendOperations(define), ...receiveOperations(define) },
  };
}

type Define = (action: string, members: readonly string[], run: (queue: Queue, input: Dict) => object) => Operation;

function sendOperations(define: Define): Readonly<Record<string, Operation>> {
  return {
    SendMessage: define('SendMessage', SEND_MEMBERS, send),
    SendMessageBatch: define('SendMessage', ['Entries'], (queue, { Entries }) => ({
      Successful: listOf(Entries).map((entry) => ({ Id: dictOf(entry).Id, ...send(queue, dictOf(entry)) })),
      Failed: [],
    })),
  };
}

function receiveOperations(define: Define): Readonly<Record<string, Operation>> {
  return {
    ReceiveMessage: define('ReceiveMessage', RECEIVE_MEMBERS, (queue, { MaxNumberOfMessages }) => ({
      Messages: queue.receive(Number(MaxNumberOfMessages ?? 1)).map(asMessage),
    })),
    DeleteMessage: define('DeleteMessage', ['ReceiptHandle'], (queue, { ReceiptHandle }) => {
      queue.delete(textOf(ReceiptHandle));
      return {};
    }),
    ChangeMessageVisibility: define(
      'ChangeMessageVisibility',
      ['ReceiptHandle', 'VisibilityTimeout'],
      (queue, input) => {
        if (queue.changeVisibility(textOf(input.ReceiptHandle), Number(input.VisibilityTimeout))) return {};
        throw new AwsFault('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
      },
    ),
    GetQueueAttributes: define('GetQueueAttributes', ['AttributeNames'], (queue) => ({
      Attributes: attributes(queue),
    })),
  };
}

type Dict = Readonly<Record<string, unknown>>;

const SEND_MEMBERS = ['MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageGroupId', 'MessageDeduplicationId'];
const RECEIVE_MEMBERS = [
  'MaxNumberOfMessages',
  'VisibilityTimeout',
  'WaitTimeSeconds',
  'AttributeNames',
  'MessageSystemAttributeNames',
  'MessageAttributeNames',
];

function send(queue: Queue, input: Dict): object {
  const body = textOf(input.MessageBody);
  const group = textOf(input.MessageGroupId) || undefined;
  const deduplicationId = textOf(input.MessageDeduplicationId) || undefined;
  const { fifo, contentBasedDeduplication } = queue.settings;
  if (fifo && group === undefined) {
    throw new AwsFault('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  }
  if (fifo && deduplicationId === undefined && !contentBasedDeduplication) {
    throw new AwsFault(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  const delaySeconds = input.DelaySeconds === undefined ? undefined : Number(input.DelaySeconds);
  const sent = queue.send(body, { group, deduplicationId, delaySeconds, attributes: dictOf(input.MessageAttributes) });
  const sequence = fifo ? { SequenceNumber: String(sent.sequence).padStart(20, '0') } : {};
  return { MessageId: sent.id, MD5OfMessageBody: md5(body), ...sequence };
}

function asMessage(message: Message): object {
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: systemAttributes(message),
    MessageAttributes: message.attributes,
  };
}

/** The attributes SQS itself gives a message, as text. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(Math.floor(message.sentAt)),
    ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAt ?? message.sentAt)),
    SenderId: 'AIDALAB',
    ...(message.group === undefined
      ? {}
      : { MessageGroupId: message.group, SequenceNumber: String(message.sequence).padStart(20, '0') }),
    ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
  };
}

function attributes(queue: Queue): Record<string, string> {
  return {
    QueueArn: queue.settings.arn,
    ApproximateNumberOfMessages: String(queue.messages().length),
    VisibilityTimeout: String(queue.settings.visibilitySeconds),
    ...(queue.settings.fifo ? { FifoQueue: 'true' } : {}),
  };
}
