import { machine } from '../lab/asl/virtual-host';
import { BOOM, CAUGHT, type Case, catching, ECHO, FAILING, MISSING_TABLE, PARKED, PASS } from './asl-case';

export const ERRORS: Case[] = [
  { title: 'Task: a failure that nothing catches', definition: machine({ A: FAILING }) },
  { title: 'Catch: States.ALL', definition: machine({ A: { ...FAILING, ...catching('States.ALL') }, Caught: CAUGHT }) },
  {
    title: 'Catch: States.TaskFailed',
    definition: machine({ A: { ...FAILING, ...catching('States.TaskFailed') }, Caught: CAUGHT }),
  },
  {
    title: 'Catch: the name of the error',
    definition: machine({ A: { ...FAILING, ...catching(MISSING_TABLE) }, Caught: CAUGHT }),
  },
  {
    title: 'Catch: another name lets the error through',
    definition: machine({ A: { ...FAILING, ...catching('Other') }, Caught: CAUGHT }),
  },
  {
    title: 'Catch: ResultPath keeps the input',
    definition: machine({
      A: { ...FAILING, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ResultPath: '$.why' }], End: true },
      Caught: { ...PASS, Parameters: { 'error.$': '$.why.Error', 'kept.$': '$.keep' }, End: true },
    }),
    input: { keep: 1 },
  },
  {
    title: 'Catch: the first that matches',
    definition: machine({
      A: {
        ...FAILING,
        Catch: [
          { ErrorEquals: ['Other'], Next: 'Wrong' },
          { ErrorEquals: ['States.ALL'], Next: 'Caught' },
        ],
        Next: 'Wrong',
      },
      Wrong: { ...PASS, End: true },
      Caught: CAUGHT,
    }),
  },
  {
    title: 'Retry: used up, then caught',
    definition: machine({
      A: {
        ...FAILING,
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }],
        ...catching('States.ALL'),
      },
      Caught: CAUGHT,
    }),
  },
  {
    title: 'Retry: MaxAttempts 0',
    definition: machine({ A: { ...FAILING, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }] } }),
  },
  {
    title: 'Retry: a Parallel enters its branches again',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [machine({ B: BOOM })],
        Retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }],
      },
    }),
  },
  {
    title: 'Catch: States.ALL does not catch States.Runtime',
    definition: machine({
      A: { ...ECHO, Parameters: { FunctionName: 'echo', 'Payload.$': '$.nope' }, ...catching('States.ALL') },
      Caught: CAUGHT,
    }),
    deviation: {
      fact: 'Step Functions guide, error names: "A retry or catch on States.ALL won\'t catch States.Runtime errors"',
      expected: { status: 'FAILED', error: 'States.Runtime' },
    },
  },
];

export const BRANCHES: Case[] = [
  {
    title: 'Parallel: outputs in the order of the branches',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [machine({ A: { Type: 'Wait', Seconds: 1 } }), machine({ B: { ...PASS, Result: 2 } })],
      },
    }),
    input: { x: 1 },
    unordered: true,
  },
  {
    title: 'Parallel: Parameters, ResultSelector and ResultPath',
    definition: machine({
      P: {
        Type: 'Parallel',
        Parameters: { 'y.$': '$.x' },
        Branches: [machine({ A: PASS }), machine({ B: PASS })],
        ResultSelector: { 'first.$': '$[0].y' },
        ResultPath: '$.r',
      },
    }),
    input: { x: 1 },
    deviation: {
      fact: 'Step Functions guide, paths: $[0].y is a reference path and selects one node (moto makes a list of it)',
      expected: { status: 'SUCCEEDED', output: { x: 1, r: { first: 1 } } },
    },
    unordered: true,
  },
  {
    title: 'Parallel: a failing branch',
    definition: machine({ P: { Type: 'Parallel', Branches: [machine({ B: BOOM })] } }),
  },
  {
    title: 'Parallel: a failing branch is caught and its sibling cut',
    definition: machine({
      P: {
        Type: 'Parallel',
        Branches: [
          machine({ Slow: { Type: 'Wait', Seconds: 20 }, Never: PASS }),
          machine({ Soon: { Type: 'Wait', Seconds: 1 }, Boom: BOOM }),
        ],
        ...catching('Boom'),
      },
      Caught: CAUGHT,
    }),
    unordered: true,
  },
  {
    title: 'Map: one item at a time',
    definition: machine({
      M: { Type: 'Map', ItemsPath: '$.l', MaxConcurrency: 1, ItemProcessor: machine({ I: PASS, J: PASS }) },
    }),
    input: { l: [3, 1, 2] },
  },
  {
    title: 'Map: ItemSelector with index, value and the input',
    definition: machine({
      M: {
        Type: 'Map',
        ItemsPath: '$.l',
        MaxConcurrency: 1,
        ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'x.$': '$.x' },
        ItemProcessor: machine({ I: PASS }),
      },
    }),
    input: { l: ['a', 'b'], x: 9 },
  },
  {
    title: 'Map: no items',
    definition: machine({ M: { Type: 'Map', ItemProcessor: machine({ I: PASS }) } }),
    input: [],
  },
  {
    title: 'Map: a failing iteration',
    definition: machine({ M: { Type: 'Map', MaxConcurrency: 1, ItemProcessor: machine({ I: BOOM }) } }),
    input: [1, 2],
  },
  {
    title: 'Map: a failing iteration is caught',
    definition: machine({
      M: { Type: 'Map', MaxConcurrency: 1, ItemProcessor: machine({ I: BOOM }), ...catching('Boom') },
      Caught: CAUGHT,
    }),
    input: [1, 2],
  },
  {
    title: 'Map: ResultPath keeps the input',
    definition: machine({
      M: {
        Type: 'Map',
        ItemsPath: '$.l',
        MaxConcurrency: 1,
        ResultPath: '$.out',
        ItemProcessor: machine({ I: { ...PASS, Result: 0 } }),
      },
    }),
    input: { l: [1, 2] },
  },
];

