import {
  answersTokens,
  appendsLedger,
  keepsEvidence,
  lendsDerived,
  listsEvidence,
  readsLedger,
  usesState,
} from './common';
import { arn, type Grant, type Reach } from './reach';

const readsSlackSecret: Grant = (r) => [
  { sid: 'SlackSecret', actions: ['secretsmanager:GetSecretValue'], resources: [r.slackSecret.secretArn] },
];
const readsGithubSecret: Grant = (r) => [
  { sid: 'GithubSecret', actions: ['secretsmanager:GetSecretValue'], resources: [r.githubSecret.secretArn] },
];

const nudges: Grant = (r) => [
  {
    sid: 'Nudge',
    actions: ['sqs:SendMessage'],
    resources: [r.queues.announce.queueArn, r.queues.conduct.queueArn, r.queues.publish.queueArn],
  },
];

const readsFindings: Grant = (r) => [
  { sid: 'ReadFindings', actions: ['guardduty:GetFindings', 'guardduty:ListDetectors'], resources: ['*'] },
  { sid: 'SetAsideRefused', actions: ['sqs:SendMessage'], resources: [r.refused.queueArn] },
];

/** Look at what a wait waits for, when no event came. None of these names a resource. */
const looksAtWaits: Grant = () => [
  {
    sid: 'LookAtWaits',
    actions: [
      'ec2:DescribeInstances',
      'ec2:DescribeInstanceStatus',
      'ec2:DescribeSnapshots',
      'ec2:DescribeVolumes',
      'ssm:DescribeInstanceInformation',
      'ssm:GetCommandInvocation',
      'ssm:ListCommandInvocations',
    ],
    resources: ['*'],
  },
];

const executionsOf = (r: Reach, machine: string) => arn(r, 'states', `execution:${machine}:*`);

const runsMachines: Grant = (r) => [
  {
    sid: 'StartRuns',
    actions: ['states:StartExecution'],
    resources: r.machines.flatMap((machine) => [machine.arn, machine.alias]),
  },
  {
    sid: 'LookAtRuns',
    actions: ['states:DescribeExecution'],
    resources: r.machines.map((machine) => executionsOf(r, machine.name)),
  },
];

/** Which grants each function outside the state machine has. */
export const CONTROL_PLANE: Readonly<Record<string, readonly Grant[]>> = {
  slack: [appendsLedger, usesState, readsSlackSecret],
  announce: [readsLedger, usesState, readsSlackSecret, lendsDerived],
  intake: [appendsLedger, usesState, readsFindings, keepsEvidence, listsEvidence],
  relay: [nudges],
  conduct: [appendsLedger, usesState, answersTokens, runsMachines],
  publish: [appendsLedger, usesState, readsGithubSecret],
  resume: [appendsLedger, usesState, answersTokens],
  reconcile: [appendsLedger, usesState, answersTokens, nudges, looksAtWaits, listsEvidence, keepsEvidence],
};
