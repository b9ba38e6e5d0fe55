import type { ConditionContext } from '../../lab/aws/service';
import { ACCOUNT, deployedAccess, REGION } from './deployed-access';
import { FUNCTION_NAMES } from './synthesized';

const access = deployedAccess();

const ec2 = (resource: string) => `arn:aws:ec2:${REGION}:${ACCOUNT}:${resource}`;
const VICTIM = ec2('instance/i-0victim');
const ENI = ec2('network-interface/eni-0victim');
const VOLUME = ec2('volume/vol-0victim');
const GROUP = ec2('security-group/sg-0any');
const SUBNET = ec2('subnet/subnet-0any');
const SNAPSHOT = `arn:aws:ec2:${REGION}::snapshot/snap-0any`;
const ASG = `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:0:autoScalingGroupName/web`;
const TARGETS = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/web/0`;
const LEDGER = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/Ledger`;
const STATE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/State`;
const EVIDENCE = 'arn:aws:s3:::evidence';
const IMAGE = `${EVIDENCE}/incidents/IR-ABCDEFGH/images/memory.lime`;
const DERIVED = `${EVIDENCE}/incidents/IR-ABCDEFGH/derived/disk/fls.txt`;
const TOOL = 'arn:aws:s3:::tools/tools/00/avml';
const EVIDENCE_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/EvidenceKey`;
const SIGNING_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/SigningKey`;
const TOKEN_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/TokenKey`;
const SLACK_SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:SlackSecret`;
const GITHUB_SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:GithubSecret`;
const RESPOND = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:Respond:live`;
const EXECUTION = `arn:aws:states:${REGION}:${ACCOUNT}:execution:Respond:IR-ABCDEFGH-1`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const document = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:document/${name}`;
const queue = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
const TEMPLATE = ec2('launch-template/ForensicTemplate');

