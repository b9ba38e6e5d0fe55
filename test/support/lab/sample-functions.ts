import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

/** A function that makes the SDK calls its event lists, in order or at once, and returns each answer or error name. */
const CALLER = `
import * as s3 from '@aws-sdk/client-s3';
import * as kms from '@aws-sdk/client-kms';
import * as sqs from '@aws-sdk/client-sqs';
import * as sfn from '@aws-sdk/client-sfn';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as events from '@aws-sdk/client-eventbridge';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
const modules = { s3, kms, sqs, sfn, dynamodb, events, secrets };
const clients = {};
const clientOf = (name) => (clients[name] ??= new (Object.entries(modules[name]).find(([key]) => /^(S3|KMS|SQS|SFN|DynamoDB|EventBridge|SecretsManager)Client$/.test(key))[1])({ requestChecksumCalculation: 'WHEN_REQUIRED' }));
const revive = (value) => value && value.$bytes !== undefined ? Buffer.from(value.$bytes, 'base64') : value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, revive(v)])) : value;
const show = (value) => value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? Object.fromEntries(Object.entries(value).filter(([k]) => k !== '$metadata').map(([k, v]) => [k, show(v)])) : value;
const call = async ([service, command, input]) => {
  try {
    if (service === 'presign') {
      const url = await getSignedUrl(clientOf('s3'), new s3[command + 'Command'](revive(input)), { expiresIn: 60 });
      return { url };
    }
    const answer = await clientOf(service).send(new modules[service][command + 'Command'](revive(input)));
    if (answer.Body) answer.Body = await answer.Body.transformToByteArray();
    return show(answer);
  } catch (error) {
    return { error: error.name, message: error.message, ...(error.Item ? { Item: error.Item } : {}) };
  }
};
export const handler = async (event) => {
  if (event.fail) throw Object.assign(new Error('asked to fail'), { name: event.fail });
  if (event.together) return Promise.all(event.together.map(call));
  const answers = [];
  for (const one of event.calls ?? []) answers.push(await call(one));
  return answers;
};
`;

/** Keeps what it is sent in the table NOTES, one item for each record or event; fails for bodies that say so. */
const NOTER = `
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
let n = 0;
export const handler = async (event, context) => {
  const records = event.Records ?? [event];
  const batchItemFailures = [];
  for (const record of records) {
    const body = record.body ?? JSON.stringify(record.dynamodb ?? record);
    if (body.includes('poison')) { batchItemFailures.push({ itemIdentifier: record.messageId ?? record.dynamodb?.SequenceNumber }); continue; }
    n += 1;
    await client.send(new PutItemCommand({ TableName: process.env.NOTES, Item: { pk: { S: context.functionName }, sk: { S: context.awsRequestId + '#' + n }, body: { S: body }, at: { S: new Date().toISOString() } } }));
  }
  return event.rawPath ? { statusCode: 200, headers: { 'x-base64': String(event.isBase64Encoded) }, body: Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8').toString() } : { batchItemFailures };
};
`;

/** Stores its task token for another function to answer. */
const PARKER = `
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async ({ token, step }) => {
  await client.send(new PutItemCommand({ TableName: process.env.NOTES, Item: { pk: { S: 'token' }, sk: { S: step }, token: { S: token } } }));
  return { parked: step };
};
`;

const SOURCES = { caller: CALLER, noter: NOTER, parker: PARKER } as const;
export type SampleFunction = keyof typeof SOURCES;

let bundled: Readonly<Record<SampleFunction, string>> | undefined;

/** Bundles the sample functions once for this process: a folder with index.js each. */
export function sampleBundles(): Readonly<Record<SampleFunction, string>> {
  if (bundled !== undefined) return bundled;
  const root = mkdtempSync(path.join(tmpdir(), 'lab-sample-'));
  const bundle = (name: SampleFunction): string => {
    buildSync({
      stdin: { contents: SOURCES[name], resolveDir: process.cwd(), loader: 'js' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      minify: true,
      outfile: path.join(root, name, 'index.js'),
      logLevel: 'error',
    });
    return path.join(root, name);
  };
  bundled = { caller: bundle('caller'), noter: bundle('noter'), parker: bundle('parker') };
  return bundled;
}
