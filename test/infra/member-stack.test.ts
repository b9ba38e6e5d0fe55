import { resourcesOf, templateOf } from './synthesized';

const EXTERNAL_ID = 'cordon-1f0c2a9d7b3e';
const HUB = '111122223333';
const MEMBER = '444455556666';
const member = () => templateOf('CordonMember', { memberOf: HUB, memberExternalId: EXTERNAL_ID });
const hub = (stack: string) => templateOf(stack, { adminPairs: [[HUB, MEMBER]], memberExternalId: EXTERNAL_ID });

describe('the member stack', () => {
  test('stands alone: nothing of the hub is made in another account', () => {
    expect(() => templateOf('CordonEvidence', { memberOf: HUB, memberExternalId: EXTERNAL_ID })).toThrow(
      'CordonMember',
    );
  });

  test('lets in only functions of the hub that know the external id, behind a boundary', () => {
    const responder = resourcesOf(member(), 'AWS::IAM::Role').find(
      ([, { Properties }]) => Properties.RoleName === 'cordon-responder',
    )?.[1].Properties;
    const [trust] = responder?.AssumeRolePolicyDocument.Statement ?? [];
    // The words agreed on, bound to the account: one template for a StackSet, another id in each account.
    expect(trust.Condition.StringEquals['sts:ExternalId']).toEqual({
      'Fn::Join': ['', [`${EXTERNAL_ID}:`, { Ref: 'AWS::AccountId' }]],
    });
    expect(JSON.stringify(trust.Condition.ArnLike)).toContain(`:iam::${HUB}:role/CordonResponse-*`);
    expect(responder?.PermissionsBoundary).toEqual({ Ref: expect.stringMatching(/^ResponderBoundary/) });
  });

  test('gives policies that fit: each under the 6,144 characters of a managed policy, at most ten of them', () => {
    const policies = resourcesOf(member(), 'AWS::IAM::ManagedPolicy');
    expect(policies.length - 1).toBeLessThanOrEqual(10);
    for (const [id, { Properties }] of policies) {
      const length = JSON.stringify(Properties.PolicyDocument).length;
      expect([id, length <= 6144]).toEqual([id, true]);
    }
  });

  test('never lets the responder change itself or destroy what lasts', () => {
    const [boundary] = resourcesOf(member(), 'AWS::IAM::ManagedPolicy').filter(([id]) =>
      id.startsWith('ResponderBoundary'),
    );
    const denied = boundary?.[1].Properties.PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Deny',
    );
    expect(denied.flatMap(({ Action }: { Action: string[] }) => Action)).toEqual(
      expect.arrayContaining(['iam:PutRolePolicy', 'ec2:TerminateInstances', 'ec2:DeleteSnapshot']),
    );
  });

  test('sends the hub what parked steps wait for, and keeps what did not arrive', () => {
    const [rule] = resourcesOf(member(), 'AWS::Events::Rule');
    expect(rule?.[1].Properties.EventPattern.source).toEqual(['aws.autoscaling', 'aws.ec2', 'aws.ssm']);
    expect(JSON.stringify(rule?.[1].Properties.Targets[0].Arn)).toContain(`:${HUB}:event-bus/default`);
    expect(rule?.[1].Properties.Targets[0].DeadLetterConfig).toBeDefined();
  });

  test('tells of what did not arrive: in Slack through the hub, and by a mail of its own where the hub is what is lost', () => {
    const template = templateOf('CordonMember', {
      memberOf: HUB,
      memberExternalId: EXTERNAL_ID,
      alarmEmail: 'soc@acme.example',
    });
    const [queue] = resourcesOf(template, 'AWS::SQS::Queue');
    const [alarm] = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(alarm?.Dimensions).toEqual([{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue?.[0], 'QueueName'] } }]);
    const [mail] = resourcesOf(template, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties);
    expect(mail).toMatchObject({ Endpoint: 'soc@acme.example', TopicArn: alarm?.AlarmActions[0] });
    const forwarded = resourcesOf(template, 'AWS::Events::Rule')[1]?.[1].Properties.EventPattern;
    const [prefix] = alarm?.AlarmName['Fn::Join'][1] ?? [];
    expect(prefix).toMatch(forwarded.detail.alarmName[0].prefix);
    const told = resourcesOf(hub('CordonResponse'), 'AWS::Events::Rule').find(([id]) => id.startsWith('OwnAlarms'));
    expect(told?.[1].Properties.EventPattern.detail.alarmName).toContainEqual(forwarded.detail.alarmName[0]);
  });
});

describe('a hub with members', () => {
  test('takes events from each, of those sources only', () => {
    const [policy] = resourcesOf(hub('CordonResponse'), 'AWS::Events::EventBusPolicy');
    expect(policy?.[1].Properties.Statement).toMatchObject({
      Action: 'events:PutEvents',
      Condition: {
        'ForAllValues:StringEquals': { 'events:source': ['aws.autoscaling', 'aws.cloudwatch', 'aws.ec2', 'aws.ssm'] },
      },
    });
  });

  test('lends the evidence key to their responders through EC2, grants for AWS resources only', () => {
    const key = resourcesOf(hub('CordonEvidence'), 'AWS::KMS::Key').find(([id]) => id.startsWith('EvidenceKey'));
    const statements: { Sid?: string; Condition?: Record<string, unknown> }[] = key?.[1].Properties.KeyPolicy.Statement;
    const grant = statements.find(({ Sid }) => Sid === 'MembersGrantToEc2');
    expect(grant?.Condition?.Bool).toEqual({ 'kms:GrantIsForAWSResource': 'true' });
    expect(JSON.stringify(grant?.Condition)).toContain(`:iam::${MEMBER}:role/cordon-responder`);
  });

  test('lets every step assume that role there, and no other', () => {
    const policies = resourcesOf(hub('CordonResponse'), 'AWS::IAM::Policy');
    const assuming = policies.filter(([, { Properties }]) => JSON.stringify(Properties).includes('sts:AssumeRole'));
    expect(assuming.length).toBeGreaterThan(20);
    for (const [, { Properties }] of assuming) {
      const statement = Properties.PolicyDocument.Statement.find(({ Sid }: { Sid: string }) => Sid === 'ActInMembers');
      expect(JSON.stringify(statement.Resource)).toContain(`:iam::${MEMBER}:role/cordon-responder`);
    }
  });

  test('tells its functions the role and the external id', () => {
    const functions = resourcesOf(hub('CordonResponse'), 'AWS::Lambda::Function');
    const variables = functions.map(([, { Properties }]) => Properties.Environment?.Variables ?? {});
    expect(variables.every((each) => each.MEMBER_EXTERNAL_ID === EXTERNAL_ID)).toBe(true);
  });
});
