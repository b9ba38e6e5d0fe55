import type { Desk } from '../../lab/desk/desk';
import { closeStories, inTime, play, type Story, slotOf } from '../support/story';
import { brokenLaws } from '../support/story-laws';

jest.setTimeout(240_000);
afterEach(closeStories);

const MINUTE = 60_000;

const firstAt = ({ rows }: Story, type: string): number =>
  Date.parse(rows.find(({ events }) => events.some((event) => event.type === type))?.at ?? '');

function slackStorm(kind: 'down' | 'limited' | 'lost-answer', ms: number) {
  return (desk: Desk) =>
    desk.slack.double.weather.add({ from: inTime(desk, 0), to: inTime(desk, ms), kind, retryAfter: 20 });
}

/** Every row of the ledger that a quiet thread tells is told here too. */
function slots(story: Story): readonly string[] {
  return story.desk.slack.workspace.messages.flatMap((message) => slotOf(message).slot ?? []);
}

describe('Slack that is down for the first minute', () => {
  it('delays nothing but messages: all arrive afterwards, in order, once', async () => {
    const story = await play({ decide: ['stop=reject'], before: slackStorm('down', MINUTE) });
    expect(story.outcome).toBe('contained');
    const start = Date.parse(String(story.rows[0]?.at));
    expect(firstAt(story, 'InstanceIsolated') - start).toBeLessThan(30_000);
    const first = story.desk.slack.workspace.messages[0];
    expect(Number(first?.ts) * 1000).toBeGreaterThan(start + MINUTE - 1_000);
    expect(first && slotOf(first)).toMatchObject({ slot: 'root' });
    expect(story.thread().join('\n')).toMatch(/Isolated/);
    expect(brokenLaws(story)).toEqual([]);
  });
});

describe('Slack whose answers are lost', () => {
  it('shows every message once, though the bot never heard that it was posted', async () => {
    const story = await play({ decide: ['stop=reject'], before: slackStorm('lost-answer', 2 * MINUTE) });
    expect(story.outcome).toBe('contained');
    expect(slots(story).length).toBeGreaterThan(8);
    expect(brokenLaws(story)).toEqual([]);
  });
});

describe('Slack that limits the rate', () => {
  it('is asked again when it said so, and tells everything', async () => {
    const story = await play({ decide: ['stop=reject'], before: slackStorm('limited', 2 * MINUTE) });
    expect(story.outcome).toBe('contained');
    expect(brokenLaws(story)).toEqual([]);
  });
});

describe('GitHub that is down for an hour', () => {
  it('costs the incident nothing: late is said, the stop is asked for, the summary comes when GitHub does', async () => {
    const story = await play({
      decide: ['stop=approve'],
      before: (desk) => {
        const now = desk.lab.clock.now();
        // The request is made some twenty minutes after the finding.
        desk.github.double.outage = [now, now + 80 * MINUTE];
      },
    });
    expect(story.outcome).toBe('stopped');
    const words = story.thread().join('\n');
    expect(words).toContain('GitHub is late with the summary');
    expect(firstAt(story, 'ReportLate')).toBeLessThan(firstAt(story, 'StopIntended'));
    expect(story.desk.github.double.dispatches).toHaveLength(1);
    expect(slots(story).some((slot) => slot.startsWith('summary/'))).toBe(true);
    expect(brokenLaws(story)).toEqual([]);
  });
});

describe('a queue that brings everything twice', () => {
  it('tells and does everything once', async () => {
    const story = await play({ decide: ['stop=reject'], before: nudgeAgain });
    expect(story.outcome).toBe('contained');
    expect(brokenLaws(story)).toEqual([]);
  });
});

/** As every fifth state is entered, each projection is nudged with the oldest row once more, past the queue. */
function nudgeAgain({ lab }: Desk): void {
  let entered = 0;
  lab.services.executions.onStateEntered(({ run }) => {
    entered += 1;
    if (entered % 5 !== 0) return;
    const incident = run.name.replace(/-[0-9]+$/, '');
    const record = {
      messageId: `again-${entered}`,
      body: JSON.stringify({ incident, seq: 1 }),
      attributes: { MessageGroupId: incident },
    };
    for (const name of ['announce', 'conduct', 'publish']) {
      lab.clock.setTimer(1, () => void lab.services.functions.invoke(name, { Records: [record] }), `again ${name}`);
    }
  });
}
