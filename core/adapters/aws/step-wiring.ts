import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EBSClient } from '@aws-sdk/client-ebs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { SIGNED_SECONDS } from '../../collect/parts';
import { readConfig } from '../../config';
import { CLIENT_SETTINGS, ONE_TRY, systemClock } from './clients';
import { awsCommandRunner } from './command-runner';
import { awsConsole } from './console';
import { dynamoClaims } from './dynamo-claims';
import { dynamoLedger } from './dynamo-ledger';
import { dynamoKillSwitch } from './dynamo-switches';
import { dynamoInbox, dynamoWaits } from './dynamo-waits';
import { awsEstateReader, awsInstancePower } from './estate-reader';
import { s3EvidenceVault, s3ToolShelf } from './evidence-vault';
import { ec2ForensicHost } from './forensic-host';
import { awsIsolation } from './isolation';
import { assumeRole, type ClientAt, clientsAt } from './places';
import { awsProfiles, awsProtections, awsRoleSessions } from './protections';
import { s3Blobs } from './s3-blobs';
import { kmsSigner } from './signer';
import { ebsSnapshotBlocks } from './snapshot-blocks';
import { awsSnapshots } from './snapshots';
import { stateTable } from './state-table';
import { awsSubnetAcls } from './subnet-acls';
import { kmsTaskTokens } from './task-tokens';
import { awsTraffic } from './traffic';
import { s3Presigner, s3Uploads } from './uploads';

/**
 * The ports of the workflow steps over the real services, one function per need, so that a step's bundle holds only the
 * clients it uses. Only for `*.lambda.ts`. Each reads the environment variables it needs and names what is missing.
 */
type Env = Readonly<Record<string, string | undefined>>;

const table = (env: Env) => stateTable(new DynamoDBClient(CLIENT_SETTINGS), readConfig(env, 'STATE_TABLE').STATE_TABLE);

/** What every step needs. */
export function stepWiring(env: Env) {
  const { LEDGER_TABLE } = readConfig(env, 'LEDGER_TABLE');
  return { ledger: dynamoLedger(new DynamoDBClient(CLIENT_SETTINGS), LEDGER_TABLE), clock: systemClock };
}

/** What a step that parks needs. */
export function parkingWiring(env: Env) {
  const { TOKEN_KEY_ARN } = readConfig(env, 'TOKEN_KEY_ARN');
  const state = table(env);
  return {
    ...stepWiring(env),
    waits: dynamoWaits(state),
    inbox: dynamoInbox(state),
    tokens: kmsTaskTokens(new KMSClient(CLIENT_SETTINGS), TOKEN_KEY_ARN),
  };
}

export function killSwitchWiring(env: Env) {
  return { killSwitch: dynamoKillSwitch(table(env)) };
}

export function claimsWiring(env: Env) {
  return { claims: dynamoClaims(table(env)) };
}

/** Evidence bucket: objects, blobs. */
export function evidenceWiring(env: Env) {
  const { EVIDENCE_BUCKET } = readConfig(env, 'EVIDENCE_BUCKET');
  // What is read is hashed with SHA-256 by us; a CRC in JavaScript beside it would take most of the time.
  const s3 = new S3Client({ ...CLIENT_SETTINGS, responseChecksumValidation: 'WHEN_REQUIRED' });
  return { vault: s3EvidenceVault(s3, EVIDENCE_BUCKET), blobs: s3Blobs(s3, EVIDENCE_BUCKET), bucket: EVIDENCE_BUCKET };
}

/** Multipart uploads. */
export function uploadWiring(env: Env) {
  const { EVIDENCE_BUCKET } = readConfig(env, 'EVIDENCE_BUCKET');
  const s3 = new S3Client({ ...CLIENT_SETTINGS, requestChecksumCalculation: 'WHEN_REQUIRED' });
  return { uploads: s3Uploads(s3, EVIDENCE_BUCKET) };
}

/** Presigned URLs for a victim, and the tools bucket. The SDK must not sign a checksum of an empty body into a URL. */
export function presignWiring(env: Env) {
  const names = ['EVIDENCE_BUCKET', 'TOOLS_BUCKET', 'UPLOAD_SIGNER_ROLE_ARN'] as const;
  const { EVIDENCE_BUCKET: evidence, TOOLS_BUCKET: tools, UPLOAD_SIGNER_ROLE_ARN: role } = readConfig(env, ...names);
  const sts = new STSClient(CLIENT_SETTINGS);
  const sign = async () => {
    const credentials = await assumeRole(sts, { arn: role, session: 'cordon-upload', seconds: SIGNED_SECONDS });
    const s3 = new S3Client({ ...CLIENT_SETTINGS, requestChecksumCalculation: 'WHEN_REQUIRED', credentials });
    return { s3, until: credentials.expiration };
  };
  return {
    presigner: s3Presigner(sign, systemClock, { evidence, tools }),
    shelf: s3ToolShelf(new S3Client(CLIENT_SETTINGS), tools),
  };
}

