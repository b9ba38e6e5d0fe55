import { COMMAND_ROWS } from '../../bot/commands/table';
import type { SlackUser } from '../../lab/slack/workspace';
import { ChatWorld, INSTANCE } from '../support/chat/world';

/** What Slack may say of Carol's account, who is an approver in policy.yaml. */
const STANDINGS: Readonly<Record<string, Partial<SlackUser>>> = {
  'a guest': { guest: true },
  'of another organisation': { stranger: true },
  deactivated: { deactivated: true },
};
const CHANGING = COMMAND_ROWS.filter((row) => row.changes).map((row) => row.path);
const typed = (path: string) =>
  ({
    isolate: `isolate ${INSTANCE}`,
    drill: `drill ${INSTANCE}`,
    protect: `protect ${INSTANCE}`,
    suppress: 'suppress Recon:EC2/Portscan',
    note: 'note "seen"',
    owner: 'owner bob',
    close: 'close --as resolved',
  })[path] ?? path;

describe.each(Object.keys(STANDINGS))('an approver whose account is %s', (standing) => {
  let world: ChatWorld;
  beforeAll(async () => {
    world = await ChatWorld.open();
    const id = await world.opened('bob');
    await world.gate(id, 'contain');
    world.become('carol', STANDINGS[standing] ?? {});
  });
  afterAll(() => world.close());

  test.each([...CHANGING, 'show', 'list'])('may not “%s”', async (path) => {
    const rows = JSON.stringify([...world.ledger.rows]);
    const said = await world.slash('carol', typed(path));
    expect(said).toMatch(/You may not: Slack says this account/);
    expect(said).toContain('Ask a full member of this workspace');
    expect(JSON.stringify([...world.ledger.rows])).toBe(rows);
  });

  test('is told so by whoami', async () => {
    expect(await world.slash('carol', 'whoami')).toContain('so you may do nothing here');
  });

  test('cannot answer a gate', async () => {
    const asked = world.workspace.messages.find((message) => JSON.stringify(message.blocks).includes('gate-approve'));
    if (!asked) throw new Error('no question was posted');
    await world.people.click(world.user('carol'), asked, 'gate-approve');
    const [id] = world.ledger.rows.keys();
    if (!id) throw new Error('no incident');
    expect((await world.incident(id)).gates.contain?.state).toBe('pending');
  });
});

describe('while Slack does not say who somebody is', () => {
  const blind = async () => {
    const world = await ChatWorld.open();
    const id = await world.opened('bob');
    const [from, to] = ['2020-01-01T00:00:00.000Z', '2020-02-01T00:00:00.000Z'];
    world.slack.weather.add({ from, to, kind: 'down', method: 'users.info' });
    return { world, id };
  };

  test('reading goes on and nothing is changed', async () => {
    const { world, id } = await blind();
    expect(await world.slash('carol', `show ${id}`)).toContain(id);
    expect(await world.slash('carol', `forensics pause ${id}`)).toContain('Slack did not say');
    expect((await world.incident(id)).paused).toBeUndefined();
    await world.close();
  });

  test('an answer counts for five minutes, a failure for none', async () => {
    const { world, id } = await blind();
    world.slack.weather.clear();
    expect(await world.slash('carol', `forensics pause ${id}`)).toContain('Paused');
    const [from, to] = [world.clock.now().toISOString(), '2020-02-01T00:00:00.000Z'];
    world.slack.weather.add({ from, to, kind: 'down', method: 'users.info' });
    expect(await world.slash('carol', `forensics resume ${id}`)).toContain('Resumed');
    world.tick(5 * 60_000);
    expect(await world.slash('carol', `forensics pause ${id}`)).toContain('Slack did not say');
    await world.close();
  });
});
