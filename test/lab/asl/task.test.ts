import { StatesError } from '../../../lab/aws/asl/states-error';
import { INVOKE, machine, outputOf, PARK, Run, settled } from './virtual-host';

const task = (fields: object = {}) => ({
  Type: 'Task',
  Resource: INVOKE,
  Parameters: { FunctionName: 'f' },
  ...fields,
});
const failing = (error: string, cause?: string) => () => Promise.reject(new StatesError({ error, cause }));
const retry = (fields: object = {}) => [{ ErrorEquals: ['E'], ...fields }];
const catchAll = (fields: object = {}) => [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ...fields }];

test('lambda:invoke gives what the function returned in the shape of the optimized integration', async () => {
  const output = await outputOf(machine({ A: task() }), {}, () => ({ ok: true }));
  expect(output).toMatchObject({ ExecutedVersion: '$LATEST', Payload: { ok: true }, StatusCode: 200 });
});

test('a function ARN gives what the function returned as it is, with the Lambda event names', async () => {
  const Resource = 'arn:aws:lambda:eu-central-1:111122223333:function:f:live';
  const run = new Run(machine({ A: { Type: 'Task', Resource } }), {
    input: { x: 1 },
    answer: (call) => call.parameters,
  });
  await expect(run.finish()).resolves.toMatchObject({ output: '{"x":1}' });
  expect(run.types().slice(2, 5)).toEqual([
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
  ]);
});

test('an SDK integration gives the response itself, and the host hears its name and parameters', async () => {
  const state = {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:ec2:describeInstances',
    Parameters: { 'InstanceIds.$': 'States.Array($.id)' },
    ResultSelector: { 'first.$': '$.Reservations[0].Id' },
    ResultPath: '$.found',
    OutputPath: '$.found',
  };
  const run = new Run(machine({ A: state }), {
    input: { id: 'i-1' },
    answer: () => ({ Reservations: [{ Id: 'r-1' }] }),
  });
  await expect(run.finish()).resolves.toMatchObject({ output: '{"first":"r-1"}' });
  expect(run.host.calls).toEqual([
    {
      resource: 'aws-sdk:ec2:describeInstances',
      parameters: { InstanceIds: ['i-1'] },
      stateName: 'A',
      execution: 'arn:aws:states:eu-central-1:111122223333:execution:machine:run-1',
      attempt: 0,
    },
  ]);
});

test('the history of a task reads as the service writes it', async () => {
  const run = new Run(machine({ A: task({ TimeoutSeconds: 9, HeartbeatSecondsPath: '$.beat' }) }), {
    input: { beat: 4 },
    answer: () => 1,
  });
  await run.finish();
  expect(run.types()).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(run.chain()).toEqual(['1<0', '2<0', '3<2', '4<3', '5<4', '6<5', '7<6']);
  expect(run.events[2]).toMatchObject({
    timestamp: Date.parse('2026-01-31T12:00:00Z') / 1000,
    taskScheduledEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'eu-central-1',
      parameters: '{"FunctionName":"f"}',
      timeoutInSeconds: 9,
      heartbeatInSeconds: 4,
    },
  });
  expect(run.events[4]?.taskSucceededEventDetails).toMatchObject({ outputDetails: { truncated: false } });
  expect(run.host.pending).toBe(0);
});

test('retries wait interval × rate^n, up to MaxAttempts, and the context counts them', async () => {
  const state = task({
    Parameters: { 'n.$': '$$.State.RetryCount' },
    Retry: retry({ IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 2 }),
  });
  const run = new Run(machine({ A: state }), { answer: failing('E', 'c') });
  await expect(run.finish()).resolves.toMatchObject({ status: 'FAILED', error: 'E', cause: 'c' });
  expect(run.host.slept).toEqual([3000, 4500]);
  expect(run.host.calls.map((call) => [call.attempt, call.parameters])).toEqual([
    [0, { n: 0 }],
    [1, { n: 1 }],
    [2, { n: 2 }],
  ]);
  expect(new Set(run.host.timerKeys).size).toBe(2);
});

test('MaxDelaySeconds caps the delay and full jitter takes a random share of it', async () => {
  const Retry = retry({
    IntervalSeconds: 10,
    BackoffRate: 10,
    MaxDelaySeconds: 50,
    MaxAttempts: 3,
    JitterStrategy: 'FULL',
  });
  const run = new Run(machine({ A: task({ Retry }) }), { answer: failing('E') });
  run.host.randoms = [0.1, 0.5, 0];
  await run.finish();
  expect(run.host.slept).toEqual([1000, 25_000, 0]);
});

