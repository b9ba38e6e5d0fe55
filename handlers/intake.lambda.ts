import * as z from 'zod';
import { awsBlobs, awsBooks, awsRefusedEvents } from '../core/adapters/aws/control-plane';
import { dynamoClaims, dynamoFindingIndex } from '../core/adapters/aws/dynamo-claims';
import { guardDutyFindings } from '../core/adapters/aws/guardduty-findings';
import { readConfig } from '../core/config';
import { bundledRulebook } from '../core/policy/bundled';
import { entry } from './entry';
import { makeIntake } from './intake';

const config = readConfig(
  process.env,
  'LEDGER_TABLE',
  'STATE_TABLE',
  'EVIDENCE_BUCKET',
  'REFUSED_QUEUE_URL',
  'HOME_ACCOUNT',
  'HOME_REGION',
  'ADMIN_PAIRS',
  'SLACK_CHANNEL',
  'DETECTOR_ID',
);
const books = awsBooks(config);

/** Shape and senders are judged inside: what is refused is set aside, never thrown. */
export const handler = entry(
  'intake',
  z.unknown(),
  makeIntake({
    ...books,
    claims: dynamoClaims(books.table),
    index: dynamoFindingIndex(books.table),
    findings: guardDutyFindings(),
    blobs: awsBlobs(config),
    refused: awsRefusedEvents(config),
    rulebook: bundledRulebook(),
    config,
  }),
);
