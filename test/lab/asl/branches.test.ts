import { StatesError } from '../../../lab/aws/asl/states-error';
import { INVOKE, machine, outputOf, PARK, Run } from './virtual-host';

const PASS = { Type: 'Pass' };
const BOOM = { Type: 'Fail', Error: 'MyError', Cause: 'my cause' };
const parallel = (branches: object[], fields: object = {}) => ({ Type: 'Parallel', Branches: branches, ...fields });
const map = (processor: object, fields: object = {}) => ({
  Type: 'Map',
  ItemsPath: '$.items',
  ItemProcessor: processor,
  ...fields,
});
const call = (fields: object = {}) => ({ Type: 'Task', Resource: INVOKE, ...fields });

test('branches get the same input and give their outputs in order', async () => {
  const branches = [machine({ A: { ...PASS, Result: 1 } }), machine({ B: PASS })];
  await expect(outputOf(machine({ P: parallel(branches) }), { x: 'a' })).resolves.toEqual([1, { x: 'a' }]);
});

test('the events of a Parallel chain as the service chains them', async () => {
  const branches = [machine({ A1: PASS, A2: PASS }), machine({ B1: PASS })];
  const run = new Run(machine({ P: parallel(branches), After: PASS }));
  await run.finish();
  const id = (type: string, name?: string) =>
    run.events.find((event) => {
      const details = event.stateEnteredEventDetails ?? event.stateExitedEventDetails;
      return event.type === type && (name === undefined || details?.name === name);
    });
  const started = id('ParallelStateStarted');
  expect(id('PassStateEntered', 'A1')?.previousEventId).toBe(started?.id);
  expect(id('PassStateEntered', 'B1')?.previousEventId).toBe(started?.id);
  expect(id('PassStateEntered', 'A2')?.previousEventId).toBe(id('PassStateExited', 'A1')?.id);
  const last = Math.max(id('PassStateExited', 'A2')?.id ?? 0, id('PassStateExited', 'B1')?.id ?? 0);
  expect(id('ParallelStateSucceeded')?.previousEventId).toBe(last);
  expect(id('ParallelStateExited')?.previousEventId).toBe(last);
  expect(id('PassStateEntered', 'After')?.previousEventId).toBe(id('ParallelStateExited')?.id);
});

test('a failing branch fails the Parallel with its own error', async () => {
  const run = new Run(machine({ P: parallel([machine({ B: BOOM })]) }));
  await expect(run.finish()).resolves.toMatchObject({ error: 'MyError', cause: 'my cause' });
  expect(run.types().slice(2)).toEqual([
    'ParallelStateStarted',
    'FailStateEntered',
    'ParallelStateFailed',
    'ExecutionFailed',
  ]);
  expect(run.chain().slice(2)).toEqual(['3<2', '4<3', '5<4', '6<5']);
});

test('one branch failing cancels its siblings: their timers, their tokens, their next states', async () => {
  const branches = [
    machine({ Slow: { Type: 'Wait', Seconds: 100 }, Never: PASS }),
    machine({ Parked: { Type: 'Task', Resource: PARK, TimeoutSeconds: 1000 } }),
    machine({ Soon: { Type: 'Wait', Seconds: 1 }, Boom: BOOM }),
  ];
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
  const run = new Run(machine({ P: parallel(branches, { Catch, End: true }), Caught: PASS }));
  await expect(run.finish()).resolves.toMatchObject({ output: '{"Error":"MyError","Cause":"my cause"}' });
  expect(run.host.time - (run.events[0]?.timestamp ?? 0) * 1000).toBe(1000);
  expect(run.host.pending).toBe(0);
  expect(run.execution.sendTaskSuccess('token-1', '1')).toBe('timed-out');
  expect(run.entered()).not.toContain('Never');
  const boom = run.events.findIndex((event) => event.type === 'FailStateEntered');
  expect(run.types().slice(boom + 1, boom + 5)).toEqual([
    'WaitStateAborted',
    'TaskStateAborted',
    'ParallelStateFailed',
    'ParallelStateExited',
  ]);
  expect(run.events.slice(boom + 1, boom + 4).map((event) => event.previousEventId)).toEqual([
    boom + 1,
    boom + 1,
    boom + 1,
  ]);
});

