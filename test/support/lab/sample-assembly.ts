import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SampleFunction, sampleBundles } from './sample-functions';

type Json = Record<string, unknown>;
const getAtt = (id: string, name = 'Arn'): Json => ({ 'Fn::GetAtt': [id, name] });
const ref = (id: string): Json => ({ Ref: id });
const join = (...parts: unknown[]): Json => ({ 'Fn::Join': ['', parts] });
const allow = (Action: unknown, Resource: unknown, more: Json = {}): Json => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

function role(service = 'lambda.amazonaws.com'): Json {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  };
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } };
}

function policy(roleId: string, ...statements: Json[]): Json {
  const PolicyDocument = { Version: '2012-10-17', Statement: statements };
  return {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: `${roleId}Policy`, PolicyDocument, Roles: [ref(roleId)] },
  };
}

function fn(bundle: SampleFunction, id: string, environment: Json = {}): Json {
  const Code = {
    S3Bucket: { 'Fn::Sub': 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' },
    S3Key: `${bundle}.zip`,
  };
  const Properties = {
    Code,
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: getAtt(`${id}Role`),
    Timeout: 30,
    Environment: { Variables: environment },
  };
  return { Type: 'AWS::Lambda::Function', Properties, Metadata: { 'aws:cdk:path': `Sample/${id}/Resource` } };
}

function permission(id: string, Principal: string, SourceArn: unknown): Json {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: getAtt(id), Principal, SourceArn },
  };
}

const table = (keys: readonly [string, string][], more: Json = {}): Json => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: keys.map(([AttributeName], i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: keys.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    BillingMode: 'PAY_PER_REQUEST',
    ...more,
  },
});

