import { Effect, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { arn, type EstateGrant, type EstateReach, type Grant } from './reach';

/** Read an incident's history. */
export const readsLedger: Grant = (r) => [
  { sid: 'ReadLedger', actions: ['dynamodb:Query'], resources: [r.ledger.tableArn] },
];

/** Append to it: one conditional put; nothing may update or delete a row. */
export const appendsLedger: Grant = (r) => [
  ...readsLedger(r),
  { sid: 'AppendLedger', actions: ['dynamodb:PutItem'], resources: [r.ledger.tableArn] },
];

/** Rows that can be rebuilt: claims, waits, cursors, nonces, lists. */
export const usesState: Grant = (r) => [
  {
    sid: 'UseState',
    actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    resources: [r.state.tableArn, `${r.state.tableArn}/index/due`, `${r.state.tableArn}/index/list`],
  },
];

/** Park a task token: encrypt only, and only under the purpose the decider decrypts with. */
export const parks: Grant = (r) => [
  {
    sid: 'ParkTokens',
    actions: ['kms:Encrypt'],
    resources: [r.tokenKey.keyArn],
    conditions: { StringEquals: { 'kms:EncryptionContext:purpose': 'task-token' } },
  },
];

/** Answer parked tokens. The actions name no resource (service reference): the key's context is the real scope. */
export const answersTokens: Grant = (r) => [
  {
    sid: 'ReadTokens',
    actions: ['kms:Decrypt'],
    resources: [r.tokenKey.keyArn],
    conditions: { StringEquals: { 'kms:EncryptionContext:purpose': 'task-token' } },
  },
  { sid: 'AnswerTokens', actions: ['states:SendTaskFailure', 'states:SendTaskSuccess'], resources: ['*'] },
];

/** Evidence and facts too large for the ledger. Writers cannot list, delete or shorten anything. */
export const keepsEvidence: Grant = (r) => [
  {
    sid: 'KeepEvidence',
    actions: ['s3:GetObject', 's3:GetObjectAttributes', 's3:GetObjectVersion', 's3:PutObject'],
    resources: [r.evidence.evidence.arnForObjects('incidents/*')],
  },
  {
    sid: 'EvidenceKeyThroughS3',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [r.evidence.evidenceKey.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `s3.${r.stack.region}.amazonaws.com` } },
  },
];

/**
 * Lend derived artefacts by link, in the version the ledger names: a presigned URL is worth what its signer may do, so
 * this is all the signer may do in the bucket.
 */
export const lendsDerived: Grant = (r) => [
  {
    sid: 'LendDerived',
    actions: ['s3:GetObject', 's3:GetObjectVersion'],
    resources: [r.evidence.evidence.arnForObjects('incidents/*/derived/*')],
  },
  {
    sid: 'EvidenceKeyThroughS3',
    actions: ['kms:Decrypt'],
    resources: [r.evidence.evidenceKey.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `s3.${r.stack.region}.amazonaws.com` } },
  },
];

/** Names what is there. Without it a missing object reads as AccessDenied (S3's rule for GetObject and HeadObject). */
export const listsEvidence: Grant = (r) => [
  { sid: 'ListEvidence', actions: ['s3:ListBucket'], resources: [r.evidence.evidence.bucketArn] },
];

/** EC2 describes take no resource (service reference). */
export const describes =
  (...names: readonly string[]): EstateGrant =>
  () => [
    {
      sid: 'Describe',
      actions: names.map((name) => (name.includes(':') ? name : `ec2:Describe${name}`)).sort(),
      resources: ['*'],
    },
  ];

/** Tags our parts write, at creation only or on the subject of an incident; never a protecting tag. */
export const instanceArn: (r: EstateReach) => string = (r) => arn(r, 'ec2', 'instance/*');

/** Calls that change an instance or what hangs on it. */
const TOUCHING = [
  'autoscaling:DetachInstances',
  'autoscaling:EnterStandby',
  'autoscaling:SetInstanceProtection',
  'autoscaling:SuspendProcesses',
  'ec2:AssociateIamInstanceProfile',
  'ec2:AttachVolume',
  'ec2:CreateTags',
  'ec2:DisassociateIamInstanceProfile',
  'ec2:ModifyInstanceAttribute',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:ReplaceIamInstanceProfileAssociation',
  'ec2:ReplaceNetworkAclAssociation',
  'ec2:StopInstances',
  'ec2:TerminateInstances',
];

/**
 * No call of ours changes anything that runbooks/policy.yaml protects, whatever else allows it: one Deny per tag (two
 * in one statement would have to hold together), one for instances named by id, and nobody of ours puts on or takes off
 * a protecting tag.
 */
export const sparesProtected: EstateGrant = (r) => {
  const { tags, instances } = r.protectedThings;
  const byTag = tags.map(({ key, value }, index): PolicyStatementProps => {
    const tag = `aws:ResourceTag/${key}`;
    return {
      sid: `SpareProtected${index + 1}`,
      effect: Effect.DENY,
      actions: TOUCHING,
      resources: ['*'],
      conditions: value === undefined ? { Null: { [tag]: 'false' } } : { StringEquals: { [tag]: value } },
    };
  });
  const named: PolicyStatementProps = {
    sid: 'SpareNamed',
    effect: Effect.DENY,
    actions: TOUCHING,
    resources: instances.map((id) => arn(r, 'ec2', `instance/${id}`)),
  };
  const keepTags: PolicyStatementProps = {
    sid: 'KeepProtectingTags',
    effect: Effect.DENY,
    actions: ['ec2:CreateTags', 'ec2:DeleteTags'],
    resources: ['*'],
    conditions: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': tags.map(({ key }) => key) } },
  };
  return [...byTag, ...(instances.length > 0 ? [named] : []), ...(tags.length > 0 ? [keepTags] : [])];
};

/** Act in another account: only in those given by context, only through the member stack's role. */
export const actsInMembers =
  (roleName: string): Grant =>
  (r) => [
    {
      sid: 'ActInMembers',
      actions: ['sts:AssumeRole'],
      resources: r.memberAccounts.map((account) => `arn:${r.stack.partition}:iam::${account}:role/${roleName}`),
    },
  ];

/** Creating something of ours: it must carry our tag from the first moment. */
export const createsTagged = (
  action: string,
  resources: readonly string[],
  tag = 'cordon:incident',
): readonly PolicyStatementProps[] => [
  {
    sid: `${action}Tagged`,
    actions: [`ec2:${action}`],
    resources: [...resources],
    conditions: { Null: { [`aws:RequestTag/${tag}`]: 'false' } },
  },
  {
    sid: `TagOn${action}`,
    actions: ['ec2:CreateTags'],
    resources: [...resources],
    conditions: { StringEquals: { 'ec2:CreateAction': action } },
  },
];
