import {
  appendsLedger,
  describes,
  instanceArn,
  keepsEvidence,
  listsEvidence,
  parks,
  sparesProtected,
  usesState,
} from './common';
import { arn, type Grant, type Reach } from './reach';

const records: readonly Grant[] = [appendsLedger, usesState];
const keeps: readonly Grant[] = [...records, keepsEvidence, listsEvidence];

const LOOK_AT_INSTANCE = describes(
  'Instances',
  'InstanceStatus',
  'NetworkInterfaces',
  'SecurityGroups',
  'Volumes',
  'Tags',
);

const readsEstate: Grant = (r) => [
  ...describes(
    'Addresses',
    'IamInstanceProfileAssociations',
    'InstanceStatus',
    'InstanceTypes',
    'Instances',
    'ManagedPrefixLists',
    'NatGateways',
    'NetworkAcls',
    'NetworkInterfaces',
    'PrefixLists',
    'RouteTables',
    'SecurityGroups',
    'SecurityGroupRules',
    'Snapshots',
    'Subnets',
    'Tags',
    'TransitGatewayVpcAttachments',
    'Volumes',
    'VpcEndpoints',
    'Vpcs',
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeAutoScalingInstances',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
    'elasticloadbalancing:DescribeInstanceHealth',
    'elasticloadbalancing:DescribeTags',
    'ssm:DescribeInstanceInformation',
  )(r),
  { sid: 'ReadAttributes', actions: ['ec2:DescribeInstanceAttribute'], resources: [instanceArn(r)] },
  {
    sid: 'ReadProfile',
    actions: [
      'iam:GetInstanceProfile',
      'iam:GetRole',
      'iam:ListInstanceProfilesForRole',
      'iam:ListAttachedRolePolicies',
    ],
    resources: [
      `arn:${r.stack.partition}:iam::${r.stack.account}:instance-profile/*`,
      `arn:${r.stack.partition}:iam::${r.stack.account}:role/*`,
    ],
  },
];

/** Tags that mark the subject of an incident; never a key outside `cordon:`, never the protecting one. */
const marksSubject: Grant = (r) => [
  {
    sid: 'MarkSubject',
    actions: ['ec2:CreateTags'],
    resources: [instanceArn(r), arn(r, 'ec2', 'network-interface/*'), arn(r, 'ec2', 'volume/*')],
    conditions: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['cordon:incident', 'cordon:step', 'cordon:state'] } },
  },
];

const createsTagged = (action: string, resources: readonly string[]): readonly ReturnType<Grant>[number][] => [
  {
    sid: `${action}Tagged`,
    actions: [`ec2:${action}`],
    resources: [...resources],
    conditions: { Null: { 'aws:RequestTag/cordon:incident': 'false' } },
  },
  {
    sid: `TagOn${action}`,
    actions: ['ec2:CreateTags'],
    resources: [...resources],
    conditions: { StringEquals: { 'ec2:CreateAction': action } },
  },
];

const changesAttributes: Grant = (r) => [
  {
    sid: 'ChangeAttributes',
    actions: ['ec2:ModifyInstanceAttribute'],
    resources: [instanceArn(r), arn(r, 'ec2', 'volume/*')],
  },
];

const makesGroups: Grant = (r) => [
  ...createsTagged('CreateSecurityGroup', [arn(r, 'ec2', 'security-group/*')]),
  { sid: 'GroupsInAnyVpc', actions: ['ec2:CreateSecurityGroup'], resources: [arn(r, 'ec2', 'vpc/*')] },
  {
    sid: 'ShapeOurGroups',
    actions: [
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:DeleteSecurityGroup',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
    ],
    resources: [arn(r, 'ec2', 'security-group/*')],
    conditions: { Null: { 'aws:ResourceTag/cordon:role': 'false' } },
  },
];

const swapsGroups: Grant = (r) => [
  {
    sid: 'SwapGroups',
    actions: ['ec2:ModifyNetworkInterfaceAttribute'],
    resources: [arn(r, 'ec2', 'network-interface/*'), arn(r, 'ec2', 'security-group/*'), instanceArn(r)],
  },
];

