import fc from 'fast-check';
import { stringMatches } from '../../../lab/aws/asl/choice-rules';
import { machine, Run } from './virtual-host';

async function chooses(rule: object, input: unknown): Promise<boolean> {
  const run = new Run(
    machine({
      C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Succeed' },
      No: { Type: 'Succeed' },
    }),
    { input },
  );
  const result = await run.finish();
  if (result.status !== 'SUCCEEDED') throw new Error(`${result.error}: ${result.cause}`);
  return run.entered().at(-1) === 'Yes';
}

const V = { Variable: '$.v' };
const T = '2026-01-31T12:00:00Z';

test.each<[object, unknown, boolean]>([
  [{ ...V, StringEquals: 'a' }, 'a', true],
  [{ ...V, StringEquals: 'a' }, 1, false],
  [{ ...V, StringLessThan: 'b' }, 'a', true],
  [{ ...V, StringLessThanEquals: 'a' }, 'a', true],
  [{ ...V, StringGreaterThan: 'a' }, 'a', false],
  [{ ...V, StringGreaterThanEquals: 'a' }, 'a', true],
  [{ ...V, StringMatches: 'log-*.txt' }, 'log-1.txt', true],
  [{ ...V, StringMatches: 'log-\\*.txt' }, 'log-1.txt', false],
  [{ ...V, StringMatches: 'log-\\*.txt' }, 'log-*.txt', true],
  [{ ...V, NumericEquals: 1 }, 1.0, true],
  [{ ...V, NumericEquals: 1 }, '1', false],
  [{ ...V, NumericLessThan: 2 }, 1, true],
  [{ ...V, NumericLessThanEquals: 1 }, 1, true],
  [{ ...V, NumericGreaterThan: 1 }, 1, false],
  [{ ...V, NumericGreaterThanEquals: 1 }, 1, true],
  [{ ...V, BooleanEquals: true }, true, true],
  [{ ...V, BooleanEquals: true }, 1, false],
  [{ ...V, TimestampEquals: T }, '2026-01-31T13:00:00+01:00', true],
  [{ ...V, TimestampLessThan: T }, '2026-01-31T11:59:59.999999Z', true],
  [{ ...V, TimestampLessThanEquals: T }, T, true],
  [{ ...V, TimestampGreaterThan: T }, '2026-01-31T12:00:00.000001Z', true],
  [{ ...V, TimestampGreaterThanEquals: T }, 'yesterday', false],
  [{ ...V, StringEqualsPath: '$.w' }, 'other', true],
  [{ ...V, NumericLessThanPath: '$.n' }, 6, true],
  [{ ...V, BooleanEqualsPath: '$.v' }, false, true],
  [{ ...V, TimestampEqualsPath: '$.v' }, T, true],
  [{ ...V, IsPresent: true }, null, true],
  [{ Variable: '$.nope', IsPresent: false }, 1, true],
  [{ Variable: '$.nope', IsPresent: true }, 1, false],
  [{ ...V, IsNull: true }, null, true],
  [{ ...V, IsNull: false }, 1, true],
  [{ ...V, IsString: true }, 'a', true],
  [{ ...V, IsNumeric: true }, 1, true],
  [{ ...V, IsBoolean: true }, 0, false],
  [{ ...V, IsTimestamp: true }, T, true],
  [{ ...V, IsTimestamp: true }, '2026-01-31T12:00:00z', false],
  [{ Not: { ...V, IsNull: true } }, 1, true],
  [
    {
      And: [
        { ...V, IsString: true },
        { ...V, StringEquals: 'b' },
      ],
    },
    'a',
    false,
  ],
  [{ Or: [{ ...V, IsNumeric: true }, { Not: { ...V, StringEquals: 'b' } }] }, 'a', true],
  [{ Variable: '$$.Execution.Name', StringEquals: 'run-1' }, 1, true],
])('%j with %j is %j', async (rule, v, expected) => {
  await expect(chooses(rule, { v, w: 'other', n: 7 })).resolves.toBe(expected);
});

test('And stops at the first rule that does not hold, so a presence check guards what follows', async () => {
  const rule = {
    And: [
      { Variable: '$.x', IsPresent: true },
      { Variable: '$.x', NumericGreaterThan: 1 },
    ],
  };
  await expect(chooses(rule, {})).resolves.toBe(false);
});

test('a Variable that is not there ends the execution', async () => {
  await expect(chooses({ Variable: '$.x', StringEquals: 'a' }, {})).rejects.toThrow(
    "States.Runtime: An error occurred while executing the state 'C' (entered at the event id #2). " +
      "Invalid path '$.x': The choice state's condition path references an invalid value.",
  );
});

test('no matching rule and no Default ends the execution', async () => {
  const definition = machine({
    C: { Type: 'Choice', Choices: [{ Variable: '$.x', StringEquals: 'never', Next: 'D' }] },
    D: { Type: 'Pass' },
  });
  await expect(new Run(definition, { input: { x: 'a' } }).finish()).resolves.toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining('The state does not point to a next state.'),
  });
});

test('the first rule that holds decides, and the output is filtered', async () => {
  const run = new Run(
    machine({
      C: {
        Type: 'Choice',
        InputPath: '$.in',
        OutputPath: '$.keep',
        Choices: [
          { Variable: '$.n', NumericEquals: 1, Next: 'A' },
          { Variable: '$.n', NumericLessThan: 5, Next: 'B' },
        ],
      },
      A: { Type: 'Succeed' },
      B: { Type: 'Succeed' },
    }),
    { input: { in: { n: 1, keep: 'k' } } },
  );
  await expect(run.finish()).resolves.toMatchObject({ output: '"k"' });
  expect(run.entered()).toEqual(['C', 'A']);
});

test('StringMatches agrees with a regular expression and stays fast on hostile patterns', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\', '.') });
  fc.assert(
    fc.property(short, short, (pattern, value) => {
      const source = pattern.replace(/\\([\s\S])|\*|[.\\]/g, (token, escaped: string | undefined) =>
        escaped !== undefined ? `\\u{${escaped.charCodeAt(0).toString(16)}}` : token === '*' ? '[^]*' : `\\${token}`,
      );
      expect(stringMatches(pattern, value)).toBe(new RegExp(`^${source}$`, 'u').test(value));
    }),
    { numRuns: 2000 },
  );
  expect(stringMatches('*a'.repeat(500), 'a'.repeat(20_000).concat('b'))).toBe(false);
});
