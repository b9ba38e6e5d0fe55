import { sha256 } from '../../core/incident/ids';
import { IR, person } from '../support/books';
import { controlPlane, stopVote } from '../support/control-plane-desk';

describe('pass-gate', () => {
  it('passes an automatic gate on record, once', async () => {
    const { story, passGate } = controlPlane();
    await story.opened();
    expect(await passGate('collect')).toMatchObject({ verdict: 'go' });
    expect(await passGate('collect')).toMatchObject({ verdict: 'go' });
    expect((await story.events()).filter((type) => type === 'GatePassed')).toHaveLength(1);
  });

  it('holds even an automatic gate while paused, and goes on after resume', async () => {
    const { story, passGate, hold, conduct, engine } = controlPlane();
    await story.opened();
    await story.does({ type: 'Pause' }, person('alice'));
    expect(await passGate('collect')).toMatchObject({ verdict: 'hold' });
    await hold('collect', 'token-1');
    await story.does({ type: 'Resume' }, person('alice'));
    await conduct(IR);
    expect(engine.answers).toEqual([{ token: 'token-1', answer: 'look-again' }]);
    expect(await passGate('collect')).toMatchObject({ verdict: 'go' });
  });

  it('does not contain a protected instance, says so once, and takes no slot of the cap from others', async () => {
    const { story, passGate, slots, clock } = controlPlane();
    await story.opened();
    const summary = {
      state: 'running',
      interfaces: 1,
      volumes: 1,
      targetGroups: [],
      ssmOnline: true,
      instanceType: 't3.micro',
    };
    const estate = { ...summary, platform: 'linux' as const, protectedBy: 'tag cordon:protected' };
    await story.does({
      type: 'Record',
      events: [{ type: 'EstateRecorded', digest: sha256('estate'), summary: estate }],
    });
    expect(await passGate('contain')).toMatchObject({ verdict: 'skip' });
    expect(await passGate('contain')).toMatchObject({ verdict: 'skip' });
    expect((await story.incident()).noticed.map(({ text }) => text)).toEqual([
      'i-0011222aa333333b4 is not contained: the instance is protected (tag cordon:protected).',
    ]);
    expect(await slots.take('isolations', 1, 'another incident', clock.now(), clock.now())).toBe(true);
  });

  it('asks before an isolation above the cap', async () => {
    const { story, passGate, slots, clock } = controlPlane();
    await story.opened();
    await slots.take('isolations', 1, 'another incident', clock.now(), clock.now());
    expect(await passGate('contain')).toMatchObject({ verdict: 'hold' });
    expect((await story.incident()).gates.contain?.state).toBe('pending');
  });

  it('asks before a second isolation in one Auto Scaling group within the hour, and not in another group', async () => {
    for (const [group, verdict] of [
      ['web', 'hold'],
      ['batch', 'go'],
    ] as const) {
      const { story, passGate, slots, clock } = controlPlane();
      const { account, region } = await story.opened().then(() => story.incident());
      await slots.take(`isolations/${account}/${region}/web`, 1, 'another incident', clock.now(), clock.now());
      const summary = {
        state: 'running',
        interfaces: 1,
        volumes: 1,
        targetGroups: [],
        ssmOnline: true,
        instanceType: 't3.micro',
        platform: 'linux' as const,
        group,
      };
      await story.does({ type: 'Record', events: [{ type: 'EstateRecorded', digest: sha256('estate'), summary }] });
      expect(await passGate('contain')).toMatchObject({ verdict });
    }
  });

  it('skips what was rejected, in this run only', async () => {
    const { story, passGate } = controlPlane();
    await story.opened();
    await passGate('stop');
    await stopVote(story, 'dave', 'reject');
    expect(await passGate('stop')).toEqual({ verdict: 'skip', why: 'rejected by dave' });
    await story.does({ type: 'EndRun', run: 1, result: 'completed' });
    await story.does({ type: 'RequestRun', purpose: 'respond' }, person('alice'));
    expect(await passGate('stop', 2)).toMatchObject({ verdict: 'hold' });
    expect((await story.incident()).gates.stop).toMatchObject({ opening: 2, requester: 'alice' });
  });

  it('ends the run it belongs to when another has begun', async () => {
    const { story, passGate } = controlPlane();
    await story.opened();
    await story.does({ type: 'EndRun', run: 1, result: 'failed' });
    await story.does({ type: 'RequestRun', purpose: 'respond' });
    expect(await passGate('stop', 1)).toMatchObject({ verdict: 'abort' });
  });
});
