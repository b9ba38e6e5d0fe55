import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import type { Config } from '../../config';
import type { Clock } from '../../ports/clock';
import type { IncidentLedger } from '../../ports/incident-ledger';
import type { TaskTokens } from '../../ports/task-tokens';
import type { Inbox, Waits } from '../../ports/waits';
import { CLIENT_SETTINGS, systemClock } from './clients';
import { dynamoLedger } from './dynamo-ledger';
import { dynamoInbox, dynamoWaits } from './dynamo-waits';
import { type StateTable, stateTable } from './state-table';
import { kmsTaskTokens } from './task-tokens';

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
