import { boxOf, machineGraph } from '../../lab/page-server/machine-graph';

const task = (next: string | undefined, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  ...(next === undefined ? { End: true } : { Next: next }),
  ...more,
});

const MACHINE = JSON.stringify({
  StartAt: 'Gate stop',
  States: {
    'Gate stop': task('Gate stop: decide'),
    'Gate stop: decide': {
      Type: 'Choice',
      Choices: [{ Variable: '$.verdict', StringEquals: 'hold', Next: 'Gate stop: hold' }],
      Default: 'Stop',
    },
    'Gate stop: hold': task('Gate stop'),
    Stop: task('Collect', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Stop: failed' }] }),
    'Stop: failed': task('Stop: decide'),
    'Stop: decide': { Type: 'Choice', Choices: [], Default: 'Stop' },
    Collect: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Capture memory', States: { 'Capture memory': task(undefined) } },
        { StartAt: 'Snapshot', States: { Snapshot: task('Copy'), Copy: task(undefined) } },
      ],
      End: true,
    },
  },
});

test('plumbing is folded into the box it serves, in the order of the machine', () => {
  const graph = machineGraph(MACHINE);
  expect(graph.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['gate Gate stop', 'task Stop', 'parallel Collect']);
  expect(graph[0]?.folds).toEqual(expect.arrayContaining(['Gate stop: decide', 'Gate stop: hold']));
  expect(graph[1]?.folds).toEqual(expect.arrayContaining(['Stop: failed', 'Stop: decide']));
});

test('every branch of a Parallel is a sequence of its own', () => {
  const [collect] = machineGraph(MACHINE).slice(-1);
  expect(collect?.branches.map((branch) => branch.map(({ name }) => name))).toEqual([
    ['Capture memory'],
    ['Snapshot', 'Copy'],
  ]);
});

test('a state serves the box before its colon', () => {
  expect(boxOf('Capture memory: failed')).toBe('Capture memory');
  expect(boxOf('Capture memory')).toBe('Capture memory');
});