test('the defaults are three retries after 1, 2 and 4 seconds', async () => {
  const run = new Run(machine({ A: task({ Retry: retry() }) }), { answer: failing('E') });
  await run.finish();
  expect(run.host.slept).toEqual([1000, 2000, 4000]);
});

test('only the first retrier that matches counts, each with its own attempts', async () => {
  const Retry = [
    { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, MaxAttempts: 1 },
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 7, MaxAttempts: 1 },
  ];
  const errors = ['A', 'C', 'B'];
  const run = new Run(machine({ A: task({ Retry }) }), { answer: () => failing(errors.shift() ?? 'X')() });
  await expect(run.finish()).resolves.toMatchObject({ error: 'B' });
  expect(run.host.slept).toEqual([1000, 7000]);
});

test.each<[string, string, boolean]>([
  ['States.ALL', 'E', true],
  ['States.ALL', 'States.Timeout', true],
  ['States.ALL', 'States.Runtime', false],
  ['States.ALL', 'States.DataLimitExceeded', false],
  ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
  ['States.Runtime', 'States.Runtime', false],
  ['States.TaskFailed', 'E', true],
  ['States.TaskFailed', 'States.Timeout', false],
  ['States.Timeout', 'States.HeartbeatTimeout', true],
  ['States.HeartbeatTimeout', 'States.Timeout', false],
  ['E', 'F', false],
])('ErrorEquals %s catches %s: %s', async (wanted, error, caught) => {
  const definition = machine({
    A: task({ Catch: [{ ErrorEquals: [wanted], Next: 'Caught' }], End: true }),
    Caught: { Type: 'Pass' },
  });
  const result = await new Run(definition, { answer: failing(error) }).finish();
  expect(result.status).toBe(caught ? 'SUCCEEDED' : 'FAILED');
});

test('a catcher puts Error and Cause where its ResultPath says, into the input of the state', async () => {
  const definition = machine({
    A: task({ InputPath: '$.in', Catch: catchAll({ ResultPath: '$.why' }), End: true }),
    Caught: { Type: 'Pass' },
  });
  const output = await outputOf(definition, { in: {}, keep: 1 }, failing('E', 'c'));
  expect(output).toEqual({ in: {}, keep: 1, why: { Error: 'E', Cause: 'c' } });
});

test('the second catcher serves what the first does not match, after the retries', async () => {
  const Catch = [{ ErrorEquals: ['F'], Next: 'Other' }, ...catchAll()];
  const definition = machine({
    A: task({ Retry: retry({ MaxAttempts: 1 }), Catch, Next: 'Other' }),
    Other: { Type: 'Pass', End: true },
    Caught: { Type: 'Pass' },
  });
  const run = new Run(definition, { answer: failing('E') });
  await run.finish();
  expect(run.entered()).toEqual(['A', 'Caught']);
  expect(run.host.calls).toHaveLength(2);
});

test('an error of the host that is no StatesError ends the execution', async () => {
  const definition = machine({ A: task({ Catch: catchAll(), End: true }), Caught: { Type: 'Pass' } });
  const run = new Run(definition, { answer: () => Promise.reject(new TypeError('unknown operation')) });
  await expect(run.finish()).resolves.toMatchObject({
    error: 'States.Runtime',
    cause: "An error occurred while executing the state 'A' (entered at the event id #2). unknown operation",
  });
  expect(run.types().slice(-2)).toEqual(['TaskStarted', 'ExecutionFailed']);
});

