import { Aws, CfnOutput, Lazy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { DynamoEventSource, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { loadRulebook } from '../../core/policy/load';
import { ROOT } from '../bundle';
import { type FunctionProps, type Made, makeFunction } from '../functions';
import { grantReach } from '../permissions/grant';
import { MEMBER_PROFILE, MEMBER_ROLE } from '../permissions/member-role';
import type { Reach } from '../permissions/reach';
import { makeAlarms } from '../response/alarms';
import { makeDashboard } from '../response/dashboard';
import { makeDoor } from '../response/door';
import { type Machine, makeMachine } from '../response/machines';
import { takeMemberEvents } from '../response/member-events';
import { makeRules } from '../response/rules';
import { signals, type Watched } from '../response/signals';
import { deadLetters, ledgerTable, projectionQueue, stateTable } from '../response/stores';
import { uploadSigner } from '../response/upload-signer';
import { runbookDocuments } from '../runbook-documents';
import { incidentWorkflow, releaseWorkflow } from '../workflow/incident-workflow';
import type { EvidenceStack } from './evidence-stack';
import type { QuarantineStack } from './quarantine-stack';

export interface ResponseProps extends StackProps {
  readonly evidence: EvidenceStack;
  readonly quarantine: QuarantineStack;
  /** Bundled folder of each function, by name. */
  readonly bundles: ReadonlyMap<string, string>;
  readonly slackChannel: string;
  readonly githubRepository: string;
  /** Asked by the responder roles of member accounts. */
  readonly memberExternalId?: string;
  /** Administrator and member account pairs whose findings are believed. */
  readonly adminPairs: readonly (readonly [string, string])[];
  readonly reserveConcurrency: boolean;
  /** Whether runs hash the disks from EBS itself. */
  readonly instanceFreeHash: boolean;
  readonly symbolFactory: boolean;
  readonly alarmEmail?: string;
}

/** Not invoked by the state machines, so these may know their ARNs without making a cycle. */
const OUTSIDE: ReadonlySet<string> = new Set([
  'slack',
  'announce',
  'intake',
  'relay',
  'conduct',
  'publish',
  'resume',
  'reconcile',
]);

/** Everything that reacts: ledger, functions, machines, rules, queues, and the door for Slack. */
export class ResponseStack extends Stack {
  readonly bus: EventBus;
  readonly slackSecret: Secret;
  readonly ledger: Table;
  private readonly made = new Map<string, Made>();

  constructor(scope: Construct, id: string, props: ResponseProps) {
    super(scope, id, props);
    this.ledger = ledgerTable(this);
    this.bus = new EventBus(this, 'Bus', { description: 'Cordon: reports of our GitHub workflows' });
    this.slackSecret = new Secret(this, 'SlackSecret', {
      description: 'signingSecret, botToken, appId, teamId (JSON)',
    });
    const queues = {
      announce: projectionQueue(this, 'announce'),
      conduct: projectionQueue(this, 'conduct'),
      publish: projectionQueue(this, 'publish'),
    };
    let signer: Role | undefined;
    const reach: Reach = {
      stack: this,
      ledger: this.ledger,
      state: stateTable(this),
      tokenKey: new Key(this, 'TokenKey', { description: 'Cordon: task tokens at rest', enableKeyRotation: true }),
      queues: { announce: queues.announce.queue, conduct: queues.conduct.queue, publish: queues.publish.queue },
      refused: deadLetters(this, 'Refused'),
      bus: this.bus,
      slackSecret: this.slackSecret,
      githubSecret: new Secret(this, 'GithubSecret', { description: 'appId, installationId, privateKey (JSON)' }),
      evidence: props.evidence,
      quarantine: props.quarantine,
      // It trusts functions that know its name: made after them, named before.
      uploadSigner: Lazy.string({ produce: () => signer?.roleArn ?? '' }),
      protectedThings: loadRulebook(ROOT).policy.protected,
      memberAccounts: [...new Set(props.adminPairs.map(([, member]) => member))],
      machines: [],
    };
    runbookDocuments(this);
    const environment = environmentOf(props, reach);
    const reserve = props.reserveConcurrency;
    for (const [name, folder] of props.bundles)
      if (!OUTSIDE.has(name)) this.makeOne(name, { folder, environment, reserve }, reach);
    const signers = ['capture-memory', 'capture-volatile'].flatMap((name) => this.made.get(name)?.fn.role ?? []);
    if (signers.length > 0) signer = uploadSigner(this, props.evidence, this.region, signers);
    const respond = makeMachine(
      this,
      'Respond',
      (name) => this.live(name),
      (scope, fns) => incidentWorkflow(scope, fns, props),
    );
    const release = makeMachine(this, 'Release', (name) => this.live(name), releaseWorkflow);
    const aware = { ...environment, RESPOND_MACHINE_ARN: respond.alias, RELEASE_MACHINE_ARN: release.alias };
    const outside = { ...reach, machines: [respond, release] };
    for (const [name, folder] of props.bundles)
      if (OUTSIDE.has(name)) this.makeOne(name, { folder, environment: aware, reserve }, outside);
    const lost = this.wire(reach, props.evidence.evidence.bucketName, [respond, release]);
    takeMemberEvents(this, reach.memberAccounts);
    const door = makeDoor(this, this.live('slack'));
    this.tellDoctor(props, reach);
    this.watch(props, {
      apiId: door.apiId,
      machines: { respond, release },
      functions: new Map([...OUTSIDE].map((name) => [name, this.live(name)])),
      queues: Object.values(reach.queues),
      deadLetters: [...Object.values(queues).map((queue) => queue.deadLetters), ...lost],
      refused: reach.refused,
    });
  }

  private watch(props: ResponseProps, watched: Watched): void {
    const mail = props.alarmEmail ? { to: props.alarmEmail, unsent: deadLetters(this, 'Unmailed') } : undefined;
    const all = { ...watched, deadLetters: [...watched.deadLetters, ...(mail ? [mail.unsent] : [])] };
    const rows = signals(all);
    const alarms = makeAlarms(this, { rows, repository: props.githubRepository, key: true, ...(mail ? { mail } : {}) });
    makeDashboard(this, all, rows, alarms);
  }

  /** What `cordon doctor` looks at, in the file that `cdk deploy --outputs-file` writes. */
  private tellDoctor({ evidence, quarantine, githubRepository }: ResponseProps, reach: Reach): void {
    const outputs = {
      SlackSecretArn: reach.slackSecret.secretArn,
      GithubSecretArn: reach.githubSecret.secretArn,
      EvidenceBucketName: evidence.evidence.bucketName,
      ToolsBucketName: evidence.tools.bucketName,
      EvidenceKeyArn: evidence.evidenceKey.keyArn,
      SigningKeyArn: evidence.signingKey.keyArn,
      EventBusName: reach.bus.eventBusName,
      AnalysisImage: quarantine.analysisImage,
      QuarantineVpc: quarantine.vpc.vpcId,
      GithubRepository: githubRepository,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  private makeOne(name: string, props: FunctionProps, reach: Reach): void {
    const made = makeFunction(this, name, props);
    this.made.set(name, made);
    grantReach(name, made.fn, reach);
  }

  private live(name: string): IFunction {
    const made = this.made.get(name);
    if (!made)
      throw new Error(
        `No bot/ or handlers/ file is named ${name}.lambda.ts: the workflow names a function that is not there.`,
      );
    return made.alias;
  }

  /** Connects events, stream and queues to functions; returns the queues of what could not be delivered or handled. */
  private wire(reach: Reach, evidenceBucket: string, machines: readonly Machine[]): readonly Queue[] {
    const lost = deadLetters(this, 'Undelivered');
    const relayed = deadLetters(this, 'Relay');
    makeRules(this, {
      intake: this.live('intake'),
      resume: this.live('resume'),
      reconcile: this.live('reconcile'),
      announce: this.live('announce'),
      deadLetters: lost,
      bus: this.bus,
      evidenceBucket,
      machineArns: machines.map((machine) => machine.arn),
    });
    this.live('relay').addEventSource(
      new DynamoEventSource(reach.ledger, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 25,
        bisectBatchOnError: true,
        retryAttempts: 10,
        reportBatchItemFailures: true,
        onFailure: new SqsDlq(relayed),
      }),
    );
    for (const consumer of ['announce', 'conduct', 'publish'] as const) {
      this.live(consumer).addEventSource(
        // Ten incidents at once: a bound on the poller, as a throttled function would burn a message's receives.
        new SqsEventSource(reach.queues[consumer], {
          batchSize: 10,
          reportBatchItemFailures: true,
          maxConcurrency: 10,
        }),
      );
    }
    // EventBridge hands over and is done: what then fails in the function twice more is kept here.
    for (const name of ['intake', 'resume', 'reconcile', 'announce'])
      this.live(name).configureAsyncInvoke({
        onFailure: new SqsDestination(lost),
        // The next minute is the retry of reconcile.
        retryAttempts: name === 'reconcile' ? 0 : 2,
      });
    return [lost, relayed];
  }
}

/** Ids only: no secret ever enters a function's environment. */
function environmentOf(props: ResponseProps, reach: Reach): Record<string, string> {
  const queue = (of: Queue) => of.queueUrl;
  return {
    LEDGER_TABLE: reach.ledger.tableName,
    STATE_TABLE: reach.state.tableName,
    EVIDENCE_BUCKET: props.evidence.evidence.bucketName,
    TOOLS_BUCKET: props.evidence.tools.bucketName,
    EVIDENCE_KEY_ARN: props.evidence.evidenceKey.keyArn,
    SIGNING_KEY_ARN: props.evidence.signingKey.keyArn,
    TOKEN_KEY_ARN: reach.tokenKey.keyArn,
    UPLOAD_SIGNER_ROLE_ARN: reach.uploadSigner,
    ANNOUNCE_QUEUE_URL: queue(reach.queues.announce),
    CONDUCT_QUEUE_URL: queue(reach.queues.conduct),
    PUBLISH_QUEUE_URL: queue(reach.queues.publish),
    REFUSED_QUEUE_URL: queue(reach.refused),
    SLACK_SECRET_ARN: reach.slackSecret.secretArn,
    SLACK_CHANNEL: props.slackChannel,
    GITHUB_SECRET_ARN: reach.githubSecret.secretArn,
    GITHUB_REPOSITORY: props.githubRepository,
    EVENT_BUS_NAME: reach.bus.eventBusName,
    HOME_ACCOUNT: Aws.ACCOUNT_ID,
    HOME_REGION: Aws.REGION,
    ADMIN_PAIRS: JSON.stringify(props.adminPairs),
    FORENSIC_LAUNCH_TEMPLATE: props.quarantine.forensicTemplate.ref,
    FORENSIC_SUBNETS: props.quarantine.vpc.isolatedSubnets.map((subnet) => subnet.subnetId).join(','),
    COLLECTION_PROFILE_ARN: props.quarantine.collectionProfile.attrArn,
    QUARANTINE_VPC: props.quarantine.vpc.vpcId,
    ENDPOINT_GROUP: props.quarantine.endpointGroup.securityGroupId,
    ...(reach.memberAccounts.length > 0 ? { MEMBER_ROLE_NAME: MEMBER_ROLE, MEMBER_PROFILE_NAME: MEMBER_PROFILE } : {}),
    ...(props.memberExternalId ? { MEMBER_EXTERNAL_ID: props.memberExternalId } : {}),
  };
}
