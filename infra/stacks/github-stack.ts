import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { FederatedPrincipal, ManagedPolicy, OidcProviderNative, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { OUTSIDE_ENVIRONMENT } from '../../core/incident/outside';
import type { EvidenceStack } from './evidence-stack';
import type { ResponseStack } from './response-stack';

export interface GithubProps extends StackProps {
  readonly evidence: EvidenceStack;
  readonly response: ResponseStack;
  /** `owner/name`. */
  readonly repository: string;
  /** `ownerId/repositoryId` when the repository uses immutable subjects (default for those made since July 2026). */
  readonly repositoryIds?: string;
  /** Qualifier of the CDK bootstrap; `hnb659fds` unless the account was bootstrapped with another. */
  readonly qualifier: string;
  /** Whether the account has GitHub's identity provider already. */
  readonly providerExists: boolean;
  /** Adds the role of symbols.yml. */
  readonly symbolFactory: boolean;
}

const TOKENS = 'token.actions.githubusercontent.com';

/** Environments of the repository; a job names one, so that its token's subject ends in it. */
export const ENVIRONMENTS = {
  deploy: 'production',
  drift: 'drift',
  summary: 'incident-reports',
  /** Of pull requests, whose workflow file may be anybody's who can push: its role can do no more than speak in Slack. */
  record: 'incident-records',
  symbols: 'symbols',
  stopApproved: OUTSIDE_ENVIRONMENT,
  stopRejected: `${OUTSIDE_ENVIRONMENT}-rejected`,
} as const;

/** What GitHub Actions may do here: deploy through the CDK roles, and read sealed results to post a summary. */
export class GithubStack extends Stack {
  constructor(scope: Construct, id: string, props: GithubProps) {
    super(scope, id, props);
    const provider = this.provider(props.providerExists);
    const trusted = (environment: string) =>
      new FederatedPrincipal(
        provider,
        {
          StringEquals: {
            [`${TOKENS}:aud`]: 'sts.amazonaws.com',
            [`${TOKENS}:sub`]: subjects(props, environment),
          },
        },
        'sts:AssumeRoleWithWebIdentity',
      );
    const summary = new Role(this, 'SummaryRole', {
      assumedBy: trusted(ENVIRONMENTS.summary),
      maxSessionDuration: Duration.hours(1),
      description: 'analysis-summary.yml: reads sealed results, posts them, reports back',
    });
    for (const statement of summaryStatements(props)) summary.addToPolicy(statement);
    const record = new Role(this, 'RecordRole', {
      assumedBy: trusted(ENVIRONMENTS.record),
      maxSessionDuration: Duration.hours(1),
      description: 'record.yml: tells the thread of a closed incident what becomes of its record',
    });
    record.addToPolicy(readsSlackSecret(props));
    const deploy = new Role(this, 'DeployRole', {
      assumedBy: trusted(ENVIRONMENTS.deploy),
      maxSessionDuration: Duration.hours(1),
      description: 'deploy.yml: assumes the CDK bootstrap roles and nothing else',
      permissionsBoundary: new ManagedPolicy(this, 'DeployBoundary', {
        description: 'Whatever is attached to the deploy role: the CDK bootstrap roles and nothing else',
        statements: [assumesCdkRoles(this, props.qualifier, DEPLOYING)],
      }),
    });
    deploy.addToPolicy(assumesCdkRoles(this, props.qualifier, DEPLOYING));
    const drift = new Role(this, 'DriftRole', {
      assumedBy: trusted(ENVIRONMENTS.drift),
      maxSessionDuration: Duration.hours(1),
      description: 'drift.yml: looks, as the lookup role of the CDK bootstrap',
    });
    drift.addToPolicy(assumesCdkRoles(this, props.qualifier, ['lookup']));
    if (props.symbolFactory) {
      const symbols = new Role(this, 'SymbolsRole', {
        assumedBy: trusted(ENVIRONMENTS.symbols),
        maxSessionDuration: Duration.hours(1),
        description: 'symbols.yml: puts symbols of kernels onto the tool shelf and says so',
      });
      for (const statement of symbolStatements(props)) symbols.addToPolicy(statement);
      new CfnOutput(this, 'SymbolsRoleArn', { value: symbols.roleArn });
    }
    this.stopAnswers(trusted, props.response);
    new CfnOutput(this, 'SummaryRoleArn', { value: summary.roleArn });
    new CfnOutput(this, 'RecordRoleArn', { value: record.roleArn });
    new CfnOutput(this, 'DeployRoleArn', { value: deploy.roleArn });
    new CfnOutput(this, 'DriftRoleArn', { value: drift.roleArn });
  }

  /** ARN of the identity provider. An account has one for each URL: another stack may have made it already. */
  private provider(exists: boolean): string {
    if (exists) return `arn:${this.partition}:iam::${this.account}:oidc-provider/${TOKENS}`;
    return new OidcProviderNative(this, 'Github', { url: `https://${TOKENS}`, clientIds: ['sts.amazonaws.com'] })
      .oidcProviderArn;
  }

  /** approve-stop.yml: the job that reviewers let through may say "approved", the other one "rejected", and nothing else. */
  private stopAnswers(trusted: (environment: string) => FederatedPrincipal, response: ResponseStack): void {
    for (const [id, environment, detailType] of [
      ['StopApprovalRole', ENVIRONMENTS.stopApproved, 'Stop approved'],
      ['StopRejectionRole', ENVIRONMENTS.stopRejected, 'Stop rejected'],
    ] as const) {
      const role = new Role(this, id, {
        assumedBy: trusted(environment),
        maxSessionDuration: Duration.hours(1),
        description: `approve-stop.yml: says "${detailType}" on our bus and nothing else`,
      });
      role.addToPolicy(says(response, 'SayDecided', detailType));
      new CfnOutput(this, `${id}Arn`, { value: role.roleArn });
    }
  }
}

/** One kind of event on our bus: what a workflow may say decides what it can make believe. */
function says(response: ResponseStack, sid: string, detailType: string): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: ['events:PutEvents'],
    resources: [response.bus.eventBusArn],
    conditions: { StringEquals: { 'events:source': 'cordon.github', 'events:detail-type': detailType } },
  });
}

