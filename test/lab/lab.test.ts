import { createLab, type Lab, type LabOptions } from '../../lab/lab';
import type { FunctionPool } from '../../lab/lambda/function-pool';
import { RealTime } from '../../lab/time/real-time';
import { sampleTemplate, writeAssembly } from '../support/lab/sample-assembly';

const start = Date.parse('2020-01-01T00:00:00Z');
const folder = writeAssembly();
const pools = new Map<string, FunctionPool>();
const labs: Lab[] = [];

async function lab(options: Partial<LabOptions> = {}): Promise<Lab> {
  const made = await createLab({
    assembly: folder,
    seed: '1',
    time: 'virtual',
    start,
    account: '000111222333',
    region: 'eu-west-1',
    secrets: { Secret: '{"token":"x"}' },
    pools,
    ...options,
  });
  labs.push(made);
  return made;
}

afterEach(async () => {
  for (const made of labs.splice(0)) await made.close();
});

type SdkCall = readonly [service: string, command: string, input: object];
type Answer = Record<string, unknown>;

/** What the caller function got from the SDK for each call. */
async function sdk(made: Lab, ...calls: readonly SdkCall[]): Promise<Answer[]> {
  const { result } = await made.invoke('caller', { calls });
  if (!result.ok) throw new Error(`${result.errorType}: ${result.errorMessage}`);
  return result.payload as Answer[];
}

/** Bodies that a noting function kept, in the order it kept them. */
async function notes(made: Lab, name: string): Promise<string[]> {
  const answer = await made.services.store.ask('Scan', {
    TableName: made.resource('AWS::DynamoDB::Table', 'Notes').ref,
  });
  const items = answer.Items as Record<string, { S: string }>[];
  return items
    .filter((item) => item.pk?.S.includes(name))
    .sort((a, b) => (a.at?.S ?? '').localeCompare(b.at?.S ?? '') || (a.sk?.S ?? '').localeCompare(b.sk?.S ?? ''))
    .map((item) => item.body?.S ?? '');
}

const base64 = (text: string): { $bytes: string } => ({ $bytes: Buffer.from(text).toString('base64') });

describe('DynamoDB in the lab', () => {
  it('keeps items, refuses a second conditional put, and hands over the old item', async () => {
    const made = await lab();
    const TableName = made.resource('AWS::DynamoDB::Table', 'Ledger').ref;
    const put = {
      TableName,
      Item: { incident: { S: 'a' }, seq: { N: '1' } },
      ConditionExpression: 'attribute_not_exists(incident)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const [first, second, read] = await sdk(
      made,
      ['dynamodb', 'PutItem', put],
      ['dynamodb', 'PutItem', put],
      ['dynamodb', 'GetItem', { TableName, Key: put.Item }],
    );
    expect(first).toEqual({});
    expect(second).toMatchObject({ error: 'ConditionalCheckFailedException', Item: put.Item });
    expect(read).toMatchObject({ Item: put.Item });
  });

  it('streams each write to the function that reads the stream, in order', async () => {
    const made = await lab();
    const TableName = made.resource('AWS::DynamoDB::Table', 'Ledger').ref;
    const puts = [1, 2, 3].map(
      (seq): SdkCall => ['dynamodb', 'PutItem', { TableName, Item: { incident: { S: 'a' }, seq: { N: String(seq) } } }],
    );
    await sdk(made, ...puts);
    await made.run(() => made.atRest());
    const seen = (await notes(made, 'OnStream')).map((body) => JSON.parse(body).NewImage.seq.N);
    expect(seen).toEqual(['1', '2', '3']);
  });

  it('writes all of a transaction or nothing', async () => {
    const made = await lab();
    const TableName = made.resource('AWS::DynamoDB::Table', 'Notes').ref;
    const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
    const [taken] = await sdk(made, ['dynamodb', 'PutItem', { TableName, Item: item('b') }]);
    expect(taken).toEqual({});
    const TransactItems = ['a', 'b'].map((pk) => ({
      Put: { TableName, Item: item(pk), ConditionExpression: 'attribute_not_exists(pk)' },
    }));
    const [transaction, read] = await sdk(
      made,
      ['dynamodb', 'TransactWriteItems', { TransactItems }],
      ['dynamodb', 'GetItem', { TableName, Key: item('a') }],
    );
    expect(transaction).toMatchObject({
      error: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]'),
    });
    expect(read).toEqual({});
  });
});

