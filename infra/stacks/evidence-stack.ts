import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountPrincipal, AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { COPIES_UNDER_A_KEY } from '../permissions/evidence';
import { MEMBER_ROLE } from '../permissions/member-role';

export interface EvidenceProps extends StackProps {
  /** Days an evidence object cannot be deleted or overwritten. */
  readonly retentionDays: number;
  /** Compliance cannot be shortened by anyone, root included: an explicit choice. */
  readonly compliance: boolean;
  /** Accounts whose responder copies snapshots under the evidence key. */
  readonly memberAccounts: readonly string[];
}

/** What outlives everything else: evidence, its keys, the tools that made it. Retained when the stack goes. */
export class EvidenceStack extends Stack {
  readonly evidence: Bucket;
  readonly tools: Bucket;
  readonly evidenceKey: Key;
  readonly signingKey: Key;

  constructor(scope: Construct, id: string, props: EvidenceProps) {
    super(scope, id, props);
    const accessLogs = this.accessLogs();
    this.evidenceKey = new Key(this, 'EvidenceKey', {
      description: 'Cordon: evidence objects and snapshot copies',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(30),
    });
    new Alias(this, 'EvidenceKeyAlias', { aliasName: 'alias/cordon-evidence', targetKey: this.evidenceKey });
    this.signingKey = new Key(this, 'SigningKey', {
      description: 'Cordon: signs evidence manifests',
      keySpec: KeySpec.RSA_2048,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const key of [this.evidenceKey, this.signingKey]) denyKeyRemoval(key);
    if (props.memberAccounts.length > 0) lendToMembers(this.evidenceKey, props.memberAccounts);
    const days = Duration.days(props.retentionDays);
    this.evidence = new Bucket(this, 'Evidence', {
      ...closed,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.evidenceKey,
      bucketKeyEnabled: true,
      versioned: true,
      objectLockDefaultRetention: props.compliance
        ? ObjectLockRetention.compliance(days)
        : ObjectLockRetention.governance(days),
      // A bucket with Object Lock cannot receive access logs itself: they go to another one.
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'evidence/',
      // Parts of a capture that broke off cost money and are no evidence until completed.
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    denyWeakening(this.evidence);
    announceObjects(this.evidence);
    this.tools = new Bucket(this, 'Tools', {
      ...closed,
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'tools/',
    });
    // What keeps a bucket as it is stays as long as the bucket.
    for (const bucket of [accessLogs, this.evidence, this.tools])
      bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  private accessLogs(): Bucket {
    return new Bucket(this, 'AccessLogs', {
      ...closed,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: Duration.days(400) }],
    });
  }
}

const closed = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

/** Events of this bucket go to EventBridge. Said on the bucket itself: CDK's own switch would add a function of Python. */
function announceObjects(bucket: Bucket): void {
  if (!(bucket.node.defaultChild instanceof CfnBucket)) throw new Error('A bucket of CDK has lost its CfnBucket.');
  bucket.node.defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
}

/**
 * Nobody, writers included, shortens retention, lifts a hold, removes a version, hides one behind a delete marker or writes
 * one under another key than the bucket's. The bucket's own settings, this policy among them, change only through a deploy,
 * which is a reviewed merge; what is locked already keeps its lock.
 */
function denyWeakening(bucket: Bucket): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'NobodyWeakensEvidence',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: [
        's3:BypassGovernanceRetention',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:PutObjectLegalHold',
        's3:PutObjectRetention',
      ],
      resources: [bucket.arnForObjects('*')],
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'NobodyChoosesAnotherKey',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      // A request that says nothing of encryption gets the bucket's own; ours say nothing.
      conditions: { Null: { 's3:x-amz-server-side-encryption': 'false' } },
    }),
  );
  const { partition, account } = Stack.of(bucket);
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyADeployChangesTheBucket',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: [
        's3:DeleteBucketPolicy',
        's3:PutBucketObjectLockConfiguration',
        's3:PutBucketPolicy',
        's3:PutBucketVersioning',
        's3:PutEncryptionConfiguration',
        's3:PutLifecycleConfiguration',
      ],
      resources: [bucket.bucketArn],
      conditions: {
        ArnNotLike: { 'aws:PrincipalArn': `arn:${partition}:iam::${account}:role/cdk-*-cfn-exec-role-*` },
      },
    }),
  );
}

/** Deleting a key shreds the evidence under it: only the account root, after changing this policy, can. */
function denyKeyRemoval(key: Key): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'NobodyShredsEvidence',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['kms:DisableKey', 'kms:ScheduleKeyDeletion'],
      resources: ['*'],
      conditions: {
        ArnNotLike: { 'aws:PrincipalArn': `arn:${Stack.of(key).partition}:iam::${Stack.of(key).account}:root` },
      },
    }),
  );
}

/** The responders of member accounts, through EC2 alone. By condition: a key policy cannot name a role that is yet to be. */
function lendToMembers(key: Key, accounts: readonly string[]): void {
  const { partition, region } = Stack.of(key);
  const conditions = {
    ArnLike: { 'aws:PrincipalArn': accounts.map((account) => `arn:${partition}:iam::${account}:role/${MEMBER_ROLE}`) },
    StringEquals: { 'kms:ViaService': `ec2.${region}.amazonaws.com` },
  };
  const principals = accounts.map((account) => new AccountPrincipal(account));
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'MembersCopyUnderIt',
      principals,
      actions: [...COPIES_UNDER_A_KEY],
      resources: ['*'],
      conditions,
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'MembersGrantToEc2',
      principals,
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: { ...conditions, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  );
}
