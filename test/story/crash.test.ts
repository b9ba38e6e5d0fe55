import type { CallRow } from '../../lab/aws/recorder';
import type { Desk } from '../../lab/desk/desk';
import { answerGate, messageWithButton } from '../../lab/slack/decide';
import { closeStories, later, person, play, type Story } from '../support/story';
import { changingOperations, Deaths, lostAnswers } from '../support/story-faults';
import { brokenLaws } from '../support/story-laws';

jest.setTimeout(600_000);
afterEach(closeStories);

/** `npm test` dies after every call that changes something; CORDON_EVERY_CALL=1 after every call. */
const after = process.env.CORDON_EVERY_CALL === '1' ? 'every' : 'changing';
const losses = after === 'every' ? [1, 2, 3, 4] : [1];
/** Enough for the function that makes the most calls; what is left by then is named. */
const MOST_STORIES = 60;

const once = (story: Story, what: string): number => story.effects(what).length;

function endsAsDecided(story: Story): void {
  expect([story.outcome, story.reason]).toEqual(['stopped', 'the stop was approved by carol and dave']);
  expect(brokenLaws(story)).toEqual([]);
  expect(once(story, 'StopInstances')).toBe(1);
  expect(once(story, 'CreateSnapshots')).toBe(1);
  expect(story.rows.filter(({ events }) => events.some(({ type }) => type === 'IncidentOpened'))).toHaveLength(1);
  expect(story.desk.github.double.dispatches.length).toBeLessThanOrEqual(2);
}

let golden: readonly CallRow[] = [];
beforeAll(async () => {
  golden = (await play({ decide: ['stop=approve'] })).desk.lab.services.recorder.rows;
  await closeStories();
});

describe('functions that die right after a call took effect', () => {
  it(`do their work once all the same, whichever ${after === 'every' ? '' : 'changing '}call of the golden run it is`, async () => {
    const deaths = new Deaths(golden, after);
    const planned = deaths.left().length;
    expect(planned).toBeGreaterThan(120);
    for (let stories = 0; deaths.left().length > 0 && stories < MOST_STORIES; stories += 1) {
      const before = deaths.died.length;
      endsAsDecided(await play({ decide: ['stop=approve'], crash: deaths.crash() }));
      await closeStories();
      if (deaths.died.length === before) break;
    }
    expect(deaths.left()).toEqual([]);
    expect(deaths.died).toHaveLength(planned);
  });
});

describe(`answers that are lost after the effect (the nth call of every changing operation, n = ${losses.join(', ')})`, () => {
  it.each(losses)('never make anything happen twice when n is %i', async (nth) => {
    const operations = changingOperations(golden);
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
        const who = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 'carol' : 'dave'));
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
