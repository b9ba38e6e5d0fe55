import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { calling } from './aws-call';
import { type Item, toItem } from './dynamo-item';

export interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

type Values = Readonly<Record<string, string | number | undefined>>;

/** The state table: pk `pk`, sk `sk`, ttl `expires` (epoch seconds), indexes `due` and `list`. */
export interface StateTable {
  get(key: RowKey): Promise<Item | undefined>;
  put(key: RowKey, values: Values): Promise<void>;
  /** False when the condition did not hold. */
  putIf(key: RowKey, values: Values, condition: string, names: Values): Promise<boolean>;
  /** `SET` and `REMOVE` of an update expression, with its condition; undefined when the condition did not hold. */
  update(key: RowKey, change: Change): Promise<Item | undefined>;
  remove(key: RowKey): Promise<void>;
  query(query: RowQuery): Promise<readonly Item[]>;
}

export interface Change {
  readonly expression: string;
  readonly condition?: string;
  readonly values?: Values;
  /** For words DynamoDB reserves and names with special characters. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface RowQuery {
  readonly index?: 'due' | 'list';
  readonly condition: string;
  readonly values: Values;
  readonly limit?: number;
  readonly newestFirst?: boolean;
}

export function stateTable(client: DynamoDBClient, table: string): StateTable {
  const withKey = (key: RowKey, values: Values) => toItem({ ...values, ...key });
  return {
    async get(key) {
      const answer = await calling('read state', () =>
        client.send(new GetItemCommand({ TableName: table, Key: toItem({ ...key }), ConsistentRead: true })),
      );
      return answer.Item;
    },
    async put(key, values) {
      await calling('write state', () =>
        client.send(new PutItemCommand({ TableName: table, Item: withKey(key, values) })),
      );
    },
    putIf: (key, values, condition, names) =>
      settled(async () => {
        const expected = Object.keys(names).length === 0 ? {} : { ExpressionAttributeValues: toItem(names) };
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: withKey(key, values),
            ConditionExpression: condition,
            ...expected,
          }),
        );
        return true;
      }).then((done) => done === true),
    update: (key, change) => settled(async () => (await client.send(updateOf(table, key, change))).Attributes),
    async remove(key) {
      await calling('remove state', () =>
        client.send(new DeleteItemCommand({ TableName: table, Key: toItem({ ...key }) })),
      );
    },
    query: (query) => queryAll(client, table, query),
  };
}

function updateOf(table: string, key: RowKey, change: Change): UpdateItemCommand {
  return new UpdateItemCommand({
    TableName: table,
    Key: toItem({ ...key }),
    UpdateExpression: change.expression,
    ReturnValues: 'ALL_NEW',
    ...(change.condition === undefined ? {} : { ConditionExpression: change.condition }),
    ...(change.values === undefined ? {} : { ExpressionAttributeValues: toItem(change.values) }),
    ...(change.names === undefined ? {} : { ExpressionAttributeNames: { ...change.names } }),
  });
}

/** A refused condition is an answer, not an error. */
async function settled<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await calling('write state', act, ['ConditionalCheckFailedException']);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

async function queryAll(client: DynamoDBClient, table: string, query: RowQuery): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await calling('query state', () =>
      client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: query.condition,
          ExpressionAttributeValues: toItem(query.values),
          ScanIndexForward: query.newestFirst !== true,
          // An index is eventually consistent by nature.
          ...(query.index === undefined ? { ConsistentRead: true } : { IndexName: query.index }),
          ...(query.limit === undefined ? {} : { Limit: query.limit }),
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      ),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined && (query.limit === undefined || items.length < query.limit));
  return query.limit === undefined ? items : items.slice(0, query.limit);
}

/** TTL is in epoch seconds; DynamoDB deletes days late, so readers compare too. */
export function epochSeconds(date: Date): number {
  return Math.ceil(date.getTime() / 1000);
}
