import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { CLIENT_SETTINGS } from '../core/adapters/aws/clients';
import { awsParking } from '../core/adapters/aws/control-plane';
import { dynamoCursors } from '../core/adapters/aws/dynamo-cursors';
import { dynamoIncidentList } from '../core/adapters/aws/dynamo-lists';
import { clientsAt } from '../core/adapters/aws/places';
import { sfnAnswers } from '../core/adapters/aws/sfn-engine';
import { sqsNudges } from '../core/adapters/aws/sqs-nudges';
import { awsWaitProbe } from '../core/adapters/aws/wait-probe';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { makeReconcile } from './reconcile';

const config = readConfig(
  process.env,
  'LEDGER_TABLE',
  'STATE_TABLE',
  'TOKEN_KEY_ARN',
  'EVIDENCE_BUCKET',
  'ANNOUNCE_QUEUE_URL',
  'CONDUCT_QUEUE_URL',
  'PUBLISH_QUEUE_URL',
  'HOME_ACCOUNT',
  'HOME_REGION',
  'ADMIN_PAIRS',
  'MEMBER_ROLE_NAME',
);
const place = awsParking(config);

export const handler = entry(
  'reconcile',
  z.unknown(),
  makeReconcile({
    ...place,
    cursors: dynamoCursors(place.table),
    list: dynamoIncidentList(place.table),
    nudges: sqsNudges(new SQSClient({ ...CLIENT_SETTINGS }), config),
    engine: sfnAnswers(new SFNClient({ ...CLIENT_SETTINGS })),
    probe: awsWaitProbe({
      ec2: clientsAt(config, (settings) => new EC2Client({ ...CLIENT_SETTINGS, ...settings })),
      ssm: clientsAt(config, (settings) => new SSMClient({ ...CLIENT_SETTINGS, ...settings })),
      s3: new S3Client({ ...CLIENT_SETTINGS }),
      bucket: config.EVIDENCE_BUCKET,
      home: { account: config.HOME_ACCOUNT, region: config.HOME_REGION },
    }),
  }),
);
