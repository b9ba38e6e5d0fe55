import { lightFetch } from '../../light-fetch';
import { type Credentials, signedHeaders } from './sign';

/** An AWS JSON service: where it is, how its operations are named. */
export interface JsonService {
  readonly service: string;
  readonly target: string;
  readonly contentType: string;
}

/** An error as the SDK would throw it: named after its code, with the HTTP status it came with. */
export class ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode: status };
  }
}

const ATTEMPTS = 3;
const TIMEOUT_MS = 5_000;
/** Doubled each time, with full jitter: 0 to 50, then 0 to 100 ms. */
const FIRST_WAIT_MS = 50;
const LATER = new Set(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded']);

/** Lambda puts a function's credentials and region into its environment. */
function fromEnvironment(): { readonly credentials: Credentials; readonly region: string } {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN, AWS_REGION = '' } = process.env;
  const keys = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return { credentials: AWS_SESSION_TOKEN ? { ...keys, sessionToken: AWS_SESSION_TOKEN } : keys, region: AWS_REGION };
}

function isRetried(error: unknown): boolean {
  return !(error instanceof ServiceError) || error.$metadata.httpStatusCode >= 500 || LATER.has(error.name);
}

/**
 * Calls one operation of a JSON service: three tries, five seconds each. A retry may repeat an effect, as the SDK's would;
 * callers use conditions for that.
 */
export async function callService<O>(service: JsonService, operation: string, input: object): Promise<O> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once<O>(service, operation, JSON.stringify(input));
    } catch (error) {
      if (attempt >= ATTEMPTS || !isRetried(error)) throw error;
      const wait = Math.random() * FIRST_WAIT_MS * 2 ** (attempt - 1);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

async function once<O>(service: JsonService, operation: string, body: string): Promise<O> {
  const { credentials, region } = fromEnvironment();
  const url = new URL(process.env.AWS_ENDPOINT_URL ?? `https://${service.service}.${region}.amazonaws.com`);
  const headers = {
    'content-type': service.contentType,
    'x-amz-target': `${service.target}.${operation}`,
    'user-agent': `cordon-light/1 api/${service.service}`,
  };
  const unsigned = { host: url.host, path: '/', headers, body };
  const signed = signedHeaders(unsigned, credentials, { region, service: service.service }, new Date());
  const answer = await lightFetch(url, {
    method: 'POST',
    headers: signed,
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  if (answer.ok) return parsed as O;
  throw errorOf(parsed, answer.status);
}

function errorOf(body: unknown, status: number): ServiceError {
  const { __type: type = 'Error', message, Message } = (body ?? {}) as Readonly<Record<string, string | undefined>>;
  return new ServiceError(type.split('#').at(-1) ?? type, message ?? Message ?? type, status);
}
