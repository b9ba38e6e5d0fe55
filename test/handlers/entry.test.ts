import fc from 'fast-check';
import { z } from 'zod';
import { NeedsHuman } from '../../core/errors';
import { entry, type LogLine, redact } from '../../handlers/entry';

function listening() {
  const lines: LogLine[] = [];
  return { lines, log: (line: LogLine) => void lines.push(line) };
}

const SHAPE = z.object({ incident: z.string(), token: z.string() });

describe('an entry', () => {
  it('logs one line per call, with ids and without what the caller was given in trust', async () => {
    const { lines, log } = listening();
    const handler = entry('verb', SHAPE, async () => ({ said: 'done' }), log);
    expect(await handler({ incident: 'IR-1', token: 'bearer' }, { awsRequestId: 'r' })).toEqual({ said: 'done' });
    expect(lines).toEqual([
      { level: 'info', function: 'verb', requestId: 'r', incident: 'IR-1', output: { said: 'done' } },
    ]);
  });

  it('lets errors out under their own name, said once', async () => {
    const { lines, log } = listening();
    const handler = entry('verb', SHAPE, async () => Promise.reject(new NeedsHuman('no agent')), log);
    await expect(handler({ incident: 'IR-1', token: 't' })).rejects.toMatchObject({ name: 'NeedsHuman' });
    expect(lines).toMatchObject([{ level: 'error', error: { name: 'NeedsHuman', message: 'no agent' } }]);
  });

  it('refuses an event of another shape with the field that is wrong', async () => {
    const { log } = listening();
    const handler = entry('verb', SHAPE, async () => undefined, log);
    await expect(handler({ incident: 7 })).rejects.toThrow(/verb was called with incident: /);
  });
});

describe('redact', () => {
  it('lets no secret through, wherever it lies', () => {
    const secret = 'canary-0f8b';
    const keys = fc.constantFrom(
      'token',
      'taskToken',
      'signingSecret',
      'Authorization',
      'x-slack-signature',
      'privateKey',
      'response_url',
      'trigger_id',
      'body',
    );
    const wrapped = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        keys.map((key) => ({ [key]: secret })),
        fc.constant(`see https://b.s3.amazonaws.com/k?X-Amz-Signature=${secret} for it`),
        fc.dictionary(fc.string(), tie('value')),
        fc.array(tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(wrapped, (value) => {
        expect(JSON.stringify(redact(value)) ?? '').not.toContain(secret);
      }),
    );
  });
});