test('a result past 256 KiB fails the task, and only a catcher that names it catches', async () => {
  const answer = () => 'x'.repeat(262_144);
  const named = [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Caught' }];
  const definition = (Catch: object[]) => machine({ A: task({ Catch, End: true }), Caught: { Type: 'Pass' } });
  const run = new Run(definition(catchAll()), { answer });
  await expect(run.finish()).resolves.toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  expect(run.types().at(-2)).toBe('TaskFailed');
  await expect(new Run(definition(named), { answer }).finish()).resolves.toMatchObject({ status: 'SUCCEEDED' });
});

test('a task that runs past TimeoutSeconds times out, and its late result changes nothing', async () => {
  const late: { resolve?: (value: unknown) => void } = {};
  const answer = () => new Promise((resolve) => Object.assign(late, { resolve }));
  const run = new Run(machine({ A: task({ TimeoutSeconds: 5 }) }), { answer });
  await expect(run.finish()).resolves.toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(run.types().slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
  const before = run.events.length;
  late.resolve?.(1);
  await settled();
  expect(run.events).toHaveLength(before);
});

describe('a task that waits for its token', () => {
  const parked = (fields: object = {}) =>
    machine({ A: { Type: 'Task', Resource: PARK, Parameters: { 'token.$': '$$.Task.Token' }, ...fields } });

  test('is submitted, then ends with what its token is answered', async () => {
    const run = new Run(parked());
    run.host.at(60_000, () => {
      expect(run.execution.describe().currentStates).toMatchObject([{ stateName: 'A', waitingForToken: true }]);
      expect(run.execution.sendTaskSuccess('token-1', '{"yes":1}')).toBe('ok');
    });
    await expect(run.finish()).resolves.toMatchObject({ output: '{"yes":1}' });
    expect(run.host.calls[0]).toMatchObject({ parameters: { token: 'token-1' }, taskToken: 'token-1' });
    expect(run.host.calls[0]?.resource).toBe('lambda:invoke.waitForTaskToken');
    expect(run.types().slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
    expect(run.execution.sendTaskSuccess('token-1', '1')).toBe('timed-out');
    expect(run.execution.sendTaskHeartbeat('token-1')).toBe('timed-out');
    expect(run.execution.sendTaskFailure('token-2')).toBe('unknown');
  });

  test('fails with what SendTaskFailure says', async () => {
    const run = new Run(parked());
    run.host.at(1000, () => run.execution.sendTaskFailure('token-1', 'Rejected', 'no'));
    await expect(run.finish()).resolves.toMatchObject({ error: 'Rejected', cause: 'no' });
  });

  test('takes an answer given during the call once the call has returned', async () => {
    const answer = (_: unknown, run: Run) => run.execution.sendTaskSuccess('token-1', '"early"');
    const run = new Run(parked(), { answer });
    await expect(run.finish()).resolves.toMatchObject({ output: '"early"' });
    expect(run.types().slice(4, 6)).toEqual(['TaskSubmitted', 'TaskSucceeded']);
  });

  test('fails when the call itself fails, whatever the token', async () => {
    const run = new Run(parked(), { answer: failing('Lambda.Unknown') });
    await expect(run.finish()).resolves.toMatchObject({ error: 'Lambda.Unknown' });
    expect(run.execution.sendTaskSuccess('token-1', '1')).toBe('timed-out');
  });

  test('lives as long as heartbeats come, and closes its token when one is missed', async () => {
    const run = new Run(parked({ TimeoutSeconds: 100, HeartbeatSeconds: 10 }));
    run.host.at(8_000, () => expect(run.execution.sendTaskHeartbeat('token-1')).toBe('ok'));
    run.host.at(16_000, () => expect(run.execution.sendTaskHeartbeat('token-1')).toBe('ok'));
    const result = await run.finish();
    expect(result).toMatchObject({ error: 'States.HeartbeatTimeout' });
    expect(result.stopDate - result.startDate).toBe(26_000);
    expect(run.execution.sendTaskSuccess('token-1', '1')).toBe('timed-out');
  });

  test('gets a new token for each attempt, and the old one stays closed', async () => {
    const run = new Run(parked({ TimeoutSeconds: 5, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] }));
    run.host.at(7_000, () => {
      expect(run.execution.sendTaskSuccess('token-1', '1')).toBe('timed-out');
      expect(run.execution.sendTaskSuccess('token-2', '2')).toBe('ok');
    });
    await expect(run.finish()).resolves.toMatchObject({ output: '2' });
  });

  test('refuses an answer that is not JSON and keeps waiting', async () => {
    const run = new Run(parked());
    run.host.at(1000, () => expect(() => run.execution.sendTaskSuccess('token-1', 'yes')).toThrow('InvalidOutput'));
    run.host.at(2000, () => run.execution.sendTaskSuccess('token-1', 'true'));
    await expect(run.finish()).resolves.toMatchObject({ output: 'true' });
  });
});
