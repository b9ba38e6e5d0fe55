import { templates } from './synthesized';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}
const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Statements of every identity policy of every stack, with where they stand. */
const statements = [...templates().entries()].flatMap(([stack, template]) =>
  Object.entries(template.Resources).flatMap(([id, resource]) => {
    const documents =
      resource.Type === 'AWS::IAM::Policy' || resource.Type === 'AWS::IAM::ManagedPolicy'
        ? [resource.Properties.PolicyDocument]
        : resource.Type === 'AWS::IAM::Role'
          ? list<{ PolicyDocument: { Statement: Statement[] } }>(resource.Properties.Policies).map(
              (p) => p.PolicyDocument,
            )
          : [];
    return documents.flatMap((document) =>
      list<Statement>(document.Statement).map((statement) => ({
        at: `${stack}/${id}/${statement.Sid ?? ''}`,
        statement,
      })),
    );
  }),
);
const allows = statements.filter(({ statement }) => statement.Effect === 'Allow');

/** Actions whose authorization names no resource, by the Service Authorization Reference. */
const NO_RESOURCE = new Set([
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeAutoScalingInstances',
  // What an event source mapping of a stream is given by CDK.
  'dynamodb:ListStreams',
  'ec2:DescribeAddresses',
  'ec2:DescribeIamInstanceProfileAssociations',
  'ec2:DescribeImages',
  'ec2:DescribeInstanceStatus',
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeInstances',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeLockedSnapshots',
  'ec2:DescribeManagedPrefixLists',
  'ec2:DescribeNatGateways',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribePrefixLists',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSnapshots',
  'ec2:DescribeSubnets',
  'ec2:DescribeTags',
  'ec2:DescribeTransitGatewayVpcAttachments',
  'ec2:DescribeVolumes',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs',
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
  'elasticloadbalancing:DescribeInstanceHealth',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'guardduty:GetFindings',
  'guardduty:ListDetectors',
  // Delivery of vended logs, on the role of a state machine (Step Functions Developer Guide, logging).
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'ssm:CancelCommand',
  'ssm:DescribeInstanceInformation',
  'ssm:GetCommandInvocation',
  'ssm:ListCommandInvocations',
  'ssm:ListCommands',
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'states:SendTaskFailure',
  'states:SendTaskSuccess',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
]);

describe('every allowing statement', () => {
  test('names its actions one by one', () => {
    const offenders = allows.filter(({ statement }) => list(statement.Action).some((action) => action.includes('*')));
    expect(offenders.map(({ at }) => at)).toEqual([]);
  });

  test('says what it allows, never what it does not', () => {
    expect(allows.filter(({ statement }) => statement.NotAction !== undefined).map(({ at }) => at)).toEqual([]);
  });

  test('has the resource * only where AWS knows no resource', () => {
    const offenders = allows.flatMap(({ at, statement }) =>
      list(statement.Resource).includes('*')
        ? list(statement.Action)
            .filter((action) => !NO_RESOURCE.has(action))
            .map((action) => `${at} ${action}`)
        : [],
    );
    expect(offenders).toEqual([]);
  });

  test('manages no permissions, apart from the sessions of a victim and grants to AWS itself', () => {
    const managing =
      /^(iam:(Add|Attach|Create|Delete|Detach|Put|Remove|Set|Update|Upload)|kms:(CreateGrant|Put)|s3:(BypassGovernance|Put(Bucket|ObjectAcl|ObjectRetention))|ec2:ModifySnapshotAttribute|lambda:AddPermission|sqs:AddPermission|secretsmanager:PutResourcePolicy|organizations:|account:)/;
    const found = new Set(
      allows.flatMap(({ statement }) => list(statement.Action).filter((each) => managing.test(each))),
    );
    expect([...found].sort()).toEqual(['iam:DeleteRolePolicy', 'iam:PutRolePolicy', 'kms:CreateGrant']);
  });

  test('that passes a role says to which service', () => {
    const passing = allows.filter(({ statement }) => list(statement.Action).includes('iam:PassRole'));
    expect(passing.length).toBeGreaterThan(0);
    for (const { statement } of passing)
      expect(statement.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } });
  });

  test('still uses every action of the list that AWS knows no resource for', () => {
    const used = new Set(allows.flatMap(({ statement }) => list(statement.Action)));
    expect([...NO_RESOURCE].filter((action) => !used.has(action))).toEqual([]);
  });
});

test('every role trusts exactly one principal, never everyone', () => {
  for (const [, template] of templates()) {
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::IAM::Role') continue;
      const trust = list<Statement & { Principal: Record<string, unknown> }>(
        Properties.AssumeRolePolicyDocument.Statement,
      );
      // Two functions sign for a victim; every other role is one principal's.
      expect([id, trust.length]).toEqual([id, id.startsWith('UploadSigner') ? 2 : 1]);
      for (const { Principal } of trust) expect(Object.values(Principal)).not.toContain('*');
    }
  }
});
