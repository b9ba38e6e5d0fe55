import { Duration, Stack } from 'aws-cdk-lib';
import { type EventBus, type EventPattern, Match, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { MEMBER_ALARMS } from './member-events';

export interface RuleTargets {
  readonly intake: IFunction;
  readonly resume: IFunction;
  readonly reconcile: IFunction;
  readonly announce: IFunction;
  readonly deadLetters: IQueue;
  readonly bus: EventBus;
  readonly evidenceBucket: string;
  readonly machineArns: readonly string[];
}

/** Which events reach us. All come at least once and in any order; what cannot be delivered is kept, with an alarm. */
export function makeRules(scope: Construct, targets: RuleTargets): void {
  const target = (fn: IFunction) =>
    // 24 h is EventBridge's own limit; 185 attempts its default.
    new LambdaFunction(fn, {
      deadLetterQueue: targets.deadLetters,
      maxEventAge: Duration.hours(24),
      retryAttempts: 185,
    });
  const rule = (id: string, description: string, eventPattern: EventPattern, fn: IFunction) =>
    new Rule(scope, id, { description, eventPattern, targets: [target(fn)] });

  rule(
    'Findings',
    'GuardDuty findings',
    { source: ['aws.guardduty'], detailType: ['GuardDuty Finding'] },
    targets.intake,
  );
  const answers: readonly (readonly [string, string, EventPattern])[] = [
    [
      'Commands',
      'Run Command finished',
      { source: ['aws.ssm'], detailType: ['EC2 Command Invocation Status-change Notification'] },
    ],
    [
      'Snapshots',
      'Snapshots and copies finished',
      // CreateSnapshots reports its set under a type of its own; copies come as plain snapshot notifications.
      {
        source: ['aws.ec2'],
        detailType: ['EBS Snapshot Notification', 'EBS Multi-Volume Snapshots Completion Status'],
      },
    ],
    [
      'Instances',
      'Instances changed state',
      { source: ['aws.ec2'], detailType: ['EC2 Instance State-change Notification'] },
    ],
    [
      'Capacity',
      'Auto Scaling launched or terminated',
      { source: ['aws.autoscaling'], detailType: Match.prefix('EC2 Instance') },
    ],
    [
      'Objects',
      'Evidence objects arrived',
      {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [targets.evidenceBucket] }, object: { key: Match.wildcard('incidents/*/work/*') } },
      },
    ],
    [
      'Executions',
      'Our runs ended',
      {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [...targets.machineArns] },
      },
    ],
  ];
  for (const [id, description, pattern] of answers) rule(id, description, pattern, targets.resume);
  rule(
    'OwnAlarms',
    'Alarms of our own and of members, told in Slack beside the mail',
    {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      detail: {
        alarmName: Match.anyOf(Match.prefix(Stack.of(scope).stackName), Match.prefix(MEMBER_ALARMS)),
        state: { value: ['ALARM'] },
      },
    },
    targets.announce,
  );
  new Rule(scope, 'Reports', {
    description: 'Reports of our GitHub workflows',
    eventBus: targets.bus,
    eventPattern: { source: ['cordon.github'] },
    targets: [target(targets.resume)],
  });
  new Rule(scope, 'EveryMinute', {
    description: 'Overdue waits, lagging cursors, expiring gates',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [target(targets.reconcile)],
  });
}
