import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { ALARM_PERIOD, type AlarmRow } from './alarms';
import type { Machine } from './machines';

export interface Watched {
  readonly apiId: string;
  readonly machines: { readonly respond: Machine; readonly release: Machine };
  /** Functions outside the state machines, by name; those inside fail into a gate in the thread. */
  readonly functions: ReadonlyMap<string, IFunction>;
  readonly queues: readonly Queue[];
  readonly deadLetters: readonly Queue[];
  readonly refused: Queue;
}

const sum = { statistic: Stats.SUM, period: ALARM_PERIOD };

/** What is watched, and from when on a person should look. Each title is a section of runbooks/operator.md. */
export function signals(watched: Watched): readonly AlarmRow[] {
  const fn = (name: string): IFunction => {
    const found = watched.functions.get(name);
    if (!found) throw new Error(`No function is named ${name}: nothing can be watched there.`);
    return found;
  };
  const errors = (title: string, name: string): AlarmRow => ({
    title,
    metric: fn(name).metricErrors(sum),
    threshold: 0,
  });
  return [
    { title: 'A run failed', metric: runs(watched, ['ExecutionsFailed', 'ExecutionsTimedOut']), threshold: 0 },
    { title: 'The door answers with errors', metric: doorErrors(watched.apiId), threshold: 0 },
    {
      title: 'Slack waits too long',
      // Slack gives up after 3 s; at 2.5 s of our own time the next cold start is lost.
      metric: fn('slack').metricDuration({ statistic: 'p99', period: ALARM_PERIOD }),
      threshold: 2_500,
      periods: 2,
    },
    errors('Intake fails', 'intake'),
    errors('Resume fails', 'resume'),
    errors('Reconcile fails', 'reconcile'),
    {
      title: 'Reconcile is silent',
      metric: fn('reconcile').metricInvocations(sum),
      threshold: 1,
      heartbeat: true,
      periods: 2,
    },
    {
      title: 'The relay lags',
      metric: fn('relay').metric('IteratorAge', { statistic: Stats.MAXIMUM, period: ALARM_PERIOD }),
      threshold: 60_000,
    },
    {
      title: 'A queue is stuck',
      metric: highest(watched.queues, (queue) => queue.metricApproximateAgeOfOldestMessage({ period: ALARM_PERIOD })),
      // A Slack or GitHub outage: messages wait, nothing is lost; after ten minutes somebody should know.
      threshold: 600,
    },
    {
      title: 'Something was set aside',
      metric: highest(watched.deadLetters, (queue) =>
        queue.metricApproximateNumberOfMessagesVisible({ period: ALARM_PERIOD }),
      ),
      threshold: 0,
    },
    {
      title: 'Events were refused',
      metric: watched.refused.metricApproximateNumberOfMessagesVisible({ period: ALARM_PERIOD }),
      threshold: 0,
    },
    {
      title: 'Functions are throttled',
      metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', ...sum }),
      threshold: 0,
      periods: 2,
    },
  ];
}

function runs({ machines }: Watched, names: readonly string[]): MathExpression {
  const parts = Object.entries(machines).flatMap(([name, { machine }]) =>
    names.map((metricName) => [`${name}${metricName}`, machine.metric(metricName, sum)] as const),
  );
  return new MathExpression({
    expression: parts.map(([id]) => id).join(' + '),
    usingMetrics: Object.fromEntries(parts),
    label: 'runs that failed',
    period: ALARM_PERIOD,
  });
}

function doorErrors(apiId: string): Metric {
  return new Metric({ namespace: 'AWS/ApiGateway', metricName: '5xx', dimensionsMap: { ApiId: apiId }, ...sum });
}

function highest(queues: readonly Queue[], of: (queue: Queue) => Metric): MathExpression {
  const metrics = queues.map((queue, index) => [`q${index}`, of(queue)] as const);
  return new MathExpression({
    expression: `MAX([${metrics.map(([id]) => id).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics),
    label: 'highest of the queues',
    period: ALARM_PERIOD,
  });
}