export const WAITING: Case[] = [
  { title: 'Token: success', definition: machine({ A: PARKED }), answers: [{ afterMs: 0, send: 'success' }] },
  { title: 'Token: failure', definition: machine({ A: PARKED }), answers: [{ afterMs: 0, send: 'failure' }] },
  {
    title: 'Token: failure that is caught',
    definition: machine({ A: { ...PARKED, ...catching('Rejected') }, Caught: CAUGHT }),
    answers: [{ afterMs: 0, send: 'failure' }],
  },
  {
    title: 'Token: ResultPath',
    definition: machine({ A: { ...PARKED, ResultPath: '$.answer' } }),
    input: { keep: 1 },
    answers: [{ afterMs: 0, send: 'success' }],
  },
  { title: 'Timeout: nobody answers', definition: machine({ A: { ...PARKED, TimeoutSeconds: 1 } }) },
  {
    title: 'Timeout: caught by States.Timeout',
    definition: machine({ A: { ...PARKED, TimeoutSeconds: 1, ...catching('States.Timeout') }, Caught: CAUGHT }),
  },
  {
    title: 'Timeout: not caught by States.TaskFailed',
    definition: machine({ A: { ...PARKED, TimeoutSeconds: 1, ...catching('States.TaskFailed') }, Caught: CAUGHT }),
  },
  {
    title: 'Timeout: TimeoutSecondsPath',
    definition: machine({ A: { ...PARKED, TimeoutSecondsPath: '$.s', ...catching('States.ALL') }, Caught: CAUGHT }),
    input: { s: 1 },
  },
  {
    title: 'Heartbeat: missed',
    definition: machine({ A: { ...PARKED, TimeoutSeconds: 20, HeartbeatSeconds: 1 } }),
    deviation: {
      fact: 'States Language specification: States.HeartbeatTimeout is "A Task State failed to heartbeat for a time longer than the HeartbeatSeconds value"',
      expected: { status: 'FAILED', error: 'States.HeartbeatTimeout' },
    },
  },
  {
    title: 'Heartbeat: missed, caught by States.Timeout',
    definition: machine({
      A: {
        ...PARKED,
        TimeoutSeconds: 20,
        HeartbeatSeconds: 1,
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }],
        End: true,
      },
      Caught: { ...PASS, Result: { caught: true }, End: true },
    }),
  },
  {
    title: 'Heartbeat: kept up, then success',
    // moto's seconds are real ones: a busy machine may be late by some, and together the two are longer than one heartbeat.
    definition: machine({ A: { ...PARKED, TimeoutSeconds: 60, HeartbeatSeconds: 15 } }),
    answers: [
      { afterMs: 9000, send: 'heartbeat' },
      { afterMs: 9000, send: 'success' },
    ],
  },
  {
    title: 'Timeout of the machine',
    definition: { ...machine({ A: { Type: 'Wait', Seconds: 20 } }), TimeoutSeconds: 1 },
  },
];
