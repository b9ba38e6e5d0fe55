import type { HistoryEvent } from '../../lab/aws/asl/history-event';
import { visitsOf } from '../../lab/page-server/run-view';

let id = 0;
const event = (previousEventId: number, more: Partial<HistoryEvent> & Pick<HistoryEvent, 'type'>): HistoryEvent => {
  id += 1;
  return { timestamp: 1000 + id, id, previousEventId, ...more };
};
const details = { inputDetails: { truncated: false as const }, outputDetails: { truncated: false as const } };

beforeEach(() => {
  id = 0;
});

test('events belong to the state that their chain leads to, branches apart', () => {
  const one = event(0, {
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: 'Memory', input: '{}', ...details },
  });
  const two = event(0, {
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: 'Disks', input: '{}', ...details },
  });
  const ofOne = event(one.id, { type: 'TaskScheduled' });
  const ofTwo = event(two.id, { type: 'TaskScheduled' });
  const again = event(ofOne.id, { type: 'TaskStarted' });
  const [memory, disks] = visitsOf([one, two, ofOne, ofTwo, again]);
  expect(memory?.events.map((e) => e.id)).toEqual([one.id, ofOne.id, again.id]);
  expect(disks?.events.map((e) => e.id)).toEqual([two.id, ofTwo.id]);
});

test('a visit ends with its exit and keeps the output', () => {
  const entered = event(0, {
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: 'Seal', input: '{"a":1}', ...details },
  });
  const exited = event(entered.id, {
    type: 'TaskStateExited',
    stateExitedEventDetails: { name: 'Seal', output: '{"b":2}', ...details },
  });
  const [visit] = visitsOf([entered, exited]);
  expect(visit).toMatchObject({
    state: 'Seal',
    input: '{"a":1}',
    output: '{"b":2}',
    exitedAt: exited.timestamp * 1000,
  });
});
