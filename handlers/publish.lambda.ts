import { awsBooks, awsSecretStore } from '../core/adapters/aws/control-plane';
import { dynamoCursors } from '../core/adapters/aws/dynamo-cursors';
import { dynamoSlackMessages } from '../core/adapters/aws/dynamo-lists';
import { githubRepository } from '../core/adapters/github/repository';
import { readConfig } from '../core/config';
import { entry } from './entry';
import { eachIncident, NUDGES_INPUT } from './nudges-input';
import { makePublish } from './publish';

const config = readConfig(
  process.env,
  'LEDGER_TABLE',
  'STATE_TABLE',
  'GITHUB_SECRET_ARN',
  'GITHUB_REPOSITORY',
  'GITHUB_API_URL',
);
const books = awsBooks(config);
const publish = makePublish({
  ...books,
  cursors: dynamoCursors(books.table),
  messages: dynamoSlackMessages(books.table),
  repository: githubRepository(awsSecretStore(), {
    repository: config.GITHUB_REPOSITORY,
    secretArn: config.GITHUB_SECRET_ARN,
    ...(config.GITHUB_API_URL === undefined ? {} : { apiUrl: config.GITHUB_API_URL }),
  }),
});

export const handler = entry('publish', NUDGES_INPUT, (input) => eachIncident(input, publish));
