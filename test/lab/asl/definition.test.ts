import { parseMachine, unreachableStates } from '../../../lab/aws/asl/parse-states';
import { DefinitionError } from '../../../lab/aws/asl/states-error';
import { INVOKE, machine, Run } from './virtual-host';

const PASS = { Type: 'Pass' };
const TASK = { Type: 'Task', Resource: INVOKE };
const rule = (extra: object) => ({ Type: 'Choice', Choices: [{ Next: 'B', ...extra }] });

/** The pointer at which a definition is refused. */
function refusal(definition: unknown): string {
  try {
    new Run(definition);
  } catch (error) {
    if (error instanceof DefinitionError) return `${error.pointer} ${error.message}`;
    throw error;
  }
  throw new Error('the definition was accepted');
}

test.each<[string, unknown, string]>([
  ['text that is not JSON', '{', 'not JSON'],
  ['an unknown top-level field', { ...machine({ A: PASS }), Extra: 1 }, '/Extra'],
  ['an unknown state field', machine({ A: { ...PASS, Retry: [] } }), '/States/A/Retry'],
  ['an unknown state type', machine({ A: { Type: 'Loop' } }), '/States/A/Type'],
  ['a StartAt that is not there', { StartAt: 'X', States: { A: { ...PASS, End: true } } }, '/StartAt'],
  ['a Next that is not there', machine({ A: { ...PASS, Next: 'X' } }), '/States/A'],
  ['a state that neither ends nor leads on', { StartAt: 'A', States: { A: PASS } }, '/States/A'],
  ['both Next and End', machine({ A: { ...PASS, Next: 'B', End: true }, B: PASS }), '/States/A/End'],
  ['JSONata for the machine', { ...machine({ A: PASS }), QueryLanguage: 'JSONata' }, '/QueryLanguage'],
  ['JSONata for a state', machine({ A: { ...PASS, QueryLanguage: 'JSONata' } }), '/States/A/QueryLanguage'],
  ['JSONata fields', machine({ A: { ...PASS, Output: {} } }), 'JSONata'],
  ['variables', machine({ A: { ...PASS, Assign: { x: 1 } } }), '/States/A/Assign'],
  ['a variable in a path', machine({ A: { ...PASS, Parameters: { 'x.$': '$name.y' } } }), '/States/A/Parameters/x.$'],
  ['a path that is none', machine({ A: { ...PASS, InputPath: 'a' } }), '/States/A/InputPath'],
  ['a ResultPath that selects many', machine({ A: { ...PASS, ResultPath: '$.a[*]' } }), '/States/A/ResultPath'],
  ['a ResultPath into the context', machine({ A: { ...TASK, ResultPath: '$$.x' } }), '/States/A/ResultPath'],
  ['a template field that is no path', machine({ A: { ...TASK, Parameters: { a: [{ 'b.$': 1 }] } } }), '/a/0/b.$'],
  ['an unknown intrinsic', machine({ A: { ...PASS, Parameters: { 'x.$': 'States.Nope()' } } }), 'States.Nope'],
  ['a field given twice', machine({ A: { ...PASS, Parameters: { x: 1, 'x.$': '$' } } }), 'twice'],
  ['a Choice without rules', machine({ A: { Type: 'Choice', Choices: [] } }), '/States/A/Choices'],
  ['an unknown operator', machine({ A: rule({ Variable: '$.a', StringLike: 'b' }), B: PASS }), '/Choices/0/StringLike'],
  ['two operators', machine({ A: rule({ Variable: '$.a', IsNull: true, IsString: true }), B: PASS }), '/Choices/0'],
  ['an operand of another type', machine({ A: rule({ Variable: '$.a', NumericEquals: '1' }), B: PASS }), 'numeric'],
  [
    'an inner rule with a Next',
    machine({ A: rule({ Not: { Variable: '$', IsNull: true, Next: 'B' } }), B: PASS }),
    '/Not/Next',
  ],
  ['a Wait without an end', machine({ A: { Type: 'Wait' } }), '/States/A'],
  ['a Wait with two', machine({ A: { Type: 'Wait', Seconds: 1, SecondsPath: '$' } }), '/States/A/SecondsPath'],
  ['a bad timestamp', machine({ A: { Type: 'Wait', Timestamp: '2026-01-31 12:00' } }), '/States/A/Timestamp'],
  ['a resource that is none', machine({ A: { Type: 'Task', Resource: 'lambda:invoke' } }), '/States/A/Resource'],
  ['.sync', machine({ A: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync' } }), '/States/A/Resource'],
  ['a heartbeat not below the timeout', machine({ A: { ...TASK, TimeoutSeconds: 5, HeartbeatSeconds: 5 } }), 'smaller'],
  ['a timeout of 0', machine({ A: { ...TASK, TimeoutSeconds: 0 } }), '/States/A/TimeoutSeconds'],
  [
    'States.ALL beside others',
    machine({ A: { ...TASK, Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] } }),
    '/Retry/0/ErrorEquals',
  ],
  [
    'States.ALL before the end',
    machine({ A: { ...TASK, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] } }),
    '/Retry/0',
  ],
  ['a backoff below 1', machine({ A: { ...TASK, Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] } }), '/BackoffRate'],
  ['a catcher to nowhere', machine({ A: { ...TASK, Catch: [{ ErrorEquals: ['E'], Next: 'X' }] } }), "'X'"],
  [
    'a distributed Map',
    machine({
      A: { Type: 'Map', ItemProcessor: { ...machine({ B: PASS }), ProcessorConfig: { Mode: 'DISTRIBUTED' } } },
    }),
    '/States/A/ItemProcessor/ProcessorConfig/Mode',
  ],
  [
    'an ItemReader',
    machine({ A: { Type: 'Map', ItemReader: {}, ItemProcessor: machine({ B: PASS }) } }),
    '/ItemReader',
  ],
  ['a name used twice', machine({ A: { Type: 'Parallel', Branches: [machine({ A: PASS })] } }), '/Branches/0/States/A'],
  [
    'a branch leading out',
    machine({ A: { Type: 'Parallel', Branches: [machine({ B: { ...PASS, Next: 'A' } })] } }),
    "'A'",
  ],
])('%s is refused with its place', (_, definition, expected) => {
  expect(refusal(definition)).toContain(expected);
});

test('a definition with every common field is accepted, as text too', () => {
  const definition = {
    Comment: 'c',
    Version: '1.0',
    QueryLanguage: 'JSONPath',
    TimeoutSeconds: 60,
    ...machine({
      A: { ...TASK, Comment: 'c', Parameters: { 'x.$': '$' }, ResultPath: null, TimeoutSecondsPath: '$.t' },
    }),
  };
  expect(() => new Run(JSON.stringify(definition))).not.toThrow();
});

test('states that nothing leads to are named, inside branches too, and a sound machine has none', () => {
  const end = { ...PASS, End: true };
  const branch = { StartAt: 'C', States: { C: end, 'D/e': end } };
  const branched = { A: { Type: 'Parallel', Branches: [branch], Next: 'B' }, B: end };
  const of = (states: object) => unreachableStates(parseMachine({ StartAt: 'A', States: states }));
  expect(of({ ...branched, F: end })).toEqual(['D/e', 'F']);
  expect(of({ A: { ...PASS, Next: 'B' }, B: end })).toEqual([]);
});
