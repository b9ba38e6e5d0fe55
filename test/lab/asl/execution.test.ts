import fc from 'fast-check';
import { INVOKE, machine, outputOf, PARK, Run, START, settled } from './virtual-host';

const PASS = { Type: 'Pass' };

test.each<[object, number]>([
  [{ Seconds: 7 }, 7000],
  [{ Seconds: 0 }, 0],
  [{ SecondsPath: '$.s' }, 3000],
  [{ Timestamp: '2026-01-31T12:00:01.5Z' }, 1500],
  [{ TimestampPath: '$.t' }, 60_000],
  [{ Timestamp: '2020-01-01T00:00:00Z' }, 0],
])('a Wait with %j takes %i ms and hands its input on', async (until, ms) => {
  const input = { s: 3, t: '2026-01-31T13:01:00+01:00' };
  const run = new Run(machine({ W: { Type: 'Wait', ...until } }), { input });
  const result = await run.finish();
  expect(result).toMatchObject({ output: JSON.stringify(input) });
  expect(result.stopDate - START).toBe(ms);
});

test.each([{ SecondsPath: '$.s' }, { TimestampPath: '$.t' }])(
  'a Wait with %j on nonsense ends the execution',
  async (until) => {
    const run = new Run(machine({ W: { Type: 'Wait', ...until } }), { input: { s: -1, t: 'noon' } });
    await expect(run.finish()).resolves.toMatchObject({ error: 'States.Runtime' });
  },
);

test.each<[object, object]>([
  [
    { Error: 'E', Cause: 'c' },
    { error: 'E', cause: 'c' },
  ],
  [
    { ErrorPath: '$.e', CausePath: "States.Format('because {}', $.c)" },
    { error: 'PathError', cause: 'because x' },
  ],
  [{}, {}],
])('a Fail with %j ends the execution with it', async (fields, expected) => {
  const run = new Run(machine({ F: { Type: 'Fail', ...fields } }), { input: { e: 'PathError', c: 'x' } });
  const { startDate, stopDate, ...rest } = await run.finish();
  expect([startDate, stopDate]).toEqual([START, START]);
  expect(rest).toEqual({ status: 'FAILED', ...expected });
  expect(run.events.at(-1)?.executionFailedEventDetails).toEqual(expected);
});

test('a Succeed filters its output', async () => {
  await expect(
    outputOf(machine({ S: { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' } }), { a: { b: 1 } }),
  ).resolves.toBe(1);
});

test('a machine past its TimeoutSeconds times out, whatever it waits for', async () => {
  const run = new Run({ ...machine({ A: { Type: 'Task', Resource: PARK } }), TimeoutSeconds: 30 });
  const result = await run.finish();
  expect(result).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', stopDate: START + 30_000 });
  expect(run.types().at(-1)).toBe('ExecutionTimedOut');
  expect(run.execution.sendTaskSuccess('token-1', '1')).toBe('timed-out');
});

test('a machine that ends in time leaves no timer behind', async () => {
  const run = new Run({ ...machine({ A: PASS }), TimeoutSeconds: 30 });
  await run.finish();
  expect(run.host.pending).toBe(0);
});

test('stop aborts a run, once, with its error and cause', async () => {
  const run = new Run(machine({ A: { Type: 'Wait', Seconds: 100 } }));
  run.host.at(1000, () => {
    run.execution.stop('Halted', 'by a person');
    run.execution.stop('Again');
  });
  await expect(run.finish()).resolves.toMatchObject({ status: 'ABORTED', error: 'Halted', cause: 'by a person' });
  expect(run.events.at(-1)).toMatchObject({
    type: 'ExecutionAborted',
    previousEventId: 0,
    executionAbortedEventDetails: { error: 'Halted', cause: 'by a person' },
  });
  expect(run.host.pending).toBe(0);
  expect(run.execution.describe()).toMatchObject({ status: 'ABORTED', currentStates: [] });
});

test('describe tells where a run is, nested states included', async () => {
  const branches = [machine({ W: { Type: 'Wait', Seconds: 9 } }), machine({ T: { Type: 'Task', Resource: PARK } })];
  const run = new Run(machine({ P: { Type: 'Parallel', Branches: branches } }));
  expect(run.execution.describe()).toEqual({ status: 'NOT_STARTED', currentStates: [] });
  void run.execution.start();
  await settled();
  const at = { enteredAt: START, retryCount: 0 };
  expect(run.execution.describe()).toEqual({
    status: 'RUNNING',
    currentStates: [
      { stateName: 'P', type: 'Parallel', waitingForToken: false, ...at },
      { stateName: 'W', type: 'Wait', waitingForToken: false, ...at },
      { stateName: 'T', type: 'Task', waitingForToken: true, ...at },
    ],
  });
});

test('start is idempotent', async () => {
  const run = new Run(machine({ A: PASS }));
  expect(run.execution.start()).toBe(run.execution.start());
  await run.finish();
  expect(run.types().filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
});

test('the history ends at 25,000 events, the last of which is the failure', async () => {
  const run = new Run({ StartAt: 'A', States: { A: { ...PASS, Next: 'B' }, B: { ...PASS, Next: 'A' } } });
  await expect(run.finish()).resolves.toMatchObject({
    error: 'States.Runtime',
    cause: 'The execution reached the maximum number of history events (25000).',
  });
  expect(run.events).toHaveLength(25_000);
  expect(run.types().at(-1)).toBe('ExecutionFailed');
});

test('two runs with the same host give the same events, and every event chains to an earlier one', async () => {
  const branch = (name: string, seconds: number, fails: boolean) =>
    machine({
      [`${name}Wait`]: { Type: 'Wait', Seconds: seconds },
      [`${name}Task`]: { Type: 'Task', Resource: INVOKE },
      [`${name}End`]: fails ? { Type: 'Fail', Error: 'E' } : PASS,
    });
  const spec = fc.record({ seconds: fc.nat({ max: 3 }), fails: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(spec, { minLength: 1, maxLength: 5 }), async (branches) => {
      const Branches = branches.map(({ seconds, fails }, i) => branch(`B${i}`, seconds, fails));
      const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 1 }];
      const definition = machine({ P: { Type: 'Parallel', Branches, Retry } });
      const [one, two] = [new Run(definition), new Run(definition)];
      await one.finish();
      await two.finish();
      expect(one.events).toEqual(two.events);
      expect(one.host.timerKeys).toEqual(two.host.timerKeys);
      expect(new Set(one.host.timerKeys).size).toBe(one.host.timerKeys.length);
      for (const [i, event] of one.events.entries()) {
        expect(event.id).toBe(i + 1);
        expect(event.previousEventId).toBeLessThan(event.id);
      }
    }),
    { numRuns: 60 },
  );
});
