import { createHmac } from 'node:crypto';
import { stringify } from 'node:querystring';
import type { HttpRequest } from '../../bot/front-door';

export const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const NOW = new Date('2020-01-01T00:00:00Z');
const SECONDS = Math.floor(NOW.getTime() / 1000);
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

export interface Named {
  readonly name: string;
  readonly request: HttpRequest;
}

export function sign(
  body: string | Buffer,
  timestamp: string | number = SECONDS,
  secret = SECRET,
  version = 'v0',
): string {
  const mac = createHmac('sha256', secret).update(`${version}:${timestamp}:`).update(body).digest('hex');
  return `${version}=${mac}`;
}

const COMMAND = stringify({
  token: 't',
  command: '/ir',
  text: 'help',
  user_id: 'U0ALICE01',
  team_id: 'T0CORDONLAB',
  trigger_id: '1.2',
});
const PAYLOAD = stringify({
  payload: JSON.stringify({ type: 'block_actions', user: { id: 'U0ALICE01' }, actions: [] }),
});
const EVENT = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention', text: 'hi' } });

/** One good request per path: the corpus is made by spoiling these. */
export const GOOD: readonly (Named & { readonly body: string; readonly type: string; readonly path: string })[] = [
  { name: 'a slash command', body: COMMAND, type: FORM, path: '/slack/commands' },
  { name: 'an interaction', body: PAYLOAD, type: FORM, path: '/slack/interactions' },
  { name: 'an event', body: EVENT, type: JSON_TYPE, path: '/slack/events' },
].map((base) => ({ ...base, request: signed(base.body, base.type, base.path) }));

export function signed(
  body: string,
  type: string,
  path: string,
  over: Record<string, string | undefined> = {},
): HttpRequest {
  const headers = {
    'content-type': type,
    'x-slack-signature': sign(body),
    'x-slack-request-timestamp': String(SECONDS),
    ...over,
  };
  return { headers, body, rawPath: path };
}

const SIGNATURES: readonly (readonly [string, (body: string) => string | undefined])[] = [
  ['no signature', () => undefined],
  ['an empty signature', () => ''],
  ['only the version', () => 'v0='],
  ['no version', (body) => sign(body).slice(3)],
  ['version v1', (body) => sign(body, SECONDS, SECRET, 'v1')],
  ['version v9 signed as v9', (body) => sign(body, SECONDS, SECRET, 'v9')],
  ['version V0', (body) => sign(body).replace('v0', 'V0')],
  ['upper-case hex', (body) => `v0=${sign(body).slice(3).toUpperCase()}`],
  ['one digit too few', (body) => sign(body).slice(0, -1)],
  ['one digit too many', (body) => `${sign(body)}0`],
  ['a digit changed', (body) => sign(body).replace(/.$/, (c) => (c === '0' ? '1' : '0'))],
  ['a letter beyond hex', (body) => sign(body).replace(/.$/, 'g')],
  ['a leading blank', (body) => ` ${sign(body)}`],
  ['a trailing newline', (body) => `${sign(body)}\n`],
  ['two signatures joined', (body) => `${sign(body)},${sign(body)}`],
  ['a wrong and a right one joined', (body) => `v0=${'0'.repeat(64)}, ${sign(body)}`],
  ['zeros', () => `v0=${'0'.repeat(64)}`],
  ['base64 instead of hex', (body) => `v0=${Buffer.from(sign(body).slice(3), 'hex').toString('base64')}`],
  ['another secret', (body) => sign(body, SECONDS, 'another secret')],
  ['an empty secret', (body) => sign(body, SECONDS, '')],
  ['the secret reversed', (body) => sign(body, SECONDS, [...SECRET].reverse().join(''))],
  ['a signature of the body alone', (body) => `v0=${createHmac('sha256', SECRET).update(body).digest('hex')}`],
  ['a signature of another body', () => sign('command=%2Fir&text=other')],
  ['a signature of the body and a blank', (body) => sign(`${body} `)],
  ['a signature over another second', (body) => sign(body, SECONDS + 1)],
  ['a signature over the timestamp with a plus', (body) => sign(body, `+${SECONDS}`)],
  [
    'a signature with SHA-1',
    (body) => `v0=${createHmac('sha1', SECRET).update(`v0:${SECONDS}:${body}`).digest('hex')}`,
  ],
  ['a NUL byte after it', (body) => `${sign(body)}\0`],
  ['a very long one', () => `v0=${'a'.repeat(10_000)}`],
];

