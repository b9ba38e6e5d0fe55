import type { AccountId, IncidentId, InstanceId, RegionName } from '../../incident/ids';
import { plainObject, textIn, textList } from '../../plain-shape';
import type { Groups, IncidentList, ListedIncident } from '../../ports/incident-list';
import type { SlackMessages } from '../../ports/slack-messages';
import { numberOf, requiredText, textOf } from './dynamo-item';
import { epochSeconds, type RowKey, type StateTable } from './state-table';

const STATUSES = ['posted', 'open', 'closed'] as const;

export function dynamoIncidentList(table: StateTable): IncidentList {
  const rowKey = (incident: IncidentId): RowKey => ({ pk: 'LIST', sk: incident });
  const all = async (limit: number) => {
    const query = {
      index: 'list',
      condition: 'listPk = :list',
      values: { ':list': 'list' },
      newestFirst: true,
    } as const;
    return (await table.query({ ...query, limit })).map((item) => listedOf(requiredText(item, 'row')));
  };
  return {
    all,
    open: async (limit) => (await all(limit * 4)).filter((row) => row.status === 'open').slice(0, limit),
    put: (row) =>
      table.put(rowKey(row.incident), {
        listPk: 'list',
        listSk: `${row.openedAt}#${row.incident}`,
        row: JSON.stringify(row),
      }),
    remove: (incident) => table.remove(rowKey(incident)),
  };
}

function listedOf(text: string): ListedIncident {
  const about = 'A row of the list';
  const row = plainObject(JSON.parse(text), about);
  const status = STATUSES.find((known) => known === row.status);
  const { severity, instance, group } = row;
  if (status === undefined || typeof severity !== 'number') throw new Error(`${about} lacks its status or severity.`);
  return {
    incident: textIn(row, 'incident', about) as IncidentId,
    account: textIn(row, 'account', about) as AccountId,
    region: textIn(row, 'region', about) as RegionName,
    openedAt: textIn(row, 'openedAt', about),
    title: textIn(row, 'title', about),
    channel: textIn(row, 'channel', about),
    status,
    severity,
    ...(typeof instance === 'string' ? { instance: instance as InstanceId } : {}),
    ...(typeof group === 'string' ? { group } : {}),
    ...(row.leftIsolated === true ? { leftIsolated: true } : {}),
  };
}

export function dynamoGroups(table: StateTable): Groups {
  const key = (group: string): RowKey => ({ pk: `GROUP#${group}`, sk: '-' });
  return {
    async members(group, now) {
      const row = await table.get(key(group));
      if (row === undefined || (numberOf(row, 'expires') ?? 0) <= epochSeconds(now)) return undefined;
      return textList(JSON.parse(requiredText(row, 'members')), 'A group’s row');
    },
    put: (group, members, expiresAt) =>
      table.put(key(group), { members: JSON.stringify(members), expires: epochSeconds(expiresAt) }),
  };
}

export function dynamoSlackMessages(table: StateTable): SlackMessages {
  const key = (incident: IncidentId, slot: string): RowKey => ({ pk: `SLACK#${incident}`, sk: slot });
  const threadKey = (channel: string, ts: string): RowKey => ({ pk: `THREAD#${channel}`, sk: ts });
  return {
    async find(incident, slot) {
      const row = await table.get(key(incident, slot));
      if (row === undefined) return undefined;
      return { channel: requiredText(row, 'channel'), ts: requiredText(row, 'ts'), seq: numberOf(row, 'seq') ?? 0 };
    },
    async put(incident, slot, { channel, ts, seq }) {
      const isNotOlder = 'attribute_not_exists(seq) OR seq <= :seq';
      await table.putIf(key(incident, slot), { channel, ts, seq }, isNotOlder, { ':seq': seq });
      if (slot === 'root') await table.put(threadKey(channel, ts), { incident });
    },
    async incidentOf(channel, ts) {
      const incident = textOf(await table.get(threadKey(channel, ts)), 'incident');
      return incident === undefined ? undefined : (incident as IncidentId);
    },
  };
}
