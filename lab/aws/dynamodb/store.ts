import http from 'node:http';
import dynalite from 'dynalite';
import { dictOf, textOf } from '../platform';
import { AwsFault } from '../service';

type Dict = Readonly<Record<string, unknown>>;

/** DynamoDB itself: dynalite on a port of its own, asked through its wire protocol. */
export class DynamoStore {
  readonly #server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  readonly #agent = new http.Agent({ keepAlive: true });
  #port = 0;

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** One operation. @throws AwsFault as DynamoDB answered it */
  async ask(operation: string, input: Dict): Promise<Dict> {
    const { status, body } = await this.#post(operation, JSON.stringify(input));
    const parsed = dictOf(body === '' ? {} : JSON.parse(body));
    if (status < 300) return parsed;
    const code = textOf(parsed.__type).split('#').at(-1) ?? 'InternalFailure';
    const { __type: _type, message, Message, ...detail } = parsed;
    throw new AwsFault(code, textOf(message) || textOf(Message), status, detail);
  }

  #post(operation: string, body: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20200101T000000Z',
        // dynalite asks for a well-formed header and checks nothing in it: IAM was asked before.
        authorization:
          'AWS4-HMAC-SHA256 Credential=LAB/20200101/lab/dynamodb/aws4_request, SignedHeaders=host, Signature=lab',
      };
      const request = http.request(
        { host: '127.0.0.1', port: this.#port, method: 'POST', path: '/', agent: this.#agent, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 500, body: text }));
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}
