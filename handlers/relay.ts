import * as z from 'zod';
import { CONSUMERS, type Consumer, concerns } from '../core/incident/audience';
import { parseIncidentId } from '../core/incident/ids';
import type { Nudges } from '../core/ports/cursors';

/** A DynamoDB stream batch of the ledger table (NEW_IMAGE). */
export const RELAY_INPUT = z.object({
  Records: z.array(
    z.object({
      eventName: z.string().optional(),
      dynamodb: z.object({
        SequenceNumber: z.string(),
        NewImage: z
          .looseObject({
            incident: z.object({ S: z.string() }),
            seq: z.object({ N: z.string() }),
            events: z.object({ S: z.string() }),
          })
          .optional(),
      }),
    }),
  ),
});
export type RelayInput = z.output<typeof RELAY_INPUT>;

/** What Lambda's stream and queue sources read to know where to go on. */
export interface BatchOutput {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface RelayPorts {
  readonly nudges: Nudges;
}

const EVENTS = z.array(z.object({ type: z.string() }));

/** Turns each new ledger row into one nudge for each projection it concerns. The stream is in order, so the first failure ends the batch. */
export function makeRelay(ports: RelayPorts): (input: RelayInput) => Promise<BatchOutput> {
  return async ({ Records }) => {
    for (const record of Records) {
      const image = record.dynamodb.NewImage;
      const incident = parseIncidentId(image?.incident.S ?? '');
      if (image === undefined || incident === undefined) continue;
      try {
        const seq = Number(image.seq.N);
        await Promise.all(audienceOf(image.events.S).map((consumer) => ports.nudges.nudge(consumer, incident, seq)));
      } catch {
        return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

/** A row whose events cannot be read wakes everybody: the projections say what is wrong with it. */
function audienceOf(text: string): readonly Consumer[] {
  try {
    const events = EVENTS.parse(JSON.parse(text));
    return CONSUMERS.filter((consumer) => concerns(consumer, events));
  } catch {
    return CONSUMERS;
  }
}
