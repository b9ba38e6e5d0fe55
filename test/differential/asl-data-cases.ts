import { machine } from '../lab/asl/virtual-host';
import { BOOM, type Case, ECHO, type Expected, PASS } from './asl-case';

function choice(rule: object, v: unknown, extra: object = {}): Case {
  return {
    title: `Choice: ${JSON.stringify(rule)} on ${JSON.stringify(v)}`,
    definition: machine({
      C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Succeed' },
      No: { Type: 'Succeed' },
    }),
    input: { v, w: 'b', n: 7, ...extra },
  };
}

const V = { Variable: '$.v' };
const T = '2026-01-31T12:00:00Z';

export const CHOICES: Case[] = [
  choice({ ...V, StringEquals: 'a' }, 'a'),
  choice({ ...V, StringEquals: 'a' }, 1),
  choice({ ...V, StringLessThan: 'b' }, 'a'),
  choice({ ...V, StringGreaterThanEquals: 'b' }, 'a'),
  choice({ ...V, StringLessThanPath: '$.w' }, 'a'),
  choice({ ...V, StringMatches: 'log-*.txt' }, 'log-1.txt'),
  choice({ ...V, StringMatches: 'log-*.txt' }, 'log-1.csv'),
  choice({ ...V, NumericEquals: 1 }, 1),
  choice({ ...V, NumericGreaterThan: 1 }, 2.5),
  choice({ ...V, NumericLessThanEquals: 1 }, 2),
  choice({ ...V, NumericLessThanPath: '$.n' }, 6),
  choice({ ...V, BooleanEquals: true }, true),
  choice({ ...V, BooleanEquals: false }, true),
  choice({ ...V, TimestampEquals: T }, T),
  choice({ ...V, TimestampLessThan: T }, '2026-01-30T12:00:00Z'),
  choice({ ...V, TimestampGreaterThanEquals: T }, '2026-01-30T12:00:00Z'),
  choice({ ...V, IsNull: true }, null),
  choice({ ...V, IsString: true }, 1),
  choice({ ...V, IsNumeric: true }, 1),
  choice({ ...V, IsBoolean: true }, false),
  choice({ ...V, IsTimestamp: true }, T),
  choice({ Variable: '$.nope', IsPresent: true }, 1),
  choice({ Variable: '$.nope', IsPresent: false }, 1),
  choice({ Not: { ...V, StringEquals: 'a' } }, 'b'),
  choice(
    {
      And: [
        { ...V, IsString: true },
        { ...V, StringEquals: 'a' },
      ],
    },
    'a',
  ),
  choice({ Or: [{ ...V, IsNumeric: true }, { Not: { ...V, StringEquals: 'a' } }] }, 'a'),
  choice(
    {
      And: [
        { Variable: '$.x', IsPresent: true },
        { Variable: '$.x', NumericEquals: 1 },
      ],
    },
    'a',
  ),
  {
    title: 'Choice: no rule holds and there is no Default',
    definition: machine({
      C: { Type: 'Choice', Choices: [{ ...V, StringEquals: 'a', Next: 'Yes' }] },
      Yes: { Type: 'Succeed' },
    }),
    input: { v: 'b' },
  },
];

