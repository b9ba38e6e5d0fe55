import { awsParking } from '../core/adapters/aws/control-plane';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { makeHoldAtGate } from './hold-at-gate';
import { HOLD_INPUT } from './task-input';

const place = awsParking(readConfig(process.env, 'LEDGER_TABLE', 'STATE_TABLE', 'TOKEN_KEY_ARN'));

export const handler = entry('hold-at-gate', HOLD_INPUT, makeHoldAtGate(place));
