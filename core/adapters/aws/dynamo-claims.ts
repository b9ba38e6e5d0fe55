import type { IncidentId, InstanceKey } from '../../incident/ids';
import type { Claim, Claims, FindingIndex } from '../../ports/claims';
import { type Item, numberOf, requiredText, textOf } from './dynamo-item';
import type { RowKey, StateTable } from './state-table';

const claimKey = (key: InstanceKey): RowKey => ({
  pk: `CLAIM#${key.account}#${key.region}#${key.instance}`,
  sk: 'claim',
});

export function dynamoClaims(table: StateTable): Claims {
  const find = async (key: InstanceKey) => claimOf(await table.get(claimKey(key)));
  return {
    find,
    async take(key, claim) {
      const values = { incident: claim.incident, generation: claim.generation };
      const isFirst = claim.generation === 1;
      const condition = isFirst ? 'attribute_not_exists(pk)' : 'generation = :before';
      const before: Record<string, number> = isFirst ? {} : { ':before': claim.generation - 1 };
      if (await table.putIf(claimKey(key), values, condition, before)) return { status: 'taken' };
      const by = await find(key);
      // A retried put may have met its own first try.
      if (by === undefined || by.incident === claim.incident) return { status: 'taken' };
      return { status: 'held', by };
    },
  };
}

function claimOf(item: Item | undefined): Claim | undefined {
  if (item === undefined) return undefined;
  return { incident: requiredText(item, 'incident') as IncidentId, generation: numberOf(item, 'generation') ?? 1 };
}

export function dynamoFindingIndex(table: StateTable): FindingIndex {
  const key = (finding: string): RowKey => ({ pk: `FINDING#${finding}`, sk: '-' });
  return {
    async find(finding) {
      const incident = textOf(await table.get(key(finding)), 'incident');
      return incident === undefined ? undefined : (incident as IncidentId);
    },
    put: (finding, incident) => table.put(key(finding), { incident }),
  };
}