/** Tags as IAM sees them on what is touched, and in what is asked for. */
const on = (tags: Record<string, string>): ConditionContext =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
const asked = (tags: Record<string, string>): ConditionContext => ({
  'aws:TagKeys': Object.keys(tags),
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
});
const INCIDENT = { 'cordon:incident': 'IR-ABCDEFGH' };
const PROTECTED = { 'cordon:protected': 'true' };
const viaEc2 = { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` };
const viaS3 = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };
const forAws = { 'kms:GrantIsForAWSResource': 'true' };
const token = { 'kms:EncryptionContext:purpose': 'task-token' };
const launched = { 'ec2:LaunchTemplate': TEMPLATE };
const ENDPOINT = ec2('vpc-endpoint/vpce-0any');
const endpoint = (service: string) => ({
  ...asked({ 'cordon:role': 'endpoint' }),
  'ec2:VpceServiceName': `com.amazonaws.${REGION}.${service}`,
});
const created = (action: string) => ({ 'ec2:CreateAction': action });
const forEc2 = { 'iam:PassedToService': 'ec2.amazonaws.com' };

type Row = readonly [
  who: string,
  action: string,
  resource: string,
  context: ConditionContext,
  answer: 'allow' | 'deny',
];

const EDGE: readonly Row[] = [
  ['slack', 'dynamodb:PutItem', LEDGER, {}, 'allow'],
  ['slack', 'dynamodb:Query', LEDGER, {}, 'allow'],
  ['slack', 'dynamodb:UpdateItem', LEDGER, {}, 'deny'],
  ['slack', 'dynamodb:DeleteItem', LEDGER, {}, 'deny'],
  ['slack', 'dynamodb:Scan', LEDGER, {}, 'deny'],
  ['slack', 'dynamodb:PutItem', STATE, {}, 'allow'],
  ['slack', 'dynamodb:Query', `${STATE}/index/list`, {}, 'allow'],
  ['slack', 'dynamodb:Scan', STATE, {}, 'deny'],
  ['slack', 'secretsmanager:GetSecretValue', SLACK_SECRET, {}, 'allow'],
  ['slack', 'secretsmanager:GetSecretValue', GITHUB_SECRET, {}, 'deny'],
  ['slack', 'secretsmanager:PutSecretValue', SLACK_SECRET, {}, 'deny'],
  ['slack', 'states:StartExecution', RESPOND, {}, 'deny'],
  ['slack', 'states:SendTaskSuccess', '*', {}, 'deny'],
  ['slack', 'sqs:SendMessage', queue('ConductQueue'), {}, 'deny'],
  ['slack', 'ec2:DescribeInstances', '*', {}, 'deny'],
  ['slack', 'ec2:StopInstances', VICTIM, on(INCIDENT), 'deny'],
  ['slack', 'ssm:SendCommand', VICTIM, {}, 'deny'],
  ['slack', 's3:GetObject', IMAGE, {}, 'deny'],
  ['slack', 's3:GetObject', DERIVED, {}, 'deny'],
  ['slack', 'kms:Decrypt', TOKEN_KEY, token, 'deny'],
  ['slack', 'kms:Decrypt', EVIDENCE_KEY, viaS3, 'deny'],
];

const PROJECTIONS: readonly Row[] = [
  ['announce', 'dynamodb:Query', LEDGER, {}, 'allow'],
  ['announce', 'secretsmanager:GetSecretValue', SLACK_SECRET, {}, 'allow'],
  ['announce', 'secretsmanager:GetSecretValue', GITHUB_SECRET, {}, 'deny'],
  ['announce', 'states:StartExecution', RESPOND, {}, 'deny'],
  ['announce', 'ec2:DescribeInstances', '*', {}, 'deny'],
  ['announce', 's3:GetObjectVersion', DERIVED, {}, 'allow'],
  ['announce', 's3:GetObject', IMAGE, {}, 'deny'],
  ['announce', 's3:PutObject', DERIVED, {}, 'deny'],
  ['announce', 's3:ListBucket', EVIDENCE, {}, 'deny'],
  ['announce', 'kms:Decrypt', EVIDENCE_KEY, viaS3, 'allow'],
  ['announce', 'kms:Decrypt', EVIDENCE_KEY, {}, 'deny'],
  ['publish', 'secretsmanager:GetSecretValue', GITHUB_SECRET, {}, 'allow'],
  ['publish', 'secretsmanager:GetSecretValue', SLACK_SECRET, {}, 'deny'],
  ['publish', 's3:GetObject', IMAGE, {}, 'deny'],
  ['publish', 'dynamodb:PutItem', LEDGER, {}, 'allow'],
  ['publish', 'dynamodb:DeleteItem', LEDGER, {}, 'deny'],
  ['conduct', 'states:StartExecution', RESPOND, {}, 'allow'],
  ['conduct', 'states:StartExecution', RESPOND.replace('Respond', 'Payroll'), {}, 'deny'],
  ['conduct', 'states:DescribeExecution', EXECUTION, {}, 'allow'],
  ['conduct', 'states:DescribeExecution', EXECUTION.replace('Respond', 'Payroll'), {}, 'deny'],
  ['conduct', 'states:StopExecution', EXECUTION, {}, 'deny'],
  ['conduct', 'states:SendTaskSuccess', '*', {}, 'allow'],
  ['conduct', 'kms:Decrypt', TOKEN_KEY, token, 'allow'],
  ['conduct', 'kms:Decrypt', TOKEN_KEY, { 'kms:EncryptionContext:purpose': 'else' }, 'deny'],
  ['conduct', 'kms:Decrypt', TOKEN_KEY, {}, 'deny'],
  ['conduct', 'ec2:StopInstances', VICTIM, on(INCIDENT), 'deny'],
  ['conduct', 'secretsmanager:GetSecretValue', SLACK_SECRET, {}, 'deny'],
  ['relay', 'sqs:SendMessage', queue('AnnounceQueue'), {}, 'allow'],
  ['relay', 'sqs:SendMessage', queue('PublishQueue'), {}, 'allow'],
  ['relay', 'sqs:SendMessage', queue('Payroll'), {}, 'deny'],
  ['relay', 'dynamodb:PutItem', LEDGER, {}, 'deny'],
  ['intake', 'guardduty:GetFindings', '*', {}, 'allow'],
  ['intake', 'guardduty:CreateSampleFindings', '*', {}, 'deny'],
  ['intake', 'dynamodb:PutItem', LEDGER, {}, 'allow'],
  ['intake', 'states:StartExecution', RESPOND, {}, 'deny'],
  ['intake', 'secretsmanager:GetSecretValue', SLACK_SECRET, {}, 'deny'],
  ['intake', 'sqs:SendMessage', queue('RefusedDeadLetters'), {}, 'allow'],
  ['resume', 'states:SendTaskFailure', '*', {}, 'allow'],
  ['resume', 'states:StartExecution', RESPOND, {}, 'deny'],
  ['resume', 'ec2:TerminateInstances', VICTIM, {}, 'deny'],
  ['reconcile', 'ec2:DescribeSnapshots', '*', {}, 'allow'],
  ['reconcile', 'ssm:GetCommandInvocation', '*', {}, 'allow'],
  ['reconcile', 'ssm:SendCommand', VICTIM, {}, 'deny'],
  ['reconcile', 'states:SendTaskSuccess', '*', {}, 'allow'],
  ['reconcile', 'ec2:StopInstances', VICTIM, on(INCIDENT), 'deny'],
];

const CONTAIN: readonly Row[] = [
  ['record-estate', 'ec2:DescribeInstances', '*', {}, 'allow'],
  ['record-estate', 'ec2:ModifyInstanceAttribute', VICTIM, {}, 'deny'],
  ['record-estate', 'autoscaling:EnterStandby', ASG, {}, 'deny'],
  ['detach-from-service', 'autoscaling:EnterStandby', ASG, {}, 'allow'],
  ['detach-from-service', 'autoscaling:DetachInstances', ASG, {}, 'allow'],
  ['detach-from-service', 'autoscaling:DetachInstances', ASG, on(PROTECTED), 'deny'],
  ['detach-from-service', 'autoscaling:SuspendProcesses', ASG, {}, 'allow'],
  ['detach-from-service', 'autoscaling:SuspendProcesses', ASG, on(PROTECTED), 'deny'],
  ['detach-from-service', 'autoscaling:ResumeProcesses', ASG, {}, 'deny'],
  ['release-instance', 'autoscaling:ResumeProcesses', ASG, {}, 'allow'],
  ['release-instance', 'autoscaling:SuspendProcesses', ASG, {}, 'deny'],
  ['detach-from-service', 'autoscaling:DeleteAutoScalingGroup', ASG, {}, 'deny'],
  ['detach-from-service', 'autoscaling:SetDesiredCapacity', ASG, {}, 'deny'],
  ['detach-from-service', 'autoscaling:TerminateInstanceInAutoScalingGroup', ASG, {}, 'deny'],
  ['detach-from-service', 'elasticloadbalancing:DeregisterTargets', TARGETS, {}, 'allow'],
  ['detach-from-service', 'elasticloadbalancing:DeleteTargetGroup', TARGETS, {}, 'deny'],
  ['detach-from-service', 'elasticloadbalancing:RegisterTargets', TARGETS, {}, 'deny'],
  ['protect-instance', 'ec2:ModifyInstanceAttribute', VICTIM, {}, 'allow'],
  ['protect-instance', 'ec2:ModifyInstanceAttribute', VICTIM, on(PROTECTED), 'deny'],
  ['protect-instance', 'ec2:ModifyInstanceAttribute', VICTIM, on({ 'ir-protected': 'true' }), 'deny'],
  ['protect-instance', 'ec2:ModifyInstanceAttribute', VICTIM, on({ 'cordon:protected': 'false' }), 'allow'],
  ['protect-instance', 'ec2:CreateTags', VICTIM, asked(INCIDENT), 'allow'],
  ['protect-instance', 'ec2:CreateTags', VICTIM, asked({ Name: 'new' }), 'deny'],
  ['protect-instance', 'ec2:CreateTags', VICTIM, asked({ ...INCIDENT, Owner: 'me' }), 'deny'],
  ['protect-instance', 'ec2:CreateTags', VICTIM, asked({ 'cordon:protected': 'true' }), 'deny'],
  ['protect-instance', 'ec2:CreateTags', VICTIM, { ...asked(INCIDENT), ...on(PROTECTED) }, 'deny'],
  ['protect-instance', 'ec2:DeleteTags', VICTIM, asked({ 'cordon:protected': 'true' }), 'deny'],
  ['isolate-instance', 'ec2:ModifyNetworkInterfaceAttribute', ENI, {}, 'allow'],
  ['isolate-instance', 'ec2:ModifyNetworkInterfaceAttribute', ENI, on(PROTECTED), 'deny'],
  ['isolate-instance', 'ec2:ModifyNetworkInterfaceAttribute', GROUP, {}, 'allow'],
  ['clean-up', 'ec2:ModifyNetworkInterfaceAttribute', ENI, on(PROTECTED), 'deny'],
  ['clean-up', 'ec2:ModifyNetworkInterfaceAttribute', GROUP, on({ 'cordon:role': 'isolation' }), 'allow'],
  ['clean-up', 'ec2:ModifyNetworkInterfaceAttribute', GROUP, on({ 'cordon:role': 'allow-all' }), 'deny'],
  ['clean-up', 'ec2:ModifyNetworkInterfaceAttribute', GROUP, {}, 'deny'],
  ['isolate-instance', 'ec2:CreateSecurityGroup', GROUP, asked({ 'cordon:role': 'isolation' }), 'allow'],
  ['isolate-instance', 'ec2:CreateSecurityGroup', GROUP, {}, 'deny'],
  ['isolate-instance', 'ec2:CreateSecurityGroup', ec2('vpc/vpc-0any'), {}, 'allow'],
  ['isolate-instance', 'ec2:CreateTags', GROUP, created('CreateSecurityGroup'), 'allow'],
  ['isolate-instance', 'ec2:CreateTags', GROUP, asked({ 'cordon:role': 'isolation' }), 'deny'],
  ['isolate-instance', 'ec2:AuthorizeSecurityGroupIngress', GROUP, on({ 'cordon:role': 'allow-all' }), 'allow'],
  ['isolate-instance', 'ec2:AuthorizeSecurityGroupIngress', GROUP, {}, 'deny'],
  ['isolate-instance', 'ec2:RevokeSecurityGroupEgress', GROUP, on({ 'cordon:role': 'isolation' }), 'allow'],
  ['isolate-instance', 'ec2:RevokeSecurityGroupEgress', GROUP, on({ 'cordon:role': 'web' }), 'deny'],
  ['isolate-instance', 'ec2:DeleteSecurityGroup', GROUP, {}, 'deny'],
  ['isolate-instance', 'ec2:StopInstances', VICTIM, on(INCIDENT), 'deny'],
  ['isolate-instance', 'ec2:DetachNetworkInterface', ENI, {}, 'deny'],
  ['swap-profile', 'ec2:ReplaceIamInstanceProfileAssociation', VICTIM, {}, 'allow'],
  ['swap-profile', 'ec2:ReplaceIamInstanceProfileAssociation', VICTIM, on(PROTECTED), 'deny'],
  ['swap-profile', 'iam:PassRole', role('admin'), forEc2, 'deny'],
  ['swap-profile', 'iam:PutRolePolicy', role('web'), {}, 'deny'],
  ['prove-isolation', 'ec2:DescribeNetworkInterfaces', '*', {}, 'allow'],
  ['prove-isolation', 'ec2:ModifyNetworkInterfaceAttribute', ENI, {}, 'deny'],
  ['cut-subnet', 'ec2:ReplaceNetworkAclAssociation', SUBNET, {}, 'allow'],
  ['cut-subnet', 'ec2:ReplaceNetworkAclAssociation', SUBNET, on(PROTECTED), 'deny'],
  ['cut-subnet', 'ec2:DeleteNetworkAcl', ec2('network-acl/acl-0any'), {}, 'deny'],
  ['cut-subnet', 'ec2:CreateTags', ec2('network-acl/acl-0any'), on({ 'cordon:role': 'deny-all' }), 'allow'],
  ['cut-subnet', 'ec2:CreateTags', ec2('network-acl/acl-0any'), {}, 'deny'],
  ['cut-subnet', 'ec2:CreateNetworkAclEntry', ec2('network-acl/acl-0any'), {}, 'deny'],
  ['cut-subnet', 'ec2:DeleteSubnet', SUBNET, {}, 'deny'],
  ['revoke-sessions', 'iam:PutRolePolicy', role('web'), {}, 'allow'],
  ['revoke-sessions', 'iam:DeleteRolePolicy', role('web'), {}, 'deny'],
  ['release-instance', 'iam:DeleteRolePolicy', role('web'), {}, 'allow'],
  ['release-instance', 'iam:DeleteRolePolicy', role('CordonResponse-StopInstanceRole-X'), {}, 'deny'],
  ['revoke-sessions', 'iam:PutRolePolicy', role('CordonResponse-StopInstanceRole-X'), {}, 'deny'],
  ['revoke-sessions', 'iam:PutRolePolicy', role('cdk-hnb659fds-cfn-exec-role-1'), {}, 'deny'],
  ['revoke-sessions', 'iam:PutRolePolicy', role('aws-service-role/x/AWSServiceRoleForEC2'), {}, 'deny'],
  ['revoke-sessions', 'iam:AttachRolePolicy', role('web'), {}, 'deny'],
  ['revoke-sessions', 'iam:UpdateAssumeRolePolicy', role('web'), {}, 'deny'],
  ['revoke-sessions', 'iam:PassRole', role('web'), forEc2, 'deny'],
];

const COLLECT: readonly Row[] = [
  ['capture-memory', 'ssm:SendCommand', document('Cordon-CaptureMemory'), {}, 'allow'],
  ['capture-memory', 'ssm:SendCommand', document('Cordon-AnalyseDisk'), {}, 'deny'],
  ['capture-memory', 'ssm:SendCommand', document('AWS-RunShellScript'), {}, 'deny'],
  ['capture-memory', 'ssm:SendCommand', VICTIM, { 'ssm:resourceTag/cordon:incident': 'IR-ABCDEFGH' }, 'allow'],
  ['capture-memory', 'ssm:SendCommand', VICTIM, {}, 'deny'],
  ['capture-memory', 'ssm:StartSession', VICTIM, {}, 'deny'],
  ['capture-memory', 's3:PutObject', IMAGE, {}, 'allow'],
  ['capture-memory', 's3:AbortMultipartUpload', IMAGE, {}, 'allow'],
  ['capture-memory', 's3:DeleteObject', IMAGE, {}, 'deny'],
  ['capture-memory', 's3:GetObject', TOOL, {}, 'allow'],
  ['capture-memory', 's3:PutObject', TOOL, {}, 'deny'],
  ['capture-memory', 'kms:Encrypt', TOKEN_KEY, token, 'allow'],
  ['capture-memory', 'kms:Decrypt', TOKEN_KEY, token, 'deny'],
  ['capture-volatile', 'ssm:SendCommand', document('Cordon-CollectVolatile'), {}, 'allow'],
  ['capture-volatile', 'ssm:SendCommand', document('Cordon-CaptureMemory'), {}, 'deny'],
  ['snapshot-volumes', 'ec2:CreateSnapshots', VICTIM, {}, 'allow'],
  ['snapshot-volumes', 'ec2:CreateSnapshots', VOLUME, {}, 'allow'],
  ['snapshot-volumes', 'ec2:CreateSnapshots', SNAPSHOT, asked(INCIDENT), 'allow'],
  ['snapshot-volumes', 'ec2:CreateSnapshots', SNAPSHOT, {}, 'deny'],
  ['snapshot-volumes', 'ec2:LockSnapshot', SNAPSHOT, on(INCIDENT), 'allow'],
  ['snapshot-volumes', 'ec2:LockSnapshot', SNAPSHOT, {}, 'deny'],
  ['snapshot-volumes', 'ec2:UnlockSnapshot', SNAPSHOT, on(INCIDENT), 'deny'],
  ['snapshot-volumes', 'ec2:DeleteSnapshot', SNAPSHOT, on(INCIDENT), 'deny'],
  ['snapshot-volumes', 'ec2:ModifySnapshotAttribute', SNAPSHOT, on(INCIDENT), 'deny'],
  ['copy-snapshots', 'ec2:CopySnapshot', SNAPSHOT, {}, 'allow'],
  ['copy-snapshots', 'kms:CreateGrant', EVIDENCE_KEY, { ...viaEc2, ...forAws }, 'allow'],
  ['copy-snapshots', 'kms:CreateGrant', EVIDENCE_KEY, viaEc2, 'deny'],
  ['copy-snapshots', 'kms:CreateGrant', EVIDENCE_KEY, forAws, 'deny'],
  ['copy-snapshots', 'kms:CreateGrant', SIGNING_KEY, { ...viaEc2, ...forAws }, 'deny'],
  ['copy-snapshots', 'kms:Decrypt', EVIDENCE_KEY, viaEc2, 'allow'],
  ['copy-snapshots', 'ec2:DeleteSnapshot', SNAPSHOT, on(INCIDENT), 'deny'],
  ['copy-snapshots', 'ec2:LockSnapshot', SNAPSHOT, on(INCIDENT), 'allow'],
  ['copy-snapshots', 'ec2:LockSnapshot', SNAPSHOT, {}, 'deny'],
  ['hash-blocks', 'ebs:GetSnapshotBlock', SNAPSHOT, on({ 'cordon:role': 'evidence-copy' }), 'allow'],
  ['hash-blocks', 'ebs:GetSnapshotBlock', SNAPSHOT, on({ 'cordon:role': 'source-snapshot' }), 'deny'],
  ['hash-blocks', 'ebs:PutSnapshotBlock', SNAPSHOT, on({ 'cordon:role': 'evidence-copy' }), 'deny'],
  ['hash-blocks', 'kms:Decrypt', EVIDENCE_KEY, { ...viaEc2, 'kms:EncryptionContext:aws:ebs:id': 'snap-0any' }, 'allow'],
  ['hash-blocks', 'kms:Decrypt', EVIDENCE_KEY, viaEc2, 'deny'],
  ['hash-blocks', 'kms:Decrypt', EVIDENCE_KEY, {}, 'deny'],
  ['verify-memory', 's3:GetObject', IMAGE, {}, 'allow'],
  ['verify-memory', 's3:DeleteObjectVersion', IMAGE, {}, 'deny'],
  ['collect-console', 'ec2:GetConsoleOutput', VICTIM, {}, 'allow'],
  ['collect-console', 'ec2:ModifyInstanceAttribute', VICTIM, {}, 'deny'],
];

const ANALYSE: readonly Row[] = [
  ['launch-forensic', 'ec2:RunInstances', VICTIM, { ...launched, ...asked({ 'cordon:role': 'forensic' }) }, 'allow'],
  ['launch-forensic', 'ec2:RunInstances', VICTIM, launched, 'deny'],
  ['launch-forensic', 'ec2:RunInstances', VICTIM, asked({ 'cordon:role': 'forensic' }), 'deny'],
  ['launch-forensic', 'ec2:RunInstances', SUBNET, launched, 'deny'],
  ['launch-forensic', 'ec2:RunInstances', GROUP, launched, 'deny'],
  ['launch-forensic', 'ec2:RunInstances', ec2('key-pair/admin'), launched, 'deny'],
  ['launch-forensic', 'ec2:TerminateInstances', VICTIM, on({ 'cordon:role': 'forensic' }), 'deny'],
  ['launch-forensic', 'ec2:CreateVpcEndpoint', ENDPOINT, endpoint('ssm'), 'allow'],
  ['launch-forensic', 'ec2:CreateVpcEndpoint', ENDPOINT, endpoint('ssmmessages'), 'allow'],
  ['launch-forensic', 'ec2:CreateVpcEndpoint', ENDPOINT, endpoint('execute-api'), 'deny'],
  [
    'launch-forensic',
    'ec2:CreateVpcEndpoint',
    ENDPOINT,
    { 'ec2:VpceServiceName': `com.amazonaws.${REGION}.ssm`, ...asked({ 'cordon:role': 'forensic' }) },
    'deny',
  ],
  ['launch-forensic', 'ec2:CreateVpcEndpoint', ec2('vpc/vpc-0production'), {}, 'deny'],
  ['launch-forensic', 'ec2:CreateVpcEndpoint', SUBNET, {}, 'deny'],
  ['launch-forensic', 'ec2:ModifyVpcEndpoint', ENDPOINT, on({ 'cordon:role': 'endpoint' }), 'deny'],
  ['launch-forensic', 'iam:PassRole', role('admin'), forEc2, 'deny'],
  [
    'launch-forensic',
    'ssm:GetParameters',
    `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/cordon/analysis-image`,
    {},
    'allow',
  ],
  ['launch-forensic', 'ssm:GetParameters', `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/payroll`, {}, 'deny'],
  ['attach-evidence', 'ec2:CreateVolume', VOLUME, asked(INCIDENT), 'allow'],
  ['attach-evidence', 'ec2:CreateVolume', VOLUME, {}, 'deny'],
  ['attach-evidence', 'ec2:CreateVolume', SNAPSHOT, { 'ec2:Owner': ACCOUNT }, 'allow'],
  ['attach-evidence', 'ec2:CreateVolume', SNAPSHOT, { 'ec2:Owner': '999988887777' }, 'deny'],
  ['attach-evidence', 'ec2:AttachVolume', VICTIM, on({ 'cordon:role': 'forensic' }), 'allow'],
  ['attach-evidence', 'ec2:AttachVolume', VICTIM, on(INCIDENT), 'deny'],
  ['attach-evidence', 'ec2:AttachVolume', VOLUME, on({ 'cordon:role': 'evidence-volume' }), 'allow'],
  ['attach-evidence', 'ec2:AttachVolume', VOLUME, {}, 'deny'],
  ['analyse-disk', 'ssm:SendCommand', document('Cordon-AnalyseDisk'), {}, 'allow'],
  ['analyse-disk', 'ssm:SendCommand', document('Cordon-CaptureMemory'), {}, 'deny'],
  ['analyse-memory', 'ssm:SendCommand', document('Cordon-AnalyseMemory'), {}, 'allow'],
  ['clean-up', 'ec2:TerminateInstances', VICTIM, on({ 'cordon:role': 'forensic' }), 'allow'],
  ['clean-up', 'ec2:TerminateInstances', VICTIM, on(INCIDENT), 'deny'],
  ['clean-up', 'ec2:TerminateInstances', VICTIM, {}, 'deny'],
  ['clean-up', 'ec2:DeleteVolume', VOLUME, on({ 'cordon:role': 'evidence-volume' }), 'allow'],
  ['clean-up', 'ec2:DeleteVolume', VOLUME, {}, 'deny'],
  ['clean-up', 'ec2:DeleteVpcEndpoints', ENDPOINT, on({ 'cordon:role': 'endpoint' }), 'allow'],
  ['clean-up', 'ec2:DeleteVpcEndpoints', ENDPOINT, {}, 'deny'],
  ['clean-up', 'ec2:DeleteSnapshot', SNAPSHOT, on(INCIDENT), 'deny'],
  ['clean-up', 'ec2:DeleteSecurityGroup', GROUP, on({ 'cordon:role': 'allow-all' }), 'allow'],
  ['clean-up', 'ec2:DeleteSecurityGroup', GROUP, {}, 'deny'],
  ['seal-evidence', 'kms:Sign', SIGNING_KEY, {}, 'allow'],
  ['seal-evidence', 'kms:Sign', EVIDENCE_KEY, {}, 'deny'],
  ['seal-evidence', 's3:PutObject', DERIVED, {}, 'allow'],
  ['verify-memory', 'kms:Sign', SIGNING_KEY, {}, 'deny'],
  ['close-incident', 'kms:Sign', SIGNING_KEY, {}, 'allow'],
];

const STOP_AND_RELEASE: readonly Row[] = [
  ['stop-instance', 'ec2:StopInstances', VICTIM, on(INCIDENT), 'allow'],
  ['stop-instance', 'ec2:StopInstances', VICTIM, {}, 'deny'],
  ['stop-instance', 'ec2:StopInstances', VICTIM, on({ ...INCIDENT, ...PROTECTED }), 'deny'],
  ['stop-instance', 'ec2:StopInstances', VICTIM, on({ ...INCIDENT, 'ir-protected': 'true' }), 'deny'],
  ['stop-instance', 'ec2:TerminateInstances', VICTIM, on(INCIDENT), 'deny'],
  ['stop-instance', 'ec2:RebootInstances', VICTIM, on(INCIDENT), 'deny'],
  ['stop-instance', 'ec2:ModifyInstanceAttribute', VICTIM, on(INCIDENT), 'allow'],
  ['stop-instance', 'ec2:ModifyInstanceAttribute', VICTIM, {}, 'deny'],
  ['stop-instance', 'ec2:CreateTags', VICTIM, asked(INCIDENT), 'deny'],
  ['release-instance', 'ec2:ModifyNetworkInterfaceAttribute', ENI, {}, 'allow'],
  ['release-instance', 'ec2:DeleteTags', VICTIM, asked(INCIDENT), 'allow'],
  ['release-instance', 'ec2:DeleteTags', VICTIM, asked({ Name: 'web' }), 'deny'],
  ['release-instance', 'ec2:DeleteTags', VICTIM, asked({ 'cordon:protected': 'true' }), 'deny'],
  ['release-instance', 'autoscaling:ExitStandby', ASG, {}, 'allow'],
  ['release-instance', 'elasticloadbalancing:RegisterTargets', TARGETS, {}, 'allow'],
  ['release-instance', 'iam:PassRole', role('web'), forEc2, 'allow'],
  ['release-instance', 'iam:PassRole', role('web'), { 'iam:PassedToService': 'lambda.amazonaws.com' }, 'deny'],
  ['release-instance', 'iam:PassRole', role('cdk-hnb659fds-cfn-exec-role-1'), forEc2, 'deny'],
  ['release-instance', 'ec2:StopInstances', VICTIM, on(INCIDENT), 'deny'],
  ['release-instance', 'ec2:TerminateInstances', VICTIM, on(INCIDENT), 'deny'],
];

/** What a role of GitHub's may make believe: one kind of event on our bus. */
function saying(who: string, detailType: string, answer: 'allow' | 'deny'): readonly Row[] {
  const bus = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/Bus`;
  const context = { 'events:source': 'cordon.github', 'events:detail-type': detailType };
  return [[who, 'events:PutEvents', bus, context, answer]];
}