test('a task that ends its branch is recorded as aborted', async () => {
  const answer = () => Promise.reject(new StatesError({ error: 'E', cause: 'c' }));
  const run = new Run(machine({ P: parallel([machine({ A: call() })]) }), { answer });
  await run.finish();
  expect(run.types().slice(6)).toEqual(['TaskFailed', 'TaskStateAborted', 'ParallelStateFailed', 'ExecutionFailed']);
  expect(run.chain().slice(6)).toEqual(['7<6', '8<7', '9<7', '10<9']);
});

test('States.Runtime in a branch ends the execution past every catcher', async () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
  const branch = machine({ A: { ...PASS, Parameters: { 'm.$': '$.nope' } } });
  const run = new Run(machine({ P: parallel([branch], { Catch, End: true }), Caught: PASS }));
  await expect(run.finish()).resolves.toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining("'A' (entered at the event id #4)"),
  });
  expect(run.types().slice(3)).toEqual(['PassStateEntered', 'ExecutionFailed']);
  expect(run.chain().at(-1)).toBe('5<4');
});

test('a Parallel that is retried starts again, and fails once its retries are used up', async () => {
  const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
  const run = new Run(machine({ P: parallel([machine({ B: BOOM })], { Retry }) }));
  await run.finish();
  expect(run.types().slice(2)).toEqual([
    'ParallelStateStarted',
    'FailStateEntered',
    'ParallelStateStarted',
    'FailStateEntered',
    'ParallelStateFailed',
    'ExecutionFailed',
  ]);
  expect(run.chain().slice(2)).toEqual(['3<2', '4<3', '5<4', '6<5', '7<6', '8<7']);
});

test('a Map runs its processor for each item and keeps their order', async () => {
  const run = new Run(machine({ M: map(machine({ I: { Type: 'Wait', SecondsPath: '$' } })) }), {
    input: { items: [3, 1, 2] },
  });
  await expect(run.finish()).resolves.toMatchObject({ output: '[3,1,2]' });
  const started = run.events.filter((event) => event.type === 'MapIterationStarted');
  expect(started.map((event) => event.previousEventId)).toEqual([3, 3, 3]);
  expect(run.events[2]?.mapStateStartedEventDetails).toEqual({ length: 3 });
  const done = run.events.filter((event) => event.type === 'MapIterationSucceeded');
  expect(done.map((event) => event.mapIterationSucceededEventDetails?.index)).toEqual([1, 2, 0]);
  expect(run.events.find((event) => event.type === 'MapStateExited')?.previousEventId).toBe(done.at(-1)?.id);
});

test('an empty Map succeeds at once', async () => {
  const run = new Run(machine({ M: map(machine({ I: PASS })) }), { input: { items: [] } });
  await expect(run.finish()).resolves.toMatchObject({ output: '[]' });
  expect(run.chain()).toEqual(['1<0', '2<0', '3<2', '4<3', '5<3', '6<5']);
});

test('ItemSelector sees the item, its index and the input of the Map', async () => {
  const ItemSelector = {
    'v.$': '$$.Map.Item.Value.k',
    'i.$': '$$.Map.Item.Index',
    'all.$': '$.shared',
    'name.$': '$$.State.Name',
  };
  const input = { items: [{ k: 'a' }, { k: 'b' }], shared: 9 };
  await expect(outputOf(machine({ M: map(machine({ I: PASS }), { ItemSelector }) }), input)).resolves.toEqual([
    { v: 'a', i: 0, all: 9, name: 'M' },
    { v: 'b', i: 1, all: 9, name: 'M' },
  ]);
});

