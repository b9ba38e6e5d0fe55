import { SFNClient } from '@aws-sdk/client-sfn';
import { CLIENT_SETTINGS } from '../core/adapters/aws/clients';
import { awsParking } from '../core/adapters/aws/control-plane';
import { sfnAnswers } from '../core/adapters/aws/sfn-engine';
import { readConfig } from '../core/config';
import { PLATFORM_EVENT } from '../core/wait/platform-event';
import { entry } from './entry';
import { makeResume } from './resume';

const config = readConfig(process.env, 'LEDGER_TABLE', 'STATE_TABLE', 'TOKEN_KEY_ARN');
const engine = sfnAnswers(new SFNClient({ ...CLIENT_SETTINGS }));

export const handler = entry('resume', PLATFORM_EVENT, makeResume({ ...awsParking(config), engine }));
