import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { dynamoClaims, dynamoFindingIndex } from '../../../../core/adapters/aws/dynamo-claims';
import { dynamoCursors } from '../../../../core/adapters/aws/dynamo-cursors';
import { dynamoLedger } from '../../../../core/adapters/aws/dynamo-ledger';
import { dynamoGroups, dynamoIncidentList, dynamoSlackMessages } from '../../../../core/adapters/aws/dynamo-lists';
import { dynamoKillSwitch, dynamoNonces, dynamoSlots } from '../../../../core/adapters/aws/dynamo-switches';
import { dynamoInbox, dynamoWaits } from '../../../../core/adapters/aws/dynamo-waits';
import { stateTable } from '../../../../core/adapters/aws/state-table';
import { applyCommit } from '../../../../core/incident/evolve';
import { commandId, incidentId } from '../../../../core/incident/ids';
import { nextRow, verifyChain } from '../../../../core/incident/ledger-row';
import type { Wait } from '../../../../core/ports/waits';
import { IR, KEY, openCommand, person, SYSTEM } from '../../../support/books';

const server: Server = dynalite({ createTableMs: 0 });
let client: DynamoDBClient;
const state = () => stateTable(client, 'state');
const NOW = new Date('2026-03-01T12:00:00Z');
const LATER = new Date('2026-03-01T13:00:00Z');

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const S = 'S' as const;
  const key = (pk: string, sk: string) => [
    { AttributeName: pk, KeyType: 'HASH' as const },
    { AttributeName: sk, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: key('incident', 'seq'),
      AttributeDefinitions: [
        { AttributeName: 'incident', AttributeType: S },
        { AttributeName: 'seq', AttributeType: 'N' },
      ],
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: 'state',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: key('pk', 'sk'),
      AttributeDefinitions: ['pk', 'sk', 'duePk', 'dueAt', 'listPk', 'listSk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: S,
      })),
      GlobalSecondaryIndexes: ['due', 'list'].map((IndexName) => ({
        IndexName,
        KeySchema: IndexName === 'due' ? key('duePk', 'dueAt') : key('listPk', 'listSk'),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  );
});
afterAll(() => {
  client.destroy();
  server.close();
});

describe('the ledger table', () => {
  const row = (previous?: Parameters<typeof nextRow>[1], text = 'x') =>
    nextRow(IR, previous, {
      events: [{ type: 'NoteAdded', text }],
      actor: person('alice'),
      commandId: commandId(text),
      at: NOW,
    });

  it('gives back rows exactly as they were hashed', async () => {
    const ledger = dynamoLedger(client, 'ledger');
    const {
      type: _type,
      start: _start,
      ...facts
    } = openCommand() as Extract<ReturnType<typeof openCommand>, { type: 'Open' }>;
    const first = nextRow(IR, undefined, {
      events: [{ type: 'IncidentOpened', ...facts }],
      actor: SYSTEM,
      commandId: commandId('o'),
      at: NOW,
    });
    const second = row(first);
    expect([await ledger.append(first), await ledger.append(second)]).toEqual(['ok', 'ok']);
    const rows = await ledger.read(IR);
    expect(rows).toEqual([first, second]);
    expect(verifyChain(rows).ok).toBe(true);
    expect(rows.reduce(applyCommit, undefined as never)).toMatchObject({ seq: 2 });
  });

  it('takes one of two rows with the same number, and knows its own when it comes again', async () => {
    const ledger = dynamoLedger(client, 'ledger');
    const rows = await ledger.read(IR);
    const [mine, other] = [row(rows.at(-1), 'mine'), row(rows.at(-1), 'other')];
    expect(await ledger.append(mine)).toBe('ok');
    expect(await ledger.append(other)).toBe('conflict');
    expect(await ledger.append(mine)).toBe('ok');
  });
});

describe('claims', () => {
  it('are held by one incident; the next generation takes over only from the one before', async () => {
    const claims = dynamoClaims(state());
    const at = (generation: number) => ({ incident: incidentId(KEY, generation), generation });
    expect(await claims.take(KEY, at(1))).toEqual({ status: 'taken' });
    expect(await claims.take(KEY, at(1))).toEqual({ status: 'taken' });
    expect(await claims.take(KEY, at(3))).toEqual({ status: 'held', by: at(1) });
    expect(await claims.take(KEY, at(2))).toEqual({ status: 'taken' });
    expect(await claims.find(KEY)).toEqual(at(2));
  });

  it('remember where a finding went', async () => {
    const index = dynamoFindingIndex(state());
    await index.put('f1', IR);
    expect([await index.find('f1'), await index.find('f2')]).toEqual([IR, undefined]);
  });
});