const HOSTS_AND_GITHUB: readonly Row[] = [
  ['ForensicRole', 's3:GetObject', IMAGE, {}, 'allow'],
  ['ForensicRole', 's3:ListBucket', 'arn:aws:s3:::tools', { 's3:prefix': 'symbols/' }, 'allow'],
  ['ForensicRole', 's3:ListBucket', 'arn:aws:s3:::tools', { 's3:prefix': 'yara/' }, 'allow'],
  ['ForensicRole', 's3:ListBucket', 'arn:aws:s3:::tools', { 's3:prefix': 'tools/' }, 'deny'],
  ['ForensicRole', 's3:ListBucket', EVIDENCE, { 's3:prefix': 'incidents/' }, 'deny'],
  ['ForensicRole', 's3:PutObject', IMAGE, {}, 'deny'],
  ['ForensicRole', 's3:PutObject', DERIVED, {}, 'allow'],
  ['ForensicRole', 's3:PutObject', `${EVIDENCE}/incidents/IR-ABCDEFGH/derived/manifest.json`, {}, 'deny'],
  ['ForensicRole', 's3:PutObject', TOOL, {}, 'deny'],
  ['ForensicRole', 'kms:Decrypt', EVIDENCE_KEY, viaS3, 'allow'],
  ['ForensicRole', 'kms:Decrypt', EVIDENCE_KEY, {}, 'deny'],
  ['ForensicRole', 'ssm:GetParameter', '*', {}, 'deny'],
  ['ForensicRole', 'ec2:DescribeInstances', '*', {}, 'deny'],
  // Whoever holds a URL may do what its signer may: add to one incident's images and state, and no more.
  ['UploadSigner', 's3:PutObject', IMAGE, {}, 'allow'],
  ['UploadSigner', 's3:GetObject', IMAGE, {}, 'deny'],
  ['UploadSigner', 's3:GetObject', TOOL, {}, 'allow'],
  ['UploadSigner', 's3:PutObject', TOOL, {}, 'deny'],
  ['UploadSigner', 's3:PutObject', IMAGE.replace(/images\/.*/, 'final/manifest.json'), {}, 'deny'],
  ['UploadSigner', 's3:DeleteObject', IMAGE, {}, 'deny'],
  ['UploadSigner', 'ec2:DescribeInstances', '*', {}, 'deny'],
  ['CollectionRole', 'ssm:UpdateInstanceInformation', '*', {}, 'allow'],
  ['CollectionRole', 's3:PutObject', IMAGE, {}, 'deny'],
  ['CollectionRole', 's3:GetObject', TOOL, {}, 'deny'],
  ['SummaryRole', 's3:GetObject', DERIVED, {}, 'allow'],
  ['SummaryRole', 's3:GetObject', IMAGE, {}, 'deny'],
  ['SummaryRole', 's3:PutObject', DERIVED, {}, 'deny'],
  ['SummaryRole', 'secretsmanager:GetSecretValue', SLACK_SECRET, {}, 'allow'],
  ['SummaryRole', 'secretsmanager:GetSecretValue', GITHUB_SECRET, {}, 'deny'],
  [
    'SummaryRole',
    'events:PutEvents',
    `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/Bus`,
    { 'events:source': 'cordon.github', 'events:detail-type': 'Report posted' },
    'allow',
  ],
  ...saying('SummaryRole', 'Stop approved', 'deny'),
  ...saying('SummaryRole', 'Stop rejected', 'deny'),
  ...saying('StopApprovalRole', 'Stop approved', 'allow'),
  ...saying('StopApprovalRole', 'Report posted', 'deny'),
  ...saying('StopRejectionRole', 'Stop rejected', 'allow'),
  ...saying('StopRejectionRole', 'Stop approved', 'deny'),
  ['StopApprovalRole', 'ec2:StopInstances', VICTIM, on(INCIDENT), 'deny'],
  ['StopApprovalRole', 's3:GetObject', DERIVED, {}, 'deny'],
  ['StopApprovalRole', 'secretsmanager:GetSecretValue', SLACK_SECRET, {}, 'deny'],
  ['StopRejectionRole', 'states:SendTaskSuccess', '*', {}, 'deny'],
  [
    'SummaryRole',
    'events:PutEvents',
    `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/Bus`,
    { 'events:source': 'aws.guardduty' },
    'deny',
  ],
  [
    'SummaryRole',
    'events:PutEvents',
    `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
    { 'events:source': 'cordon.github' },
    'deny',
  ],
  ['SummaryRole', 'states:SendTaskSuccess', '*', {}, 'deny'],
  ['SummaryRole', 'dynamodb:Query', LEDGER, {}, 'deny'],
  ['RecordRole', 'secretsmanager:GetSecretValue', SLACK_SECRET, {}, 'allow'],
  ['RecordRole', 'secretsmanager:GetSecretValue', GITHUB_SECRET, {}, 'deny'],
  ['RecordRole', 's3:GetObject', DERIVED, {}, 'deny'],
  ...saying('RecordRole', 'Report posted', 'deny'),
  ['DeployRole', 'sts:AssumeRole', role(`cdk-hnb659fds-deploy-role-${ACCOUNT}-${REGION}`), {}, 'allow'],
  ['DeployRole', 'sts:AssumeRole', role(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`), {}, 'deny'],
  ['DeployRole', 'sts:AssumeRole', role('admin'), {}, 'deny'],
  ['DriftRole', 'sts:AssumeRole', role(`cdk-hnb659fds-lookup-role-${ACCOUNT}-${REGION}`), {}, 'allow'],
  ['DriftRole', 'sts:AssumeRole', role(`cdk-hnb659fds-deploy-role-${ACCOUNT}-${REGION}`), {}, 'deny'],
  ['DriftRole', 'cloudformation:UpdateStack', '*', {}, 'deny'],
  ['DriftRole', 's3:GetObject', DERIVED, {}, 'deny'],
  ['DeployRole', 'iam:PutRolePolicy', role('CordonGithub-DeployRole'), {}, 'deny'],
  ['DeployRole', 's3:GetObject', DERIVED, {}, 'deny'],
  ['DeployRole', 'dynamodb:PutItem', LEDGER, {}, 'deny'],
];

