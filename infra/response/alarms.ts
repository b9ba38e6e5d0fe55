import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
}

export interface AlarmProps {
  readonly rows: readonly AlarmRow[];
  /** `owner/name` of the repository that holds the runbook. */
  readonly repository: string;
  /** Who is mailed, and where mails lie that could not be sent. */
  readonly mail?: { readonly to: string; readonly unsent: Queue };
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
  const topic = alarmTopic(scope, props.mail);
  return props.rows.map((row) => {
    const alarm = new Alarm(scope, idOf(row.title), {
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

/** CloudWatch cannot publish to a topic under the key AWS manages for SNS: it takes a key that lets it in. */
function alarmTopic(scope: Construct, mail: AlarmProps['mail']): Topic {
  const key = new Key(scope, 'AlarmKey', { description: 'Cordon: alarms at rest', enableKeyRotation: true });
  key.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'));
  const topic = new Topic(scope, 'Alarms', { masterKey: key, enforceSSL: true, displayName: 'Cordon alarms' });
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
