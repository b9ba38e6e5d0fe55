import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ERROR_NAMES } from '../../core/errors';
import { GATES, PHASES, STEPS } from '../../core/incident/steps';
import { lambdaEntries } from '../../infra/bundle';
import { FUNCTION_NAMES, pascal, type Resource, resourcesOf, templateOf, templates } from './synthesized';

const ROOT = resolve(__dirname, '../..');
const evidence = templateOf('CordonEvidence');
const quarantine = templateOf('CordonQuarantine');
const response = templateOf('CordonResponse');
const github = templateOf('CordonGithub');
const idsOf = (type: string, template = response) => resourcesOf(template, type).map(([id]) => id);
const bodies = (type: string, template = response) =>
  resourcesOf(template, type).map(([, { Properties }]) => Properties);

describe('the functions', () => {
  test('of the template are exactly the *.lambda.ts of bot/ and handlers/', () => {
    expect(
      lambdaEntries()
        .map((entry) => basename(entry, '.lambda.ts'))
        .sort(),
    ).toEqual(FUNCTION_NAMES);
    const deployed = bodies('AWS::Lambda::Function').map(({ Description }) => Description.split(' ')[1]);
    expect(deployed.sort()).toEqual(FUNCTION_NAMES);
    for (const [name, template] of templates())
      if (name !== 'CordonResponse') expect(idsOf('AWS::Lambda::Function', template)).toEqual([]);
  });

  test('run Node 24 on arm64, traced, with a log group, a role, a version and an alias each', () => {
    const functions = bodies('AWS::Lambda::Function');
    for (const each of functions) {
      expect(each).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: { Ref: expect.any(String) } },
      });
    }
    expect(new Set(functions.map(({ Role }) => JSON.stringify(Role))).size).toBe(functions.length);
    expect(bodies('AWS::Lambda::Alias')).toHaveLength(functions.length);
    expect(bodies('AWS::Lambda::Version')).toHaveLength(functions.length);
  });

  test('keep no secret in their environment', () => {
    for (const { Environment } of bodies('AWS::Lambda::Function')) {
      const names = Object.keys(Environment.Variables);
      expect(names.filter((name) => /TOKEN$|SECRET$|PASSWORD|PRIVATE/.test(name))).toEqual([]);
    }
  });

  test('have set aside what people and findings need, and reconcile runs one at a time', () => {
    const reserved = Object.fromEntries(
      bodies('AWS::Lambda::Function')
        .filter(({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions !== undefined)
        .map(({ Description, ReservedConcurrentExecutions }) => [
          Description.split(' ')[1],
          ReservedConcurrentExecutions,
        ]),
    );
    expect(reserved).toEqual({ intake: 20, reconcile: 1, relay: 10, resume: 20, slack: 20 });
    const shared = templateOf('CordonResponse', { reserveConcurrency: false });
    expect(JSON.stringify(shared)).not.toContain('ReservedConcurrentExecutions');
  });

  test('invoked by events set aside what they cannot handle: every target of a rule, and no other', () => {
    const aliases = new Map(
      resourcesOf(response, 'AWS::Lambda::Alias').map(([id, { Properties }]) => [id, Properties]),
    );
    const targets = bodies('AWS::Events::Rule')
      .flatMap(({ Targets }) => Targets)
      .map(({ Arn }: { Arn: { Ref: string } }) => aliases.get(Arn.Ref)?.FunctionName.Ref);
    const kept = bodies('AWS::Lambda::EventInvokeConfig');
    expect(kept.map(({ FunctionName }) => FunctionName.Ref).sort()).toEqual([...new Set(targets)].sort());
    for (const { DestinationConfig } of kept)
      expect(JSON.stringify(DestinationConfig.OnFailure)).toContain('UndeliveredDeadLetters');
    for (const { Targets } of bodies('AWS::Events::Rule'))
      for (const { DeadLetterConfig } of Targets) expect(DeadLetterConfig.Arn).toBeDefined();
  });

  test('fed by queues and the stream report single failures, and every feed ends in a dead-letter queue', () => {
    for (const mapping of bodies('AWS::Lambda::EventSourceMapping')) {
      expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      const stream = mapping.StartingPosition !== undefined;
      expect(stream ? mapping.DestinationConfig.OnFailure : mapping.ScalingConfig).toBeDefined();
    }
    const fed = bodies('AWS::SQS::Queue').filter(({ RedrivePolicy }) => RedrivePolicy);
    expect(fed).toHaveLength(3);
    for (const queue of fed) expect(queue.RedrivePolicy.maxReceiveCount).toBe(10);
  });
});

