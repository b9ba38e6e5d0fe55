import { park } from '../../../core/wait/park';
import { IR } from '../../support/books';
import { controlPlane } from '../../support/control-plane-desk';

describe('a parked task', () => {
  const command = (token: string) =>
    ({ incident: IR, run: 1, token, kind: 'command', step: 'Capture memory', minutes: 60 }) as const;
  const ended = {
    source: 'aws.ssm',
    'detail-type': 'EC2 Command Invocation Status-change Notification',
    detail: { 'command-id': 'cmd-1', status: 'Success' },
  };

  it('is answered by its event', async () => {
    const plane = controlPlane();
    await plane.story.opened();
    await park(
      plane,
      command('t1'),
      async () => ['cmd-1'],
      async () => false,
    );
    expect(await plane.resume(ended)).toEqual({ answered: 1, kept: 0 });
    expect(plane.engine.answers).toEqual([{ token: 't1', answer: 'done' }]);
  });

  it('is answered by an event that came before anybody waited, at the next look', async () => {
    const plane = controlPlane();
    await plane.story.opened();
    const act = async () => {
      await plane.resume(ended);
      return ['cmd-1'];
    };
    await park(plane, command('t1'), act, async () => await plane.inbox.has('command', 'cmd-1'));
    plane.finishes();
    await plane.reconcile();
    expect(plane.engine.answers).toEqual([{ token: 't1', answer: 'done' }]);
  });

  it('waits for every snapshot of its set', async () => {
    const plane = controlPlane();
    await plane.story.opened();
    const order = { ...command('t1'), kind: 'copies' } as const;
    await park(
      plane,
      order,
      async () => ['snap-1', 'snap-2'],
      async () => false,
    );
    const copied = (id: string) => ({
      source: 'aws.ec2',
      'detail-type': 'EBS Snapshot Notification',
      detail: { event: 'copySnapshot', result: 'succeeded', snapshot_id: `arn:aws:ec2::eu-west-1:snapshot/${id}` },
    });
    await plane.resume(copied('snap-2'));
    expect(plane.engine.answers).toEqual([]);
    await plane.resume(copied('snap-1'));
    await plane.resume(copied('snap-1'));
    expect(plane.engine.answers).toEqual([{ token: 't1', answer: 'done' }]);
  });

  it('is answered by the one event that tells of a whole set of snapshots', async () => {
    const plane = controlPlane();
    await plane.story.opened();
    await park(
      plane,
      { ...command('t1'), kind: 'snapshots', step: 'Snapshot the volumes' },
      async () => ['snap-1', 'snap-2'],
      async () => false,
    );
    const arn = (id: string) => `arn:aws:ec2::eu-west-1:snapshot/${id}`;
    await plane.resume({
      source: 'aws.ec2',
      'detail-type': 'EBS Multi-Volume Snapshots Completion Status',
      detail: {
        event: 'createSnapshots',
        result: 'succeeded',
        snapshots: ['snap-1', 'snap-2'].map((id) => ({ snapshot_id: arn(id), status: 'completed' })),
      },
    });
    expect(plane.engine.answers).toEqual([{ token: 't1', answer: 'done' }]);
  });

  it('is looked at when its event never came, and given up after its deadline', async () => {
    const plane = controlPlane();
    await plane.story.opened();
    await park(
      plane,
      command('t1'),
      async () => ['cmd-1'],
      async () => false,
    );
    plane.clock.minutes(3);
    expect(await plane.reconcile()).toMatchObject({ looked: 1, answered: 0 });
    plane.clock.minutes(60);
    await plane.reconcile();
    expect(plane.engine.answers).toEqual([{ token: 't1', answer: 'fail NeedsHuman' }]);
  });

  it('never has its token stored in the clear', async () => {
    const plane = controlPlane();
    await plane.story.opened();
    await park(
      plane,
      command('bearer-secret'),
      async () => ['cmd-1'],
      async () => false,
    );
    const stored = [...plane.waits.rows.values()].map((wait) => wait.sealedToken);
    expect(stored).toEqual([`sealed(${IR},bearer-secret)`]);
  });

  it('that waits for GitHub goes on without it after the deadline, and the thread is told', async () => {
    const plane = controlPlane();
    await plane.story.opened();
    await plane.story.does({ type: 'Record', events: [{ type: 'ReportRequested', request: 'r1', deadline: 'soon' }] });
    await park(
      plane,
      { ...command('t1'), kind: 'report', step: 'Report' },
      async () => ['r1'],
      async () => false,
    );
    plane.clock.minutes(61);
    await plane.reconcile();
    expect(plane.engine.answers).toEqual([{ token: 't1', answer: 'done' }]);
    expect((await plane.story.incident()).report?.state).toBe('late');
  });
});
