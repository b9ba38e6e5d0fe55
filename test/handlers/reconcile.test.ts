import { park } from '../../core/wait/park';
import { IR } from '../support/books';
import { controlPlane } from '../support/control-plane-desk';

describe('reconcile', () => {
  it('reminds less and less often, escalates from the second reminder, then expires a gate nobody answered', async () => {
    const { story, conduct, reconcile, passGate, clock } = controlPlane();
    await story.opened();
    await conduct(IR);
    await passGate('stop');
    for (let minute = 0; minute < 245; minute += 5) {
      clock.minutes(5);
      await reconcile();
    }
    const rows = (await story.ledger.read(IR)).flatMap((row) => row.events);
    const reminders = rows.filter((event) => event.type === 'GateReminded');
    expect(reminders.map((event) => event.escalatedTo)).toEqual([undefined, 'break-glass', 'break-glass']);
    expect(rows.filter((event) => event.type === 'GateExpired')).toHaveLength(1);
    expect(await passGate('stop')).toMatchObject({ verdict: 'skip', why: 'nobody decided in time' });
  });

  it('reminds of a pause after an hour, after four, then once a day, and no more once it is lifted', async () => {
    const { story, conduct, reconcile, clock } = controlPlane();
    await story.opened();
    await conduct(IR);
    await story.does({ type: 'Pause' });
    const started = clock.now().getTime();
    const told: number[] = [];
    const reminders = async () => (await story.events()).filter((type) => type === 'PauseReminded').length;
    for (let hour = 0; hour < 60; hour++) {
      clock.minutes(60);
      await reconcile();
      await reconcile();
      while (told.length < (await reminders())) told.push(Math.round((clock.now().getTime() - started) / 3_600_000));
    }
    expect(told).toEqual([1, 4, 24, 48]);
    await story.does({ type: 'Resume' });
    clock.minutes(24 * 60);
    await reconcile();
    expect(await reminders()).toBe(4);
  });

  it('nudges projections that fell behind, and forgets a closed incident when all have told it', async () => {
    const { story, conduct, reconcile, nudged, cursors, list, clock } = controlPlane();
    await story.opened();
    await conduct(IR);
    clock.minutes(2);
    await reconcile();
    // GitHub has nothing to hear of an opening.
    expect(new Set(nudged)).toEqual(new Set(['announce']));
    await story.does({ type: 'Record', events: [{ type: 'ReportRequested', request: 'r1', deadline: 'soon' }] });
    await conduct(IR);
    clock.minutes(2);
    await reconcile();
    expect(new Set(nudged)).toEqual(new Set(['announce', 'publish']));
    await story.does({ type: 'Record', events: [{ type: 'InstanceStopped', state: 'stopped' }] });
    await story.does({ type: 'EndRun', run: 1, result: 'completed' });
    await conduct(IR);
    const { seq } = await story.incident();
    for (const consumer of ['announce', 'publish'] as const) await cursors.advance(consumer, IR, seq);
    await reconcile();
    expect(await list.all(5)).toEqual([]);
  });

  it('does the others when one incident fails', async () => {
    const plane = controlPlane();
    await plane.story.opened();
    const order = (token: string, step: 'Capture memory' | 'Snapshot the volumes') =>
      ({ incident: IR, run: 1, token, kind: 'command', step, minutes: 1 }) as const;
    await park(
      plane,
      order('t1', 'Capture memory'),
      async () => ['cmd-1'],
      async () => false,
    );
    await park(
      plane,
      order('t2', 'Snapshot the volumes'),
      async () => ['cmd-2'],
      async () => false,
    );
    const first = await plane.waits.find(IR, '1/command/Capture memory');
    await plane.waits.park({ ...first!, sealedToken: 'not sealed by us' });
    plane.clock.minutes(5);
    expect(await plane.reconcile()).toMatchObject({ failed: 1, answered: 1 });
  });
});