const TIMESTAMPS: readonly (readonly [string, string | undefined])[] = [
  ['no timestamp', undefined],
  ['an empty timestamp', ''],
  ['a day ago', String(SECONDS - 86_400)],
  ['301 seconds ago', String(SECONDS - 301)],
  ['301 seconds ahead', String(SECONDS + 301)],
  ['a year ahead', String(SECONDS + 31_536_000)],
  ['milliseconds', String(SECONDS * 1000)],
  ['nine digits', '157783680'],
  ['eleven digits', '01577836800'],
  ['a sign', `+${SECONDS}`],
  ['a minus', `-${SECONDS}`],
  ['a fraction', `${SECONDS}.0`],
  ['an exponent', '1.5778368e9'],
  ['hex', '0x5e0be100'],
  ['a blank before', ` ${SECONDS}`],
  ['a newline after', `${SECONDS}\n`],
  ['two joined', `${SECONDS},${SECONDS}`],
  ['NaN', 'NaN'],
  ['Infinity', 'Infinity'],
  ['other digits', '١٥٧٧٨٣٦٨٠٠'],
  ['words', 'now'],
  ['the epoch', '0000000000'],
  ['the far future', '9999999999'],
];

const TYPES: readonly string[] = [
  '',
  'text/plain',
  'text/html',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/octet-stream',
  'application/json+x',
  'application/x-www-form-urlencoded-x',
  'application',
  '*/*',
  'null',
];

const BAD_JSON: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['half an object', '{"type":"event_callback"'],
  ['a list', '[]'],
  ['a number', '1'],
  ['null', 'null'],
  ['a string', '"event_callback"'],
  ['no type', '{"event":{}}'],
  ['a type that is a number', '{"type":1}'],
  ['a type that is a list', '{"type":["event_callback"]}'],
  ['a form', 'type=event_callback'],
  ['trailing words', '{"type":"event_callback"} and more'],
  ['a byte order mark', '\ufeff{"type":"event_callback"}'],
  ['single quotes', "{'type':'event_callback'}"],
  ['a comment', '{"type":"event_callback"/*x*/}'],
  ['nesting without end', `${'{"type":"x","a":'.repeat(200)}1${'}'.repeat(200)}`],
  ['lists without end', `{"type":"x","a":${'['.repeat(500)}${']'.repeat(500)}}`],
  ['a prototype and no type', '{"__proto__":{"type":"event_callback"}}'],
];

const BAD_FORMS: readonly (readonly [string, string, string])[] = [
  ['/slack/commands', 'an empty form', ''],
  ['/slack/commands', 'no command', 'text=help'],
  ['/slack/commands', 'two commands', 'command=%2Fir&command=%2Fother'],
  ['/slack/commands', 'two users', 'command=%2Fir&user_id=U1&user_id=U2'],
  ['/slack/commands', 'a payload', `command=%2Fir&${PAYLOAD}`],
  ['/slack/commands', 'ssl_check with another value', 'ssl_check=0&command=%2Fir'],
  ['/slack/commands', 'ssl_check twice', 'ssl_check=1&ssl_check=1'],
  ['/slack/commands', 'JSON', '{"command":"/ir"}'],
  ['/slack/interactions', 'an empty form', ''],
  ['/slack/interactions', 'no payload', 'text=help'],
  ['/slack/interactions', 'an empty payload', 'payload='],
  ['/slack/interactions', 'two payloads', `${PAYLOAD}&${PAYLOAD}`],
  ['/slack/interactions', 'something beside the payload', `${PAYLOAD}&command=%2Fir`],
  ['/slack/interactions', 'a payload that is no JSON', 'payload=%7B'],
  ['/slack/interactions', 'a payload that is a list', 'payload=%5B%5D'],
  ['/slack/interactions', 'a payload that is null', 'payload=null'],
  ['/slack/interactions', 'a payload without type', 'payload=%7B%7D'],
  ['/slack/interactions', 'ssl_check with another value', 'ssl_check=yes'],
  [
    '/slack/interactions',
    'a payload of endless nesting',
    stringify({ payload: `${'{"type":"x","a":'.repeat(200)}1${'}'.repeat(200)}` }),
  ],
];

const PATHS = [
  '',
  '/',
  '/slack',
  '/slack/',
  '/slack/commands/',
  '/slack/command',
  '/slack/../slack/commands/x',
  '/SLACK/COMMANDS',
  '/slack/commands%00',
  '/slack/events/1',
  '/healthz',
  '/.env',
];

function spoiltSignatures(): Named[] {
  return GOOD.flatMap(({ name, body, type, path }) =>
    SIGNATURES.map(([how, make]) => ({
      name: `${name} with ${how}`,
      request: signed(body, type, path, { 'x-slack-signature': make(body) }),
    })),
  );
}

function spoiltTimestamps(): Named[] {
  return GOOD.flatMap(({ name, body, type, path }) =>
    TIMESTAMPS.map(([how, timestamp]) => ({
      name: `${name} with ${how} as timestamp, signed over it`,
      request: signed(body, type, path, {
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': sign(body, timestamp ?? SECONDS),
      }),
    })),
  );
}