export const DATA_FLOW: Case[] = [
  {
    title: 'Pass: ResultPath into the input',
    definition: machine({ A: { ...PASS, Result: 1, ResultPath: '$.r.s' } }),
    input: { a: 1 },
  },
  {
    title: 'Pass: ResultPath null',
    definition: machine({ A: { ...PASS, Result: 1, ResultPath: null } }),
    input: { a: 1 },
  },
  {
    title: 'Pass: InputPath and OutputPath',
    definition: machine({ A: { ...PASS, InputPath: '$.a', OutputPath: '$.b' } }),
    input: { a: { b: 2 } },
  },
  { title: 'Pass: InputPath null', definition: machine({ A: { ...PASS, InputPath: null } }), input: { a: 1 } },
  { title: 'Pass: OutputPath null', definition: machine({ A: { ...PASS, OutputPath: null } }), input: { a: 1 } },
  {
    title: 'Pass: Parameters with paths and the context object',
    definition: machine({
      A: {
        ...PASS,
        Parameters: {
          'a.$': '$.x[1]',
          'all.$': '$.x[*]',
          'name.$': '$$.State.Name',
          'run.$': '$$.Execution.Name',
          k: [1, { z: null }],
        },
      },
    }),
    input: { x: [1, { y: 2 }] },
  },
  {
    title: 'Pass: slices, wildcards, recursion',
    definition: machine({ A: { ...PASS, Parameters: { 's.$': '$.l[1:3]', 'w.$': '$.o[*].id', 'r.$': '$..id' } } }),
    input: { l: [1, 2, 3, 4], o: [{ id: 1 }, { id: 2 }] },
  },
  {
    title: 'Pass: a filter',
    definition: machine({ A: { ...PASS, Parameters: { 'f.$': '$.o[?(@.id > 1)].name' } } }),
    input: {
      o: [
        { id: 1, name: 'a' },
        { id: 2, name: 'b' },
        { id: 3, name: 'c' },
      ],
    },
  },
  {
    title: 'Pass: a path that finds nothing',
    definition: machine({ A: { ...PASS, Parameters: { 'x.$': '$.nope' } } }),
  },
  { title: 'Pass: an InputPath that finds nothing', definition: machine({ A: { ...PASS, InputPath: '$.nope' } }) },
  {
    title: 'Task: ResultSelector and ResultPath',
    definition: machine({ A: { ...ECHO, ResultSelector: { 'got.$': '$.Payload.x' }, ResultPath: '$.r' } }),
    input: { x: [1, 2] },
  },
  {
    title: 'Task: the Payload of lambda:invoke',
    definition: machine({ A: { ...ECHO, OutputPath: '$.Payload' } }),
    input: { x: 'ü' },
  },
  {
    title: 'Task: the StatusCode of lambda:invoke',
    definition: machine({ A: { ...ECHO, OutputPath: '$.StatusCode' } }),
  },
  {
    title: 'Succeed: OutputPath',
    definition: machine({ A: { Type: 'Succeed', OutputPath: '$.a' } }),
    input: { a: [1] },
  },
  { title: 'Fail: Error and Cause', definition: machine({ A: BOOM }) },
  {
    title: 'Fail: ErrorPath and CausePath',
    definition: machine({ A: { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('{}', $.c)" } }),
    input: { e: 'FromPath', c: 1 },
  },
  { title: 'Wait: Seconds', definition: machine({ A: { Type: 'Wait', Seconds: 1 } }), input: { a: 1 } },
  { title: 'Wait: SecondsPath', definition: machine({ A: { Type: 'Wait', SecondsPath: '$.s' } }), input: { s: 1 } },
  {
    title: 'Wait: a Timestamp that is past',
    definition: machine({ A: { Type: 'Wait', Timestamp: T } }),
    input: { a: 1 },
  },
  {
    title: 'Wait: a TimestampPath that is past',
    definition: machine({ A: { Type: 'Wait', TimestampPath: '$.t' } }),
    input: { t: T },
  },
];

const INPUT = {
  name: 'Arnav',
  list: [1, 2, 2, 3],
  json: '{"a":[1]}',
  l: { a: 1, o: { x: 1 } },
  r: { a: 2, o: { y: 1 } },
  s: 'This.is+a,test=string',
};

export const INTRINSICS: Case[] = [
  "States.Format('Hello, {}: {}', $.name, $.list)",
  "States.Format('{} {}', 1, $.list)",
  'States.StringToJson($.json)',
  'States.JsonToString($.l)',
  "States.Array($.name, 1, 'x')",
  'States.ArrayPartition($.list, 3)',
  'States.ArrayContains($.list, 3)',
  'States.ArrayContains($.list, 9)',
  'States.ArrayRange(1, 9, 2)',
  'States.ArrayGetItem($.list, 1)',
  'States.ArrayLength($.list)',
  'States.ArrayUnique($.list)',
  'States.Base64Encode($.name)',
  "States.Base64Decode('QXJuYXY=')",
  "States.Hash($.name, 'SHA-256')",
  "States.Hash($.name, 'MD5')",
  'States.JsonMerge($.l, $.r, false)',
  'States.MathAdd(111, -1)',
  "States.StringSplit($.s, '.+,=')",
  "States.ArrayLength(States.StringSplit(States.UUID(), '-'))",
  "States.ArrayGetItem(States.StringSplit(States.Format('{}/{}', 'a', 'b'), '/'), 1)",
].map((call) => intrinsic(call));

const ESCAPES = "States Language specification: ', {, } and \\ are written with a backslash before them inside a text";
const NULL =
  'States Language specification: "arguments may be strings …, numbers, null, Paths, or nested Intrinsic Functions"';
const FAILURE =
  'States Language specification: "If the Intrinsic Function fails during evaluation, … States.IntrinsicFailure"';

export const DEVIATING_INTRINSICS: Case[] = [
  intrinsic("States.Format('it\\'s \\{\\} {}', $.name)", { fact: ESCAPES, expected: succeeds("it's {} Arnav") }),
  intrinsic("States.Format('{} {}', 1, null)", { fact: NULL, expected: succeeds('1 null') }),
  intrinsic('States.Array(1, null)', { fact: NULL, expected: succeeds([1, null]) }),
  intrinsic('States.ArrayGetItem($.list, 9)', { fact: FAILURE, expected: fails('States.IntrinsicFailure') }),
  intrinsic("States.StringToJson('[')", { fact: FAILURE, expected: fails('States.IntrinsicFailure') }),
];

function succeeds(x: unknown): Expected {
  return { status: 'SUCCEEDED', output: { x } };
}

function fails(error: string): Expected {
  return { status: 'FAILED', error };
}

function intrinsic(call: string, deviation?: Case['deviation']): Case {
  const definition = machine({ A: { ...PASS, Parameters: { 'x.$': call } } });
  return { title: `Intrinsic: ${call}`, definition, input: INPUT, ...(deviation && { deviation }) };
}
