import fc from 'fast-check';
import { type AcceptedRequest, createFrontDoor, type HttpRequest } from '../../bot/front-door';
import { memoryNonces } from '../support/chat/stores';
import { BAD, GOOD, NOW, SECRET, sign, signed } from './front-door-corpus';

function doorWith(over: Partial<Parameters<typeof createFrontDoor>[0]> = {}) {
  const reached: AcceptedRequest[] = [];
  const nonces = memoryNonces();
  const door = createFrontDoor({
    signingSecrets: async () => [SECRET],
    now: () => NOW,
    firstUse: (nonce, expires) => nonces.remember(nonce, new Date(expires * 1000)),
    inner: async (request) => {
      reached.push(request);
      return { statusCode: 200, body: 'inside' };
    },
    ...over,
  });
  return { door, reached };
}

describe('the front door', () => {
  test('knows at least 250 bad requests, each by its own name', () => {
    expect(BAD.length).toBeGreaterThanOrEqual(250);
    expect(new Set(BAD.map(({ name }) => name)).size).toBe(BAD.length);
  });

  test.each(GOOD.map(({ name, request }) => [name, request] as const))('lets %s in', async (_name, request) => {
    const { door, reached } = doorWith();
    expect(await door(request)).toEqual({ statusCode: 200, body: 'inside' });
    expect(reached).toHaveLength(1);
  });

  test.each(BAD.map(({ name, request }) => [name, request] as const))('turns away %s', async (_name, request) => {
    const { door, reached } = doorWith();
    const answer = await door(request);
    expect([401, 413, 415]).toContain(answer.statusCode);
    expect(answer.body).toBe('');
    expect(reached).toEqual([]);
  });

  test('survives anything', async () => {
    const { door, reached } = doorWith();
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(undefined));
    const request = fc.record(
      {
        headers: fc.oneof(
          fc.dictionary(
            fc.constantFrom(
              'x-slack-signature',
              'X-Slack-Signature',
              'content-type',
              'x-slack-request-timestamp',
              '__proto__',
            ),
            value,
          ),
          fc.constant(null),
        ),
        body: fc.oneof(fc.string({ unit: 'binary', maxLength: 2000 }), fc.json(), fc.constant(null)),
        isBase64Encoded: fc.boolean(),
        rawPath: fc.constantFrom('/slack/commands', '/slack/interactions', '/slack/events', '/x'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(request, async (made) => {
        const answer = await door(made as HttpRequest);
        return [401, 413, 415].includes(answer.statusCode) && answer.body === '';
      }),
      { numRuns: 1000 },
    );
    expect(reached).toEqual([]);
  });

  test('survives any body that is really signed, and hands on only what its path carries', async () => {
    const path = fc.constantFrom('/slack/commands', '/slack/interactions', '/slack/events');
    const body = fc.oneof(
      fc.json(),
      fc.webQueryParameters(),
      fc.string({ unit: 'binary' }),
      fc.json().map((text) => `payload=${encodeURIComponent(text)}`),
    );
    await fc.assert(
      fc.asyncProperty(path, body, async (where, text) => {
        const { door, reached } = doorWith();
        const type =
          where === '/slack/events' ? 'application/json' : 'application/x-www-form-urlencoded; charset=utf-8';
        const answer = await door(signed(text, type, where));
        return answer.statusCode === 200 ? reached.length <= 1 : answer.statusCode === 415 && reached.length === 0;
      }),
      { numRuns: 500 },
    );
  });

  test('lets ten concurrent copies of one request in once', async () => {
    const { door, reached } = doorWith();
    for (const { request } of GOOD) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => door(request)));
      expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, ...Array(9).fill(401)]);
    }
    expect(reached).toHaveLength(GOOD.length);
  });

  test('tolerates a charset, header case, and 300 seconds either way', async () => {
    const [command] = GOOD;
    for (const skew of [-300, 300]) {
      const { door } = doorWith({ now: () => new Date(NOW.getTime() + skew * 1000) });
      const headers = Object.fromEntries(
        Object.entries(command!.request.headers ?? {}).map(([key, value]) => [key.toUpperCase(), value]),
      );
      const type = 'Application/X-WWW-Form-Urlencoded; charset=UTF-8';
      expect((await door({ ...command!.request, headers: { ...headers, 'CONTENT-TYPE': type } })).statusCode).toBe(200);
    }
  });

  test('reads base64 as bytes: text beyond ASCII keeps its signature and arrives whole', async () => {
    const body = JSON.stringify({ type: 'event_callback', event: { type: 'app_mention', text: 'Grüße 🚨' } });
    const { door, reached } = doorWith();
    const request = signed(body, 'application/json', '/slack/events');
    const answer = await door({ ...request, body: Buffer.from(body).toString('base64'), isBase64Encoded: true });
    expect(answer.statusCode).toBe(200);
    expect(reached[0]?.body).toBe(body);
  });

  test('takes the old secret beside the new one while it is rotated, and an empty one never', async () => {
    const [command] = GOOD;
    const rotated = doorWith({ signingSecrets: async () => ['the new one', SECRET] });
    expect((await rotated.door(command!.request)).statusCode).toBe(200);
    const empty = doorWith({ signingSecrets: async () => [''] });
    const forged = { ...command!.request.headers, 'x-slack-signature': sign(command!.body, undefined, '') };
    expect((await empty.door({ ...command!.request, headers: forged })).statusCode).toBe(401);
  });

  test('answers a signed ssl_check and shows it to nobody inside', async () => {
    const { door, reached } = doorWith();
    const answer = await door(signed('ssl_check=1&token=t', 'application/x-www-form-urlencoded', '/slack/commands'));
    expect(answer).toEqual({ statusCode: 200, body: '' });
    expect(reached).toEqual([]);
  });

  test('says 503 and lets nothing in when the request cannot be remembered or the secret not be read', async () => {
    const broken = async () => {
      throw new Error('no table');
    };
    for (const over of [{ firstUse: broken }, { signingSecrets: broken }]) {
      const { door, reached } = doorWith(over);
      expect(await door(GOOD[0]!.request)).toEqual({ statusCode: 503, body: '' });
      expect(reached).toEqual([]);
    }
  });
});
