import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  Row,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { ALARM_PERIOD, type AlarmRow } from './alarms';
import type { Watched } from './signals';

/** One page: what alarms, what runs, what waits. The incident itself is in its thread. */
export function makeDashboard(
  scope: Construct,
  watched: Watched,
  rows: readonly AlarmRow[],
  alarms: readonly Alarm[],
): Dashboard {
  const graph = (title: string, metrics: readonly IMetric[]) =>
    new GraphWidget({ title, left: [...metrics], width: 8, height: 6 });
  const { respond, release } = watched.machines;
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [
        new Row(
          new TextWidget({
            markdown: '# Cordon\nAlarms are explained in `runbooks/operator.md`, one section each.',
            width: 8,
            height: 4,
          }),
          new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 16, height: 4 }),
        ),
      ],
      [
        new SingleValueWidget({
          title: 'Runs started',
          metrics: [respond.machine.metricStarted(), release.machine.metricStarted()],
          width: 8,
          height: 6,
        }),
        graph('Runs that ended badly', [
          respond.machine.metricFailed(),
          respond.machine.metricTimedOut(),
          respond.machine.metricAborted(),
        ]),
        graph(
          'Oldest message of each queue (s)',
          watched.queues.map((queue) => queue.metricApproximateAgeOfOldestMessage({ period: ALARM_PERIOD })),
        ),
      ],
      [
        graph(
          'Errors outside the workflow',
          [...watched.functions.values()].map((fn) => fn.metricErrors({ period: ALARM_PERIOD })),
        ),
        graph(
          'What alarms look at',
          rows.slice(0, 4).map((row) => row.metric),
        ),
        graph(
          'Set aside',
          [...watched.deadLetters, watched.refused].map((queue) =>
            queue.metricApproximateNumberOfMessagesVisible({ period: ALARM_PERIOD }),
          ),
        ),
      ],
    ],
  });
}
