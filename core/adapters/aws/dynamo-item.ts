import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item of our tables: texts and whole numbers only; anything richer is JSON in a text attribute. */
export type Item = Record<string, AttributeValue>;

/** Plain values as a DynamoDB item; undefined members are left out. */
export function toItem(values: Readonly<Record<string, string | number | undefined>>): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') item[name] = { S: value };
    if (typeof value === 'number') item[name] = { N: String(value) };
  }
  return item;
}

export function textOf(item: Item | undefined, name: string): string | undefined {
  return item?.[name]?.S;
}

export function numberOf(item: Item | undefined, name: string): number | undefined {
  const text = item?.[name]?.N;
  return text === undefined ? undefined : Number(text);
}

/** A member that our own writer always sets: its absence means the row is not ours. */
export function requiredText(item: Item, name: string): string {
  const text = textOf(item, name);
  if (text === undefined) throw new Error(`A row of the table lacks ${name}.`);
  return text;
}
