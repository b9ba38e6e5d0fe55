import * as z from 'zod';
import { parseIncidentId } from '../core/incident/ids';
import type { Consumer, Nudges } from '../core/ports/cursors';

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

const CONSUMERS: readonly Consumer[] = ['announce', 'conduct', 'publish'];

/** Turns each new ledger row into one nudge per projection. The stream is in order, so the first failure ends the batch. */
export function makeRelay(ports: RelayPorts): (input: RelayInput) => Promise<BatchOutput> {
  return async ({ Records }) => {
    for (const record of Records) {
      const image = record.dynamodb.NewImage;
      const incident = parseIncidentId(image?.incident.S ?? '');
      if (image === undefined || incident === undefined) continue;
      try {
        const seq = Number(image.seq.N);
        await Promise.all(CONSUMERS.map((consumer) => ports.nudges.nudge(consumer, incident, seq)));
      } catch {
        return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}
