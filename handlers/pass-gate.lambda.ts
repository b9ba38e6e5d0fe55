import { awsBooks } from '../core/adapters/aws/control-plane';
import { dynamoSlots } from '../core/adapters/aws/dynamo-switches';
import { readConfig } from '../core/config';
import { bundledRulebook } from '../core/policy/bundled';
import { entry } from './entry';
import { makePassGate } from './pass-gate';
import { GATE_INPUT } from './task-input';

const books = awsBooks(readConfig(process.env, 'LEDGER_TABLE', 'STATE_TABLE'));

export const handler = entry(
  'pass-gate',
  GATE_INPUT,
  makePassGate({ ...books, slots: dynamoSlots(books.table), caps: bundledRulebook().policy.caps }),
);
