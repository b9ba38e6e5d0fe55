import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { type DocumentKey, documentName } from '../runbook-documents';
import { createsTagged, describes, instanceArn } from './common';
import { arn, type EstateGrant, type EstateReach, type Grant, type Reach } from './reach';

export const sendsCommands =
  (...documents: readonly DocumentKey[]): EstateGrant =>
  (r) => [
    {
      sid: 'RunOurDocuments',
      actions: ['ssm:SendCommand'],
      resources: documents.map((key) => arn(r, 'ssm', `document/${documentName(key)}`)),
    },
    {
      sid: 'OnIncidentInstances',
      actions: ['ssm:SendCommand'],
      resources: [instanceArn(r)],
      conditions: { Null: { 'ssm:resourceTag/cordon:incident': 'false' } },
    },
    {
      sid: 'LookAtCommands',
      actions: [
        'ssm:CancelCommand',
        'ssm:DescribeInstanceInformation',
        'ssm:GetCommandInvocation',
        'ssm:ListCommandInvocations',
        'ssm:ListCommands',
      ],
      resources: ['*'],
    },
  ];

/** Finishes or drops a multipart upload of an incident. */
export const endsUploads: Grant = (r) => [
  {
    sid: 'UploadParts',
    actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
    resources: [r.evidence.evidence.arnForObjects('incidents/*')],
  },
  { sid: 'FindUploads', actions: ['s3:ListBucketMultipartUploads'], resources: [r.evidence.evidence.bucketArn] },
];

/** Starts and ends the victim's upload, and picks its tool. */
export const signsUploads: Grant = (r) => [
  ...endsUploads(r),
  { sid: 'ReadTools', actions: ['s3:GetObject'], resources: [r.evidence.tools.arnForObjects('*')] },
  { sid: 'ListTools', actions: ['s3:ListBucket'], resources: [r.evidence.tools.bucketArn] },
];

/** Signs for a victim in a session of the signing role: its hour begins with the signing, not with the function. */
export const borrowsSigner: Grant = (r) => [
  { sid: 'BorrowSigner', actions: ['sts:AssumeRole'], resources: [r.uploadSigner] },
];

export const looksAtSnapshots: EstateGrant = describes('Instances', 'Snapshots', 'Volumes', 'LockedSnapshots');

export const snapshots: EstateGrant = (r) => [
  ...looksAtSnapshots(r),
  {
    sid: 'SnapshotAnyVolume',
    actions: ['ec2:CreateSnapshots'],
    resources: [instanceArn(r), arn(r, 'ec2', 'volume/*')],
  },
  ...createsTagged('CreateSnapshots', [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`]),
  {
    sid: 'LockOurSnapshots',
    actions: ['ec2:LockSnapshot'],
    resources: [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`],
    conditions: { Null: { 'aws:ResourceTag/cordon:incident': 'false' } },
  },
];

export const copies: Grant = (r) => [...copiesSnapshots(r), ...usesEvidenceKeyThroughEc2(r)];

/** The copying itself, whatever key it is under. */
export const copiesSnapshots: EstateGrant = (r) => [
  ...describes('Snapshots', 'LockedSnapshots')(r),
  {
    sid: 'CopyOurSnapshots',
    actions: ['ec2:CopySnapshot'],
    resources: [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`],
  },
  {
    sid: 'TagCopies',
    actions: ['ec2:CreateTags'],
    resources: [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`],
    conditions: { StringEquals: { 'ec2:CreateAction': 'CopySnapshot' } },
  },
  {
    sid: 'LockOurCopies',
    actions: ['ec2:LockSnapshot'],
    resources: [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`],
    conditions: { Null: { 'aws:ResourceTag/cordon:incident': 'false' } },
  },
];

/** The EBS direct APIs, on copies of ours. */
export const readsCopies: EstateGrant = (r) => [
  {
    sid: 'ReadBlocksOfOurCopies',
    actions: ['ebs:GetSnapshotBlock', 'ebs:ListSnapshotBlocks'],
    resources: [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': 'evidence-copy' } },
  },
];

/**
 * Blocks are decrypted with the evidence key in the caller's name: EBS asks KMS as `ec2.<region>` and with the snapshot's or
 * volume's id in the context (KMS Developer Guide, "kms:ViaService" and "How Amazon EBS uses KMS"). Objects in S3 carry
 * another context.
 */
export const readsBlocks: Grant = (r) => [
  ...readsCopies(r),
  {
    sid: 'DecryptBlocks',
    actions: ['kms:Decrypt'],
    resources: [r.evidence.evidenceKey.keyArn],
    conditions: {
      StringEquals: { 'kms:ViaService': `ec2.${r.stack.region}.amazonaws.com` },
      Null: { 'kms:EncryptionContext:aws:ebs:id': 'false' },
    },
  },
];

/** Lets the hub, and nobody else, make volumes of copies of ours. */
export const sharesCopies = (r: EstateReach, hub: string): readonly PolicyStatementProps[] => [
  {
    sid: 'ShareCopiesWithTheHub',
    actions: ['ec2:ModifySnapshotAttribute'],
    resources: [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`],
    conditions: { StringEquals: { 'ec2:Add/userId': hub, 'aws:ResourceTag/cordon:role': 'evidence-copy' } },
  },
];

