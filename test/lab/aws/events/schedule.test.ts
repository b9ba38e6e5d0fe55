import fc from 'fast-check';
import { nextFiring } from '../../../../lab/aws/events/schedule';
import { targetInput } from '../../../../lab/aws/events/transform';

const at = (iso: string): number => Date.parse(iso);
const next = (expression: string, now: string): string =>
  new Date(at(now) + nextFiring(expression, at(now))).toISOString();

describe('schedules', () => {
  it.each([
    ['rate(1 minute)', '2020-01-01T00:00:30Z', '2020-01-01T00:01:00.000Z'],
    ['rate(2 hours)', '2020-01-01T00:00:00Z', '2020-01-01T02:00:00.000Z'],
    ['cron(15 10 * * ? *)', '2020-01-01T10:15:00Z', '2020-01-02T10:15:00.000Z'],
    ['cron(0/20 * ? * MON-FRI *)', '2020-01-03T23:50:00Z', '2020-01-06T00:00:00.000Z'],
    ['cron(0 8 1 * ? *)', '2020-01-15T00:00:00Z', '2020-02-01T08:00:00.000Z'],
    ['cron(0 0 29 2 ? *)', '2020-03-01T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s after %s fires at %s', (expression, now, expected) => {
    expect(next(expression, now)).toBe(expected);
  });

  it('of the past never fire', () => {
    expect(nextFiring('cron(0 0 1 1 ? 2019)', at('2020-01-01T00:00:00Z'))).toBe(Number.POSITIVE_INFINITY);
  });

  it('always fire later than now, on the field they name', () => {
    fc.assert(
      fc.property(fc.nat(59), fc.nat(23), fc.nat(4e11), (minute, hour, offset) => {
        const now = at('2020-01-01T00:00:00Z') + offset;
        const firing = new Date(now + nextFiring(`cron(${minute} ${hour} * * ? *)`, now));
        expect(firing.getTime()).toBeGreaterThan(now);
        expect([firing.getUTCMinutes(), firing.getUTCHours()]).toEqual([minute, hour]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the input of a target', () => {
  const event = { id: 'e', detail: { name: 'a "b"', n: 3, list: ['x', 'y'] } };
  const rule = { arn: 'arn:rule', name: 'rule' };
  const transformed = (paths: Record<string, string>, template: string): string =>
    targetInput(event, { transformer: { paths, template } }, rule, 0);

  it('is the event, a constant, a part, or a template filled in', () => {
    expect(targetInput(event, {}, rule, 0)).toBe(JSON.stringify(event));
    expect(targetInput(event, { input: '{"a":1}' }, rule, 0)).toBe('{"a":1}');
    expect(targetInput(event, { inputPath: '$.detail.list[1]' }, rule, 0)).toBe('"y"');
    expect(
      JSON.parse(
        transformed(
          { n: '$.detail.n', name: '$.detail.name' },
          '{"n": <n>, "text": "<name>", "rule": <aws.events.rule-name>}',
        ),
      ),
    ).toEqual({ n: 3, text: 'a "b"', rule: 'rule' });
    expect(transformed({ n: '$.detail.n' }, '"n is <n>"')).toBe('"n is 3"');
  });
});