export function signerWiring(env: Env) {
  const { SIGNING_KEY_ARN } = readConfig(env, 'SIGNING_KEY_ARN');
  return { signer: kmsSigner(new KMSClient(CLIENT_SETTINGS), SIGNING_KEY_ARN) };
}

const places = (env: Env) => readConfig(env, 'HOME_ACCOUNT', 'ADMIN_PAIRS', 'MEMBER_ROLE_NAME', 'MEMBER_EXTERNAL_ID');
const ec2At = (env: Env): ClientAt<EC2Client> =>
  clientsAt(places(env), (settings) => new EC2Client({ ...CLIENT_SETTINGS, ...settings }));
const ssmAt = (env: Env): ClientAt<SSMClient> =>
  clientsAt(places(env), (settings) => new SSMClient({ ...CLIENT_SETTINGS, ...settings }));
const autoscalingAt = (env: Env): ClientAt<AutoScalingClient> =>
  clientsAt(places(env), (settings) => new AutoScalingClient({ ...CLIENT_SETTINGS, ...settings }));
const elbv2At = (env: Env): ClientAt<ElasticLoadBalancingV2Client> =>
  clientsAt(places(env), (settings) => new ElasticLoadBalancingV2Client({ ...CLIENT_SETTINGS, ...settings }));
const elbAt = (env: Env): ClientAt<ElasticLoadBalancingClient> =>
  clientsAt(places(env), (settings) => new ElasticLoadBalancingClient({ ...CLIENT_SETTINGS, ...settings }));

export function estateWiring(env: Env) {
  const clients = {
    ec2: ec2At(env),
    ssm: ssmAt(env),
    autoscaling: autoscalingAt(env),
    elbv2: elbv2At(env),
    elb: elbAt(env),
  };
  return { estates: awsEstateReader(clients, systemClock) };
}

export function powerWiring(env: Env) {
  return { power: awsInstancePower(ec2At(env)) };
}

export function isolationWiring(env: Env) {
  return { isolation: awsIsolation(ec2At(env)) };
}

/** Buckets an isolated host may reach: ours, and no other. */
export function bucketsWiring(env: Env) {
  const { EVIDENCE_BUCKET, TOOLS_BUCKET } = readConfig(env, 'EVIDENCE_BUCKET', 'TOOLS_BUCKET');
  return { buckets: [EVIDENCE_BUCKET, TOOLS_BUCKET] };
}

export function trafficWiring(env: Env) {
  return { traffic: awsTraffic({ autoscaling: autoscalingAt(env), elbv2: elbv2At(env), elb: elbAt(env) }) };
}

export function protectionWiring(env: Env) {
  return { protections: awsProtections(ec2At(env)) };
}

export function profileWiring(env: Env) {
  return { profiles: awsProfiles(ec2At(env)) };
}

export function sessionWiring(env: Env) {
  const iam: ClientAt<IAMClient> = clientsAt(
    places(env),
    (settings) => new IAMClient({ ...CLIENT_SETTINGS, ...settings }),
  );
  return { sessions: awsRoleSessions(iam, ec2At(env)) };
}

export function aclWiring(env: Env) {
  return { acls: awsSubnetAcls(ec2At(env)) };
}

export function snapshotWiring(env: Env) {
  return { snapshots: awsSnapshots(clientsAt(places(env), (settings) => new EC2Client({ ...ONE_TRY, ...settings }))) };
}

export function blockWiring(env: Env) {
  const ebsAt: ClientAt<EBSClient> = clientsAt(
    places(env),
    (settings) => new EBSClient({ ...CLIENT_SETTINGS, ...settings }),
  );
  return { blocks: ebsSnapshotBlocks(ebsAt) };
}

export function commandWiring(env: Env) {
  return {
    commands: awsCommandRunner(clientsAt(places(env), (settings) => new SSMClient({ ...ONE_TRY, ...settings }))),
  };
}

export function consoleWiring(env: Env) {
  return { console: awsConsole(ec2At(env)) };
}

/** The forensic instance lives at home, whatever account the victim is in. */
export function hostWiring(env: Env) {
  const own = readConfig(env, 'FORENSIC_LAUNCH_TEMPLATE', 'FORENSIC_SUBNETS', 'QUARANTINE_VPC', 'ENDPOINT_GROUP');
  const config = readConfig(env, 'HOME_ACCOUNT', 'HOME_REGION');
  const settings = {
    launchTemplate: own.FORENSIC_LAUNCH_TEMPLATE,
    subnets: own.FORENSIC_SUBNETS,
    vpc: own.QUARANTINE_VPC,
    group: own.ENDPOINT_GROUP,
    account: config.HOME_ACCOUNT,
    region: config.HOME_REGION,
  };
  return {
    host: ec2ForensicHost(new EC2Client({ ...CLIENT_SETTINGS, region: config.HOME_REGION }), settings),
    home: { account: config.HOME_ACCOUNT, region: config.HOME_REGION },
  };
}
