import { Effect, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { createsTagged, describes, instanceArn } from './common';
import { arn, type EstateGrant, type EstateReach } from './reach';

export const LOOK_AT_INSTANCE = describes(
  'Instances',
  'InstanceStatus',
  'NetworkInterfaces',
  'SecurityGroups',
  'Volumes',
  'Tags',
);

export const readsEstate: EstateGrant = (r) => [
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
export const marksSubject: EstateGrant = (r) => [
  {
    sid: 'MarkSubject',
    actions: ['ec2:CreateTags'],
    resources: [instanceArn(r), arn(r, 'ec2', 'network-interface/*'), arn(r, 'ec2', 'volume/*')],
    conditions: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['cordon:incident', 'cordon:step', 'cordon:state'] } },
  },
];

/** Takes them off when the instance is given back. */
export const unmarksSubject: EstateGrant = (r) => [
  {
    sid: 'UnmarkSubject',
    actions: ['ec2:DeleteTags'],
    resources: [instanceArn(r)],
    conditions: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['cordon:incident'] } },
  },
];

export const changesAttributes: EstateGrant = (r) => [
  {
    sid: 'ChangeAttributes',
    actions: ['ec2:ModifyInstanceAttribute'],
    resources: [instanceArn(r), arn(r, 'ec2', 'volume/*')],
  },
];

/** Rules of groups that carry our role tag, and of no others. */
const shapesGroups: EstateGrant = (r) => [
  {
    sid: 'ShapeOurGroups',
    actions: [
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
    ],
    resources: [arn(r, 'ec2', 'security-group/*')],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': ['allow-all', 'isolation'] } },
  },
];

/** Takes our two groups away again; never another one. */
export const removesGroups: EstateGrant = (r) => [
  ...describes('NetworkInterfaces', 'SecurityGroups')(r),
  {
    sid: 'RemoveOurGroups',
    actions: ['ec2:DeleteSecurityGroup'],
    resources: [arn(r, 'ec2', 'security-group/*')],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': ['allow-all', 'isolation'] } },
  },
];

export const makesGroups: EstateGrant = (r) => [
  // The groups serve every incident of their VPC: they carry a role, not an incident.
  ...createsTagged('CreateSecurityGroup', [arn(r, 'ec2', 'security-group/*')], 'cordon:role'),
  { sid: 'GroupsInAnyVpc', actions: ['ec2:CreateSecurityGroup'], resources: [arn(r, 'ec2', 'vpc/*')] },
  ...shapesGroups(r),
];

export const swapsGroups: EstateGrant = (r) => [
  {
    sid: 'SwapGroups',
    actions: ['ec2:ModifyNetworkInterfaceAttribute'],
    resources: [arn(r, 'ec2', 'network-interface/*'), arn(r, 'ec2', 'security-group/*'), instanceArn(r)],
  },
];

/** Ends an isolation that was broken off: the only groups this may give an interface are those that isolate. */
export const finishesIsolation: EstateGrant = (r) => [
  {
    sid: 'FinishIsolation',
    actions: ['ec2:ModifyNetworkInterfaceAttribute'],
    resources: [arn(r, 'ec2', 'network-interface/*'), instanceArn(r)],
  },
  {
    sid: 'WithIsolatingGroups',
    actions: ['ec2:ModifyNetworkInterfaceAttribute'],
    resources: [arn(r, 'ec2', 'security-group/*')],
    conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': 'isolation' } },
  },
];

