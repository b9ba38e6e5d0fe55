import type { Cursors } from '../../ports/cursors';
import { numberOf } from './dynamo-item';
import type { StateTable } from './state-table';

export function dynamoCursors(table: StateTable): Cursors {
  return {
    async get(consumer, incident) {
      return numberOf(await table.get({ pk: `CURSOR#${consumer}`, sk: incident }), 'seq') ?? 0;
    },
    async advance(consumer, incident, seq) {
      await table.update(
        { pk: `CURSOR#${consumer}`, sk: incident },
        {
          expression: 'SET seq = :seq',
          condition: 'attribute_not_exists(seq) OR seq < :seq',
          values: { ':seq': seq },
        },
      );
    },
  };
}
