import { machine, outputOf, Run, START } from './virtual-host';

const INPUT = { lambda: { who: 'x' }, data: { v: 1 }, extra: 'foo' };

test('a Pass hands its input on', async () => {
  await expect(outputOf(machine({ A: { Type: 'Pass' } }), INPUT)).resolves.toEqual(INPUT);
});

test('a result goes into the raw input, whatever InputPath cut out', async () => {
  const state = { Type: 'Pass', InputPath: '$.lambda', ResultPath: '$.data.result', OutputPath: '$.data' };
  await expect(outputOf(machine({ A: state }), INPUT)).resolves.toEqual({ v: 1, result: { who: 'x' } });
});

test.each<[string, object, unknown]>([
  ['InputPath null is {}', { InputPath: null }, {}],
  ['OutputPath null is {}', { OutputPath: null }, {}],
  ['ResultPath null keeps the input', { Result: 5, ResultPath: null }, INPUT],
  ['ResultPath $ replaces it', { Result: 5, ResultPath: '$' }, 5],
  ['Result alone replaces it', { Result: { 'x.$': '$.extra' } }, { 'x.$': '$.extra' }],
  ['Result may be null', { Result: null }, null],
])('%s', async (_, fields, expected) => {
  await expect(outputOf(machine({ A: { Type: 'Pass', ...fields } }), INPUT)).resolves.toEqual(expected);
});

test('Parameters mix constants, paths, the context object and calls at any depth', async () => {
  const Parameters = {
    fixed: [1, { 'deep.$': '$.lambda.who' }],
    'who.$': '$.lambda.who',
    'call.$': "States.Format('{}-{}', $.extra, $$.Execution.Name)",
    'name.$': '$$.State.Name',
    'started.$': '$$.Execution.StartTime',
    'machine.$': '$$.StateMachine.Name',
    'input.$': '$$.Execution.Input.data.v',
  };
  await expect(outputOf(machine({ A: { Type: 'Pass', Parameters } }), INPUT)).resolves.toEqual({
    fixed: [1, { deep: 'x' }],
    who: 'x',
    call: 'foo-run-1',
    name: 'A',
    started: new Date(START).toISOString(),
    machine: 'machine',
    input: 1,
  });
});

test('a field called __proto__ is data like any other', async () => {
  const input: unknown = JSON.parse('{"__proto__": {"a": 1}}');
  const out = await outputOf(
    machine({ A: { Type: 'Pass', Parameters: { 'x.$': "$['__proto__'].a", 'all.$': '$' } } }),
    input,
  );
  expect(JSON.stringify(out)).toBe('{"x":1,"all":{"__proto__":{"a":1}}}');
});

test('a path that finds nothing ends the execution, and says where', async () => {
  const definition = machine({ A: { Type: 'Pass', Parameters: { 'm.$': '$.nope' } } });
  await expect(new Run(definition, { input: { x: 'a' } }).finish()).resolves.toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause:
      "An error occurred while executing the state 'A' (entered at the event id #2). " +
      "The JSONPath '$.nope' specified for the field 'm.$' could not be found in the input '{\"x\":\"a\"}'",
  });
});

test('an InputPath that finds nothing ends the execution', async () => {
  const result = await new Run(machine({ A: { Type: 'Pass', InputPath: '$.a.b' } })).finish();
  expect(result).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining("$['a']['b']") });
});

test('an output past 256 KiB is States.DataLimitExceeded, and one just below is not', async () => {
  const doubling = async (text: string) => {
    const state = { Type: 'Pass', Parameters: { 'a.$': '$.t', 'b.$': '$.t' } };
    const result = await new Run(machine({ A: state }), { input: { t: text } }).finish();
    return result.status === 'SUCCEEDED' ? result.status : result.error;
  };
  // {"a":"…","b":"…"} is 15 bytes around two texts: 2 × 131,064 + 15 = 262,143.
  await expect(doubling('x'.repeat(131_064))).resolves.toBe('SUCCEEDED');
  await expect(doubling('x'.repeat(131_065))).resolves.toBe('States.DataLimitExceeded');
  // Two bytes each: 4 × 65,533 + 15 = 262,147.
  await expect(doubling('é'.repeat(65_533))).resolves.toBe('States.DataLimitExceeded');
});

test('an input past 256 KiB is refused', () => {
  expect(() => new Run(machine({ A: { Type: 'Pass' } }), { input: 'x'.repeat(262_143) })).toThrow(
    'InvalidExecutionInput',
  );
});
