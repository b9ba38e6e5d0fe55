import { awsAnswers, awsParking } from '../core/adapters/aws/control-plane';
import { readConfig } from '../core/config';
import { PLATFORM_EVENT } from '../core/wait/platform-event';
import { entry } from './entry';
import { makeResume } from './resume';

const config = readConfig(process.env, 'LEDGER_TABLE', 'STATE_TABLE', 'TOKEN_KEY_ARN');

export const handler = entry('resume', PLATFORM_EVENT, makeResume({ ...awsParking(config), engine: awsAnswers() }));
