import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** One thing that must not go unnoticed. */
export interface AlarmRow {
  /** Construct id, in words: it is the heading of its section in runbooks/operator.md, too. */
  readonly title: string;
  readonly metric: IMetric;
  /** Alarms above this; a heartbeat alarms below it. */
  readonly threshold: number;
  readonly heartbeat?: boolean;
  /** Periods in a row; one unless a single one is noise. */
  readonly periods?: number;
  /** Fixed, where another account's rule must know it; CloudFormation's own otherwise. */
  readonly name?: string;
}

export interface AlarmProps {
  readonly rows: readonly AlarmRow[];
  /** `owner/name` of the repository that holds the runbook. */
  readonly repository: string;
  /** Who is mailed, and where mails lie that could not be sent. */
  readonly mail?: { readonly to: string; readonly unsent: Queue };
  /** Whether the topic has a key of its own, a dollar a month: an alarm names queues and functions, no incident. */
  readonly key: boolean;
}

/** `A queue is stuck` → `a-queue-is-stuck`, as GitHub makes anchors of headings. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

/** The alarms, each with the link to what to do; they reach people by mail, so that a Slack outage hides none. */
export function makeAlarms(scope: Construct, props: AlarmProps): readonly Alarm[] {
  const topic = alarmTopic(scope, props);
  return props.rows.map((row) => {
    const alarm = new Alarm(scope, idOf(row.title), {
      ...(row.name === undefined ? {} : { alarmName: row.name }),
      alarmDescription: `${row.title}. What to do: https://github.com/${props.repository}/blob/main/runbooks/operator.md#${anchorOf(row.title)}`,
      metric: row.metric,
      threshold: row.threshold,
      evaluationPeriods: row.periods ?? 1,
      comparisonOperator: row.heartbeat
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      // No failures are no data; no heartbeat is the failure.
      treatMissingData: row.heartbeat ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  });
}

/**
 * CloudWatch publishes in its own name. A topic with a policy has lost the default one that lets in every caller of the account,
 * so it is let in here (SNS Developer Guide, "Example cases for Amazon SNS access control"), and to the key as well: the one AWS
 * manages for SNS cannot be opened to it.
 */
function alarmTopic(scope: Construct, { mail, key }: AlarmProps): Topic {
  const cloudwatch = new ServicePrincipal('cloudwatch.amazonaws.com');
  const masterKey = key
    ? new Key(scope, 'AlarmKey', { description: 'Cordon: alarms at rest', enableKeyRotation: true })
    : undefined;
  masterKey?.grantEncryptDecrypt(cloudwatch);
  const topic = new Topic(scope, 'Alarms', {
    ...(masterKey ? { masterKey } : {}),
    enforceSSL: true,
    displayName: 'Cordon alarms',
  });
  const { partition, region, account } = Stack.of(scope);
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [cloudwatch],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` } },
    }),
  );
  if (mail !== undefined) topic.addSubscription(new EmailSubscription(mail.to, { deadLetterQueue: mail.unsent }));
  return topic;
}

function idOf(title: string): string {
  return `Alarm${title
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;
}

/** Sums over five minutes: long enough to be worth a person, short beside a gate's deadline. */
export const ALARM_PERIOD = Duration.minutes(5);
