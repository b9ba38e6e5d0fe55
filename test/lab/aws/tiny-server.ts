import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { HttpRequest } from '../../../lab/aws/protocol/http';
import { decodeCall, encodeAnswer, encodeFault } from '../../../lab/aws/protocol/wire';
import { AwsFault, type Call, type ServiceDouble } from '../../../lab/aws/service';

/** One double behind real HTTP, without IAM: what an SDK client needs to prove the wire format. */
export interface TinyServer {
  readonly endpoint: string;
  readonly config: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  close(): Promise<void>;
}

export const testCall: Call = {
  principal: { accessKeyId: 'AKIATEST', account: '111122223333', roleArn: 'arn:aws:iam::111122223333:role/test' },
  account: '111122223333',
  region: 'eu-west-1',
  now: () => Date.parse('2026-05-16T02:00:00Z'),
  requestId: 'req-1',
};

export async function serve(double: ServiceDouble, call: Call = testCall): Promise<TinyServer> {
  const server = createServer((request, response) => {
    answer(double, call, request).then(
      (result) => response.writeHead(result.status, result.headers).end(result.body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const endpoint = `http://127.0.0.1:${portOf(server)}`;
  return {
    endpoint,
    config: {
      endpoint,
      region: call.region,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
      maxAttempts: 1,
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answer(double: ServiceDouble, call: Call, message: IncomingMessage) {
  try {
    const decoded = decodeCall(double, await readRequest(message));
    decoded.operation.authorize?.(decoded.input, call);
    const output = await decoded.operation.run(decoded.input, call);
    return encodeAnswer(double, decoded.name, output, call.requestId);
  } catch (error) {
    if (error instanceof AwsFault) return encodeFault(double, error, call.requestId);
    throw error;
  }
}

async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  const url = new URL(message.url ?? '/', 'http://lab');
  const headers = Object.fromEntries(Object.entries(message.headers).map(([key, value]) => [key, String(value)]));
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
  };
}
