import { dictOf, listOf, type Platform, textOf } from '../platform';
import { type AccessCheck, AwsFault, type Operation, type ServiceDouble } from '../service';
import type { DynamoStore } from './store';
import type { Table, Tables } from './tables';
import { type Dict, transact } from './transact';

/** A write that a stream reports. Images are DynamoDB's attribute values. */
export interface TableWrite {
  readonly table: Table;
  readonly before: Dict | undefined;
  readonly after: Dict | undefined;
}

export interface DynamoParts {
  readonly platform: Platform;
  readonly store: DynamoStore;
  readonly tables: Tables;
  onWrite(write: TableWrite): void;
}

/** DynamoDB: dynalite behind the lab's endpoint, with streams, transactions and the old item of a failed condition added. */
export function dynamodbDouble(parts: DynamoParts): ServiceDouble {
  const { store, tables } = parts;
  const named = (input: unknown): Dict => ({ ...dictOf(input), TableName: tables.find(dictOf(input).TableName).name });
  const plain = (name: string, latencyMs = 6): Operation => ({
    authorize: (input) => checks(name, tables, dictOf(input)),
    run: (input) => store.ask(name, named(input)),
    latencyMs,
  });
  const write = (name: string): Operation => ({
    authorize: (input) => checks(name, tables, dictOf(input)),
    run: (input) => writeItem(parts, name, named(input)),
    latencyMs: 6,
  });
  return {
    name: 'dynamodb',
    protocol: 'json-1.0',
    operations: {
      GetItem: plain('GetItem'),
      Query: plain('Query'),
      Scan: plain('Scan'),
      DescribeTable: plain('DescribeTable'),
      PutItem: write('PutItem'),
      UpdateItem: write('UpdateItem'),
      DeleteItem: write('DeleteItem'),
      TransactWriteItems: {
        authorize: (input) =>
          listOf(dictOf(input).TransactItems).flatMap((item) => transactChecks(tables, dictOf(item))),
        run: (input) =>
          transact(
            dictOf(input),
            (name, item) => writeItem(parts, name, item),
            (item) => read(parts, item),
          ),
        latencyMs: 12,
      },
    },
  };
}

/** The key members of an item, or the Key of a request. */
function keyOf(table: Table, input: Dict): Dict {
  const from = dictOf(input.Key ?? input.Item);
  return Object.fromEntries(table.keys.map((name) => [name, from[name]]));
}

async function read({ store, tables }: DynamoParts, input: Dict): Promise<Dict | undefined> {
  const table = tables.find(input.TableName);
  const answer = await store.ask('GetItem', { TableName: table.name, Key: keyOf(table, input), ConsistentRead: true });
  return answer.Item === undefined ? undefined : dictOf(answer.Item);
}

async function writeItem(parts: DynamoParts, name: string, input: Dict): Promise<Dict> {
  const table = parts.tables.find(input.TableName);
  const { ReturnValuesOnConditionCheckFailure: onFailure, ...rest } = input;
  const before = table.stream === undefined ? undefined : await read(parts, input);
  try {
    const answer = await parts.store.ask(name, rest);
    if (table.stream !== undefined) {
      const after = name === 'DeleteItem' ? undefined : await read(parts, input);
      if (JSON.stringify(before) !== JSON.stringify(after)) parts.onWrite({ table, before, after });
    }
    return answer;
  } catch (error) {
    if (!(error instanceof AwsFault) || error.code !== 'ConditionalCheckFailedException' || onFailure !== 'ALL_OLD')
      throw error;
    const Item = await read(parts, input);
    throw new AwsFault(error.code, error.message, error.status, Item === undefined ? {} : { Item });
  }
}

function checks(name: string, tables: Tables, input: Dict): readonly AccessCheck[] {
  const table = tables.find(input.TableName);
  const resource = input.IndexName === undefined ? table.arn : `${table.arn}/index/${textOf(input.IndexName)}`;
  const leading = leadingKeys(table, input);
  return [
    { action: `dynamodb:${name}`, resource, context: leading.length === 0 ? {} : { 'dynamodb:LeadingKeys': leading } },
  ];
}

/** Partition key values that a request touches, for `dynamodb:LeadingKeys`. A Query's is read from its key condition. */
function leadingKeys(table: Table, input: Dict): readonly string[] {
  const partition = table.keys[0] ?? '';
  const direct = dictOf(input.Key ?? input.Item)[partition];
  const condition = textOf(input.KeyConditionExpression).match(/^\(?\s*([#\w]+)\s*=\s*(:\w+)/);
  const placeholder = condition?.[1] ?? '';
  const name = textOf(dictOf(input.ExpressionAttributeNames)[placeholder], placeholder);
  const value =
    direct ?? (name === partition ? dictOf(input.ExpressionAttributeValues)[condition?.[2] ?? ''] : undefined);
  return value === undefined ? [] : Object.values(dictOf(value)).map(String);
}

function transactChecks(tables: Tables, item: Dict): readonly AccessCheck[] {
  return Object.entries(item).flatMap(([kind, input]) =>
    checks(kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`, tables, dictOf(input)),
  );
}
