import { describeError } from '../../core/errors';
import { type IncidentId, parseIncidentId } from '../../core/incident/ids';

/** An SQS event, as far as it is used: a message is only a nudge and names an incident. */
export interface NudgeEvent {
  readonly Records?: readonly { readonly messageId: string; readonly body: string }[];
}

export interface NudgeAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

function incidentIn(body: string): IncidentId | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const id = typeof value === 'object' && value !== null && 'incident' in value ? value.incident : undefined;
    return typeof id === 'string' ? parseIncidentId(id) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` once per incident of a batch. Incidents are told side by side, and one that fails takes only its
 * own messages back to the queue: a bad or a waiting incident never holds up another. A message that names no incident is told and dropped.
 */
export async function perIncident(
  event: NudgeEvent,
  work: (incident: IncidentId) => Promise<void>,
  log: (line: Readonly<Record<string, unknown>>) => void,
): Promise<NudgeAnswer> {
  const messages = new Map<IncidentId, string[]>();
  for (const { messageId, body } of event.Records ?? []) {
    const incident = incidentIn(body);
    if (incident === undefined)
      log({ level: 'error', message: 'a nudge that names no incident was dropped', messageId });
    else messages.set(incident, [...(messages.get(incident) ?? []), messageId]);
  }
  const failed = await Promise.all(
    [...messages].map(async ([incident, ids]) => {
      try {
        await work(incident);
        return [];
      } catch (error) {
        log({ level: 'error', incident, error: describeError(error) });
        return ids;
      }
    }),
  );
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}
