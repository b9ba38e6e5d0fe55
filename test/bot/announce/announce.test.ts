import type { IncidentId } from '../../../core/incident/ids';
import { CHANNEL, ChatWorld } from '../../support/chat/world';

interface Mark {
  readonly incident: string;
  readonly slot: string;
  readonly seq: number;
}

describe('the announcer', () => {
  let world: ChatWorld;
  beforeEach(async () => {
    world = await ChatWorld.open();
  });
  afterEach(() => world.close());

  const marks = (): readonly Mark[] =>
    world.workspace.messages.flatMap(({ metadata }) =>
      metadata ? [(metadata as { event_payload: Mark }).event_payload] : [],
    );
  const window = (seconds: number) => ({
    from: new Date(world.time).toISOString(),
    to: new Date(world.time + seconds * 1000).toISOString(),
  });
  const note = (id: IncidentId, text: string) => world.command(id, { type: 'AddNote', text });
  const said = () => world.workspace.messages.map(({ text }) => text).join('\n');

  test('tells each commit once, however often it is nudged', async () => {
    const id = await world.opened();
    await note(id, 'one');
    for (let i = 0; i < 5; i++) await world.announcer.announce(id);
    expect(said().match(/Note by Cordon: one/g)).toHaveLength(1);
    const slots = marks().map(({ slot }) => slot);
    expect(new Set(slots).size).toBe(slots.length);
  });

  test('loses nothing and keeps order when Slack is down for a minute', async () => {
    const id = await world.opened();
    world.slack.weather.add({ ...window(60), kind: 'down' });
    for (let i = 1; i <= 20; i++) await note(id, `note ${i};`);
    await expect(world.announcer.announce(id)).rejects.toThrow('Slack');
    world.tick(60_000);
    await world.announcer.announce(id);
    const told = [...said().matchAll(/note (\d+);/g)].map((match) => Number(match[1]));
    expect(told).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(marks().at(-1)?.seq).toBe((await world.incident(id)).seq);
  });

  test('looks before it posts again when the answer to a post was lost', async () => {
    const id = await world.opened();
    await note(id, 'said once');
    world.slack.weather.add({ ...window(30), kind: 'lost-answer', method: 'chat.postMessage' });
    await expect(world.announcer.announce(id)).rejects.toThrow('no answer');
    await note(id, 'said later');
    world.slack.weather.clear();
    await world.announcer.announce(id);
    expect(said().match(/said once/g)).toHaveLength(1);
    expect(said().match(/said later/g)).toHaveLength(1);
  });

  test('finds the card again when the answer to its own post was lost', async () => {
    world.slack.weather.add({ ...window(30), kind: 'lost-answer', method: 'chat.postMessage' });
    await expect(world.opened()).rejects.toThrow('no answer');
    world.slack.weather.clear();
    const id = [...world.ledger.rows.keys()][0]!;
    await world.announcer.announce(id);
    expect(marks().filter(({ slot }) => slot === 'root')).toHaveLength(1);
  });

  test('sits out a short Retry-After and gives a long one back to the queue', async () => {
    const id = await world.opened();
    await note(id, 'a');
    world.slack.weather.add({ ...window(5), kind: 'limited', retryAfter: 6 });
    await world.announcer.announce(id);
    expect(said()).toContain('Note by Cordon: a');
    await note(id, 'b');
    world.slack.weather.add({ ...window(100), kind: 'limited', retryAfter: 120 });
    await expect(world.announcer.announce(id)).rejects.toThrow('limits channel');
    expect(said()).not.toContain('Note by Cordon: b');
  });

  test('says once that Slack held it back', async () => {
    const id = await world.opened();
    await note(id, 'late');
    world.slack.weather.add({ ...window(5), kind: 'limited', retryAfter: 12 });
    await world.announcer.announce(id);
    await note(id, 'later');
    await world.announcer.announce(id);
    expect(said().match(/Slack limited our messages for 12 s; what follows is late/g)).toHaveLength(1);
  });

  test('asks first when Slack holds it back: an approval goes ahead of progress', async () => {
    const id = await world.opened();
    world.slack.weather.add({ ...window(2), kind: 'limited', retryAfter: 20 });
    await note(id, 'progress');
    await expect(world.announcer.announce(id)).rejects.toThrow('limits');
    world.slack.weather.clear();
    world.tick(8_000);
    await world.gate(id, 'stop');
    const slots = marks().map(({ slot }) => slot);
    const progress = slots.findIndex((slot) => /^\d+$/.test(slot) && Number(slot) >= 3);
    expect(slots.indexOf('gate/stop/1')).toBeLessThan(progress);
  });

  test('moves the card to the fallback channel when its own is archived', async () => {
    const id = await world.opened();
    world.workspace.channels.get(CHANNEL)!.archived = true;
    await note(id, 'still told');
    await world.announcer.announce(id);
    const moved = world.workspace.messages.filter(({ channel }) => channel === 'C0FALLBCK');
    expect(moved[0]?.thread_ts).toBeUndefined();
    expect(moved.map(({ text }) => text).join()).toContain('still told');
    expect((await world.messages.find(id, 'root'))?.channel).toBe('C0FALLBCK');
  });

  test('posts the card again when somebody deleted it', async () => {
    const id = await world.opened();
    world.workspace.messages.splice(0, world.workspace.messages.length);
    await note(id, 'after the deletion');
    await world.announcer.announce(id);
    expect(marks().filter(({ slot }) => slot === 'root')).toHaveLength(1);
    expect(said()).toContain('after the deletion');
  });

  test('finds a lost message id by its metadata instead of posting a second card', async () => {
    const id = await world.opened();
    const root = await world.messages.find(id, 'root');
    world.messages.refs.delete(`${id} root`);
    await note(id, 'x');
    await world.announcer.announce(id);
    expect(marks().filter(({ slot }) => slot === 'root')).toHaveLength(1);
    expect((await world.messages.find(id, 'root'))?.ts).toBe(root?.ts);
  });

  test('coalesces edits of a moving card and never shows an older state', async () => {
    const id = await world.opened();
    const root = world.workspace.messages[0]!;
    const before = root.edits.length;
    for (let i = 0; i < 10; i++) {
      await world.command(id, {
        type: 'Record',
        events: [{ type: 'StepStarted', step: 'Capture memory', attempt: i + 1 }],
      });
      world.time -= 900;
      await world.announcer.announce(id);
    }
    const times = root.edits.slice(before).map(({ at }) => Date.parse(at));
    for (const [i, time] of times.entries()) if (i > 0) expect(time - times[i - 1]!).toBeGreaterThanOrEqual(3_000);
    expect((await world.messages.find(id, 'root'))?.seq).toBe((await world.incident(id)).seq);
    await world.messages.put(id, 'root', { channel: CHANNEL, ts: root.ts, seq: 999 });
    const shown = root.edits.length;
    await note(id, 'late');
    await world.announcer.announce(id);
    expect(root.edits.length).toBe(shown);
  });

  test('edits at once when people are asked, paused or done', async () => {
    const id = await world.opened();
    const root = world.workspace.messages[0]!;
    const before = world.time;
    await world.gate(id, 'stop');
    expect(Date.parse(root.edits.at(-1)?.at ?? '') - before).toBeLessThan(3_000);
    expect(root.edits.at(-1)?.text).toContain('Stop the instance?');
  });

  test('keeps every opening of a gate in its own message, each telling how it ended', async () => {
    const id = await world.opened();
    await world.gate(id, 'stop', ['Stop it.'], 'first plan');
    await world.gate(id, 'stop', ['Stop it, another way.'], 'second plan');
    const [first, second] = ['gate/stop/1', 'gate/stop/2'].map((slot) =>
      world.workspace.messages.find(
        ({ metadata }) => (metadata as { event_payload: Mark } | undefined)?.event_payload.slot === slot,
      ),
    );
    expect(JSON.stringify(first?.blocks)).toContain('Void');
    expect(JSON.stringify(first?.blocks)).not.toContain('gate-approve');
    expect(JSON.stringify(second?.blocks)).toContain('gate-approve');
  });

  test('survives a crash after any store or Slack call: everything is told once, in order', async () => {
    const golden = await ChatWorld.open();
    await golden.close();
    for (let crash = 1; crash <= 14; crash++) {
      const run = await ChatWorld.open();
      // Whoever is not known to be a member changes nothing: ask before anything breaks.
      await run.slash('alice', 'list');
      let left = crash;
      const { put } = run.messages;
      const dying = () => {
        left -= 1;
        if (left === 0) throw new Error('crash');
      };
      run.messages.put = async (...args) => {
        await put.apply(run.messages, args);
        dying();
      };
      const handle = run.slack.handle.bind(run.slack);
      run.slack.handle = (request, record) => {
        const answer = handle(request, record);
        left -= 1;
        return left === 0 ? { ...answer, cut: true } : answer;
      };
      await run.opened().catch(() => undefined);
      const id = [...run.ledger.rows.keys()][0]!;
      for (let again = 0; again < 3; again++) await run.announcer.announce(id).catch(() => undefined);
      await run.command(id, { type: 'AddNote', text: 'noted' });
      await run.gate(id, 'stop').catch(() => undefined);
      for (let again = 0; again < 3; again++) await run.announcer.announce(id).catch(() => undefined);
      const told = run.workspace.messages.map(
        ({ metadata }) => (metadata as { event_payload: Mark }).event_payload.slot,
      );
      expect({ crash, told: [...told].sort() }).toEqual({ crash, told: [...new Set(told)].sort() });
      expect(told).toContain('gate/stop/1');
      expect(run.workspace.messages.filter(({ text }) => text.includes('noted'))).toHaveLength(1);
      await run.close();
    }
  });
});
