import type { ConditionContext } from '../../lab/aws/service';
import { ACCOUNT, deployedAccess, REGION } from './deployed-access';
import { MEMBER } from './synthesized';

const HUB = '999900001111';
const KEY = `arn:aws:kms:${REGION}:${HUB}:key/0a1b2c3d`;
const access = deployedAccess({ ...MEMBER, memberOf: HUB }, { EvidenceKeyArn: KEY });

const ec2 = (resource: string) => `arn:aws:ec2:${REGION}:${ACCOUNT}:${resource}`;
const [VICTIM, ENI, GROUP] = [
  ec2('instance/i-0victim'),
  ec2('network-interface/eni-0victim'),
  ec2('security-group/sg-0any'),
];
const SNAPSHOT = `arn:aws:ec2:${REGION}::snapshot/snap-0any`;
const ASG = `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:0:autoScalingGroupName/web`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const document = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:document/${name}`;
const forEc2 = { 'iam:PassedToService': 'ec2.amazonaws.com' };
const INCIDENT = { 'aws:ResourceTag/cordon:incident': 'IR-ABCDEFGH' };
const PROTECTED = { 'aws:ResourceTag/cordon:protected': 'true' };
const COPY = { 'aws:ResourceTag/cordon:role': 'evidence-copy' };
const SOURCE = { 'aws:ResourceTag/cordon:role': 'source-snapshot' };
const to = (account: string) => ({ 'ec2:Add/userId': account });

type Row = readonly [action: string, resource: string, context: ConditionContext, answer: 'allow' | 'deny'];

/** What the responder of a member account may do there, whoever in the hub has assumed it. */
const ROWS: readonly Row[] = [
  ['ec2:DescribeInstances', '*', {}, 'allow'],
  ['ec2:ModifyInstanceAttribute', VICTIM, {}, 'allow'],
  ['ec2:ModifyInstanceAttribute', VICTIM, PROTECTED, 'deny'],
  ['ec2:ModifyNetworkInterfaceAttribute', ENI, {}, 'allow'],
  ['ec2:ModifyNetworkInterfaceAttribute', ENI, PROTECTED, 'deny'],
  ['ec2:AuthorizeSecurityGroupIngress', GROUP, {}, 'deny'],
  ['ec2:AuthorizeSecurityGroupIngress', GROUP, { 'aws:ResourceTag/cordon:role': 'allow-all' }, 'allow'],
  ['ec2:StopInstances', VICTIM, INCIDENT, 'allow'],
  ['ec2:StopInstances', VICTIM, {}, 'deny'],
  ['ec2:StopInstances', VICTIM, { ...INCIDENT, ...PROTECTED }, 'deny'],
  ['ec2:TerminateInstances', VICTIM, INCIDENT, 'deny'],
  ['ec2:RunInstances', VICTIM, {}, 'deny'],
  ['ec2:DeleteSnapshot', SNAPSHOT, COPY, 'deny'],
  ['ec2:CreateSnapshots', VICTIM, {}, 'allow'],
  ['ec2:LockSnapshot', SNAPSHOT, INCIDENT, 'allow'],
  ['ec2:UnlockSnapshot', SNAPSHOT, INCIDENT, 'deny'],
  ['ec2:ModifySnapshotAttribute', SNAPSHOT, { ...COPY, ...to(HUB) }, 'allow'],
  ['ec2:ModifySnapshotAttribute', SNAPSHOT, { ...COPY, ...to('123456789012') }, 'deny'],
  ['ec2:ModifySnapshotAttribute', SNAPSHOT, { ...COPY, 'ec2:Add/group': 'all' }, 'deny'],
  ['ec2:ModifySnapshotAttribute', SNAPSHOT, { ...SOURCE, ...to(HUB) }, 'deny'],
  ['ebs:GetSnapshotBlock', SNAPSHOT, COPY, 'allow'],
  ['ebs:GetSnapshotBlock', SNAPSHOT, SOURCE, 'deny'],
  ['ebs:PutSnapshotBlock', SNAPSHOT, COPY, 'deny'],
  ['autoscaling:EnterStandby', ASG, {}, 'allow'],
  ['autoscaling:DeleteAutoScalingGroup', ASG, {}, 'deny'],
  ['ssm:SendCommand', document('Cordon-CaptureMemory'), {}, 'allow'],
  ['ssm:SendCommand', document('AWS-RunShellScript'), {}, 'deny'],
  ['ssm:SendCommand', VICTIM, {}, 'deny'],
  ['ssm:SendCommand', VICTIM, { 'ssm:resourceTag/cordon:incident': 'IR-ABCDEFGH' }, 'allow'],
  ['iam:PassRole', role('CordonMember-CollectionRole'), forEc2, 'allow'],
  ['iam:PassRole', role('web'), forEc2, 'allow'],
  ['iam:PassRole', role('web'), { 'iam:PassedToService': 'lambda.amazonaws.com' }, 'deny'],
  ['iam:PassRole', role('cordon-responder'), forEc2, 'deny'],
  ['iam:PassRole', role('cdk-hnb659fds-cfn-exec-role'), forEc2, 'deny'],
  ['iam:PutRolePolicy', role('web'), {}, 'allow'],
  ['iam:PutRolePolicy', role('cordon-responder'), {}, 'deny'],
  ['iam:PutRolePolicy', role('CordonMember-CollectionRole'), {}, 'deny'],
  ['iam:AttachRolePolicy', role('web'), {}, 'deny'],
  ['iam:CreateAccessKey', `arn:aws:iam::${ACCOUNT}:user/anyone`, {}, 'deny'],
  ['kms:Decrypt', KEY, {}, 'deny'],
  ['kms:ScheduleKeyDeletion', KEY, {}, 'deny'],
  ['s3:GetObject', 'arn:aws:s3:::anything/at/all', {}, 'deny'],
  ['sts:AssumeRole', role('admin'), {}, 'deny'],
];

describe('the responder of a member account', () => {
  test.each(ROWS)('%s on %s with %j → %s', (action, resource, context, answer) => {
    const decided = access.may('Responder', action, resource, context) ? 'allow' : 'deny';
    expect(`${decided} by ${access.why('Responder', action, resource, context)}`).toMatch(new RegExp(`^${answer}`));
  });
});