test('Iterator and Parameters, the older names, still work', async () => {
  const state = { Type: 'Map', Iterator: machine({ I: PASS }), Parameters: { 'v.$': '$$.Map.Item.Value' } };
  await expect(outputOf(machine({ M: state }), [1])).resolves.toEqual([{ v: 1 }]);
});

test.each([
  [{ MaxConcurrency: 1 }, 3000],
  [{ MaxConcurrencyPath: '$.limit' }, 2000],
  [{}, 1000],
])('%j keeps to its concurrency', async (fields, ms) => {
  const run = new Run(machine({ M: map(machine({ I: { Type: 'Wait', Seconds: 1 } }), fields) }), {
    input: { items: [1, 2, 3], limit: 2 },
  });
  const result = await run.finish();
  expect(result.stopDate - result.startDate).toBe(ms);
});

test('a failing iteration cuts the others, and the history records what it cut', async () => {
  const processor = machine({
    Route: { Type: 'Choice', Choices: [{ Variable: '$.kind', StringEquals: 'fail', Next: 'Pause' }], Default: 'Long' },
    Long: { Type: 'Wait', Seconds: 15, End: true },
    Pause: { Type: 'Wait', Seconds: 1 },
    Boom: BOOM,
  });
  const run = new Run(machine({ M: map(processor) }), { input: { items: [{ kind: 'long' }, { kind: 'fail' }] } });
  await expect(run.finish()).resolves.toMatchObject({ error: 'MyError' });
  const boom = run.types().indexOf('FailStateEntered');
  expect(run.types().slice(boom + 1)).toEqual([
    'MapIterationAborted',
    'WaitStateAborted',
    'MapIterationFailed',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
  expect(run.events.slice(boom + 1, boom + 5).map((event) => event.previousEventId)).toEqual(Array(4).fill(boom + 1));
  expect(run.events[boom + 1]?.mapIterationAbortedEventDetails).toEqual({ name: 'M', index: 0 });
  expect(run.events[boom + 3]?.mapIterationFailedEventDetails).toEqual({ name: 'M', index: 1 });
});

test.each<[object, string]>([
  [{ ToleratedFailureCount: 2 }, '[4]'],
  [{ ToleratedFailurePercentage: 67 }, '[4]'],
  [{ ToleratedFailureCount: 1 }, 'States.ExceedToleratedFailureThreshold'],
  [{ ToleratedFailurePercentagePath: '$.share' }, 'States.ExceedToleratedFailureThreshold'],
  [{}, 'MyError'],
])('a Map with %j and two failures of three gives %s', async (fields, expected) => {
  const processor = machine({
    Route: { Type: 'Choice', Choices: [{ Variable: '$', NumericLessThan: 3, Next: 'Boom' }], Default: 'Ok' },
    Boom: BOOM,
    Ok: { Type: 'Succeed' },
  });
  const run = new Run(machine({ M: map(processor, fields) }), { input: { items: [1, 2, 4], share: 50 } });
  const result = await run.finish();
  expect(result.status === 'SUCCEEDED' ? result.output : result.error).toBe(expected);
});

test('ItemsPath must lead to an array', async () => {
  const run = new Run(machine({ M: map(machine({ I: PASS })) }), { input: { items: 1 } });
  await expect(run.finish()).resolves.toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining('must point to array'),
  });
});

test('a Map in a branch of a Parallel is cut with everything inside it', async () => {
  const inner = map(machine({ Deep: { Type: 'Wait', Seconds: 60 } }));
  const branches = [machine({ M: inner }), machine({ Soon: { Type: 'Wait', Seconds: 1 }, Boom: BOOM })];
  const run = new Run(machine({ P: parallel(branches) }), { input: { items: [1, 2] } });
  await run.finish();
  const boom = run.types().indexOf('FailStateEntered');
  expect(run.types().slice(boom + 1, -2)).toEqual([
    'MapStateAborted',
    'MapIterationAborted',
    'WaitStateAborted',
    'MapIterationAborted',
    'WaitStateAborted',
  ]);
  expect(run.host.pending).toBe(0);
});
