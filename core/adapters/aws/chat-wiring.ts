import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../ports/clock';
import { CLIENT_SETTINGS } from './clients';
import { dynamoClaims } from './dynamo-claims';
import { dynamoCursors } from './dynamo-cursors';
import { dynamoLedger } from './dynamo-ledger';
import { dynamoGroups, dynamoIncidentList, dynamoSlackMessages } from './dynamo-lists';
import { dynamoKillSwitch, dynamoNonces } from './dynamo-switches';
import { awsSecrets } from './secrets';
import { stateTable } from './state-table';

/**
 * What the two Slack functions are given: the ledger, rows that can be rebuilt from it, and their secret. No other
 * client is made here, so none is bundled.
 */
export function chatStores(tables: { readonly LEDGER_TABLE: string; readonly STATE_TABLE: string }, clock: Clock) {
  const client = new DynamoDBClient(CLIENT_SETTINGS);
  const state = stateTable(client, tables.STATE_TABLE);
  return {
    ledger: dynamoLedger(client, tables.LEDGER_TABLE),
    claims: dynamoClaims(state),
    incidents: dynamoIncidentList(state),
    groups: dynamoGroups(state),
    killSwitch: dynamoKillSwitch(state),
    messages: dynamoSlackMessages(state),
    nonces: dynamoNonces(state),
    cursors: dynamoCursors(state),
    secrets: awsSecrets(new SecretsManagerClient(CLIENT_SETTINGS), clock),
  };
}