/** What `cdk deploy` assumes (CDK's bootstrap template); each role then says what it may do. Images are not used. */
const DEPLOYING = ['deploy', 'file-publishing', 'lookup'] as const;

function assumesCdkRoles(stack: Stack, qualifier: string, roles: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'CdkRolesOnly',
    actions: ['sts:AssumeRole'],
    resources: roles.map(
      (role) =>
        `arn:${stack.partition}:iam::${stack.account}:role/cdk-${qualifier}-${role}-role-${stack.account}-${stack.region}`,
    ),
  });
}

/** Jobs name an environment, so the subject ends in it; both the classic and the id-bearing form, exactly. */
function subjects(props: GithubProps, environment: string): string[] {
  const classic = `repo:${props.repository}:environment:${environment}`;
  if (props.repositoryIds === undefined) return [classic];
  const [owner, name] = props.repository.split('/');
  const [ownerId, repositoryId] = props.repositoryIds.split('/');
  return [classic, `repo:${owner}@${ownerId}/${name}@${repositoryId}:environment:${environment}`];
}

/** New objects only under a name nobody reads but by listing; what is on the shelf already is not read. */
function symbolStatements({ evidence, response }: GithubProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'PutSymbols',
      actions: ['s3:PutObject'],
      resources: [evidence.tools.arnForObjects('symbols/linux/*')],
    }),
    says(response, 'SayReady', 'Symbols ready'),
  ];
}

const readsSlackSecret = ({ response }: Pick<GithubProps, 'response'>): PolicyStatement =>
  new PolicyStatement({
    sid: 'SlackSecret',
    actions: ['secretsmanager:GetSecretValue'],
    resources: [response.slackSecret.secretArn],
  });

function summaryStatements({ evidence, response }: GithubProps): PolicyStatement[] {
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
    readsSlackSecret({ response }),
    says(response, 'ReportBack', 'Report posted'),
  ];
}
