import type { Provision } from '../../assembly/deployment';
import { base32Hash } from '../../time/seeded';
import type { Functions } from '../lambda/functions';
import { dictOf, listOf, type Platform, textOf } from '../platform';

/** A request from the internet. Header names in any case. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Api {
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly integrations: Map<string, string>;
  readonly routes: Map<string, string>;
}

/**
 * Content types that an HTTP API passes on as text; any other body reaches Lambda in base64, form posts among them
 * (API Gateway Developer Guide, payload format 2.0).
 */
const TEXT = /^(text\/|application\/(json|xml|javascript)\b)/;

/** The HTTP APIs of the templates: routes to Lambda with payload format 2.0. */
export class HttpApis {
  readonly #byId = new Map<string, Api>();
  #requests = 0;

  constructor(
    private readonly platform: Platform,
    private readonly functions: Functions,
  ) {}

  /** Sends a request to the first API that has a route for it. */
  async request(request: ApiRequest): Promise<ApiResponse> {
    for (const api of this.#byId.values()) {
      for (const key of [`${request.method} ${request.path}`, `ANY ${request.path}`, '$default']) {
        const integration = api.routes.get(key);
        const arn = integration === undefined ? undefined : api.integrations.get(integration);
        if (arn !== undefined) return this.#invoke(api, key, arn, request);
      }
    }
    return answer(404, { message: 'Not Found' });
  }

  async #invoke(api: Api, routeKey: string, arn: string, request: ApiRequest): Promise<ApiResponse> {
    const source = `${api.arn}/$default/${request.method}${request.path}`;
    const check = { action: 'lambda:InvokeFunction', resource: arn, context: { 'aws:SourceArn': source } };
    if (!this.platform.access.decideService('apigateway.amazonaws.com', check).allowed) {
      return answer(500, { message: 'Internal Server Error' });
    }
    this.#requests += 1;
    const { result } = await this.functions.invoke(arn, this.#event(api, routeKey, request));
    return result.ok ? fromPayload(result.payload) : answer(500, { message: 'Internal Server Error' });
  }

  #event(api: Api, routeKey: string, request: ApiRequest): object {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const now = this.platform.clock.now();
    const domainName = `${api.id}.execute-api.${api.region}.amazonaws.com`;
    const text = TEXT.test(headers['content-type'] ?? 'text/plain');
    const { method, path } = request;
    const userAgent = headers['user-agent'] ?? '';
    return {
      version: '2.0',
      routeKey,
      rawPath: path,
      rawQueryString: request.query ?? '',
      headers: {
        ...headers,
        host: domainName,
        'content-length': String(request.body.length),
        'x-forwarded-proto': 'https',
      },
      requestContext: {
        accountId: api.account,
        apiId: api.id,
        domainName,
        domainPrefix: api.id,
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent },
        requestId: `lab-${this.#requests}`,
        routeKey,
        stage: '$default',
        time: new Date(now).toUTCString(),
        timeEpoch: Math.floor(now),
      },
      ...(request.body.length > 0 ? { body: request.body.toString(text ? 'utf8' : 'base64') } : {}),
      isBase64Encoded: request.body.length > 0 && !text,
    };
  }

  provisions(): Readonly<Record<string, Provision>> {
    const apiOf = (id: unknown): Api => {
      const api = this.#byId.get(textOf(id));
      if (api === undefined) throw new Error(`Nothing of the assembly is the HTTP API ${textOf(id)}.`);
      return api;
    };
    return {
      'AWS::ApiGatewayV2::Api': ({ properties, partition, region, account, stack, logicalId }) => {
        if (textOf(properties.ProtocolType) !== 'HTTP') throw new Error('The lab does not model WebSocket APIs.');
        const id = base32Hash(10, 'http api', stack, logicalId).toLowerCase();
        const arn = `arn:${partition}:execute-api:${region}:${account}:${id}`;
        this.#byId.set(id, { id, arn, region, account, integrations: new Map(), routes: new Map() });
        return { ref: id, attributes: { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${region}.amazonaws.com` } };
      },
      'AWS::ApiGatewayV2::Integration': ({ properties, name }) => {
        if (textOf(properties.PayloadFormatVersion) !== '2.0')
          throw new Error('The lab knows payload format 2.0 of HTTP APIs only.');
        const id = name(64);
        apiOf(properties.ApiId).integrations.set(id, textOf(properties.IntegrationUri));
        return { ref: id };
      },
      'AWS::ApiGatewayV2::Route': ({ properties, name }) => {
        apiOf(properties.ApiId).routes.set(
          textOf(properties.RouteKey),
          textOf(properties.Target).replace(/^integrations\//, ''),
        );
        return { ref: name(64) };
      },
      'AWS::ApiGatewayV2::Stage': ({ properties }) => ({ ref: textOf(properties.StageName) }),
    };
  }
}

function answer(status: number, body: object): ApiResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Without a statusCode the whole payload is the body of a 200 (payload format 2.0). */
function fromPayload(payload: unknown): ApiResponse {
  const { statusCode, headers, body, isBase64Encoded, cookies } = dictOf(payload);
  if (statusCode === undefined)
    return { ...answer(200, {}), body: typeof payload === 'string' ? payload : JSON.stringify(payload) };
  const plain = Object.entries(dictOf(headers)).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const set = listOf(cookies).length > 0 ? { 'set-cookie': listOf(cookies).join(', ') } : {};
  const text = textOf(body);
  return {
    status: Number(statusCode),
    headers: { ...Object.fromEntries(plain), ...set },
    body: isBase64Encoded === true ? Buffer.from(text, 'base64').toString('utf8') : text,
  };
}
