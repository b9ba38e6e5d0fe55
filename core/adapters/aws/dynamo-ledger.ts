import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Transient } from '../../errors';
import type { Actor, Commit, IncidentEvent } from '../../incident/events';
import type { CommandId, IncidentId, Sha256 } from '../../incident/ids';
import { plainObject, textIn } from '../../plain-shape';
import type { IncidentLedger } from '../../ports/incident-ledger';
import { calling } from './aws-call';
import { type Item, numberOf, requiredText, toItem } from './dynamo-item';

/** The ledger table: pk `incident`, sk `seq`; rows are only ever added. */
export function dynamoLedger(client: DynamoDBClient, table: string): IncidentLedger {
  return {
    read: (incident) => readRows(client, table, incident),
    append: (commit) => appendRow(client, table, commit),
  };
}

async function readRows(client: DynamoDBClient, table: string, incident: IncidentId): Promise<readonly Commit[]> {
  const rows: Commit[] = [];
  let from: Item | undefined;
  do {
    const page = await calling('read the ledger', () =>
      client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'incident = :incident',
          ExpressionAttributeValues: { ':incident': { S: incident } },
          ConsistentRead: true,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      ),
    );
    rows.push(...(page.Items ?? []).map(rowOf));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return rows;
}

/**
 * One conditional put. A refused condition or a lost answer is settled by rereading the row: ours when it has our
 * commandId and hash (the SDK's own retry may have met its first put).
 */
async function appendRow(client: DynamoDBClient, table: string, commit: Commit): Promise<'ok' | 'conflict'> {
  const put = new PutItemCommand({
    TableName: table,
    Item: itemOf(commit),
    ConditionExpression: 'attribute_not_exists(seq)',
  });
  try {
    await calling('append to the ledger', () => client.send(put), ['ConditionalCheckFailedException']);
    return 'ok';
  } catch (error) {
    const isSettled = error instanceof ConditionalCheckFailedException;
    if (!isSettled && !(error instanceof Transient)) throw error;
    const found = (await readRows(client, table, commit.incident)).find((row) => row.seq === commit.seq);
    if (found === undefined) throw error;
    return found.hash === commit.hash && found.commandId === commit.commandId ? 'ok' : 'conflict';
  }
}

/** `events` and `actor` are JSON texts: the table needs no schema for them and the hash covers the row as a whole. */
function itemOf(commit: Commit): Item {
  const { incident, seq, commandId, at, version, prevHash, hash } = commit;
  const [events, actor] = [JSON.stringify(commit.events), JSON.stringify(commit.actor)];
  return toItem({ incident, seq, events, actor, commandId, at, version, prevHash, hash });
}

function eventsOf(text: string): readonly IncidentEvent[] {
  const events: unknown = JSON.parse(text);
  if (!Array.isArray(events)) throw new Error('A ledger row holds no list of events.');
  for (const event of events) textIn(plainObject(event, 'An event of the ledger'), 'type', 'An event of the ledger');
  return events;
}

function actorOf(text: string): Actor {
  const actor: unknown = JSON.parse(text);
  const about = 'An actor of the ledger';
  const shape = plainObject(actor, about);
  const kind = textIn(shape, 'kind', about);
  if (kind !== 'person' && kind !== 'system') throw new Error(`${about} is neither a person nor a part of ours.`);
  textIn(shape, kind === 'person' ? 'person' : 'part', about);
  return actor as Actor;
}

/** Our own rows: their hash says whether they are as they were written, so only their outline is checked here. */
export function rowOf(item: Item): Commit {
  const events = eventsOf(requiredText(item, 'events'));
  const actor = actorOf(requiredText(item, 'actor'));
  return {
    incident: requiredText(item, 'incident') as IncidentId,
    seq: numberOf(item, 'seq') ?? 0,
    events,
    actor,
    commandId: requiredText(item, 'commandId') as CommandId,
    at: requiredText(item, 'at'),
    version: 1,
    prevHash: requiredText(item, 'prevHash') as Sha256,
    hash: requiredText(item, 'hash') as Sha256,
  };
}