const MACHINE = {
  StartAt: 'Park',
  States: {
    Park: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: '@parker', Payload: { 'token.$': '$$.Task.Token', step: 'Park' } },
      TimeoutSeconds: 3600,
      Retry: [{ ErrorEquals: ['Lambda.AWSLambdaException'], IntervalSeconds: 1, MaxAttempts: 1 }],
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

/** Everything the platform doubles model, once, in one template. */
export function sampleTemplate(): { Resources: Record<string, Json>; Outputs: Json; Parameters: Json } {
  const definition = JSON.stringify(MACHINE).split('@parker');
  const noterMay = (source: unknown, ...actions: string[]): Json[] => [
    allow('dynamodb:PutItem', getAtt('Notes')),
    allow(actions, source),
  ];
  const Resources: Record<string, Json> = {
    Notes: table([
      ['pk', 'S'],
      ['sk', 'S'],
    ]),
    Ledger: table(
      [
        ['incident', 'S'],
        ['seq', 'N'],
      ],
      { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } },
    ),
    DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    Work: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        FifoQueue: true,
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: getAtt('DeadLetters'), maxReceiveCount: 3 },
      },
    },
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'kms:*',
              Resource: '*',
              Principal: { AWS: join('arn:', ref('AWS::Partition'), ':iam::', ref('AWS::AccountId'), ':root') },
            },
          ],
        },
      },
    },
    SigningKey: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeySpec: 'RSA_2048',
        KeyUsage: 'SIGN_VERIFY',
        KeyPolicy: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'kms:*',
              Resource: '*',
              Principal: { AWS: join('arn:aws:iam::', ref('AWS::AccountId'), ':root') },
            },
          ],
        },
      },
    },
    Evidence: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        ObjectLockEnabled: true,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } },
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: getAtt('Key') } },
          ],
        },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    },
    EvidencePolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: ref('Evidence'),
        PolicyDocument: {
          Statement: [
            {
              Sid: 'NoShortening',
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: 's3:PutObjectRetention',
              Resource: join(getAtt('Evidence'), '/*'),
            },
          ],
        },
      },
    },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
    CallerRole: role(),
    CallerPolicy: policy(
      'CallerRole',
      allow(
        [
          's3:GetObject',
          's3:GetObjectVersion',
          's3:PutObject',
          's3:DeleteObjectVersion',
          's3:PutObjectRetention',
          's3:ListMultipartUploadParts',
        ],
        join(getAtt('Evidence'), '/*'),
        { Sid: 'Objects' },
      ),
      allow('s3:ListBucket', getAtt('Evidence')),
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], getAtt('Key'), {
        Condition: { StringEquals: { 'kms:ViaService': join('s3.', ref('AWS::Region'), '.amazonaws.com') } },
      }),
      allow(['kms:Encrypt', 'kms:Decrypt'], getAtt('Key'), {
        Sid: 'Tokens',
        Condition: { StringEquals: { 'kms:EncryptionContext:purpose': 'token' } },
      }),
      allow(['kms:Sign', 'kms:GetPublicKey', 'kms:Verify'], getAtt('SigningKey')),
      allow('sqs:SendMessage', getAtt('Work')),
      allow(
        [
          'dynamodb:PutItem',
          'dynamodb:GetItem',
          'dynamodb:Query',
          'dynamodb:UpdateItem',
          'dynamodb:ConditionCheckItem',
        ],
        [getAtt('Ledger'), getAtt('Notes')],
      ),
      allow('states:StartExecution', ref('Machine')),
      allow(['states:DescribeExecution'], '*'),
      allow(['states:SendTaskSuccess'], '*'),
      allow(
        'events:PutEvents',
        join('arn:aws:events:', ref('AWS::Region'), ':', ref('AWS::AccountId'), ':event-bus/default'),
      ),
      allow('secretsmanager:GetSecretValue', ref('Secret')),
    ),
    Caller: fn('caller', 'Caller', { BUCKET: ref('Evidence') }),
    ParkerRole: role(),
    ParkerPolicy: policy('ParkerRole', allow('dynamodb:PutItem', getAtt('Notes'))),
    Parker: fn('parker', 'Parker', { NOTES: ref('Notes') }),
    MachineRole: role('states.amazonaws.com'),
    MachinePolicy: policy('MachineRole', allow('lambda:InvokeFunction', getAtt('Parker'), { Sid: 'InvokeSteps' })),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: getAtt('MachineRole'),
        DefinitionString: join(definition[0], getAtt('Parker'), definition[1]),
      },
    },
    OnQueueRole: role(),
    OnQueuePolicy: policy(
      'OnQueueRole',
      ...noterMay(getAtt('Work'), 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'),
    ),
    OnQueue: fn('noter', 'OnQueue', { NOTES: ref('Notes') }),
    QueueMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: getAtt('Work'),
        FunctionName: ref('OnQueue'),
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    OnStreamRole: role(),
    OnStreamPolicy: policy(
      'OnStreamRole',
      ...noterMay(
        getAtt('Ledger', 'StreamArn'),
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:DescribeStream',
      ),
    ),
    OnStream: fn('noter', 'OnStream', { NOTES: ref('Notes') }),
    StreamMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: getAtt('Ledger', 'StreamArn'), FunctionName: ref('OnStream'), BatchSize: 5 },
    },
    OnEventRole: role(),
    OnEventPolicy: policy('OnEventRole', allow('dynamodb:PutItem', getAtt('Notes'))),
    OnEvent: fn('noter', 'OnEvent', { NOTES: ref('Notes') }),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['lab.test', 'aws.s3', 'aws.states'] },
        State: 'ENABLED',
        Targets: [{ Id: 'T', Arn: getAtt('OnEvent') }],
      },
    },
    RulePermission: permission('OnEvent', 'events.amazonaws.com', getAtt('Rule')),
    OnRequestRole: role(),
    OnRequestPolicy: policy('OnRequestRole', allow('dynamodb:PutItem', getAtt('Notes'))),
    OnRequest: fn('noter', 'OnRequest', { NOTES: ref('Notes') }),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'Door', ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: ref('Api'),
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: getAtt('OnRequest'),
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { ApiId: ref('Api'), RouteKey: 'POST /hook', Target: join('integrations/', ref('Integration')) },
    },
    ApiPermission: permission(
      'OnRequest',
      'apigateway.amazonaws.com',
      join('arn:aws:execute-api:', ref('AWS::Region'), ':', ref('AWS::AccountId'), ':', ref('Api'), '/*/*/hook'),
    ),
  };
  return {
    Resources,
    Outputs: { Bucket: { Value: ref('Evidence'), Export: { Name: 'SampleBucket' } } },
    Parameters: {
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
    },
  };
}

/** Writes a `cdk.out` with one stack `Sample` of this template. Returns its folder. */
export function writeAssembly(template: object = sampleTemplate()): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lab-assembly-'));
  const write = (name: string, content: object): void =>
    writeFileSync(path.join(folder, name), JSON.stringify(content));
  const files = Object.entries(sampleBundles()).map(([name, bundle]) => [
    name,
    {
      source: { path: bundle, packaging: 'zip' },
      destinations: { here: { bucketName: 'assets', objectKey: `${name}.zip` } },
    },
  ]);
  write('manifest.json', {
    artifacts: {
      Sample: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { templateFile: 'Sample.template.json' },
      },
    },
  });
  write('Sample.assets.json', { files: Object.fromEntries(files) });
  write('Sample.template.json', template);
  return folder;
}
