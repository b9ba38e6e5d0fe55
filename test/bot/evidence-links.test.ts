import type { Artefact } from '../../core/incident/events';
import type { IncidentId } from '../../core/incident/ids';
import { sha256 } from '../../core/incident/ids';
import { ChatWorld } from '../support/chat/world';

const artefact = (path: string): Artefact => ({
  path,
  sha256: sha256(path),
  bytes: 2048,
  versionId: `version-of-${path.replaceAll('/', '-')}`,
  tool: 'fls',
  toolVersion: '4.12',
  at: '2020-01-01T00:00:00.000Z',
  actor: 'keep-results',
  origin: 'captured',
});
const PATHS = [
  'images/memory.lime',
  'derived/disk/fls.txt',
  ...[1, 2, 3, 4, 5, 6].map((n) => `derived/volatile/${n}.json`),
];

describe('/ir evidence --links', () => {
  let world: ChatWorld;
  let id: IncidentId;
  beforeEach(async () => {
    world = await ChatWorld.open();
    id = await world.opened('bob');
    const events = [{ type: 'EvidenceKept', artefacts: PATHS.map(artefact) } as const];
    await world.command(id, { type: 'Record', events });
  });
  afterEach(() => world.close());

  const thread = () => JSON.stringify(world.workspace.messages);
  const sentTo = (key: string) =>
    world.workspace.privateReplies
      .filter(({ user }) => user === world.user(key).id)
      .map(({ blocks }) => JSON.stringify(blocks))
      .join('\n');

  test('sends links that live five minutes to the one who asked, and to nobody else', async () => {
    expect(await world.slash('carol', `evidence ${id} --links volatile`)).toContain('you alone');
    await world.announcer.announce(id);
    const links = sentTo('carol').match(/https:\/\/evidence\.example\/[^|]+expires=300/g) ?? [];
    expect(links).toHaveLength(6);
    expect(sentTo('carol')).not.toContain('fls.txt');
    expect(sentTo('bob')).not.toContain('evidence.example');
  });

  test('says in the thread and the ledger who was lent what, and never the link', async () => {
    await world.slash('carol', `evidence ${id} --links fls`);
    await world.announcer.announce(id);
    const rows = JSON.stringify(await world.ledger.read(id));
    expect(rows).toContain('"paths":["derived/disk/fls.txt"]');
    expect(thread()).toContain('Carol Lindqvist was sent links to 1 artefact');
    for (const record of [rows, thread()]) expect(record).not.toContain('evidence.example');
  });

  test('needs the role action “evidence links”', async () => {
    const before = JSON.stringify(await world.ledger.read(id));
    expect(await world.slash('alice', `evidence ${id} --links fls`)).toContain('You may not');
    expect(await world.slash('alice', `evidence ${id}`)).toContain('fls.txt');
    expect(JSON.stringify(await world.ledger.read(id))).toBe(before);
  });

  test('lends no image, and nothing that does not match', async () => {
    expect(await world.slash('carol', `evidence ${id} --links memory.lime`)).toContain('nothing was sent');
    expect(await world.slash('carol', `evidence ${id} --links nowhere`)).toContain('nothing was sent');
  });

  test('sends nothing when it was asked too long ago', async () => {
    await world.slash('carol', `evidence ${id} --links fls`);
    world.tick(16 * 60_000);
    await world.announcer.announce(id);
    expect(sentTo('carol')).toContain('asked too long ago');
    expect(sentTo('carol')).not.toContain('evidence.example');
  });

  test('goes on after the incident is closed: people read evidence then, and it stands on record', async () => {
    await world.slash('carol', `close ${id} --as resolved`);
    for (const run of [1, 2]) await world.command(id, { type: 'EndRun', run, result: 'completed' });
    expect((await world.incident(id)).status).toBe('closed');
    expect(await world.slash('carol', `evidence ${id} --links fls`)).toContain('you alone');
    await world.announcer.announce(id);
    expect(sentTo('carol')).toContain('evidence.example');
    expect((await world.ledger.read(id)).at(-1)?.events).toMatchObject([{ type: 'LinksAsked' }]);
    expect(await world.slash('alice', `evidence ${id} --links fls`)).toContain('You may not');
    expect(await world.slash('carol', `note ${id} "too late"`)).toContain('was closed as resolved');
  });
});
