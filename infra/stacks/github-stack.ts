import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { FederatedPrincipal, OpenIdConnectProvider, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { EvidenceStack } from './evidence-stack';
import type { ResponseStack } from './response-stack';

export interface GithubProps extends StackProps {
  readonly evidence: EvidenceStack;
  readonly response: ResponseStack;
  /** `owner/name`. */
  readonly repository: string;
  /** `ownerId/repositoryId` when the repository uses immutable subjects (default for those made since July 2026). */
  readonly repositoryIds?: string;
}

/** What GitHub Actions may do here: deploy through the CDK roles, and read sealed results to post a summary. */
export class GithubStack extends Stack {
  constructor(scope: Construct, id: string, props: GithubProps) {
    super(scope, id, props);
    const provider = new OpenIdConnectProvider(this, 'Github', {
      url: 'https://token.actions.githubusercontent.com',
      clientIds: ['sts.amazonaws.com'],
    });
    const trusted = (environment: string) =>
      new FederatedPrincipal(
        provider.openIdConnectProviderArn,
        {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': subjects(props, environment),
          },
        },
        'sts:AssumeRoleWithWebIdentity',
      );
    const summary = new Role(this, 'SummaryRole', {
      assumedBy: trusted('incident-reports'),
      maxSessionDuration: Duration.hours(1),
      description: 'analysis-summary.yml: reads sealed results, posts them, reports back',
    });
    for (const statement of summaryStatements(props)) summary.addToPolicy(statement);
    const deploy = new Role(this, 'DeployRole', {
      assumedBy: trusted('production'),
      maxSessionDuration: Duration.hours(1),
      description: 'deploy.yml: assumes the CDK bootstrap roles and nothing else',
    });
    deploy.addToPolicy(
      new PolicyStatement({
        sid: 'CdkRolesOnly',
        actions: ['sts:AssumeRole'],
        resources: [
          `arn:${this.partition}:iam::${this.account}:role/cdk-hnb659fds-*-role-${this.account}-${this.region}`,
        ],
      }),
    );
    new CfnOutput(this, 'SummaryRoleArn', { value: summary.roleArn });
    new CfnOutput(this, 'DeployRoleArn', { value: deploy.roleArn });
  }
}

/** Jobs name an environment, so the subject ends in it; both the classic and the id-bearing form, exactly. */
function subjects(props: GithubProps, environment: string): string[] {
  const classic = `repo:${props.repository}:environment:${environment}`;
  if (props.repositoryIds === undefined) return [classic];
  const [owner, name] = props.repository.split('/');
  const [ownerId, repositoryId] = props.repositoryIds.split('/');
  return [classic, `repo:${owner}@${ownerId}/${name}@${repositoryId}:environment:${environment}`];
}

function summaryStatements(props: GithubProps): PolicyStatement[] {
  const { evidence, response } = props;
  return [
    new PolicyStatement({
      sid: 'ReadSealedResults',
      actions: ['s3:GetObject'],
      resources: [evidence.evidence.arnForObjects('incidents/*/derived/*')],
    }),
    new PolicyStatement({
      sid: 'ListSealedResults',
      actions: ['s3:ListBucket'],
      resources: [evidence.evidence.bucketArn],
      conditions: { StringLike: { 's3:prefix': 'incidents/*/derived/*' } },
    }),
    new PolicyStatement({
      sid: 'ReadThroughS3',
      actions: ['kms:Decrypt'],
      resources: [evidence.evidenceKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${response.region}.amazonaws.com` } },
    }),
    new PolicyStatement({
      sid: 'SlackSecret',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [response.slackSecret.secretArn],
    }),
    new PolicyStatement({
      sid: 'ReportBack',
      actions: ['events:PutEvents'],
      resources: [response.bus.eventBusArn],
      conditions: { StringEquals: { 'events:source': 'cordon.github' } },
    }),
  ];
}
