import { awsEngine, awsParking } from '../core/adapters/aws/control-plane';
import { dynamoCursors } from '../core/adapters/aws/dynamo-cursors';
import { dynamoIncidentList } from '../core/adapters/aws/dynamo-lists';
import { readConfig } from '../core/config';
import { makeConduct } from './conduct';
import { entry } from './entry';
import { eachIncident, NUDGES_INPUT } from './nudges-input';

const config = readConfig(
  process.env,
  'LEDGER_TABLE',
  'STATE_TABLE',
  'TOKEN_KEY_ARN',
  'RESPOND_MACHINE_ARN',
  'RELEASE_MACHINE_ARN',
);
const place = awsParking(config);
const conduct = makeConduct({
  ...place,
  cursors: dynamoCursors(place.table),
  list: dynamoIncidentList(place.table),
  engine: awsEngine(config),
});

export const handler = entry('conduct', NUDGES_INPUT, (input) => eachIncident(input, conduct));
