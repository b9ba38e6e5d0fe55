import { linesMessage, overflowOf } from '../../../bot/views/lines-message';
import { md } from '../../../bot/views/mrkdwn';
import { messageFaults } from '../../../lab/slack/block-kit';
import { CHANNEL, ChatWorld } from '../../support/chat/world';

describe('files in a thread', () => {
  let world: ChatWorld;
  beforeEach(async () => {
    world = await ChatWorld.open();
  });
  afterEach(() => world.close());

  const shared = () => [...world.workspace.files.values()].filter((file) => file.shared !== undefined);
  const lostAnswer = () => {
    const [from, to] = [world.time, world.time + 30_000].map((at) => new Date(at).toISOString());
    world.slack.weather.add({ from: from!, to: to!, kind: 'lost-answer', method: 'files.completeUploadExternal' });
  };

  test('are there once when the answer to the upload was lost', async () => {
    const id = await world.opened();
    await world.slash('bob', `timeline ${id} --format jsonl`);
    lostAnswer();
    await expect(world.announcer.announce(id)).rejects.toThrow('no answer');
    world.slack.weather.clear();
    await world.announcer.announce(id);
    expect(shared().map(({ name }) => name)).toEqual([expect.stringMatching(/^IR-[A-Z2-7]{8}-timeline-\d+\.jsonl$/)]);
  });

  test('are not kept away by a person’s file of the same name', async () => {
    const id = await world.opened();
    await world.slash('bob', `timeline ${id} --format jsonl`);
    const name = `${id}-timeline-${(await world.incident(id)).seq}.jsonl`;
    const root = world.workspace.messages[0]!.ts;
    const planted = { id: 'F0PLANTED', name, bytes: 1, content: Buffer.from('x') };
    world.workspace.files.set(planted.id, planted);
    world.workspace.messages.push({
      ...{ channel: CHANNEL, ts: world.workspace.nextTs(), thread_ts: root, author: 'U0MALLORY', text: '', blocks: [] },
      ...{ edits: [], files: [planted.id] },
    });
    lostAnswer();
    await expect(world.announcer.announce(id)).rejects.toThrow('no answer');
    world.slack.weather.clear();
    await world.announcer.announce(id);
    expect(shared()).toHaveLength(1);
    expect(shared()[0]?.content?.toString()).toContain('IncidentOpened');
  });

  test('hold whole what a message cannot, and the message says so', async () => {
    const id = await world.opened();
    const texts = Array.from({ length: 12 }, (_, i) => `${i}: ${'what was seen there '.repeat(80)}end ${i}.`);
    for (const text of texts) await world.command(id, { type: 'AddNote', text });
    await world.announcer.announce(id);
    const said = world.workspace.messages.at(-2)!;
    expect(messageFaults(said.blocks)).toEqual([]);
    expect(JSON.stringify(said.blocks)).toContain('all of it is in the file below');
    expect(JSON.stringify(said.blocks)).not.toContain('(cut)');
    const whole = shared()[0]?.content?.toString() ?? '';
    for (const text of texts) expect(whole).toContain(text);
  });
});

describe('lines as a message', () => {
  test('are cut nowhere while they fit, and every line left out is counted', () => {
    const line = (i: number) => md`${`line ${i} `}${'word '.repeat(50).trim()}`;
    const few = Array.from({ length: 20 }, (_, i) => line(i));
    expect(overflowOf(few)).toBeUndefined();
    expect(JSON.stringify(linesMessage(few).blocks)).toContain('line 19');
    const many = Array.from({ length: 80 }, (_, i) => line(i));
    const shown = JSON.stringify(linesMessage(many).blocks);
    const count = [...shown.matchAll(/line \d+ /g)].length;
    expect(shown).toContain(`… and ${80 - count} more`);
    expect(overflowOf(many)?.trim().split('\n')).toHaveLength(80);
  });
});
