import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { Transient } from '../../errors';
import type { ReportBus } from '../../ports/report-bus';
import { calling } from './aws-call';

export function eventReportBus(client: EventBridgeClient, busName: string): ReportBus {
  return { reportPosted: (report) => putReport(client, busName, 'Report posted', report) };
}

/** One event of our workflows. */
export async function putReport(
  client: EventBridgeClient,
  busName: string,
  detailType: string,
  detail: object,
): Promise<void> {
  const entry = {
    EventBusName: busName,
    Source: 'cordon.github',
    DetailType: detailType,
    Detail: JSON.stringify(detail),
  };
  const answer = await calling('put an event', () => client.send(new PutEventsCommand({ Entries: [entry] })));
  // PutEvents answers 200 and counts what it refused.
  if ((answer.FailedEntryCount ?? 0) > 0) {
    throw new Transient(`The event bus refused the report: ${answer.Entries?.[0]?.ErrorMessage ?? 'no reason given'}`);
  }
}
