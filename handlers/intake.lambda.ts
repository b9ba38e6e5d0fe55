import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { CLIENT_SETTINGS } from '../core/adapters/aws/clients';
import { awsBooks } from '../core/adapters/aws/control-plane';
import { dynamoClaims, dynamoFindingIndex } from '../core/adapters/aws/dynamo-claims';
import { guardDutyFindings } from '../core/adapters/aws/guardduty-findings';
import { s3Blobs } from '../core/adapters/aws/s3-blobs';
import { sqsRefusedEvents } from '../core/adapters/aws/sqs-nudges';
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
    blobs: s3Blobs(new S3Client({ ...CLIENT_SETTINGS }), config.EVIDENCE_BUCKET),
    refused: sqsRefusedEvents(new SQSClient({ ...CLIENT_SETTINGS }), config.REFUSED_QUEUE_URL),
    rulebook: bundledRulebook(),
    config,
  }),
);