describe('waits', () => {
  const wait: Wait = {
    incident: IR,
    id: '1/copies/Copy the snapshots',
    kind: 'copies',
    run: 1,
    step: 'Copy the snapshots',
    sealedToken: 'sealed',
    external: {},
    place: { account: KEY.account, region: KEY.region, instance: KEY.instance },
    deadline: LATER.toISOString(),
    dueAt: NOW.toISOString(),
    status: 'parked',
  };

  it('are found by any of their external ids until they are answered', async () => {
    const waits = dynamoWaits(state());
    await waits.park(wait);
    await waits.expect(IR, wait.id, ['snap-1', 'snap-2']);
    await waits.arrived(IR, wait.id, 'snap-2');
    expect(await waits.waitingFor('copies', 'snap-1')).toEqual({
      ...wait,
      external: { 'snap-1': 'pending', 'snap-2': 'arrived' },
    });
    expect(await waits.parkedOf(IR)).toHaveLength(1);
    expect((await waits.due(NOW.toISOString(), 5)).map((due) => due.id)).toEqual([wait.id]);
    await waits.lookAgainAt(wait, LATER.toISOString());
    expect(await waits.due(NOW.toISOString(), 5)).toEqual([]);
    await waits.answered(wait);
    expect(await waits.waitingFor('copies', 'snap-1')).toBeUndefined();
    expect(await waits.due(LATER.toISOString(), 5)).toEqual([]);
  });

  it('of a retried task keep the newest token: the old one cannot close it', async () => {
    const waits = dynamoWaits(state());
    await waits.park({ ...wait, sealedToken: 'first' });
    await waits.park({ ...wait, sealedToken: 'second' });
    await waits.answered({ ...wait, sealedToken: 'first' });
    expect(await waits.find(IR, wait.id)).toMatchObject({ status: 'parked', sealedToken: 'second' });
  });

  it('carry failure gates by name', async () => {
    const waits = dynamoWaits(state());
    const { step: _step, place: _place, ...rest } = wait;
    const failure: Wait = { ...rest, id: '1/failure/x', kind: 'failure', gate: 'failed:Capture memory' };
    await waits.park(failure);
    expect(await waits.find(IR, failure.id)).toEqual(failure);
  });

  it('miss no event that came first', async () => {
    const inbox = dynamoInbox(state());
    await inbox.keep('command', 'cmd-1', LATER);
    expect([await inbox.has('command', 'cmd-1'), await inbox.has('command', 'cmd-2')]).toEqual([true, false]);
  });
});

describe('small rows', () => {
  it('move a cursor forward only', async () => {
    const cursors = dynamoCursors(state());
    await cursors.advance('announce', IR, 5);
    await cursors.advance('announce', IR, 3);
    expect([await cursors.get('announce', IR), await cursors.get('conduct', IR)]).toEqual([5, 0]);
    expect(await cursors.all(IR)).toEqual({ announce: 5, conduct: 0, publish: 0 });
  });

  it('remember a nonce once', async () => {
    const nonces = dynamoNonces(state());
    const tries = await Promise.all([1, 2, 3, 4].map(() => nonces.remember('signature', LATER)));
    expect(tries.filter(Boolean)).toHaveLength(1);
  });

  it('throw the kill switch and take it back', async () => {
    const killSwitch = dynamoKillSwitch(state());
    await killSwitch.halt('carol', NOW, 'too many');
    expect(await killSwitch.halted()).toEqual({ by: 'carol', at: NOW.toISOString(), reason: 'too many' });
    await killSwitch.unhalt();
    expect(await killSwitch.halted()).toBeUndefined();
  });

  it('give out no more slots than there are, however many ask at once, and free them with time', async () => {
    const slots = dynamoSlots(state());
    const asked = await Promise.all([...'abcdefgh'].map((holder) => slots.take('cap', 3, holder, NOW, LATER)));
    expect(asked.filter(Boolean)).toHaveLength(3);
    const holder = [...'abcdefgh'][asked.indexOf(true)]!;
    expect(await slots.take('cap', 3, holder, NOW, LATER)).toBe(true);
    expect(await slots.take('cap', 3, 'late', NOW, LATER)).toBe(false);
    expect(await slots.take('cap', 3, 'late', new Date('2026-03-01T13:00:01Z'), new Date('2026-03-01T14:00:00Z'))).toBe(
      true,
    );
  });

  it('list incidents, newest first, and forget them', async () => {
    const list = dynamoIncidentList(state());
    const listed = {
      ...KEY,
      incident: IR,
      openedAt: NOW.toISOString(),
      status: 'open' as const,
      title: 't',
      severity: 8,
      channel: 'C0CORDON',
    };
    const newer = { ...listed, incident: incidentId(KEY, 9), openedAt: LATER.toISOString() };
    await list.put(listed);
    await list.put(newer);
    await list.put({ ...listed, status: 'closed' });
    expect(await list.all(5)).toEqual([newer, { ...listed, status: 'closed' }]);
    expect(await list.open(5)).toEqual([newer]);
    await list.remove(IR);
    expect(await list.all(5)).toEqual([newer]);
  });

  it('know a group until it is stale, and a thread by its root', async () => {
    const groups = dynamoGroups(state());
    await groups.put('soc', ['U0ALICE01'], LATER);
    expect([await groups.members('soc', NOW), await groups.members('soc', LATER)]).toEqual([['U0ALICE01'], undefined]);
    const messages = dynamoSlackMessages(state());
    await messages.put(IR, 'root', { channel: 'C1', ts: '1.1', seq: 4 });
    await messages.put(IR, 'root', { channel: 'C1', ts: '1.1', seq: 2 });
    expect(await messages.find(IR, 'root')).toEqual({ channel: 'C1', ts: '1.1', seq: 4 });
    expect(await messages.incidentOf('C1', '1.1')).toBe(IR);
  });
});
