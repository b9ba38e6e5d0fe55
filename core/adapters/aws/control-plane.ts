import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Config } from '../../config';
import type { Blobs } from '../../ports/blobs';
import type { Clock } from '../../ports/clock';
import type { Nudges } from '../../ports/cursors';
import type { IncidentLedger } from '../../ports/incident-ledger';
import type { RefusedEvents } from '../../ports/refused-events';
import type { Secrets } from '../../ports/secrets';
import type { TaskTokens } from '../../ports/task-tokens';
import type { WaitProbe } from '../../ports/wait-probe';
import type { Inbox, Waits } from '../../ports/waits';
import type { WorkflowEngine } from '../../ports/workflow-engine';
import { CLIENT_SETTINGS, systemClock } from './clients';
import { dynamoLedger } from './dynamo-ledger';
import { dynamoInbox, dynamoWaits } from './dynamo-waits';
import { clientsAt } from './places';
import { s3Blobs } from './s3-blobs';
import { awsSecrets } from './secrets';
import { sfnAnswers, sfnEngine } from './sfn-engine';
import { sqsNudges, sqsRefusedEvents } from './sqs-nudges';
import { type StateTable, stateTable } from './state-table';
import { kmsTaskTokens } from './task-tokens';
import { awsWaitProbe } from './wait-probe';

export interface Books {
  readonly clock: Clock;
  readonly ledger: IncidentLedger;
  readonly table: StateTable;
}

/** Ledger and state table over one client: what nearly every function starts from. */
export function awsBooks(config: Pick<Config, 'LEDGER_TABLE' | 'STATE_TABLE'>): Books {
  const dynamo = new DynamoDBClient({ ...CLIENT_SETTINGS });
  return {
    clock: systemClock,
    ledger: dynamoLedger(dynamo, config.LEDGER_TABLE),
    table: stateTable(dynamo, config.STATE_TABLE),
  };
}

export interface ParkingPlace extends Books {
  readonly waits: Waits;
  readonly inbox: Inbox;
  readonly tokens: TaskTokens;
}

/** The books, and what parking and answering tasks needs beside them. */
export function awsParking(config: Pick<Config, 'LEDGER_TABLE' | 'STATE_TABLE' | 'TOKEN_KEY_ARN'>): ParkingPlace {
  const books = awsBooks(config);
  return {
    ...books,
    waits: dynamoWaits(books.table),
    inbox: dynamoInbox(books.table),
    tokens: kmsTaskTokens(new KMSClient({ ...CLIENT_SETTINGS }), config.TOKEN_KEY_ARN),
  };
}

type QueueNames = 'ANNOUNCE_QUEUE_URL' | 'CONDUCT_QUEUE_URL' | 'PUBLISH_QUEUE_URL';

export function awsNudges(config: Pick<Config, QueueNames>): Nudges {
  return sqsNudges(new SQSClient({ ...CLIENT_SETTINGS }), config);
}

export function awsRefusedEvents(config: Pick<Config, 'REFUSED_QUEUE_URL'>): RefusedEvents {
  return sqsRefusedEvents(new SQSClient({ ...CLIENT_SETTINGS }), config.REFUSED_QUEUE_URL);
}

export function awsEngine(config: Pick<Config, 'RESPOND_MACHINE_ARN' | 'RELEASE_MACHINE_ARN'>): WorkflowEngine {
  return sfnEngine(new SFNClient({ ...CLIENT_SETTINGS }), config);
}

/** For functions that answer parked tasks and start no runs. */
export function awsAnswers(): Pick<WorkflowEngine, 'succeed' | 'fail'> {
  return sfnAnswers(new SFNClient({ ...CLIENT_SETTINGS }));
}

export function awsSecretStore(): Secrets {
  return awsSecrets(new SecretsManagerClient({ ...CLIENT_SETTINGS }), systemClock);
}

export function awsBlobs(config: Pick<Config, 'EVIDENCE_BUCKET'>): Blobs {
  return s3Blobs(new S3Client({ ...CLIENT_SETTINGS }), config.EVIDENCE_BUCKET);
}

type ProbeNames =
  | 'EVIDENCE_BUCKET'
  | 'HOME_ACCOUNT'
  | 'HOME_REGION'
  | 'ADMIN_PAIRS'
  | 'MEMBER_ROLE_NAME'
  | 'MEMBER_EXTERNAL_ID';

export function awsProbe(config: Pick<Config, ProbeNames>): WaitProbe {
  return awsWaitProbe({
    ec2: clientsAt(config, (settings) => new EC2Client({ ...CLIENT_SETTINGS, ...settings })),
    ssm: clientsAt(config, (settings) => new SSMClient({ ...CLIENT_SETTINGS, ...settings })),
    s3: new S3Client({ ...CLIENT_SETTINGS }),
    bucket: config.EVIDENCE_BUCKET,
    home: { account: config.HOME_ACCOUNT, region: config.HOME_REGION },
  });
}
