import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { shapeOf } from '../functions';

/** The append-only record. `Table`, not `TableV2`: offline tools and moto know it. */
export function ledgerTable(scope: Construct): Table {
  return new Table(scope, 'Ledger', {
    partitionKey: { name: 'incident', type: AttributeType.STRING },
    sortKey: { name: 'seq', type: AttributeType.NUMBER },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    stream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** Claims, waits, cursors, nonces and lists: all but the claims can be rebuilt from the ledger. */
export function stateTable(scope: Construct): Table {
  const table = new Table(scope, 'State', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    timeToLiveAttribute: 'expires',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const [indexName, partition, sort] of [
    ['due', 'duePk', 'dueAt'],
    ['list', 'listPk', 'listSk'],
  ] as const) {
    table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: { name: partition, type: AttributeType.STRING },
      sortKey: { name: sort, type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
  }
  return table;
}

export interface ProjectionQueue {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/**
 * A FIFO queue of nudges, grouped by incident. Visibility is six times the consumer's timeout (AWS's advice for
 * Lambda); ten receives ride out an outage of about an hour before the message is set aside with an alarm,
 * and reconcile nudges lagging cursors anyway.
 */
export function projectionQueue(scope: Construct, consumer: string): ProjectionQueue {
  const id = consumer.charAt(0).toUpperCase() + consumer.slice(1);
  const deadLetters = new Queue(scope, `${id}DeadLetters`, {
    fifo: true,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  const queue = new Queue(scope, `${id}Queue`, {
    fifo: true,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    visibilityTimeout: Duration.seconds(6 * shapeOf(consumer).timeout),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 10 },
  });
  return { queue, deadLetters };
}

/** Where events go that no retry will mend; standard, since EventBridge and stream destinations ask for it. */
export function deadLetters(scope: Construct, id: string): Queue {
  return new Queue(scope, `${id}DeadLetters`, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
}