describe('a FIFO queue in the lab', () => {
  const send = (made: Lab, body: string, group: string): SdkCall => [
    'sqs',
    'SendMessage',
    {
      QueueUrl: made.resource('AWS::SQS::Queue', 'Work').ref,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
    },
  ];

  it('delivers once and in order of the group', async () => {
    const made = await lab();
    await sdk(made, send(made, 'one', 'g'), send(made, 'two', 'g'), send(made, 'one', 'g'));
    await made.run(() => made.atRest());
    expect(await notes(made, 'OnQueue')).toEqual(['one', 'two']);
  });

  it('sets a poisoned message aside after three receives, and serves other groups meanwhile', async () => {
    const made = await lab();
    await sdk(made, send(made, 'poison', 'bad'), send(made, 'fine', 'good'));
    await made.run(() => made.atRest());
    expect(await notes(made, 'OnQueue')).toEqual(['fine']);
    const dead = made.services.queues.byArn(String(made.resource('AWS::SQS::Queue', 'DeadLetters').attributes?.Arn));
    expect(dead?.messages().map(({ body }) => body)).toEqual(['poison']);
    expect(made.clock.now() - start).toBeGreaterThanOrEqual(3 * 60_000);
  });
});

describe('S3 in the lab', () => {
  const Key = 'incidents/IR-1/x';

  it('keeps versions, checks digests, and honours If-None-Match', async () => {
    const made = await lab();
    const Bucket = made.resource('AWS::S3::Bucket', 'Evidence').ref;
    const [first, again, bad, second, read, old] = await sdk(
      made,
      ['s3', 'PutObject', { Bucket, Key, Body: 'one', IfNoneMatch: '*', Metadata: { who: 'me' } }],
      ['s3', 'PutObject', { Bucket, Key, Body: 'two', IfNoneMatch: '*' }],
      ['s3', 'PutObject', { Bucket, Key, Body: 'two', ChecksumSHA256: Buffer.alloc(32).toString('base64') }],
      ['s3', 'PutObject', { Bucket, Key, Body: 'two' }],
      ['s3', 'GetObject', { Bucket, Key, ChecksumMode: 'ENABLED' }],
      ['s3', 'GetObject', { Bucket, Key, Range: 'bytes=1-2' }],
    );
    expect(first).toMatchObject({ ServerSideEncryption: 'aws:kms' });
    expect(again).toMatchObject({ error: 'PreconditionFailed' });
    expect(bad).toMatchObject({ error: 'BadDigest' });
    expect(read).toMatchObject({
      Body: base64('two'),
      VersionId: second?.VersionId,
      ChecksumCRC64NVME: expect.any(String),
    });
    expect(old).toMatchObject({ Body: base64('wo'), ContentRange: 'bytes 1-2/3' });
    const [past] = await sdk(made, ['s3', 'GetObject', { Bucket, Key, VersionId: first?.VersionId }]);
    expect(past).toMatchObject({ Body: base64('one'), Metadata: { who: 'me' } });
  });

  it('does not delete or unlock a retained version', async () => {
    const made = await lab();
    const Bucket = made.resource('AWS::S3::Bucket', 'Evidence').ref;
    const [put] = await sdk(made, ['s3', 'PutObject', { Bucket, Key, Body: 'one' }]);
    const [deleted, shortened] = await sdk(
      made,
      ['s3', 'DeleteObject', { Bucket, Key, VersionId: put?.VersionId }],
      ['s3', 'PutObjectRetention', { Bucket, Key, Retention: { Mode: 'GOVERNANCE' } }],
    );
    expect(deleted).toMatchObject({ error: 'AccessDenied' });
    expect(shortened).toMatchObject({ error: 'AccessDenied' });
    expect(made.services.recorder.rows.at(-1)).toMatchObject({
      allowed: false,
      statement: 'EvidencePolicy/NoShortening',
    });
  });

  it('takes parts through presigned URLs, until they expire', async () => {
    const made = await lab();
    const Bucket = made.resource('AWS::S3::Bucket', 'Evidence').ref;
    const [created] = await sdk(made, [
      's3',
      'CreateMultipartUpload',
      { Bucket, Key, ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' },
    ]);
    const UploadId = created?.UploadId;
    const [one, two] = await sdk(
      made,
      ['presign', 'UploadPart', { Bucket, Key, UploadId, PartNumber: 1 }],
      ['presign', 'UploadPart', { Bucket, Key, UploadId, PartNumber: 2 }],
    );
    const upload = (url: unknown, body: Buffer) => fetch(made.realUrl(String(url)), { method: 'PUT', body });
    const first = await upload(one?.url, Buffer.alloc(5 * 1024 * 1024, 1));
    const last = await upload(two?.url, Buffer.from('end'));
    expect([first.status, last.status]).toEqual([200, 200]);
    const Parts = [first, last].map((answer, i) => ({ PartNumber: i + 1, ETag: answer.headers.get('etag') }));
    const [completed, listed] = await sdk(
      made,
      ['s3', 'CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload: { Parts } }],
      ['s3', 'HeadObject', { Bucket, Key }],
    );
    expect(completed).toMatchObject({ ETag: expect.stringMatching(/-2"$/) });
    expect(listed).toMatchObject({ ContentLength: 5 * 1024 * 1024 + 3 });
    await made.runFor(61_000);
    const late = await upload(one?.url, Buffer.from('x'));
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  });

  it('tells EventBridge of each object', async () => {
    const made = await lab();
    const Bucket = made.resource('AWS::S3::Bucket', 'Evidence').ref;
    await sdk(made, ['s3', 'PutObject', { Bucket, Key, Body: 'one' }]);
    await made.run(() => made.atRest());
    const [event] = (await notes(made, 'OnEvent')).map((body) => JSON.parse(body));
    expect(event).toMatchObject({
      'detail-type': 'Object Created',
      detail: { bucket: { name: Bucket }, object: { key: Key, size: 3 } },
    });
  });
});

describe('KMS and secrets in the lab', () => {
  it('encrypts under a context that IAM sees, and decrypts under the same only', async () => {
    const made = await lab();
    const KeyId = String(made.resource('AWS::KMS::Key', 'Key').attributes?.Arn);
    const context = { purpose: 'token', incident: 'IR-1' };
    const [sealed, foreign] = await sdk(
      made,
      ['kms', 'Encrypt', { KeyId, Plaintext: base64('secret'), EncryptionContext: context }],
      ['kms', 'Encrypt', { KeyId, Plaintext: base64('secret'), EncryptionContext: { purpose: 'other' } }],
    );
    expect(foreign).toMatchObject({ error: 'AccessDeniedException' });
    const [opened, other] = await sdk(
      made,
      ['kms', 'Decrypt', { CiphertextBlob: sealed?.CiphertextBlob, EncryptionContext: context }],
      [
        'kms',
        'Decrypt',
        { CiphertextBlob: sealed?.CiphertextBlob, EncryptionContext: { ...context, incident: 'IR-2' } },
      ],
    );
    expect(opened).toMatchObject({ Plaintext: base64('secret') });
    expect(other).toMatchObject({ error: 'InvalidCiphertextException' });
  });

  it('signs a digest with a key that the seed decides', async () => {
    const sign = async (seed: string): Promise<Answer[]> => {
      const made = await lab({ seed });
      const KeyId = String(made.resource('AWS::KMS::Key', 'SigningKey').attributes?.Arn);
      const request = {
        KeyId,
        Message: { $bytes: Buffer.alloc(32, 7).toString('base64') },
        MessageType: 'DIGEST',
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      };
      const [signed] = await sdk(made, ['kms', 'Sign', request]);
      return [signed ?? {}, ...(await sdk(made, ['kms', 'Verify', { ...request, Signature: signed?.Signature }]))];
    };
    const [one, verified] = await sign('1');
    expect(verified).toMatchObject({ SignatureValid: true });
    expect((await sign('1'))[0]).toEqual(one);
    expect((await sign('2'))[0]).not.toEqual(one);
  });

  it('gives out a secret', async () => {
    const made = await lab();
    const [secret] = await sdk(made, [
      'secrets',
      'GetSecretValue',
      { SecretId: made.resource('AWS::SecretsManager::Secret').ref },
    ]);
    expect(secret).toMatchObject({ SecretString: '{"token":"x"}' });
  });
});

describe('a state machine in the lab', () => {
  const begin = (made: Lab, input = '{}'): SdkCall => [
    'sfn',
    'StartExecution',
    { stateMachineArn: made.resource('AWS::StepFunctions::StateMachine').ref, name: 'IR-1-1', input },
  ];
  const token = async (made: Lab): Promise<string> => {
    const answer = await made.services.store.ask('Scan', {
      TableName: made.resource('AWS::DynamoDB::Table', 'Notes').ref,
    });
    const items = answer.Items as Record<string, { S: string }>[];
    return items.find((item) => item.pk?.S === 'token')?.token?.S ?? '';
  };

  it('parks on a token, goes on when it is answered, and takes no second answer', async () => {
    const made = await lab();
    const entered: string[] = [];
    made.services.executions.onStateEntered(({ state }) => entered.push(state));
    const [started, joined, taken] = await sdk(made, begin(made), begin(made), begin(made, '{"other":1}'));
    expect(joined).toEqual(started);
    expect(taken).toMatchObject({ error: 'ExecutionAlreadyExists' });
    await made.runFor(5000);
    const answer: SdkCall = ['sfn', 'SendTaskSuccess', { taskToken: await token(made), output: '{"answer":"done"}' }];
    const [ok, late, invalid] = await sdk(made, answer, answer, [
      'sfn',
      'SendTaskSuccess',
      { taskToken: 'x', output: '{}' },
    ]);
    expect([ok, late, invalid]).toMatchObject([{}, { error: 'TaskTimedOut' }, { error: 'InvalidToken' }]);
    const [described] = await sdk(made, ['sfn', 'DescribeExecution', { executionArn: started?.executionArn }]);
    expect(described).toMatchObject({ status: 'SUCCEEDED', output: '{"answer":"done"}' });
    expect(entered).toEqual(['Park', 'Done']);
    await made.run(() => made.atRest());
    const statuses = (await notes(made, 'OnEvent')).map((body) => JSON.parse(body).detail.status);
    expect(statuses).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  it('may invoke only what its role allows', async () => {
    const template = sampleTemplate();
    delete template.Resources.MachinePolicy;
    const made = await lab({ assembly: writeAssembly(template) });
    const [started] = await sdk(made, begin(made));
    await made.runFor(60_000);
    const [described] = await sdk(made, ['sfn', 'DescribeExecution', { executionArn: started?.executionArn }]);
    expect(described).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
    expect(made.services.recorder.rows.filter(({ service }) => service === 'lambda')).toMatchObject([
      { allowed: false },
      { allowed: false },
    ]);
  });
});

describe('events and requests in the lab', () => {
  it('reach the functions their rules and routes name', async () => {
    const made = await lab();
    made.putEvent({
      source: 'lab.test',
      'detail-type': 'Test',
      account: '000111222333',
      region: 'eu-west-1',
      detail: { n: 1 },
    });
    made.putEvent({
      source: 'lab.other',
      'detail-type': 'Test',
      account: '000111222333',
      region: 'eu-west-1',
      detail: { n: 2 },
    });
    await made.run(() => made.atRest());
    expect((await notes(made, 'OnEvent')).map((body) => JSON.parse(body).detail)).toEqual([{ n: 1 }]);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await made.http({ method: 'POST', path: '/hook', headers: form, body: Buffer.from('a=ü') });
    expect(answer).toMatchObject({ status: 200, body: 'a=ü', headers: { 'x-base64': 'true' } });
    expect(await made.http({ method: 'GET', path: '/hook', headers: {}, body: Buffer.alloc(0) })).toMatchObject({
      status: 404,
    });
  });

  it('are kept out when the permission names another rule', async () => {
    const template = sampleTemplate();
    delete template.Resources.RulePermission;
    const made = await lab({ assembly: writeAssembly(template) });
    made.putEvent({
      source: 'lab.test',
      'detail-type': 'Test',
      account: '000111222333',
      region: 'eu-west-1',
      detail: {},
    });
    await made.run(() => made.atRest());
    expect(await notes(made, 'OnEvent')).toEqual([]);
    expect(made.services.recorder.rows).toMatchObject([{ service: 'lambda', allowed: false }]);
  });
});

describe('a run of the lab', () => {
  const mixed = async (seed: string): Promise<string> => {
    const made = await lab({ seed });
    const TableName = made.resource('AWS::DynamoDB::Table', 'Ledger').ref;
    const QueueUrl = made.resource('AWS::SQS::Queue', 'Work').ref;
    const together = [1, 2, 3, 4].flatMap((n): SdkCall[] => [
      ['dynamodb', 'PutItem', { TableName, Item: { incident: { S: `i${n}` }, seq: { N: '1' } } }],
      [
        'sqs',
        'SendMessage',
        { QueueUrl, MessageBody: `m${n}`, MessageGroupId: `g${n}`, MessageDeduplicationId: `m${n}` },
      ],
    ]);
    await made.invoke('caller', { together });
    await made.run(() => made.atRest());
    return JSON.stringify(made.services.recorder.rows);
  };

  it('is the same to the byte with one seed, and another with another', async () => {
    const first = await mixed('1');
    expect(await mixed('1')).toBe(first);
    expect(await mixed('2')).not.toBe(first);
  });

  it('records who called what, by which statement, with which code', async () => {
    const made = await lab();
    const Bucket = made.resource('AWS::S3::Bucket', 'Evidence').ref;
    await sdk(made, ['s3', 'PutObject', { Bucket, Key: 'k', Body: 'one' }]);
    expect(made.services.recorder.rows).toEqual([
      expect.objectContaining({
        seq: 1,
        function: 'caller',
        codeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
        userAgent: expect.stringContaining('aws-sdk-js'),
        service: 's3',
        operation: 'PutObject',
        resources: [`arn:aws:s3:::${Bucket}/k`, expect.stringContaining(':key/')],
        allowed: true,
        statement: 'CallerRolePolicy/Objects, CallerRolePolicy/#2',
        outcome: 'ok',
        call: 'caller/1/1',
      }),
    ]);
  });

  it('can make any call fail by script', async () => {
    const made = await lab();
    const TableName = made.resource('AWS::DynamoDB::Table', 'Notes').ref;
    const put = (pk: string): SdkCall => [
      'dynamodb',
      'PutItem',
      { TableName, Item: { pk: { S: pk }, sk: { S: 'x' } } },
    ];
    made.services.faults.add(
      { service: 'dynamodb', operation: 'PutItem', nth: 1, kind: 'denied' },
      { service: 'dynamodb', operation: 'PutItem', nth: 2, kind: 'throttle' },
      { service: 'dynamodb', operation: 'PutItem', nth: 4, kind: 'timeout-after' },
    );
    const answers = await sdk(made, put('a'), put('b'), put('c'));
    expect(answers).toMatchObject([{ error: 'AccessDeniedException' }, {}, {}]);
    expect(made.services.recorder.rows.map(({ outcome }) => outcome)).toEqual([
      'AccessDeniedException',
      'ProvisionedThroughputExceededException',
      'ok',
      'Timeout',
      'ok',
    ]);
  });

  it('refuses an operation that no double models, by name', async () => {
    const made = await lab();
    const [answer] = await sdk(made, ['s3', 'ListBuckets', {}]);
    expect(answer).toMatchObject({ error: 'LabUnsupported' });
    // Once: a fault of the caller, which the SDK does not repeat.
    expect(made.services.recorder.unsupported()).toMatchObject([{ why: expect.stringContaining('ListBuckets') }]);
  });

  it('refuses a template with a resource that no double models, by name', async () => {
    const template = sampleTemplate();
    template.Resources.Odd = { Type: 'AWS::RoboMaker::Robot', Properties: {} };
    await expect(lab({ assembly: writeAssembly(template) })).rejects.toThrow('AWS::RoboMaker::Robot');
  });
});

describe('a crash around a call', () => {
  const bodies = ['one', 'two'];
  const play = async (crash?: LabOptions['crash']): Promise<{ calls: string[]; kept: string[]; ends: string[] }> => {
    const made = await lab(crash === undefined ? {} : { crash });
    const QueueUrl = made.resource('AWS::SQS::Queue', 'Work').ref;
    await sdk(
      made,
      ...bodies.map(
        (MessageBody): SdkCall => [
          'sqs',
          'SendMessage',
          { QueueUrl, MessageBody, MessageGroupId: 'g', MessageDeduplicationId: MessageBody },
        ],
      ),
    );
    await made.run(() => made.atRest());
    const ends = made.services.logs
      .lines('on-queue')
      .filter(({ line }) => line.includes('Invoke Error'))
      .map(({ line }) => line);
    const calls = made.services.recorder.rows.flatMap(({ call }) => (call === null ? [] : [call]));
    return { calls, kept: await notes(made, 'OnQueue'), ends };
  };

  it('kills the invocation there, and redelivery finishes the work', async () => {
    const golden = await play();
    expect(golden.kept).toEqual(bodies);
    const targets = golden.calls.filter((id) => id.startsWith('on-queue/1/'));
    expect(targets).toHaveLength(2);
    for (const target of targets) {
      for (const when of ['before', 'after'] as const) {
        const crashed = await play(({ id }) => (id === target ? when : undefined));
        expect(crashed.ends).toEqual([expect.stringContaining('Runtime.ExitError')]);
        // Redelivered whole: what took effect before the crash is there twice, and nothing is missing.
        expect(new Set(crashed.kept)).toEqual(new Set(bodies));
        const made = crashed.calls.filter((id) => id.startsWith('on-queue/1/')).length;
        expect(made).toBe(targets.indexOf(target) + (when === 'after' ? 1 : 0));
      }
    }
  });
});

describe('a lab in real time', () => {
  it('does the same without jumping, and skips ahead when asked', async () => {
    const made = await lab({ time: 'real' });
    made.putEvent({
      source: 'lab.test',
      'detail-type': 'Test',
      account: '000111222333',
      region: 'eu-west-1',
      detail: { n: 1 },
    });
    const skipped = made.clock instanceof RealTime ? made.clock.skip() : 0;
    expect(skipped).toBeGreaterThan(200);
    await made.run(() => made.atRest());
    expect(await notes(made, 'OnEvent')).toHaveLength(1);
  });
});
