import { COMMAND_ROWS } from '../../bot/commands/table';
import { personKey } from '../../core/incident/ids';
import { authorize } from '../../core/policy/authorize';
import { ChatWorld, INSTANCE } from '../support/chat/world';

const PERSONS = ['alice', 'carol', 'erin', 'gus', 'U0MALLORY', 'U0STRANGE'] as const;
const STATES = ['open', 'running', 'paused', 'the stop asked', 'a step failed', 'closed'] as const;
/** Verbs that answer a question: with it open, the role of its gate is asked for as well. */
const ANSWERS: Readonly<Record<string, Partial<Record<(typeof STATES)[number], string>>>> = {
  stop: { 'the stop asked': 'gate stop' },
  'forensics retry': { 'a step failed': 'gate failed' },
};

/** What each person is in policy.yaml, so that the matrix below reads as roles. */
const ROLES: Readonly<Record<(typeof PERSONS)[number], string>> = {
  alice: 'responder',
  carol: 'responder and approver',
  erin: 'break-glass',
  gus: 'known, no role',
  U0MALLORY: 'unknown account',
  U0STRANGE: 'another organisation',
};

function typed(path: string, id: string): string {
  switch (path) {
    case 'isolate':
    case 'drill':
    case 'protect':
      return `${path} ${INSTANCE}`;
    case 'suppress':
      return `${path} Recon:EC2/Portscan`;
    case 'note':
      return `note ${id} "seen"`;
    case 'owner':
      return `owner bob ${id}`;
    case 'close':
      return `close ${id} --as resolved`;
    case 'list':
    case 'halt':
    case 'unhalt':
    case 'doctor':
    case 'whoami':
    case 'help':
    case 'deploy status':
      return path;
    default:
      return `${path} ${id}`;
  }
}

async function worldIn(state: (typeof STATES)[number]) {
  const world = await ChatWorld.open();
  const id = await world.opened('alice');
  if (state === 'paused') await world.command(id, { type: 'Pause' });
  if (state === 'the stop asked') await world.gate(id, 'stop');
  if (state === 'a step failed') await world.gate(id, 'failed:Capture memory');
  if (state === 'open' || state === 'closed') {
    if (state === 'closed') await world.command(id, { type: 'Close', as: 'resolved' });
    await world.command(id, { type: 'EndRun', run: 1, result: 'completed' });
  }
  if (state === 'closed') {
    await world.command(id, { type: 'StartRun', run: 2, execution: 'arn:2' });
    await world.command(id, { type: 'EndRun', run: 2, result: 'completed' });
  }
  return { world, id };
}

describe.each(STATES)('with the incident %s', (state) => {
  let world: ChatWorld;
  let id: Awaited<ReturnType<typeof worldIn>>['id'];
  beforeAll(async () => {
    ({ world, id } = await worldIn(state));
  });
  afterAll(() => world.close());

  const cells = PERSONS.flatMap((person) => COMMAND_ROWS.map((row) => [ROLES[person], row.path, person, row] as const));

  test.each(cells)('%s asking for “%s” is answered as policy says', async (_role, path, person, row) => {
    const before = JSON.stringify([...world.ledger.rows]);
    const dry = row.changes ? ' --dry-run' : '';
    const said = await world.slash(person, `${typed(path, id)}${dry}`);
    const known = world.user(person).person;
    const may = (action: string) =>
      authorize(world.rulebook.policy, known === undefined ? undefined : personKey(known), action).allowed;
    const answers = ANSWERS[path]?.[state];
    const allowed = path === 'help' || path === 'whoami' || (may(path) && (answers === undefined || may(answers)));
    expect(said.includes('You may not')).toBe(!allowed);
    expect(said).not.toContain('That did not work');
    expect(JSON.stringify([...world.ledger.rows])).toBe(before);
  });
});

describe('a channel', () => {
  test('other than the incident’s own is not where it is changed', async () => {
    const world = await ChatWorld.open();
    const id = await world.opened();
    expect(await world.slash('bob', `forensics pause ${id}`, 'C0OTHER01')).toContain('handled in another channel');
    expect(await world.slash('bob', `show ${id}`, 'C0OTHER01')).toContain(id);
    expect((await world.incident(id)).paused).toBeUndefined();
    await world.close();
  });

  test('pins the buttons too', async () => {
    const world = await ChatWorld.open();
    const id = await world.opened();
    const card = { ...world.workspace.messages[0]!, channel: 'C0OTHER01' };
    await world.people.click(world.user('bob'), card, 'run-pause');
    expect((await world.incident(id)).paused).toBeUndefined();
    await world.close();
  });
});
