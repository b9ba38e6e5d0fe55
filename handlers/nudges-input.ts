import * as z from 'zod';
import { describeError } from '../core/errors';
import { type IncidentId, parseIncidentId } from '../core/incident/ids';
import { logLine } from './entry';
import type { BatchOutput } from './relay';

/** A batch of an SQS FIFO queue of nudges. */
export const NUDGES_INPUT = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })),
});
export type NudgesInput = z.output<typeof NUDGES_INPUT>;

const BODY = z.object({ incident: z.string(), seq: z.number().int() });

/**
 * Works through a batch of nudges: one call per incident, as its cursor covers all of its rows. An incident that fails is
 * given back to the queue with all of its messages (their order is kept), the others are done: one never blocks another.
 */
export async function eachIncident(
  input: NudgesInput,
  project: (incident: IncidentId) => Promise<void>,
): Promise<BatchOutput> {
  const messages = new Map<IncidentId, string[]>();
  for (const { messageId, body } of input.Records) {
    const incident = incidentIn(body);
    if (incident !== undefined) messages.set(incident, [...(messages.get(incident) ?? []), messageId]);
  }
  const failed: string[] = [];
  for (const [incident, ids] of messages) {
    try {
      await project(incident);
    } catch (error) {
      logLine({ level: 'error', incident, error: describeError(error) });
      failed.push(...ids);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Our own messages; one that is malformed cannot become well formed by trying again, so it is dropped with a line. */
function incidentIn(body: string): IncidentId | undefined {
  try {
    return parseIncidentId(BODY.parse(JSON.parse(body)).incident);
  } catch (error) {
    logLine({ level: 'error', error: describeError(error) });
    return undefined;
  }
}
