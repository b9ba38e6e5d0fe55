import type { Provision } from '../../assembly/deployment';
import { dictOf, listOf, textOf } from '../platform';
import { AwsFault } from '../service';

export interface Table {
  readonly name: string;
  readonly arn: string;
  /** Names of the key attributes, partition key first. */
  readonly keys: readonly string[];
  /** Undefined: no stream. */
  readonly stream: { readonly arn: string; readonly view: string } | undefined;
  /** What CreateTable is asked. */
  readonly create: Readonly<Record<string, unknown>>;
}

const CREATE_MEMBERS = [
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
];

/** The tables of the templates. */
export class Tables {
  readonly #byName = new Map<string, Table>();

  all(): readonly Table[] {
    return [...this.#byName.values()];
  }

  /** A table by name or ARN. */
  find(reference: unknown): Table {
    const name = textOf(reference).split('/').at(-1) ?? '';
    const table = this.#byName.get(name);
    if (table === undefined) throw new AwsFault('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  provisions(): Readonly<Record<string, Provision>> {
    return {
      'AWS::DynamoDB::Table': ({ properties, partition, region, account, name: named }) => {
        const name = textOf(properties.TableName) || named(64);
        const arn = `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
        const view = textOf(dictOf(properties.StreamSpecification).StreamViewType);
        const stream = view === '' ? undefined : { arn: `${arn}/stream/2020-01-01T00:00:00.000`, view };
        const keys = listOf(properties.KeySchema).map((key) => textOf(dictOf(key).AttributeName));
        const wanted = Object.entries(properties).filter(([key]) => CREATE_MEMBERS.includes(key));
        const create = { TableName: name, BillingMode: 'PAY_PER_REQUEST', ...Object.fromEntries(wanted) };
        this.#byName.set(name, { name, arn, keys, stream, create });
        return { ref: name, attributes: { Arn: arn, StreamArn: stream?.arn ?? '' } };
      },
    };
  }
}