describe('the state machines', () => {
  interface State {
    readonly Type: string;
    readonly Resource?: string;
    readonly TimeoutSeconds?: number;
    readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
    readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
    readonly Branches?: readonly { readonly States: Record<string, State> }[];
    readonly ItemProcessor?: { readonly States: Record<string, State> };
    readonly MaxConcurrency?: number;
    readonly Result?: unknown;
  }
  const every = (states: Record<string, State>): [string, State][] =>
    Object.entries(states).flatMap(([name, state]) => [
      [name, state] as [string, State],
      ...(state.Branches ?? []).flatMap((branch) => every(branch.States)),
      ...every(state.ItemProcessor?.States ?? {}),
    ]);
  const definitions = bodies('AWS::StepFunctions::StateMachine').map(({ DefinitionString }) => {
    const parts: unknown[] = DefinitionString['Fn::Join'][1];
    const text = parts.map((part) => (typeof part === 'string' ? part : 'arn')).join('');
    const parsed: { States: Record<string, State> } = JSON.parse(text);
    return parsed;
  });
  const states = definitions.flatMap((definition) => every(definition.States));
  const tasks = states.filter(([, { Type }]) => Type === 'Task');
  const plumbing = (name: string) => name.startsWith('Gate ') || name.includes(': ');

  test('have as tasks, outside gate plumbing, exactly the headings of the runbook', () => {
    const runbook = readFileSync(join(ROOT, 'runbooks/incident-response.md'), 'utf8');
    const headings = [...runbook.matchAll(/^## (.+)$/gm)].map((match) => match[1] ?? '');
    // The clean-up stands in both machines: a release removes first what a run that died left.
    const names = [...new Set(tasks.map(([name]) => name).filter((name) => !plumbing(name)))];
    expect(names.sort()).toEqual([...headings].sort());
    expect(names.sort()).toEqual(Object.keys(STEPS).sort());
  });

  test('have every phase and every gate by its name', () => {
    const names = states.map(([name]) => name);
    for (const phase of PHASES) expect(names).toContain(phase);
    for (const gate of GATES) {
      for (const name of [`Gate ${gate}`, `Gate ${gate}: decide`, `Gate ${gate}: hold`]) expect(names).toContain(name);
    }
  });

  test('hash the disks without an instance only where the context says so, in a Map of ten at once', () => {
    const setting = (context: Record<string, unknown>) =>
      JSON.stringify(bodies('AWS::StepFunctions::StateMachine', templateOf('CordonResponse', context))).match(
        /setting\\+":\\+"(on|off)/,
      )?.[1];
    expect([setting({}), setting({ instanceFreeHash: true })]).toEqual(['off', 'on']);
    const [, map] = states.find(([name]) => name === 'Block hash: chunks') ?? [];
    expect(map).toMatchObject({ Type: 'Map', MaxConcurrency: 10 });
  });

  test('give every task a time limit', () => {
    expect(tasks.filter(([, { TimeoutSeconds }]) => !TimeoutSeconds).map(([name]) => name)).toEqual([]);
  });

  test('retry and catch only errors that core or the platform throws', () => {
    const ours = new Set<string>(Object.values(ERROR_NAMES));
    const matched = states.flatMap(([, { Retry = [], Catch = [] }]) =>
      [...Retry, ...Catch].flatMap((each) => each.ErrorEquals),
    );
    const foreign = matched.filter((error) => !ours.has(error) && !/^(States|Lambda|Runtime|Sandbox)\./.test(error));
    expect(foreign).toEqual([]);
    expect(matched).toContain(ERROR_NAMES.transient);
    expect(matched).toContain(ERROR_NAMES.aborted);
  });

  test('catch every failure of every task', () => {
    const loose = tasks.filter(([name, { Catch = [] }]) => {
      const all = Catch.some((each) => each.ErrorEquals.includes('States.ALL'));
      return !all && !name.startsWith('Gate ');
    });
    expect(loose.map(([name]) => name)).toEqual([]);
  });

  test('run as a published version behind the alias live, log every event and keep data out of the log', () => {
    for (const machine of bodies('AWS::StepFunctions::StateMachine')) {
      expect(machine.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
      expect(machine.TracingConfiguration).toEqual({ Enabled: true });
    }
    const versions = resourcesOf(response, 'AWS::StepFunctions::StateMachineVersion');
    for (const [, version] of versions) expect(version.DeletionPolicy).toBe('Retain');
    for (const alias of bodies('AWS::StepFunctions::StateMachineAlias')) {
      expect(alias.Name).toBe('live');
      expect(versions.map(([id]) => id)).toContain(
        alias.RoutingConfiguration[0].StateMachineVersionArn['Fn::GetAtt'][0],
      );
    }
  });
});

describe('what outlives the rest', () => {
  const retained = (template: typeof evidence, type: string) =>
    resourcesOf(template, type)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')
      .map(([id]) => id);

  test('buckets, keys and tables stay when their stack goes', () => {
    expect(retained(evidence, 'AWS::S3::Bucket')).toHaveLength(3);
    expect(retained(evidence, 'AWS::KMS::Key')).toHaveLength(2);
    expect(retained(response, 'AWS::DynamoDB::Table')).toHaveLength(2);
  });

  test('both tables can be restored to a second and are not deleted by accident', () => {
    for (const table of bodies('AWS::DynamoDB::Table')) {
      expect(table.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
      expect(table.DeletionProtectionEnabled).toBe(true);
    }
  });

  test('evidence is locked, versioned, encrypted with our key, logged elsewhere, reached by TLS only', () => {
    const bucket = byPrefix(evidence.Resources, 'Evidence', 'AWS::S3::Bucket');
    expect(bucket.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } } },
      VersioningConfiguration: { Status: 'Enabled' },
      LoggingConfiguration: { LogFilePrefix: 'evidence/' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    expect(JSON.stringify(bucket.Properties.BucketEncryption)).toContain('aws:kms');
    const policies = JSON.stringify(bodies('AWS::S3::BucketPolicy', evidence));
    expect(policies).toContain('"aws:SecureTransport":"false"');
    expect(policies).toContain('NobodyWeakensEvidence');
  });

  test('nobody hides evidence, writes it under another key, or changes the bucket outside a deploy', () => {
    for (const [id, { DeletionPolicy }] of resourcesOf(evidence, 'AWS::S3::BucketPolicy'))
      expect([id, DeletionPolicy]).toEqual([id, 'Retain']);
    const { PolicyDocument } = byPrefix(evidence.Resources, 'EvidencePolicy', 'AWS::S3::BucketPolicy').Properties;
    const denied = new Map(
      PolicyDocument.Statement.map(({ Effect, Principal, Sid, ...rest }: Record<string, unknown>) => {
        expect([Effect, Principal]).toEqual(['Deny', { AWS: '*' }]);
        return [Sid, rest];
      }),
    );
    expect(denied.get('NobodyWeakensEvidence')).toMatchObject({
      Action: [
        's3:BypassGovernanceRetention',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:PutObjectLegalHold',
        's3:PutObjectRetention',
      ],
    });
    expect(denied.get('NobodyChoosesAnotherKey')).toMatchObject({
      Action: 's3:PutObject',
      Condition: { Null: { 's3:x-amz-server-side-encryption': 'false' } },
    });
    expect(denied.get('OnlyADeployChangesTheBucket')).toMatchObject({
      Action: expect.arrayContaining(['s3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:PutEncryptionConfiguration']),
      Condition: { ArnNotLike: { 'aws:PrincipalArn': expect.anything() } },
    });
  });

  test('compliance is chosen, never the default', () => {
    const chosen = templateOf('CordonEvidence', { retentionMode: 'compliance', retentionDays: '30' });
    const bucket = byPrefix(chosen.Resources, 'Evidence', 'AWS::S3::Bucket');
    expect(bucket.Properties.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({ Mode: 'COMPLIANCE', Days: 30 });
  });

  test('signing is asymmetric and its key encrypts nothing', () => {
    const key = byPrefix(evidence.Resources, 'SigningKey', 'AWS::KMS::Key');
    expect(key.Properties).toMatchObject({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
  });

  test('every log group is kept a year and no longer', () => {
    for (const [, template] of templates())
      for (const { RetentionInDays } of bodies('AWS::Logs::LogGroup', template)) expect(RetentionInDays).toBe(365);
  });
});

describe('quarantine', () => {
  test('has no way to the internet: no gateway, no peering, no route of ours', () => {
    const types = Object.values(quarantine.Resources).map(({ Type }) => Type);
    const ways =
      /InternetGateway|NatGateway|TransitGateway|VPCPeering|VPNGateway|EgressOnly|AWS::EC2::Route$|CarrierGateway/;
    expect(types.filter((type) => ways.test(type))).toEqual([]);
  });

  test('reaches our two buckets through the endpoint, for our own account', () => {
    const [endpoint] = bodies('AWS::EC2::VPCEndpoint', quarantine);
    expect(bodies('AWS::EC2::VPCEndpoint', quarantine)).toHaveLength(1);
    const [statement, listing, ...more] = endpoint?.PolicyDocument.Statement ?? [];
    expect([listing.Action, more]).toEqual(['s3:ListBucket', []]);
    expect(JSON.stringify(listing.Resource)).toMatch(/Tools[^:]*Arn/);
    expect(statement.Action).toEqual(['s3:GetObject', 's3:PutObject']);
    expect(statement.Resource).toHaveLength(2);
    expect(statement.Condition.StringEquals['aws:PrincipalAccount']).toEqual({ Ref: 'AWS::AccountId' });
  });

  test('lets its host out by HTTPS only and nothing in', () => {
    const groups = bodies('AWS::EC2::SecurityGroup', quarantine);
    const host = groups.find(({ GroupDescription }) => GroupDescription.startsWith('Forensic'));
    expect(host?.SecurityGroupIngress).toBeUndefined();
    expect(host?.SecurityGroupEgress).toMatchObject([{ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }]);
  });

  test('resolves names of AWS only, unless that is switched off', () => {
    const rules = bodies('AWS::Route53Resolver::FirewallRuleGroup', quarantine)[0]?.FirewallRules;
    expect(rules.map((rule: { Action: string }) => rule.Action)).toEqual(['ALLOW', 'BLOCK']);
    const off = templateOf('CordonQuarantine', { dnsFirewall: false });
    expect(idsOf('AWS::Route53Resolver::FirewallRuleGroup', off)).toEqual([]);
  });

  test('starts hosts without a key pair, with tokens for metadata and an encrypted disk', () => {
    const [template] = bodies('AWS::EC2::LaunchTemplate', quarantine);
    const data = template?.LaunchTemplateData;
    expect(data.KeyName).toBeUndefined();
    expect(data.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(data.BlockDeviceMappings[0].Ebs).toMatchObject({ Encrypted: true, DeleteOnTermination: true });
    expect(Buffer.from(data.UserData, 'base64').toString()).toMatch(/^#!\/bin\/bash/);
  });

  test('logs all of its flows', () => {
    expect(bodies('AWS::EC2::FlowLog', quarantine)).toMatchObject([{ TrafficType: 'ALL' }]);
  });
});

describe('the door', () => {
  test('is three POST routes, throttled, with a log that never holds a header or a body', () => {
    expect(
      bodies('AWS::ApiGatewayV2::Route')
        .map(({ RouteKey }) => RouteKey)
        .sort(),
    ).toEqual(['POST /slack/commands', 'POST /slack/events', 'POST /slack/interactions']);
    const [stage] = bodies('AWS::ApiGatewayV2::Stage');
    expect(stage?.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    expect(stage?.AccessLogSettings.Format).not.toMatch(/header|body|signature/i);
  });
});

describe('the rules', () => {
  test('take findings from the default bus, where nobody else can claim to be AWS', () => {
    const rules = bodies('AWS::Events::Rule');
    const findings = rules.filter(({ EventPattern }) => EventPattern?.source?.includes('aws.guardduty'));
    expect(findings).toHaveLength(1);
    expect(findings[0]?.EventBusName).toBeUndefined();
    const ours = rules.filter(({ EventBusName }) => EventBusName !== undefined);
    expect(ours.map(({ EventPattern }) => EventPattern.source)).toEqual([['cordon.github']]);
  });

  test('wake reconcile once a minute', () => {
    const schedules = bodies('AWS::Events::Rule').flatMap(({ ScheduleExpression }) => ScheduleExpression ?? []);
    expect(schedules).toEqual(['rate(1 minute)']);
  });
});

describe('GitHub', () => {
  const trust = (template: typeof github) =>
    Object.fromEntries(
      resourcesOf(template, 'AWS::IAM::Role').map(([id, { Properties }]) => [
        id.replace(/[0-9A-F]{8}$/, ''),
        Properties.AssumeRolePolicyDocument.Statement[0].Condition,
      ]),
    );
  const audience = 'token.actions.githubusercontent.com:aud';
  const subject = 'token.actions.githubusercontent.com:sub';

  test('is trusted by exact subject of an environment, in the classic form', () => {
    expect(trust(github)).toEqual({
      DeployRole: {
        StringEquals: { [audience]: 'sts.amazonaws.com', [subject]: ['repo:example/cordon:environment:production'] },
      },
      DriftRole: {
        StringEquals: { [audience]: 'sts.amazonaws.com', [subject]: ['repo:example/cordon:environment:drift'] },
      },
      RecordRole: {
        StringEquals: {
          [audience]: 'sts.amazonaws.com',
          [subject]: ['repo:example/cordon:environment:incident-records'],
        },
      },
      SummaryRole: {
        StringEquals: {
          [audience]: 'sts.amazonaws.com',
          [subject]: ['repo:example/cordon:environment:incident-reports'],
        },
      },
      StopApprovalRole: {
        StringEquals: { [audience]: 'sts.amazonaws.com', [subject]: ['repo:example/cordon:environment:approve-stop'] },
      },
      StopRejectionRole: {
        StringEquals: {
          [audience]: 'sts.amazonaws.com',
          [subject]: ['repo:example/cordon:environment:approve-stop-rejected'],
        },
      },
    });
  });

  test('is trusted in the id-bearing form too when the ids are given', () => {
    const both = trust(templateOf('CordonGithub', { githubRepository: 'acme/ir', githubRepositoryIds: '12/345' }));
    expect(both.DeployRole.StringEquals[subject]).toEqual([
      'repo:acme/ir:environment:production',
      'repo:acme@12/ir@345:environment:production',
    ]);
  });

  test('uses the identity provider that an account has already, when told so', () => {
    const used = templateOf('CordonGithub', { githubProviderExists: true });
    expect(resourcesOf(used, 'AWS::IAM::OIDCProvider')).toEqual([]);
    const [[, role] = []] = resourcesOf(used, 'AWS::IAM::Role');
    const { Federated } = role?.Properties.AssumeRolePolicyDocument.Statement[0].Principal ?? {};
    expect(JSON.stringify(Federated)).toContain(':oidc-provider/token.actions.githubusercontent.com');
  });

  test('deploys within a boundary', () => {
    const [, deploy] = resourcesOf(github, 'AWS::IAM::Role').find(([id]) => id.startsWith('DeployRole')) ?? [];
    expect(deploy?.Properties.PermissionsBoundary).toBeDefined();
    expect(deploy?.Properties.MaxSessionDuration).toBe(3600);
  });
});

describe('the SSM documents', () => {
  test('are those of runbooks/ssm, and no parameter enters a script without a pattern', () => {
    const documents = bodies('AWS::SSM::Document');
    const files = readdirSync(join(ROOT, 'runbooks/ssm')).filter((file) => file.endsWith('.yaml'));
    expect(documents).toHaveLength(files.length);
    for (const { Name, Content, UpdateMethod } of documents) {
      expect(Name).toMatch(/^Cordon-/);
      expect(UpdateMethod).toBe('NewVersion');
      for (const [parameter, definition] of Object.entries<{ allowedPattern?: string }>(Content.parameters))
        expect([Name, parameter, definition.allowedPattern]).toEqual([
          Name,
          parameter,
          expect.stringMatching(/^\^.*\$$/),
        ]);
    }
  });
});

test('names of constructs are the names of the functions', () => {
  const ids = idsOf('AWS::Lambda::Function');
  for (const name of FUNCTION_NAMES) expect(ids.some((id) => id.startsWith(pascal(name)))).toBe(true);
});

function byPrefix(resources: Record<string, Resource>, prefix: string, type: string): Resource {
  const found = Object.entries(resources).find(
    ([id, each]) => each.Type === type && id.replace(/[0-9A-F]{8}$/, '') === prefix,
  );
  if (!found) throw new Error(`No ${type} is named ${prefix}.`);
  return found[1];
}
