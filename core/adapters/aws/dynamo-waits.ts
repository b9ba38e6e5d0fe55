import * as z from 'zod';
import type { IncidentId } from '../../incident/ids';
import { type GateName, isStepGate, isStepName } from '../../incident/steps';
import { type Inbox, WAIT_KINDS, type Wait, type WaitKind, type Waits } from '../../ports/waits';
import { type Item, requiredText, textOf } from './dynamo-item';
import { epochSeconds, type RowKey, type StateTable } from './state-table';

const waitKey = (incident: IncidentId, id: string): RowKey => ({ pk: `WAIT#${incident}`, sk: id });
const externalKey = (kind: WaitKind, external: string): RowKey => ({ pk: `EXTERNAL#${kind}#${external}`, sk: '-' });
const inboxKey = (kind: WaitKind, external: string): RowKey => ({ pk: `INBOX#${kind}#${external}`, sk: '-' });

/** What of a wait never changes while it is parked; one JSON attribute. */
const FACTS = z.object({
  kind: z.enum(WAIT_KINDS),
  run: z.number().int(),
  step: z.string().refine(isStepName).optional(),
  gate: z.string().refine(isGateName).optional(),
  place: z.object({ account: z.string(), region: z.string(), instance: z.string() }).optional(),
});

function isGateName(text: string): text is GateName {
  return isStepGate(text) || (text.startsWith('failed:') && isStepName(text.slice('failed:'.length)));
}

/** Waits in the state table. External ids are rows of their own, so that two events of one wait never overwrite each other. */
export function dynamoWaits(table: StateTable): Waits {
  const find = async (incident: IncidentId, id: string) => {
    const item = await table.get(waitKey(incident, id));
    return item === undefined ? undefined : waitOf(table, item);
  };
  return {
    find,
    park: (wait) => table.put(waitKey(wait.incident, wait.id), valuesOf(wait)),
    expect: (incident, id, external) => expectAll(table, incident, id, external),
    async parkedOf(incident) {
      const items = await table.query({ condition: 'pk = :pk', values: { ':pk': `WAIT#${incident}` } });
      return Promise.all(items.filter(isParked).map((item) => waitOf(table, item)));
    },
    async waitingFor(kind, external) {
      const row = await table.get(externalKey(kind, external));
      if (row === undefined) return undefined;
      const wait = await find(requiredText(row, 'incident') as IncidentId, requiredText(row, 'waitId'));
      return wait?.status === 'parked' ? wait : undefined;
    },
    async arrived(incident, id, external) {
      const wait = await find(incident, id);
      if (wait === undefined) return undefined;
      const change = { expression: 'SET arrived = :yes', values: { ':yes': 1 } };
      await table.update(externalKey(wait.kind, external), change);
      return find(incident, id);
    },
    async answered(wait) {
      await table.update(waitKey(wait.incident, wait.id), {
        expression: 'SET #status = :answered REMOVE duePk',
        condition: 'sealedToken = :token',
        names: { '#status': 'status' },
        values: { ':answered': 'answered', ':token': wait.sealedToken },
      });
    },
    async lookAgainAt(wait, dueAt) {
      await table.update(waitKey(wait.incident, wait.id), {
        expression: 'SET dueAt = :at',
        condition: 'sealedToken = :token AND #status = :parked',
        names: { '#status': 'status' },
        values: { ':at': dueAt, ':token': wait.sealedToken, ':parked': 'parked' },
      });
    },
    async due(now, limit) {
      const items = await table.query({
        index: 'due',
        condition: 'duePk = :due AND dueAt <= :now',
        values: { ':due': 'due', ':now': now },
        limit,
      });
      return Promise.all(items.filter(isParked).map((item) => waitOf(table, item)));
    },
  };
}

function isParked(item: Item): boolean {
  return textOf(item, 'status') === 'parked';
}

function valuesOf(wait: Wait): Record<string, string> {
  const { kind, run, step, gate, place } = wait;
  return {
    incident: wait.incident,
    facts: JSON.stringify({ kind, run, step, gate, place }),
    sealedToken: wait.sealedToken,
    deadline: wait.deadline,
    dueAt: wait.dueAt,
    status: wait.status,
    ...(wait.status === 'parked' ? { duePk: 'due' } : {}),
    external: JSON.stringify(Object.keys(wait.external)),
  };
}

/** Rows of external ids first (events find the wait through them), then their list on the wait itself. */
async function expectAll(
  table: StateTable,
  incident: IncidentId,
  id: string,
  external: readonly string[],
): Promise<void> {
  const wait = await table.get(waitKey(incident, id));
  if (wait === undefined) return;
  const { kind } = FACTS.parse(JSON.parse(requiredText(wait, 'facts')));
  for (const one of external) {
    await table.update(externalKey(kind, one), {
      expression: 'SET incident = :incident, waitId = :wait',
      values: { ':incident': incident, ':wait': id },
    });
  }
  await table.update(waitKey(incident, id), {
    expression: 'SET #external = :external',
    names: { '#external': 'external' },
    values: { ':external': JSON.stringify(external) },
  });
}

async function waitOf(table: StateTable, item: Item): Promise<Wait> {
  const { kind, run, step, gate, place } = FACTS.parse(JSON.parse(requiredText(item, 'facts')));
  const ids = z.array(z.string()).parse(JSON.parse(requiredText(item, 'external')));
  const states = await Promise.all(ids.map(async (one) => [one, await stateOf(table, kind, one)] as const));
  return {
    incident: requiredText(item, 'incident') as IncidentId,
    id: requiredText(item, 'sk'),
    kind,
    run,
    sealedToken: requiredText(item, 'sealedToken'),
    external: Object.fromEntries(states),
    deadline: requiredText(item, 'deadline'),
    dueAt: requiredText(item, 'dueAt'),
    status: isParked(item) ? 'parked' : 'answered',
    ...(step === undefined ? {} : { step }),
    ...(gate === undefined ? {} : { gate }),
    ...(place === undefined ? {} : { place }),
  };
}

async function stateOf(table: StateTable, kind: WaitKind, external: string): Promise<'pending' | 'arrived'> {
  const row = await table.get(externalKey(kind, external));
  return row?.arrived === undefined ? 'pending' : 'arrived';
}

export function dynamoInbox(table: StateTable): Inbox {
  return {
    keep: (kind, external, expiresAt) => table.put(inboxKey(kind, external), { expires: epochSeconds(expiresAt) }),
    has: async (kind, external) => (await table.get(inboxKey(kind, external))) !== undefined,
  };
}
