import { type Policy, readPolicy } from './policy';

const allow = (sid: string, actions: readonly string[]): object => ({
  Sid: sid,
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
});

/** What AWS's own managed policies say, as the AWS Managed Policy Reference prints them; only those that CDK attaches by itself. */
const DOCUMENTS: Readonly<Record<string, readonly object[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': [
    allow('Logs', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
  ],
  AWSXRayDaemonWriteAccess: [
    allow('XRay', [
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ]),
  ],
  AmazonSSMManagedInstanceCore: [
    allow('Ssm', [
      'ssm:DescribeAssociation',
      'ssm:GetDeployablePatchSnapshotForInstance',
      'ssm:GetDocument',
      'ssm:DescribeDocument',
      'ssm:GetManifest',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:ListAssociations',
      'ssm:ListInstanceAssociations',
      'ssm:PutInventory',
      'ssm:PutComplianceItems',
      'ssm:PutConfigurePackageResult',
      'ssm:UpdateAssociationStatus',
      'ssm:UpdateInstanceAssociationStatus',
      'ssm:UpdateInstanceInformation',
    ]),
    allow('Messages', [
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ]),
    allow('Ec2Messages', [
      'ec2messages:AcknowledgeMessage',
      'ec2messages:DeleteMessage',
      'ec2messages:FailMessage',
      'ec2messages:GetEndpoint',
      'ec2messages:GetMessages',
      'ec2messages:SendReply',
    ]),
  ],
};

/** The content of an AWS managed policy; undefined for an ARN that is not one. Throws for one the lab does not know. */
export function awsManagedPolicy(arn: string): Policy | undefined {
  const name = arn.match(/^arn:aws[\w-]*:iam::aws:policy\/(.+)$/)?.[1];
  if (name === undefined) return undefined;
  const statements = DOCUMENTS[name];
  if (statements === undefined) throw new Error(`The lab does not know the AWS managed policy ${name}.`);
  return readPolicy(name, { Statement: statements });
}
