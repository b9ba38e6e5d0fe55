import { answerGate, messageWithButton } from '../../lab/slack/decide';
import { CHANNEL, ChatWorld, INSTANCE } from '../support/chat/world';

describe('an incident told in Slack', () => {
  let world: ChatWorld;
  beforeEach(async () => {
    world = await ChatWorld.open();
  });
  afterEach(() => world.close());

  const vote = (who: string, decision: 'approve' | 'reject', confirm = '33b4') => {
    const message = messageWithButton(world.workspace, CHANNEL, `gate-${decision}`);
    if (!message) throw new Error('no gate asks');
    world.tick();
    return answerGate(world.people, world.workspace, world.user(who), message, { decision, reason: 'sealed', confirm });
  };

  test('opens by /ir isolate, with a card and a thread', async () => {
    const id = await world.opened();
    const [card, ...thread] = world.workspace.messages;
    expect(card?.metadata).toEqual({ event_type: 'cordon', event_payload: { incident: id, slot: 'root', seq: 2 } });
    expect(card?.text).toContain(INSTANCE);
    expect(thread.map((message) => message.thread_ts)).toEqual(thread.map(() => card?.ts));
    expect(thread[0]?.text).toContain('Incident opened by Alice Hart: C2 beacon.');
  });

  test('opens nothing where it could not act: another region, or an account it does not answer for', async () => {
    const there = await world.slash('alice', `isolate ${INSTANCE} --region us-east-1`);
    expect(there).toMatch(/acts in eu-west-1 alone, not in us-east-1; nothing was changed/);
    expect(await world.slash('alice', `isolate ${INSTANCE} --account 999988887777`)).toMatch(
      /not one this bot answers for/,
    );
    expect(world.ledger.rows.size).toBe(0);
  });

  test('takes a stop from two persons who did not ask for it, with reason and typed id', async () => {
    const id = await world.opened('alice');
    await world.gate(id, 'stop');
    await vote('carol', 'approve');
    expect((await world.incident(id)).gates.stop?.state).toBe('pending');
    await vote('dave', 'approve');
    const gate = (await world.incident(id)).gates.stop;
    expect(gate).toMatchObject({ state: 'approved', decidedBy: ['carol', 'dave'], reason: 'sealed' });
    await world.announcer.announce(id);
    const ask = world.workspace.messages.find((message) => JSON.stringify(message.metadata).includes('gate/stop/1'));
    expect(ask?.edits.length).toBeGreaterThan(0);
    expect(JSON.stringify(ask?.blocks)).toContain('Carol Lindqvist and Dave Moreau');
    expect(JSON.stringify(ask?.blocks)).not.toContain('gate-approve');
  });

  test('refuses a wrong last four, a person without the role and a stranger, changing nothing', async () => {
    const id = await world.opened('alice');
    await world.gate(id, 'stop');
    const before = (await world.ledger.read(id)).length;
    await vote('carol', 'approve', 'xxxx');
    await vote('bob', 'approve');
    await vote('U0MALLORY', 'approve');
    await vote('U0STRANGE', 'approve');
    expect((await world.ledger.read(id)).length).toBe(before);
  });

  test('pauses, resumes and aborts by command, and says so in the thread', async () => {
    const id = await world.opened();
    expect(await world.slash('bob', `forensics pause ${id} --reason checking`)).toContain(`Paused ${id}`);
    expect(await world.slash('bob', `forensics pause ${id}`)).toContain('is paused already');
    expect(await world.slash('bob', 'forensics resume')).toContain(`Resumed ${id}`);
    expect(await world.slash('gus', 'forensics abort')).toContain('You may not');
    expect(await world.slash('bob', 'forensics abort --dry-run')).toContain('Dry run');
    expect(await world.slash('bob', 'forensics abort')).toContain('Aborting');
    await world.announcer.announce(id);
    const thread = world.workspace.messages.map((message) => message.text).join('\n');
    expect(thread).toContain('Paused by Bob Okafor: checking.');
    expect(thread).toContain('Abort asked by Bob Okafor');
  });

  test('answers mentions in its thread, about its own incident', async () => {
    const id = await world.opened();
    const [card] = world.workspace.messages;
    world.tick();
    const answer = await world.people.mention(world.user('bob'), CHANNEL, 'status', card?.ts);
    expect(answer.status).toBe(200);
    expect(world.workspace.privateReplies.at(-1)).toMatchObject({ user: 'U0BOB0001', thread_ts: card?.ts });
    expect(world.workspace.privateReplies.at(-1)?.text).toContain(id);
  });

  test('has buttons that pause from the card', async () => {
    const id = await world.opened();
    const card = messageWithButton(world.workspace, CHANNEL, 'run-pause');
    world.tick();
    await world.people.click(world.user('bob'), card!, 'run-pause');
    expect((await world.incident(id)).paused).toMatchObject({ by: 'bob' });
  });

  test('publishes Home with what awaits the person', async () => {
    const id = await world.opened('alice');
    await world.gate(id, 'stop');
    await world.people.openHome(world.user('carol'));
    expect(JSON.stringify(world.workspace.homes.get('U0CAROL01'))).toContain('Stop the instance?');
    await world.people.openHome(world.user('alice'));
    expect(JSON.stringify(world.workspace.homes.get('U0ALICE01'))).toContain('Nothing waits for your decision');
  });

  test('shares the timeline as a file in the thread when asked', async () => {
    const id = await world.opened();
    expect(await world.slash('bob', `timeline ${id}`)).toContain('Incident opened by Alice Hart');
    await world.slash('bob', `timeline ${id} --format jsonl`);
    await world.announcer.announce(id);
    const [file] = [...world.workspace.files.values()];
    const lines = (file?.content?.toString('utf8') ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(file?.shared).toEqual({ channel: CHANNEL, thread_ts: world.workspace.messages[0]?.ts });
    expect(lines[0]).toMatchObject({
      message: expect.stringContaining('Incident opened'),
      timestamp_desc: 'IncidentOpened',
      datetime: expect.stringMatching(/Z$/),
    });
  });

  test('asks for a pull request to protect or suppress, and links it', async () => {
    const id = await world.opened();
    expect(await world.slash('bob', `protect ${INSTANCE} --reason "domain controller"`)).toContain('on its way');
    expect(await world.slash('bob', 'suppress nonsense')).toContain('looks like Recon:EC2/Portscan');
    await world.command(id, {
      type: 'Record',
      events: [{ type: 'ChangeProposed', change: 'protect', subject: INSTANCE, url: 'https://github.com/o/r/pull/1' }],
    });
    await world.announcer.announce(id);
    expect(JSON.stringify(world.workspace.messages.at(-1)?.blocks)).toContain(
      '<https://github.com/o/r/pull/1|pull request>',
    );
  });

  test('has a form for a release that shows what comes back, and one for a start', async () => {
    const id = await world.opened();
    await world.command(id, {
      type: 'Record',
      events: [{ type: 'InstanceIsolated', group: 'sg-1', interfaces: ['eni-1'], residual: [] }],
    });
    await world.announcer.announce(id);
    const card = messageWithButton(world.workspace, CHANNEL, 'incident-release')!;
    world.tick();
    await world.people.click(world.user('carol'), card, 'incident-release');
    const form = world.people.openView(world.user('carol'))!;
    expect(JSON.stringify(form.view)).toContain('security groups of 1 interface');
    await world.people.submitModal(world.user('carol'), form, {
      reason: { reason: { type: 'plain_text_input', value: 'false alarm' } },
    });
    expect((await world.incident(id)).ending).toMatchObject({ purpose: 'release', reason: 'false alarm', by: 'carol' });
    world.tick();
    await world.people.globalShortcut(world.user('bob'), 'start-response');
    const start = world.people.openView(world.user('bob'))!;
    await world.people.submitModal(world.user('bob'), start, {
      instance: { instance: { type: 'plain_text_input', value: 'i-0aaaaaaaaaaaaaaaa' } },
    });
    expect([...world.ledger.rows.keys()]).toHaveLength(2);
  });

  test('keeps a message as a note through its shortcut', async () => {
    const id = await world.opened();
    const said = world.people.write(
      world.user('bob'),
      CHANNEL,
      'saw this host beacon <!channel>',
      world.workspace.messages[0]?.ts,
    );
    world.tick();
    await world.people.messageShortcut(world.user('bob'), said, 'attach-to-incident');
    const form = world.people.openView(world.user('bob'))!;
    await world.people.submitModal(world.user('bob'), form, {
      incident: { incident: { type: 'plain_text_input', value: id } },
    });
    expect((await world.incident(id)).notes[0]?.text).toContain('saw this host beacon');
    await world.announcer.announce(id);
    expect(JSON.stringify(world.workspace.messages.at(-1)?.blocks)).toContain('&lt;!channel&gt;');
  });

  test('turns the kill switch on and off, and starts nothing while it is on', async () => {
    expect(await world.slash('bob', 'halt --reason "bot misbehaves"')).toContain('Kill switch on');
    expect(await world.slash('alice', `isolate ${INSTANCE}`)).toContain('kill switch is on');
    expect(world.ledger.rows.size).toBe(0);
    expect(await world.slash('bob', 'unhalt')).toContain('You may not');
    expect(await world.slash('carol', 'unhalt')).toContain('Kill switch off');
  });

  test('asks which incident when several are open, and takes a button for an answer', async () => {
    const first = await world.opened();
    await world.slash('alice', 'isolate i-0bbbbbbbbbbbbbbbb');
    const second = [...world.ledger.rows.keys()][1]!;
    await world.incidents.put({ ...world.incidents.rows.get(first)!, incident: second, title: 'the other' });
    await world.slash('bob', 'forensics pause');
    const choice = world.workspace.privateReplies.at(-1)!;
    const message = {
      channel: CHANNEL,
      ts: '1577836800.999900',
      author: 'bot',
      text: '',
      blocks: choice.blocks,
      edits: [],
      files: [],
    };
    world.tick();
    await world.people.click(world.user('bob'), message, `incident-pick-${first}`);
    expect((await world.incident(first)).paused).toMatchObject({ by: 'bob' });
    expect((await world.incident(second)).paused).toBeUndefined();
  });
});
