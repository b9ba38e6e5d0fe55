import { CONSUMERS, type Consumer } from '../../incident/audience';
import type { Cursors } from '../../ports/cursors';
import { numberOf, requiredText } from './dynamo-item';
import type { StateTable } from './state-table';

/** One partition for each incident, one row for each projection. */
export function dynamoCursors(table: StateTable): Cursors {
  return {
    async get(consumer, incident) {
      return numberOf(await table.get({ pk: `CURSOR#${incident}`, sk: consumer }), 'seq') ?? 0;
    },
    async all(incident) {
      const rows = await table.query({ condition: 'pk = :pk', values: { ':pk': `CURSOR#${incident}` } });
      const seqs = new Map(rows.map((row) => [requiredText(row, 'sk'), numberOf(row, 'seq') ?? 0]));
      const places = CONSUMERS.map((consumer) => [consumer, seqs.get(consumer) ?? 0]);
      return Object.fromEntries(places) as Record<Consumer, number>;
    },
    async advance(consumer, incident, seq) {
      await table.update(
        { pk: `CURSOR#${incident}`, sk: consumer },
        {
          expression: 'SET seq = :seq',
          condition: 'attribute_not_exists(seq) OR seq < :seq',
          values: { ':seq': seq },
        },
      );
    },
  };
}