export const leavesService: EstateGrant = (r) => [
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

export const returnsToService: EstateGrant = (r) => [
  {
    sid: 'ReturnToService',
    actions: [
      'autoscaling:AttachInstances',
      'autoscaling:ExitStandby',
      'autoscaling:ResumeProcesses',
      'autoscaling:SetInstanceProtection',
    ],
    resources: [arn(r, 'autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*')],
  },
  {
    sid: 'ReturnToTargets',
    actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:RegisterInstancesWithLoadBalancer'],
    resources: [arn(r, 'elasticloadbalancing', 'targetgroup/*'), arn(r, 'elasticloadbalancing', 'loadbalancer/*')],
  },
];

export const swapsProfile =
  <R extends EstateReach>(roles: (r: R) => readonly string[]) =>
  (r: R): readonly PolicyStatementProps[] => [
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

/** The tag that Contain wrote is the only way to a stop; nothing of ours terminates a subject. */
export const stops: EstateGrant = (r) => [
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

export const cutsSubnet: EstateGrant = (r) => [
  ...createsTagged('CreateNetworkAcl', [arn(r, 'ec2', 'network-acl/*')]),
  { sid: 'AclInAnyVpc', actions: ['ec2:CreateNetworkAcl'], resources: [arn(r, 'ec2', 'vpc/*')] },
  ...swapsAcls(r),
  // The subnets' earlier ACLs are remembered in tags of ours (cordon:was:subnet-…).
  changesOurAcls(r, 'ec2:CreateTags'),
];

export const givesBackSubnet: EstateGrant = (r) => [...swapsAcls(r), changesOurAcls(r, 'ec2:DeleteNetworkAcl')];

const swapsAcls: EstateGrant = (r) => [
  ...describes('Instances', 'NetworkAcls', 'Subnets')(r),
  {
    sid: 'SwapAcls',
    actions: ['ec2:ReplaceNetworkAclAssociation'],
    resources: [arn(r, 'ec2', 'network-acl/*'), arn(r, 'ec2', 'subnet/*')],
  },
];

const changesOurAcls = (r: EstateReach, action: string): PolicyStatementProps => ({
  sid: 'OurAcls',
  actions: [action],
  resources: [arn(r, 'ec2', 'network-acl/*')],
  conditions: { StringEquals: { 'aws:ResourceTag/cordon:role': 'deny-all' } },
});

export const revokesSessions: EstateGrant = (r) => [
  ...describes('Instances', 'IamInstanceProfileAssociations')(r),
  ...changesSessions(r, 'iam:PutRolePolicy'),
];

export const givesBackSessions: EstateGrant = (r) => changesSessions(r, 'iam:DeleteRolePolicy');

/** One inline policy on the role of a victim, behind its own gate; IAM knows no condition on the policy's name. */
const changesSessions = (r: EstateReach, action: string): readonly PolicyStatementProps[] => [
  {
    sid: 'FindTheRole',
    actions: ['iam:GetInstanceProfile'],
    resources: [`arn:${r.stack.partition}:iam::${r.stack.account}:instance-profile/*`],
  },
  { sid: 'ChangeSessions', actions: [action], resources: [...anyRole(r)] },
  sparesOurRoles(r),
];

const OURS = ['Cordon*', 'cordon-*', 'cdk-*', 'aws-service-role/*', 'aws-reserved/*'];

const rolesNamed = (r: EstateReach, names: readonly string[]): string[] =>
  names.map((name) => `arn:${r.stack.partition}:iam::${r.stack.account}:role/${name}`);

/** The only permissions management of ours ends at the instance's own role: never our roles, CDK's or a service's. */
const sparesOurRoles = (r: EstateReach): PolicyStatementProps => ({
  sid: 'SpareRolesThatRunThis',
  effect: Effect.DENY,
  actions: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
  resources: rolesNamed(r, OURS),
});

/** Giving a profile back takes any role, but none that runs this. `but`: names of ours that may be passed all the same. */
export const passesNoRoleOfOurs = (r: EstateReach, but: readonly string[] = []): readonly PolicyStatementProps[] => [
  {
    sid: 'PassNoRoleThatRunsThis',
    effect: Effect.DENY,
    actions: ['iam:PassRole'],
    resources: rolesNamed(
      r,
      OURS.filter((name) => !but.includes(name)),
    ),
  },
];

export const anyRole = (r: EstateReach): readonly string[] => [
  `arn:${r.stack.partition}:iam::${r.stack.account}:role/*`,
];
