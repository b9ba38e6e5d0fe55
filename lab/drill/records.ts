import { rowOf } from '../../core/adapters/aws/dynamo-ledger';
import type { Commit } from '../../core/incident/events';
import type { IncidentId } from '../../core/incident/ids';
import { dictOf, listOf, textOf } from '../aws/platform';
import type { Lab } from '../lab';

/** Every row of the ledger table, by incident, in order. Read past every permission: the drill looks from outside. */
export async function readLedgers(lab: Lab): Promise<ReadonlyMap<IncidentId, readonly Commit[]>> {
  const rows = (await scan(lab, lab.resource('AWS::DynamoDB::Table', 'Ledger').ref)).map((item) => rowOf(item));
  const byIncident = new Map<IncidentId, Commit[]>();
  for (const row of rows.sort((a, b) => a.seq - b.seq)) {
    byIncident.set(row.incident, [...(byIncident.get(row.incident) ?? []), row]);
  }
  return byIncident;
}

/** How far each projection has come: `IR-…/announce` → seq. */
export async function readCursors(lab: Lab): Promise<ReadonlyMap<string, number>> {
  const items = await scan(lab, lab.resource('AWS::DynamoDB::Table', 'State').ref);
  const cursors = items.filter((item) => stringOf(item.pk).startsWith('CURSOR#'));
  return new Map(
    cursors.map((item) => [
      `${stringOf(item.pk).slice('CURSOR#'.length)}/${stringOf(item.sk)}`,
      Number(numberOf(item.seq)),
    ]),
  );
}

type Item = Parameters<typeof rowOf>[0];

/** Every item of a table that passes the filter, page after page (a page is at most a megabyte before filtering). */
export async function scan(
  lab: Lab,
  table: string,
  filter: Readonly<Record<string, unknown>> = {},
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: unknown;
  do {
    const page = await lab.services.store.ask('Scan', {
      TableName: table,
      ConsistentRead: true,
      ...filter,
      ...(from ? { ExclusiveStartKey: from } : {}),
    });
    items.push(...listOf(page.Items).map((item) => dictOf(item) as Item));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}

function stringOf(value: unknown): string {
  return textOf(dictOf(value).S);
}

function numberOf(value: unknown): string {
  return textOf(dictOf(value).N, '0');
}
