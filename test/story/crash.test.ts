import type { Desk } from '../../lab/desk/desk';
import { answerGate, messageWithButton } from '../../lab/slack/decide';
import { closeStories, later, person, play, type Story } from '../support/story';
import { changingOperations, killAfterCall, lostAnswers } from '../support/story-faults';
import { brokenLaws } from '../support/story-laws';

jest.setTimeout(600_000);
afterEach(closeStories);

const everything = process.env.CORDON_EVERY_CALL === '1';
/** The longest invocation of the golden run makes fewer calls than this. */
const MOST_CALLS = 45;
/** `npm test` takes a sample; CORDON_EVERY_CALL=1 kills after every call. */
const SAMPLE = [1, 2, 3, 5, 8];
const kills = everything ? Array.from({ length: MOST_CALLS }, (_, i) => i + 1) : SAMPLE;
const losses = everything ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2];

const once = (story: Story, what: string): number => story.effects(what).length;

function endsAsDecided(story: Story): void {
  expect([story.outcome, story.reason]).toEqual(['stopped', 'the stop was approved by carol and dave']);
  expect(brokenLaws(story)).toEqual([]);
  expect(once(story, 'StopInstances')).toBe(1);
  expect(once(story, 'CreateSnapshots')).toBe(1);
  expect(story.rows.filter(({ events }) => events.some(({ type }) => type === 'IncidentOpened'))).toHaveLength(1);
  expect(story.desk.github.double.dispatches.length).toBeLessThanOrEqual(2);
}

describe(`functions that die right after a call took effect (${everything ? 'every call' : `calls ${SAMPLE.join(', ')}`})`, () => {
  it.each(kills)('do their work once all the same when it is call %i', async (n) => {
    const killed: string[] = [];
    const story = await play({ decide: ['stop=approve'], crash: killAfterCall(n, killed) });
    endsAsDecided(story);
    if (n < 10) expect(killed.length).toBeGreaterThan(10);
  });
});

describe(`answers that are lost after the effect (the nth call of every changing operation, n = ${losses.join(', ')})`, () => {
  let operations: ReturnType<typeof changingOperations> = [];
  beforeAll(async () => {
    const golden = await play({ decide: ['stop=approve'] });
    operations = changingOperations(golden.desk.lab.services.recorder.rows);
    await closeStories();
  });

  it.each(losses)('never make anything happen twice when n is %i', async (nth) => {
    expect(operations.length).toBeGreaterThan(15);
    const story = await play({
      decide: ['stop=approve'],
      before: ({ lab }) => lab.services.faults.add(...lostAnswers(operations, nth)),
    });
    endsAsDecided(story);
  });
});

describe('an edge that dies while somebody clicks', () => {
  it('loses the click at most: the person clicks again and is counted once', async () => {
    const died: string[] = [];
    const story = await play({
      crash: ({ id }) => {
        const [name, sequence, call] = id.split('/').map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
        // The first invocation dies after its first call, the second after its second, and so on; then it holds.
        if (name !== 'slack' || sequence !== call || died.length >= 6) return undefined;
        died.push(id);
        return 'after';
      },
      before: (desk) => {
        const who = [
          'carol',
          'dave',
          'carol',
          'dave',
          'carol',
          'dave',
          'carol',
          'dave',
          'carol',
          'dave',
          'carol',
          'dave',
        ];
        who.forEach((name, i) => {
          later(desk, (24 + 2 * i) * 60_000, `click ${i}`, () => approveStop(desk, name));
        });
      },
    });
    expect(died.length).toBeGreaterThanOrEqual(3);
    endsAsDecided(story);
    const votes = story.rows.flatMap(({ events }) => events.filter(({ type }) => type === 'GateVoteCast'));
    expect(votes).toHaveLength(2);
  });
});

/** Clicks and confirms, as far as the edge lets her. */
async function approveStop(desk: Desk, name: string): Promise<void> {
  const { people, workspace } = desk.slack;
  const asked = messageWithButton(workspace, desk.channel, 'gate-approve', (value) => value.includes('|stop|'));
  if (asked === undefined) return;
  await answerGate(people, workspace, person(desk, name), asked, {
    decision: 'approve',
    reason: 'seen and agreed',
    confirm: '33b4',
  });
}
