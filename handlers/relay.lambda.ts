import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_SETTINGS } from '../core/adapters/aws/clients';
import { sqsNudges } from '../core/adapters/aws/sqs-nudges';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { makeRelay, RELAY_INPUT } from './relay';

const config = readConfig(process.env, 'ANNOUNCE_QUEUE_URL', 'CONDUCT_QUEUE_URL', 'PUBLISH_QUEUE_URL');

export const handler = entry(
  'relay',
  RELAY_INPUT,
  makeRelay({ nudges: sqsNudges(new SQSClient({ ...CLIENT_SETTINGS }), config) }),
);