const leavesService: Grant = (r) => [
  {
    sid: 'LeaveService',
    actions: [
      'autoscaling:DetachInstances',
      'autoscaling:EnterStandby',
      'autoscaling:SetInstanceProtection',
      'autoscaling:SuspendProcesses',
    ],
    resources: [arn(r, 'autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*')],
  },
  {
    sid: 'LeaveTargets',
    actions: ['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:DeregisterInstancesFromLoadBalancer'],
    resources: [arn(r, 'elasticloadbalancing', 'targetgroup/*'), arn(r, 'elasticloadbalancing', 'loadbalancer/*')],
  },
];

const returnsToService: Grant = (r) => [
  {
    sid: 'ReturnToService',
    actions: ['autoscaling:AttachInstances', 'autoscaling:ExitStandby'],
    resources: [arn(r, 'autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*')],
  },
  {
    sid: 'ReturnToTargets',
    actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:RegisterInstancesWithLoadBalancer'],
    resources: [arn(r, 'elasticloadbalancing', 'targetgroup/*'), arn(r, 'elasticloadbalancing', 'loadbalancer/*')],
  },
];

const swapsProfile =
  (roles: (r: Reach) => readonly string[]): Grant =>
  (r) => [
    {
      sid: 'SwapProfile',
      actions: [
        'ec2:AssociateIamInstanceProfile',
        'ec2:DisassociateIamInstanceProfile',
        'ec2:ReplaceIamInstanceProfileAssociation',
      ],
      resources: [instanceArn(r)],
    },
    {
      sid: 'PassProfileRole',
      actions: ['iam:PassRole'],
      resources: [...roles(r)],
      conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
  ];

const sendsCommands =
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
const signsUploads: Grant = (r) => [
  {
    sid: 'UploadParts',
    actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
    resources: [r.evidence.evidence.arnForObjects('incidents/*')],
  },
  { sid: 'FindUploads', actions: ['s3:ListBucketMultipartUploads'], resources: [r.evidence.evidence.bucketArn] },
  { sid: 'ReadTools', actions: ['s3:GetObject'], resources: [r.evidence.tools.arnForObjects('*')] },
  { sid: 'ListTools', actions: ['s3:ListBucket'], resources: [r.evidence.tools.bucketArn] },
];

const snapshots: Grant = (r) => [
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

const copies: Grant = (r) => [
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
const usesEvidenceKeyThroughEc2: Grant = (r) => [
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

const launchesForensics: Grant = (r) => [
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

const attachesEvidence: Grant = (r) => [
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

const removesForensics: Grant = (r) => [
  ...describes('Instances', 'Volumes', 'SecurityGroups', 'NetworkInterfaces', 'VpcEndpoints')(r),
  {
    sid: 'RemoveOurOwn',
    actions: ['ec2:DeleteVolume', 'ec2:DetachVolume', 'ec2:TerminateInstances'],
    resources: [instanceArn(r), arn(r, 'ec2', 'volume/*')],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': ['forensic', 'evidence-volume'] } },
  },
];

const signs: Grant = (r) => [
  { sid: 'SignManifests', actions: ['kms:GetPublicKey', 'kms:Sign'], resources: [r.evidence.signingKey.keyArn] },
];

/** The tag that Contain wrote is the only way to a stop; nothing of ours terminates a subject. */
const stops: Grant = (r) => [
  ...LOOK_AT_INSTANCE(r),
  {
    sid: 'StopContainedInstance',
    actions: ['ec2:StopInstances'],
    resources: [instanceArn(r)],
    conditions: { Null: { 'aws:ResourceTag/cordon:incident': 'false' } },
  },
  {
    sid: 'LiftStopProtection',
    actions: ['ec2:ModifyInstanceAttribute'],
    resources: [instanceArn(r)],
    conditions: { Null: { 'aws:ResourceTag/cordon:incident': 'false' } },
  },
  { sid: 'ReadAttributes', actions: ['ec2:DescribeInstanceAttribute'], resources: [instanceArn(r)] },
];

const cutsSubnet: Grant = (r) => [
  ...describes('NetworkAcls', 'Subnets', 'Instances')(r),
  ...createsTagged('CreateNetworkAcl', [arn(r, 'ec2', 'network-acl/*')]),
  { sid: 'AclInAnyVpc', actions: ['ec2:CreateNetworkAcl'], resources: [arn(r, 'ec2', 'vpc/*')] },
  {
    sid: 'ShapeAcls',
    actions: ['ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAcl', 'ec2:ReplaceNetworkAclAssociation'],
    resources: [arn(r, 'ec2', 'network-acl/*'), arn(r, 'ec2', 'subnet/*')],
  },
];

const revokesSessions: Grant = (r) => [
  ...describes('Instances', 'IamInstanceProfileAssociations')(r),
  {
    sid: 'RevokeSessions',
    actions: [
      'iam:DeleteRolePolicy',
      'iam:GetInstanceProfile',
      'iam:GetRolePolicy',
      'iam:ListInstanceProfilesForRole',
      'iam:PutRolePolicy',
    ],
    resources: [
      `arn:${r.stack.partition}:iam::${r.stack.account}:role/*`,
      `arn:${r.stack.partition}:iam::${r.stack.account}:instance-profile/*`,
    ],
  },
];

const anyRole = (r: Reach): readonly string[] => [`arn:${r.stack.partition}:iam::${r.stack.account}:role/*`];

/** Which grants each step of the workflow has. */
export const STEPS_REACH: Readonly<Record<string, readonly Grant[]>> = {
  'pass-gate': keeps,
  'hold-at-gate': [...records, parks],
  'record-failure': [...records, parks],
  'record-outcome': records,
  'record-estate': [...keeps, readsEstate],
  'detach-from-service': [...keeps, readsEstate, leavesService, sparesProtected],
  'protect-instance': [...keeps, readsEstate, changesAttributes, marksSubject, sparesProtected],
  'isolate-instance': [...keeps, readsEstate, makesGroups, swapsGroups, marksSubject, sparesProtected],
  'swap-profile': [...keeps, readsEstate, swapsProfile((r) => [r.quarantine.collectionRole.roleArn]), sparesProtected],
  'prove-isolation': [...keeps, readsEstate],
  'capture-memory': [
    ...keeps,
    parks,
    LOOK_AT_INSTANCE,
    signsUploads,
    sendsCommands('capture-memory', 'capture-memory-windows'),
  ],
  'verify-memory': [...keeps, signsUploads, sendsCommands()],
  'capture-volatile': [...keeps, parks, LOOK_AT_INSTANCE, signsUploads, sendsCommands('collect-volatile')],
  'keep-volatile': keeps,
  'snapshot-volumes': [...keeps, parks, snapshots],
  'verify-snapshots': [...keeps, snapshots],
  'copy-snapshots': [...keeps, parks, copies],
  'verify-copies': [...keeps, copies],
  'collect-console': [
    ...keeps,
    LOOK_AT_INSTANCE,
    (r) => [
      {
        sid: 'ReadConsole',
        actions: ['ec2:DescribeInstanceAttribute', 'ec2:GetConsoleOutput', 'ec2:GetConsoleScreenshot'],
        resources: [instanceArn(r)],
      },
    ],
  ],
  'launch-forensic': [...keeps, parks, launchesForensics],
  'attach-evidence': [...keeps, parks, attachesEvidence],
  'analyse-disk': [...keeps, parks, LOOK_AT_INSTANCE, signsUploads, sendsCommands('analyse-disk')],
  'analyse-memory': [...keeps, parks, LOOK_AT_INSTANCE, signsUploads, sendsCommands('analyse-memory')],
  'keep-disk-results': keeps,
  'keep-memory-results': keeps,
  'seal-evidence': [...keeps, signs],
  'request-report': [...keeps, parks],
  'stop-instance': [...keeps, stops, sparesProtected],
  'cut-subnet': [...keeps, readsEstate, cutsSubnet],
  'revoke-sessions': [...keeps, readsEstate, revokesSessions],
  'clean-up': [...keeps, removesForensics],
  'close-incident': [...keeps, signs],
  'release-instance': [
    ...keeps,
    readsEstate,
    returnsToService,
    swapsGroups,
    makesGroups,
    changesAttributes,
    marksSubject,
    swapsProfile(anyRole),
    cutsSubnet,
    revokesSessions,
    sparesProtected,
  ],
};
