import { awsAnswers, awsParking } from '../core/adapters/aws/control-plane';
import { dynamoClaims } from '../core/adapters/aws/dynamo-claims';
import { dynamoIncidentList } from '../core/adapters/aws/dynamo-lists';
import { readConfig } from '../core/config';
import { PLATFORM_EVENT } from '../core/wait/platform-event';
import { entry } from './entry';
import { makeResume } from './resume';

const config = readConfig(process.env, 'LEDGER_TABLE', 'STATE_TABLE', 'TOKEN_KEY_ARN');

const place = awsParking(config);
const books = { list: dynamoIncidentList(place.table), claims: dynamoClaims(place.table) };

export const handler = entry('resume', PLATFORM_EVENT, makeResume({ ...place, ...books, engine: awsAnswers() }));