const ROWS = [...EDGE, ...PROJECTIONS, ...CONTAIN, ...COLLECT, ...ANALYSE, ...STOP_AND_RELEASE, ...HOSTS_AND_GITHUB];

/** What no function of ours may ever do, whatever the tags say. */
const NEVER: readonly (readonly [action: string, resource: string, context: ConditionContext])[] = [
  ['dynamodb:DeleteItem', LEDGER, {}],
  ['dynamodb:UpdateItem', LEDGER, {}],
  ['dynamodb:DeleteTable', LEDGER, {}],
  ['s3:DeleteObject', IMAGE, {}],
  ['s3:DeleteObjectVersion', IMAGE, {}],
  ['s3:BypassGovernanceRetention', IMAGE, {}],
  ['s3:PutObjectRetention', IMAGE, {}],
  ['s3:PutBucketObjectLockConfiguration', EVIDENCE, {}],
  ['kms:ScheduleKeyDeletion', EVIDENCE_KEY, {}],
  ['kms:PutKeyPolicy', SIGNING_KEY, {}],
  ['iam:CreateUser', '*', {}],
  ['iam:AttachRolePolicy', role('web'), {}],
  ['iam:PassRole', role('admin'), { 'iam:PassedToService': 'lambda.amazonaws.com' }],
  ['lambda:UpdateFunctionCode', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Slack`, {}],
  ['ssm:SendCommand', document('AWS-RunShellScript'), {}],
  ['ssm:StartSession', VICTIM, {}],
  ['ec2:TerminateInstances', VICTIM, on(INCIDENT)],
  ['ec2:DeleteSnapshot', SNAPSHOT, on(INCIDENT)],
  ['ec2:ModifySnapshotAttribute', SNAPSHOT, on(INCIDENT)],
  ['ec2:StopInstances', VICTIM, on({ ...INCIDENT, ...PROTECTED })],
  ['ec2:ModifyInstanceAttribute', VICTIM, on({ ...INCIDENT, ...PROTECTED })],
  ['ec2:ModifyNetworkInterfaceAttribute', ENI, on(PROTECTED)],
  ['ec2:CreateTags', VICTIM, asked({ 'cordon:protected': 'false' })],
];

describe('the policy matrix', () => {
  test.each(ROWS)('%s: %s on %s with %j → %s', (who, action, resource, context, answer) => {
    const decided = access.may(who, action, resource, context) ? 'allow' : 'deny';
    expect(`${decided} by ${access.why(who, action, resource, context)}`).toMatch(new RegExp(`^${answer}`));
  });

  test('has at least 150 rows, none twice', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(150);
    expect(new Set(ROWS.map((row) => JSON.stringify(row.slice(0, 4)))).size).toBe(ROWS.length);
  });

  test.each(NEVER)('no function may %s on %s with %j', (action, resource, context) => {
    const offenders = FUNCTION_NAMES.filter((name) => access.may(name, action, resource, context));
    expect(offenders).toEqual([]);
  });
});

test('inline policies stay under the 10,240 characters that IAM allows a role', () => {
  const largest = Math.max(...access.inlinePolicySizes.values());
  expect(largest).toBeGreaterThan(1_000);
  expect([...access.inlinePolicySizes].filter(([, size]) => size > 10_240)).toEqual([]);
});

describe('one power, one function', () => {
  const holders = (action: string, resource: string, context: ConditionContext) =>
    FUNCTION_NAMES.filter((name) => access.may(name, action, resource, context));

  test.each<readonly [string, string, ConditionContext, readonly string[]]>([
    ['ec2:StopInstances', VICTIM, on(INCIDENT), ['stop-instance']],
    ['iam:PutRolePolicy', role('web'), {}, ['revoke-sessions']],
    ['iam:DeleteRolePolicy', role('web'), {}, ['release-instance']],
    ['states:SendTaskSuccess', '*', {}, ['conduct', 'reconcile', 'resume']],
    ['kms:Decrypt', TOKEN_KEY, token, ['conduct', 'reconcile', 'resume']],
    ['states:StartExecution', RESPOND, {}, ['conduct']],
    ['kms:Sign', SIGNING_KEY, {}, ['close-incident', 'seal-evidence']],
    ['secretsmanager:GetSecretValue', SLACK_SECRET, {}, ['announce', 'slack']],
    ['secretsmanager:GetSecretValue', GITHUB_SECRET, {}, ['publish']],
    ['ec2:ModifyNetworkInterfaceAttribute', ENI, {}, ['clean-up', 'isolate-instance', 'release-instance']],
    ['kms:CreateGrant', EVIDENCE_KEY, { ...viaEc2, ...forAws }, ['attach-evidence', 'copy-snapshots']],
  ])('%s on %s with %j is held by exactly these', (action, resource, context, expected) => {
    expect(holders(action, resource, context)).toEqual(expected);
  });
});