function spoiltBodies(): Named[] {
  const json = BAD_JSON.map(([how, body]) => ({
    name: `an event that is ${how}`,
    request: signed(body, JSON_TYPE, '/slack/events'),
  }));
  const forms = BAD_FORMS.map(([path, how, body]) => ({
    name: `${path} with ${how}`,
    request: signed(body, FORM, path),
  }));
  return [...json, ...forms];
}

function unsigned(): Named[] {
  const bodies = [
    ...BAD_JSON.map(([how, body]) => [how, body] as const),
    ['ssl_check', 'ssl_check=1'] as const,
    ['ssl_check among others', `${COMMAND}&ssl_check=1`] as const,
    ['a url_verification', '{"type":"url_verification","challenge":"x"}'] as const,
  ];
  return bodies.map(([how, body]) => ({
    name: `an unsigned request of ${how}`,
    request: { headers: { 'content-type': body.startsWith('{') ? JSON_TYPE : FORM }, body, rawPath: '/slack/events' },
  }));
}

function spoiltEnvelopes(): Named[] {
  const good = GOOD[0]?.request ?? {};
  const body = COMMAND;
  const base64 = Buffer.from(body).toString('base64');
  const upper = { 'X-Slack-Signature': sign(body) };
  return [
    ...TYPES.flatMap((type) =>
      GOOD.map((base) => ({ name: `${base.name} as “${type}”`, request: signed(base.body, type, base.path) })),
    ),
    ...PATHS.map((path) => ({ name: `a command for path “${path}”`, request: { ...good, rawPath: path } })),
    { name: 'nothing at all', request: {} },
    { name: 'null headers', request: { ...good, headers: null } },
    { name: 'no body', request: { headers: good.headers ?? {}, rawPath: '/slack/commands' } },
    { name: 'a null body', request: { ...good, body: null } },
    { name: 'no content type', request: signed(body, FORM, '/slack/commands', { 'content-type': undefined }) },
    { name: 'the signature header in two cases', request: { ...good, headers: { ...good.headers, ...upper } } },
    {
      name: 'the signature header twice in REST form',
      request: { ...good, multiValueHeaders: { 'x-slack-signature': ['a', 'b'] } },
    },
    {
      name: 'the timestamp header in two cases',
      request: { ...good, headers: { ...good.headers, 'X-Slack-Request-Timestamp': String(SECONDS) } },
    },
    { name: 'a plain body that says it is base64', request: { ...good, isBase64Encoded: true } },
    { name: 'base64 with a blank', request: { ...good, body: ` ${base64}`, isBase64Encoded: true } },
    {
      name: 'base64 without its padding',
      request: { ...good, body: Buffer.from('ab').toString('base64').replace(/=/g, ''), isBase64Encoded: true },
    },
    {
      name: 'a base64 body signed over its base64',
      request: {
        headers: { ...good.headers, 'x-slack-signature': sign(base64) },
        body: base64,
        isBase64Encoded: true,
        rawPath: '/slack/commands',
      },
    },
    { name: 'a body one byte too large', request: signed(`${'a'.repeat(64 * 1024)}=`, FORM, '/slack/commands') },
    { name: 'a body of ten megabytes', request: signed('a'.repeat(10 * 1024 * 1024), FORM, '/slack/commands') },
    { name: 'bytes that are no UTF-8', request: invalidUtf8() },
    { name: 'a day-old body re-cut behind a new timestamp', request: recut() },
  ];
}

function invalidUtf8(): HttpRequest {
  const bytes = Buffer.concat([Buffer.from('{"type":"x","a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
  const headers = {
    'content-type': JSON_TYPE,
    'x-slack-signature': sign(bytes),
    'x-slack-request-timestamp': String(SECONDS),
  };
  return { headers, body: bytes.toString('base64'), isBase64Encoded: true, rawPath: '/slack/events' };
}

/** An old signed body `a:<number>:rest` re-cut so that its front would be the version and its middle the timestamp. */
function recut(): HttpRequest {
  const old = `v0:${SECONDS - 86_400}:text:${SECONDS}:command=%2Fir`;
  const mac = createHmac('sha256', SECRET).update(old).digest('hex');
  const version = `v0:${SECONDS - 86_400}:text`;
  return {
    headers: {
      'content-type': FORM,
      'x-slack-signature': `${version}=${mac}`,
      'x-slack-request-timestamp': String(SECONDS),
    },
    body: 'command=%2Fir',
    rawPath: '/slack/commands',
  };
}

/** At least 250 requests that must be turned away, each with a name that says what is wrong with it. */
export const BAD: readonly Named[] = [
  ...spoiltSignatures(),
  ...spoiltTimestamps(),
  ...spoiltBodies(),
  ...unsigned(),
  ...spoiltEnvelopes(),
];
