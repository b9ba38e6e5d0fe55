import * as z from 'zod';
import { awsAnswers, awsNudges, awsParking, awsProbe } from '../core/adapters/aws/control-plane';
import { dynamoCursors } from '../core/adapters/aws/dynamo-cursors';
import { dynamoIncidentList } from '../core/adapters/aws/dynamo-lists';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { makeReconcile } from './reconcile';

const config = readConfig(
  process.env,
  'LEDGER_TABLE',
  'STATE_TABLE',
  'TOKEN_KEY_ARN',
  'EVIDENCE_BUCKET',
  'ANNOUNCE_QUEUE_URL',
  'CONDUCT_QUEUE_URL',
  'PUBLISH_QUEUE_URL',
  'HOME_ACCOUNT',
  'HOME_REGION',
  'ADMIN_PAIRS',
  'MEMBER_ROLE_NAME',
  'MEMBER_EXTERNAL_ID',
);
const place = awsParking(config);

export const handler = entry(
  'reconcile',
  z.unknown(),
  makeReconcile({
    ...place,
    cursors: dynamoCursors(place.table),
    list: dynamoIncidentList(place.table),
    nudges: awsNudges(config),
    engine: awsAnswers(),
    probe: awsProbe(config),
  }),
);