/** What EC2 does with a key in the name of whoever copies a snapshot under it. */
export const COPIES_UNDER_A_KEY = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/** EC2 works with the evidence key in our name; grants only for AWS's own use of the resource. */
export const usesEvidenceKeyThroughEc2: Grant = (r) => keyThroughEc2(r, r.evidence.evidenceKey.keyArn);

/** The same for a key that is known by its ARN alone, in another account's policy. */
export const keyThroughEc2 = (r: EstateReach, keyArn: string): readonly PolicyStatementProps[] => [
  {
    sid: 'EvidenceKeyThroughEc2',
    actions: [...COPIES_UNDER_A_KEY],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `ec2.${r.stack.region}.amazonaws.com` } },
  },
  {
    sid: 'GrantToEc2Only',
    actions: ['kms:CreateGrant'],
    resources: [keyArn],
    conditions: {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
      StringEquals: { 'kms:ViaService': `ec2.${r.stack.region}.amazonaws.com` },
    },
  },
];

const quarantineSubnets = (r: Reach): readonly string[] =>
  r.quarantine.vpc.isolatedSubnets.map((subnet) => arn(r, 'ec2', `subnet/${subnet.subnetId}`));

export const launchesForensics: Grant = (r) => [
  ...describes(
    'Instances',
    'InstanceStatus',
    'InstanceTypes',
    'InstanceTypeOfferings',
    'Subnets',
    'LaunchTemplateVersions',
    'Snapshots',
    'Volumes',
    'VpcEndpoints',
    'Images',
  )(r),
  {
    sid: 'LaunchFromOurTemplate',
    actions: ['ec2:RunInstances'],
    resources: [
      `arn:${r.stack.partition}:ec2:${r.stack.region}::image/*`,
      `arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`,
      arn(r, 'ec2', `launch-template/${r.quarantine.forensicTemplate.ref}`),
      arn(r, 'ec2', `security-group/${r.quarantine.hostGroup.securityGroupId}`),
      ...quarantineSubnets(r),
      arn(r, 'ec2', 'network-interface/*'),
      arn(r, 'ec2', 'volume/*'),
    ],
    conditions: {
      ArnLike: { 'ec2:LaunchTemplate': arn(r, 'ec2', `launch-template/${r.quarantine.forensicTemplate.ref}`) },
    },
  },
  {
    sid: 'LaunchTagged',
    actions: ['ec2:RunInstances'],
    resources: [instanceArn(r)],
    conditions: {
      ArnLike: { 'ec2:LaunchTemplate': arn(r, 'ec2', `launch-template/${r.quarantine.forensicTemplate.ref}`) },
      StringEquals: { 'aws:RequestTag/cordon:role': 'forensic' },
    },
  },
  {
    sid: 'TagLaunched',
    actions: ['ec2:CreateTags'],
    resources: [instanceArn(r), arn(r, 'ec2', 'volume/*'), arn(r, 'ec2', 'network-interface/*')],
    conditions: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
  },
  {
    sid: 'PassForensicRole',
    actions: ['iam:PassRole'],
    resources: [r.quarantine.forensicRole.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  },
  { sid: 'SeeTheAgent', actions: ['ssm:DescribeInstanceInformation'], resources: ['*'] },
  ...readsImageParameter(r),
  ...opensEndpoints(r),
];

/** EC2 reads `resolve:ssm:` in a launch template with the caller's permissions (EC2 User Guide, launch template parameters). */
const readsImageParameter: Grant = (r) => {
  const name = r.quarantine.analysisImage.replace(/^resolve:ssm:\//, '');
  if (name === r.quarantine.analysisImage) return [];
  return [
    { sid: 'ReadImageParameter', actions: ['ssm:GetParameters'], resources: [arn(r, 'ssm', `parameter/${name}`)] },
  ];
};

/** Interface endpoints of the quarantine VPC cost about 0.01 USD an hour each and zone: they are there while a forensic instance is. */
const opensEndpoints: Grant = (r) => [
  {
    sid: 'CreateVpcEndpointTagged',
    actions: ['ec2:CreateVpcEndpoint'],
    resources: [arn(r, 'ec2', 'vpc-endpoint/*')],
    conditions: {
      StringEquals: {
        'aws:RequestTag/cordon:role': 'endpoint',
        'ec2:VpceServiceName': ['ssm', 'ssmmessages'].map((service) => `com.amazonaws.${r.stack.region}.${service}`),
      },
    },
  },
  {
    sid: 'TagOnCreateVpcEndpoint',
    actions: ['ec2:CreateTags'],
    resources: [arn(r, 'ec2', 'vpc-endpoint/*')],
    conditions: { StringEquals: { 'ec2:CreateAction': 'CreateVpcEndpoint' } },
  },
  {
    sid: 'EndpointsInQuarantine',
    actions: ['ec2:CreateVpcEndpoint'],
    resources: [
      arn(r, 'ec2', `vpc/${r.quarantine.vpc.vpcId}`),
      arn(r, 'ec2', `security-group/${r.quarantine.endpointGroup.securityGroupId}`),
      ...quarantineSubnets(r),
    ],
  },
];

export const attachesEvidence: Grant = (r) => [
  ...describes('Instances', 'Volumes', 'Snapshots')(r),
  ...createsTagged('CreateVolume', [arn(r, 'ec2', 'volume/*')]),
  {
    // Of ours and of members': tags of a snapshot that another account shared cannot be seen, its owner can.
    sid: 'VolumesFromSnapshots',
    actions: ['ec2:CreateVolume'],
    resources: [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`],
    conditions: { StringEquals: { 'ec2:Owner': [r.stack.account, ...r.memberAccounts] } },
  },
  {
    sid: 'AttachToForensic',
    actions: ['ec2:AttachVolume'],
    resources: [instanceArn(r), arn(r, 'ec2', 'volume/*')],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': ['forensic', 'evidence-volume'] } },
  },
  {
    // Evidence volumes go with the forensic instance.
    sid: 'DeleteOnTermination',
    actions: ['ec2:ModifyInstanceAttribute'],
    resources: [instanceArn(r), arn(r, 'ec2', 'volume/*')],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': ['forensic', 'evidence-volume'] } },
  },
  ...usesEvidenceKeyThroughEc2(r),
];

export const removesForensics: Grant = (r) => [
  ...describes('Instances', 'Volumes', 'SecurityGroups', 'NetworkInterfaces', 'VpcEndpoints')(r),
  {
    sid: 'RemoveOurOwn',
    actions: ['ec2:DeleteVolume', 'ec2:DetachVolume', 'ec2:TerminateInstances'],
    resources: [instanceArn(r), arn(r, 'ec2', 'volume/*')],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': ['forensic', 'evidence-volume'] } },
  },
  {
    sid: 'RemoveOurEndpoints',
    actions: ['ec2:DeleteVpcEndpoints'],
    resources: [arn(r, 'ec2', 'vpc-endpoint/*')],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': 'endpoint' } },
  },
];

export const signs: Grant = (r) => [
  { sid: 'SignManifests', actions: ['kms:GetPublicKey', 'kms:Sign'], resources: [r.evidence.signingKey.keyArn] },
];
