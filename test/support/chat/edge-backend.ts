import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Commit } from '../../../core/incident/events';

export interface BackendFacts {
  readonly secret: Readonly<Record<string, string>>;
  readonly rows: readonly Commit[];
  /** Slot → where that message is. */
  readonly messages: Readonly<Record<string, { readonly channel: string; readonly ts: string; readonly seq: number }>>;
}

interface Value {
  readonly S?: string;
  readonly N?: string;
}

/** The AWS and Slack calls of the edge answered from facts, on one port: enough to start the real bundle alone. */
export class EdgeBackend {
  readonly calls: string[] = [];
  readonly appended: Readonly<Record<string, Value>>[] = [];
  private readonly nonces = new Set<string>();
  private server: Server | undefined;
  base = '';

  constructor(private readonly facts: BackendFacts) {}

  async listen(): Promise<void> {
    this.server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const target = incoming.headers['x-amz-target'];
        const operation = typeof target === 'string' ? (target.split('.')[1] ?? '') : (incoming.url ?? '');
        this.calls.push(operation);
        const text = Buffer.concat(chunks).toString();
        const { status, body } =
          typeof target === 'string'
            ? this.aws(operation, JSON.parse(text))
            : { status: 200, body: { ok: true, view: { id: 'V1' }, user: { team_id: this.facts.secret.teamId } } };
        outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    this.base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private aws(operation: string, input: Readonly<Record<string, never>>): { status: number; body: object } {
    const { Item, Key } = input as { Item?: Record<string, Value>; Key?: Record<string, Value> };
    switch (operation) {
      case 'GetSecretValue':
        return { status: 200, body: { SecretString: JSON.stringify(this.facts.secret) } };
      case 'Query':
        return { status: 200, body: { Items: this.facts.rows.map(itemOf) } };
      case 'GetItem': {
        const slot = Key?.pk?.S?.startsWith('SLACK#') ? (Key.sk?.S ?? '') : '';
        const ref = this.facts.messages[slot];
        return {
          status: 200,
          body: ref ? { Item: { channel: { S: ref.channel }, ts: { S: ref.ts }, seq: { N: String(ref.seq) } } } : {},
        };
      }
      case 'PutItem': {
        const nonce = Item?.pk?.S ?? '';
        if (nonce.startsWith('NONCE#')) {
          if (this.nonces.has(nonce))
            return {
              status: 400,
              body: { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', message: 'seen' },
            };
          this.nonces.add(nonce);
        } else if (Item) this.appended.push(Item);
        return { status: 200, body: {} };
      }
      default:
        return { status: 400, body: { __type: 'UnknownOperationException' } };
    }
  }

  /** Environment of the function in front of this backend. */
  environment(): Record<string, string> {
    return {
      LEDGER_TABLE: 'ledger',
      STATE_TABLE: 'state',
      SLACK_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000111222333:secret:slack',
      SLACK_CHANNEL: 'C0CORDON',
      HOME_ACCOUNT: '000111222333',
      HOME_REGION: 'eu-west-1',
      ADMIN_PAIRS: '[]',
      GITHUB_REPOSITORY: 'acme/ir',
      SLACK_API_URL: `${this.base}/api/`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: this.base,
    };
  }
}

function itemOf(row: Commit): Record<string, Value> {
  const { incident, seq, commandId, at, prevHash, hash } = row;
  return {
    incident: { S: incident },
    seq: { N: String(seq) },
    commandId: { S: commandId },
    at: { S: at },
    version: { N: '1' },
    prevHash: { S: prevHash },
    hash: { S: hash },
    events: { S: JSON.stringify(row.events) },
    actor: { S: JSON.stringify(row.actor) },
  };
}

/** An API Gateway event with a body Slack would have signed now. */
export function signedEvent(secret: string, path: string, body: string, now = Date.now()) {
  const timestamp = String(Math.floor(now / 1000));
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    version: '2.0',
    rawPath: path,
    isBase64Encoded: false,
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac}`,
    },
  };
}
