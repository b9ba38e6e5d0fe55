import { sha256 } from '../../core/incident/ids';
import { park } from '../../core/wait/park';
import { IR, openCommand, person } from '../support/books';
import { tokens } from '../support/control-plane';
import { controlPlane, stopVote } from '../support/control-plane-desk';

describe('conduct', () => {
  it('starts a requested run once, however often it is nudged, and lists the incident', async () => {
    const { story, conduct, engine, list } = controlPlane();
    await story.does(openCommand());
    await conduct(IR);
    await conduct(IR);
    expect(engine.started).toMatchObject([{ incident: IR, run: 1, purpose: 'respond' }]);
    expect((await story.incident()).runs[0]).toMatchObject({ state: 'running', execution: `arn:${IR}-1` });
    expect(await list.open(5)).toMatchObject([{ incident: IR, status: 'open', severity: 8 }]);
  });

  it('has a release remove first what a response left whose execution died, and only then', async () => {
    const { story, conduct, engine } = controlPlane();
    await story.does(openCommand());
    await conduct(IR);
    await story.does({ type: 'EndRun', run: 1, result: 'failed', cause: 'the execution ended as ABORTED' });
    await story.does({ type: 'RequestRun', purpose: 'release' });
    await conduct(IR);
    expect(engine.started.map(({ purpose, leftovers }) => [purpose, leftovers])).toEqual([
      ['respond', 'no'],
      ['release', 'yes'],
    ]);
  });

  it('tells a held gate to look again when it was decided, and only then', async () => {
    const { story, conduct, passGate, hold, engine } = controlPlane();
    await story.opened();
    expect(await passGate('stop')).toMatchObject({ verdict: 'hold' });
    await hold('stop', 'token-1');
    await stopVote(story, 'carol');
    await conduct(IR);
    expect(engine.answers).toEqual([]);
    await stopVote(story, 'dave');
    await conduct(IR);
    expect(engine.answers).toEqual([{ token: 'token-1', answer: 'look-again' }]);
    expect(await passGate('stop')).toEqual({ verdict: 'go', why: 'approved by carol and dave' });
  });

  it('fails every parked task with Aborted when the run is told to end', async () => {
    const { story, conduct, passGate, hold, engine, waits, inbox, clock } = controlPlane();
    await story.opened();
    await passGate('stop');
    await hold('stop', 'token-gate');
    const order = { incident: IR, run: 1, token: 'token-command', kind: 'command', minutes: 60 } as const;
    await park(
      { waits, inbox, tokens, clock },
      order,
      async () => ['cmd-1'],
      async () => false,
    );
    await story.does({ type: 'Abort' }, person('alice'));
    await conduct(IR);
    expect(engine.answers.map((one) => one.answer)).toEqual(['fail Aborted', 'fail Aborted']);
    expect(await passGate('stop')).toMatchObject({ verdict: 'abort' });
  });

  it('lets offers lapse once the forensics are told', async () => {
    const { story, conduct, passGate } = controlPlane();
    await story.opened();
    const residual = ['flows through the NAT gateway'];
    await story.does({
      type: 'Record',
      events: [{ type: 'InstanceIsolated', group: 'sg', interfaces: ['eni-1'], residual }],
    });
    expect(await passGate('nacl')).toMatchObject({ verdict: 'hold' });
    const posted = { request: 'r1', ts: '1.2', summarySha256: sha256('s'), runUrl: 'https://x', verdict: 'v' };
    await story.does({ type: 'Record', events: [{ type: 'ReportPosted', ...posted }] });
    await conduct(IR);
    expect((await story.incident()).gates.nacl?.state).toBe('expired');
    expect(await passGate('nacl')).toMatchObject({ verdict: 'skip' });
  });
});
