import { sha256 } from '../../core/incident/ids';
import { answerGate, messageWithButton } from '../../lab/slack/decide';
import type { SlackMessage } from '../../lab/slack/workspace';
import { CHANNEL, ChatWorld } from '../support/chat/world';

describe('a gate in Slack', () => {
  let world: ChatWorld;
  beforeEach(async () => {
    world = await ChatWorld.open();
  });
  afterEach(() => world.close());

  const ask = (action = 'gate-approve'): SlackMessage => messageWithButton(world.workspace, CHANNEL, action)!;
  const answer = (
    who: string,
    decision: 'approve' | 'reject' | 'retry' | 'skip' | 'abort',
    message = ask(`gate-${decision}`),
  ) => {
    world.tick();
    return answerGate(world.people, world.workspace, world.user(who), message, {
      decision,
      reason: 'because',
      confirm: '33b4',
    });
  };
  /** What the last modal said to that person. */
  const shown = () => [...world.workspace.views.values()].map(({ view }) => JSON.stringify(view.blocks)).join();

  test('is decided once by fifty concurrent clicks', async () => {
    const id = await world.opened();
    await world.command(id, {
      type: 'FailStep',
      step: 'Capture memory',
      error: 'NeedsHuman',
      cause: 'no agent',
      plan: { digest: sha256('f'), lines: [] },
      rule: (await world.incident(id)).playbook!.gates.failed!,
    });
    await world.announcer.announce(id);
    const message = ask('gate-retry');
    const people = ['alice', 'bob', 'carol', 'dave'];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => world.people.click(world.user(people[i % 4]!), message, 'gate-retry')),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const decided = (await world.ledger.read(id))
      .flatMap((row) => row.events)
      .filter(({ type }) => type === 'GateDecided');
    expect(decided).toHaveLength(1);
    expect((await world.incident(id)).gates['failed:Capture memory']?.votes).toHaveLength(1);
  });

  test('counts two accounts of one person once', async () => {
    const id = await world.opened('bob');
    await world.command(id, {
      type: 'FailStep',
      step: 'Seal',
      error: 'X',
      cause: 'y',
      plan: { digest: sha256('f'), lines: [] },
      rule: { ...(await world.incident(id)).playbook!.gates.failed!, quorum: 2 },
    });
    await world.announcer.announce(id);
    await answer('U0ALICE01', 'skip');
    await answer('U0ALICE02', 'skip');
    expect((await world.incident(id)).gates['failed:Seal']).toMatchObject({
      state: 'pending',
      votes: [{ person: 'alice' }],
    });
  });

  test('does not take the one who asked, and says whom to ask', async () => {
    const id = await world.opened('carol');
    await world.gate(id, 'stop');
    const before = (await world.ledger.read(id)).length;
    await answer('carol', 'approve');
    expect((await world.ledger.read(id)).length).toBe(before);
  });

  test('says who else counts when the role cannot fill the quorum without the one who asked', async () => {
    const id = await world.opened('carol');
    await world.gate(id, 'stop');
    const text = JSON.stringify(ask().blocks);
    expect(text).toContain('Please decide. <@U0DAVE001>');
    expect(text).toContain('has 1 of the 2 persons needed. Break-glass counts as well: <@U0ERIN001>');
    const other = await ChatWorld.open();
    await other.gate(await other.opened('bob'), 'stop');
    expect(JSON.stringify(other.workspace.messages.map(({ blocks }) => blocks))).not.toContain('persons needed');
    await other.close();
  });

  test('is rejected by one person of the role', async () => {
    const id = await world.opened();
    await world.gate(id, 'stop');
    await answer('dave', 'reject');
    expect((await world.incident(id)).gates.stop).toMatchObject({
      state: 'rejected',
      decidedBy: ['dave'],
      reason: 'because',
    });
  });

  test('refuses a click on a question whose plan has changed since', async () => {
    const id = await world.opened();
    await world.gate(id, 'stop', ['Stop it.'], 'first');
    const stale = ask();
    const copy = { ...stale, blocks: stale.blocks };
    await world.gate(id, 'stop', ['Stop it.'], 'second');
    const before = (await world.ledger.read(id)).length;
    await world.people.click(world.user('carol'), copy, 'gate-approve');
    expect(shown()).toContain('asked again since');
    expect((await world.ledger.read(id)).length).toBe(before);
  });

  test('refuses a copied button in another message, another channel and another app', async () => {
    const id = await world.opened();
    await world.gate(id, 'stop');
    const genuine = ask();
    const before = (await world.ledger.read(id)).length;
    for (const copy of [
      { ...genuine, ts: '1577836899.000100' },
      { ...genuine, channel: 'C0OTHER01' },
    ]) {
      world.tick();
      await world.people.click(world.user('carol'), copy, 'gate-approve');
      expect(shown()).toContain('not in the message this question was asked in');
    }
    world.tick();
    await world.people.click(world.user('carol'), genuine, 'gate-approve', { api_app_id: 'A0EVIL' });
    expect(shown()).toContain('belongs to another app');
    expect((await world.ledger.read(id)).length).toBe(before);
  });

  test('refuses a button value nobody of ours wrote', async () => {
    const id = await world.opened();
    await world.gate(id, 'stop');
    const forged = structuredClone(ask()) as SlackMessage;
    const buttons = (forged.blocks as { elements?: { value: string }[] }[]).flatMap((block) => block.elements ?? []);
    for (const value of [
      '',
      'stop',
      `${id}|stop|1|short`,
      `${id}|stop|0|${'a'.repeat(64)}`,
      `${id}|nonsense|1|${'a'.repeat(64)}`,
      `${id}|stop|1|${'a'.repeat(64)}|more`,
    ]) {
      for (const button of buttons) button.value = value;
      world.tick();
      await world.people.click(world.user('carol'), forged, 'gate-approve');
      expect(shown()).toContain('carries nothing Cordon wrote');
    }
  });

  test('takes no answer while the incident is paused, and none after it expired', async () => {
    const id = await world.opened();
    await world.gate(id, 'stop');
    await world.command(id, { type: 'Pause' });
    await answer('carol', 'approve');
    expect((await world.incident(id)).gates.stop?.votes).toEqual([]);
    await world.command(id, { type: 'Resume' });
    world.tick(241 * 60_000);
    await answer('carol', 'approve');
    expect((await world.incident(id)).gates.stop?.votes).toEqual([]);
  });

  test('asks the role its question names, whatever policy.yaml has come to say since', async () => {
    const id = await world.opened('bob');
    const rule = { ...(await world.incident(id)).playbook!.gates.stop!, role: 'responder' };
    await world.command(id, { type: 'OpenGate', gate: 'stop', plan: { digest: sha256('p'), lines: [] }, rule });
    await world.announcer.announce(id);
    await world.people.click(world.user('gus'), ask(), 'gate-approve');
    expect(shown()).toContain('needs role responder or break-glass');
    await answer('alice', 'approve');
    expect((await world.incident(id)).gates.stop?.votes).toMatchObject([{ person: 'alice' }]);
  });

  test('of a closed incident is not promised any more: the answer says that it is closed', async () => {
    const id = await world.opened('bob');
    await world.command(id, { type: 'Close', as: 'resolved' });
    await world.command(id, { type: 'EndRun', run: 1, result: 'completed' });
    await world.command(id, { type: 'StartRun', run: 2, execution: 'arn:2' });
    await world.command(id, { type: 'EndRun', run: 2, result: 'completed' });
    for (const verb of ['stop', 'revoke', 'forensics retry'])
      expect(await world.slash('carol', `${verb} ${id}`)).toContain('was closed as resolved');
  });

  test('lets break-glass decide, and says so aloud', async () => {
    const id = await world.opened();
    await world.gate(id, 'stop');
    await answer('erin', 'approve');
    await world.announcer.announce(id);
    const row = (await world.ledger.read(id)).at(-1);
    expect(row?.actor).toMatchObject({ person: 'erin', breakGlass: true });
    expect(world.workspace.messages.map(({ text }) => text).join('\n')).toMatch(/break-glass/i);
  });

  test('answers the same delivery of a click only once', async () => {
    const id = await world.opened();
    await world.gate(id, 'stop');
    await answer('carol', 'approve');
    const before = (await world.ledger.read(id)).length;
    await answer('carol', 'approve');
    expect((await world.ledger.read(id)).length).toBe(before);
  });

  test('offers retry, going on without, and abort for a failed step', async () => {
    const id = await world.opened();
    await world.command(id, {
      type: 'FailStep',
      step: 'Capture memory',
      error: 'NeedsHuman',
      cause: 'no agent',
      plan: { digest: sha256('f'), lines: [] },
      rule: (await world.incident(id)).playbook!.gates.failed!,
    });
    await world.announcer.announce(id);
    await answer('bob', 'skip');
    expect((await world.incident(id)).steps['Capture memory']?.state).toBe('skipped');
  });

  test('is answered by /ir stop with everything typed, and by a form when something is missing', async () => {
    const id = await world.opened('alice');
    expect(await world.slash('carol', 'stop')).toContain('has not been asked yet');
    await world.gate(id, 'stop');
    expect(await world.slash('bob', 'stop --reason x --confirm 33b4')).toContain('You may not');
    await world.slash('carol', 'stop');
    expect(world.people.openView(world.user('carol'))?.view.callback_id).toBe('vote-modal');
    expect(await world.slash('carol', 'stop --reason sealed --confirm 33b4')).toContain('Approved');
    expect(await world.slash('dave', 'stop --reason sealed --confirm 33b4')).toContain('Approved');
    expect((await world.incident(id)).gates.stop?.state).toBe('approved');
  });
});
