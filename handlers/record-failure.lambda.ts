import { awsParking } from '../core/adapters/aws/control-plane';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { makeRecordFailure } from './record-failure';
import { FAILURE_INPUT } from './task-input';

const place = awsParking(readConfig(process.env, 'LEDGER_TABLE', 'STATE_TABLE', 'TOKEN_KEY_ARN'));

export const handler = entry('record-failure', FAILURE_INPUT, makeRecordFailure(place));
