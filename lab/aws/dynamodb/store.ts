import { EventEmitter } from 'node:events';
import dynalite from 'dynalite';
import { dictOf, textOf } from '../platform';
import { AwsFault } from '../service';

type Dict = Readonly<Record<string, unknown>>;

/** DynamoDB itself: dynalite, asked through its wire protocol. Nothing but the socket is left out: its server hears each request. */
export class DynamoStore {
  readonly #server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

  /** One operation. @throws AwsFault as DynamoDB answered it */
  async ask(operation: string, input: Dict): Promise<Dict> {
    const { status, body } = await this.#post(operation, JSON.stringify(input));
    const parsed = dictOf(body === '' ? {} : JSON.parse(body));
    if (status < 300) return parsed;
    const code = textOf(parsed.__type).split('#').at(-1) ?? 'InternalFailure';
    const { __type: _type, message, Message, ...detail } = parsed;
    throw new AwsFault(code, textOf(message) || textOf(Message), status, detail);
  }

  /** Creates a table and comes back when it can be used: dynalite, as DynamoDB, answers while it is still CREATING. */
  async createTable(input: Dict): Promise<void> {
    await this.ask('CreateTable', input);
    while (dictOf((await this.ask('DescribeTable', { TableName: input.TableName })).Table).TableStatus !== 'ACTIVE')
      await new Promise((resolve) => setImmediate(resolve));
  }

  #post(operation: string, body: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve) => {
      const request = Object.assign(new EventEmitter(), {
        method: 'POST',
        url: '/',
        headers: { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      });
      const response = {
        statusCode: 200,
        setHeader: () => undefined,
        end: (text = '') => resolve({ status: response.statusCode, body: text }),
      };
      this.#server.emit('request', request, response);
      request.emit('data', Buffer.from(body));
      request.emit('end');
    });
  }
}

const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20200101T000000Z',
  // dynalite asks for a well-formed header and checks nothing in it: IAM was asked before.
  authorization:
    'AWS4-HMAC-SHA256 Credential=LAB/20200101/lab/dynamodb/aws4_request, SignedHeaders=host, Signature=lab',
};
