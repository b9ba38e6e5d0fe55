import { createsTagged, describes, instanceArn } from './common';
import { arn, type Grant } from './reach';

export const sendsCommands =
  (...runbooks: readonly string[]): Grant =>
  (r) => [
    {
      sid: 'RunOurDocuments',
      actions: ['ssm:SendCommand'],
      resources: runbooks.flatMap((runbook) => {
        const name = r.documents.names.get(runbook);
        return name === undefined ? [] : [arn(r, 'ssm', `document/${name}`)];
      }),
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

/** Presigned parts are allowed as the signer is: these functions sign for the victim's upload. */
export const signsUploads: Grant = (r) => [
  {
    sid: 'UploadParts',
    actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
    resources: [r.evidence.evidence.arnForObjects('incidents/*')],
  },
  { sid: 'FindUploads', actions: ['s3:ListBucketMultipartUploads'], resources: [r.evidence.evidence.bucketArn] },
  { sid: 'ReadTools', actions: ['s3:GetObject'], resources: [r.evidence.tools.arnForObjects('*')] },
  { sid: 'ListTools', actions: ['s3:ListBucket'], resources: [r.evidence.tools.bucketArn] },
];

export const snapshots: Grant = (r) => [
  ...describes('Instances', 'Snapshots', 'Volumes', 'LockedSnapshots')(r),
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

export const copies: Grant = (r) => [
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
  ...usesEvidenceKeyThroughEc2(r),
];

/** EC2 works with the evidence key in our name; grants only for AWS's own use of the resource. */
export const usesEvidenceKeyThroughEc2: Grant = (r) => [
  {
    sid: 'EvidenceKeyThroughEc2',
    actions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    resources: [r.evidence.evidenceKey.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `ec2.${r.stack.region}.amazonaws.com` } },
  },
  {
    sid: 'GrantToEc2Only',
    actions: ['kms:CreateGrant'],
    resources: [r.evidence.evidenceKey.keyArn],
    conditions: {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
      StringEquals: { 'kms:ViaService': `ec2.${r.stack.region}.amazonaws.com` },
    },
  },
];

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
    'Images',
  )(r),
  {
    sid: 'LaunchFromOurTemplate',
    actions: ['ec2:RunInstances'],
    resources: [
      'image',
      'key-pair',
      'launch-template',
      'network-interface',
      'security-group',
      'snapshot',
      'subnet',
      'volume',
    ].map((kind) =>
      kind === 'image' || kind === 'snapshot'
        ? `arn:${r.stack.partition}:ec2:${r.stack.region}::${kind}/*`
        : arn(r, 'ec2', `${kind}/*`),
    ),
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
];

export const attachesEvidence: Grant = (r) => [
  ...describes('Instances', 'Volumes', 'Snapshots')(r),
  ...createsTagged('CreateVolume', [arn(r, 'ec2', 'volume/*')]),
  {
    sid: 'VolumesFromSnapshots',
    actions: ['ec2:CreateVolume'],
    resources: [`arn:${r.stack.partition}:ec2:${r.stack.region}::snapshot/*`],
  },
  {
    sid: 'AttachToForensic',
    actions: ['ec2:AttachVolume'],
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
];

export const signs: Grant = (r) => [
  { sid: 'SignManifests', actions: ['kms:GetPublicKey', 'kms:Sign'], resources: [r.evidence.signingKey.keyArn] },
];
