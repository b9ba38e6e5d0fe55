import { Transient } from '../../core/errors';
import type { Command } from '../../core/incident/commands';
import { commitTo } from '../../core/incident/commit';
import { commandId, sha256 } from '../../core/incident/ids';
import type { StepGate } from '../../core/incident/steps';
import type { Wait } from '../../core/ports/waits';
import { park } from '../../core/wait/park';
import { makeConduct } from '../../handlers/conduct';
import { makeHoldAtGate } from '../../handlers/hold-at-gate';
import { makePassGate } from '../../handlers/pass-gate';
import { makePublish } from '../../handlers/publish';
import { makeReconcile } from '../../handlers/reconcile';
import { makeRecordFailure } from '../../handlers/record-failure';
import { makeResume } from '../../handlers/resume';
import { IR, openCommand, person, RULEBOOK, Story } from '../support/books';
import { MemoryList, MemoryMessages, memoryCursors } from '../support/chat/stores';
import { MemoryEngine, MemoryWaits, memoryInbox, memorySlots, tokens } from '../support/control-plane';

/** Ledger, state and Step Functions in memory with every control-plane handler over them. */
function controlPlane() {
  const story = new Story();
  const { ledger, clock } = story;
  const engine = new MemoryEngine();
  const waits = new MemoryWaits();
  const nudged: string[] = [];
  let found: 'finished' | 'pending' = 'pending';
  const ports = {
    ledger,
    clock,
    engine,
    waits,
    tokens,
    inbox: memoryInbox(),
    cursors: memoryCursors(),
    list: new MemoryList(),
    slots: memorySlots(),
    caps: { isolationsPerHour: 1, isolationsPerGroupPerHour: 1 },
    probe: { look: async (_wait: Wait) => found },
    nudges: {
      nudge: async (consumer: string) => {
        nudged.push(consumer);
      },
    },
  };
  return {
    ...ports,
    story,
    nudged,
    finishes: () => {
      found = 'finished';
    },
    conduct: makeConduct(ports),
    resume: makeResume(ports),
    reconcile: makeReconcile(ports),
    passGate: (gate: StepGate, run = 1) => makePassGate(ports)({ incident: IR, run, gate }),
    hold: (gate: StepGate, token: string) => makeHoldAtGate(ports)({ incident: IR, run: 1, gate, token }),
    fail: makeRecordFailure(ports),
  };
}

async function stopVote(story: Story, who: string, decision: 'approve' | 'reject' = 'approve'): Promise<void> {
  const gate = (await story.incident()).gates.stop!;
  const { opening, plan } = gate;
  const vote: Command = {
    type: 'Vote',
    gate: 'stop',
    opening,
    decision,
    planDigest: plan.digest,
    reason: 'sure',
    confirmation: '33b4',
  };
  await story.does(vote, person(who));
}

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

  it('asks before an isolation above the cap', async () => {
    const { story, passGate, slots, clock } = controlPlane();
    await story.opened();
    await slots.take('isolations', 1, 'another incident', clock.now(), clock.now());
    expect(await passGate('contain')).toMatchObject({ verdict: 'hold' });
    expect((await story.incident()).gates.contain?.state).toBe('pending');
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

describe('record-failure', () => {
  const failure = { incident: IR, run: 1, step: 'Capture memory', entered: '2026-03-01T12:00:00Z' } as const;
  const error = {
    Error: 'NeedsHuman',
    Cause: JSON.stringify({ errorMessage: 'agent offline', trace: ['at secret.ts'] }),
  };

  it('asks once per failure, whatever the platform repeats, and answers with what people chose', async () => {
    const { story, fail, conduct, engine } = controlPlane();
    await story.opened();
    await fail({ ...failure, error, token: 't1' });
    await fail({ ...failure, error, token: 't2' });
    expect((await story.events()).filter((type) => type === 'StepFailed')).toHaveLength(1);
    const gate = (await story.incident()).gates['failed:Capture memory']!;
    expect(gate.plan.lines[0]).toBe('Capture memory failed: agent offline');
    const vote: Command = {
      type: 'Vote',
      gate: gate.name,
      opening: 1,
      decision: 'retry',
      planDigest: gate.plan.digest,
    };
    await story.does(vote, person('alice'));
    await conduct(IR);
    expect(engine.answers).toEqual([{ token: 't2', answer: 'retry' }]);
  });

  it('goes on without the step when nobody answers in time', async () => {
    const { story, fail, reconcile, conduct, engine, clock } = controlPlane();
    await story.opened();
    await conduct(IR);
    await fail({ ...failure, error, token: 't1' });
    clock.minutes(RULEBOOK.policy.gates.failed.expiresMinutes);
    await reconcile();
    expect(engine.answers).toEqual([{ token: 't1', answer: 'skip' }]);
    expect((await story.incident()).missing).toHaveLength(1);
  });
});

describe('reconcile', () => {
  it('reminds, escalates from the second reminder, then expires a gate nobody answered', async () => {
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
    expect(reminders.map((event) => event.escalatedTo)).toEqual([undefined, ...Array(6).fill('break-glass')]);
    expect(rows.filter((event) => event.type === 'GateExpired')).toHaveLength(1);
    expect(await passGate('stop')).toMatchObject({ verdict: 'skip', why: 'nobody decided in time' });
  });

  it('nudges projections that fell behind, and forgets a closed incident when all have told it', async () => {
    const { story, conduct, reconcile, nudged, cursors, list, clock } = controlPlane();
    await story.opened();
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

describe('resume', () => {
  it('ends a run whose execution broke, and leaves one that closed itself alone', async () => {
    const { story, resume } = controlPlane();
    await story.opened();
    const status = (name: string) => ({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      detail: { name: `${IR}-1`, status: name, executionArn: 'arn' },
    });
    await resume(status('RUNNING'));
    expect((await story.incident()).runs[0]?.state).toBe('running');
    await resume(status('TIMED_OUT'));
    await resume(status('SUCCEEDED'));
    expect((await story.incident()).runs[0]).toMatchObject({ state: 'ended', result: 'failed' });
  });

  it('puts GitHub’s report on record once, and refuses one that is malformed', async () => {
    const { story, resume } = controlPlane();
    await story.opened();
    const detail = {
      incident: IR,
      request: 'r1',
      ts: '1.2',
      summarySha256: sha256('s'),
      runUrl: 'https://x',
      verdict: 'Coin miner',
    };
    const event = { source: 'cordon.github', 'detail-type': 'Report posted', detail };
    await resume(event);
    await resume(event);
    expect((await story.events()).filter((type) => type === 'ReportPosted')).toHaveLength(1);
    await expect(resume({ ...event, detail: { ...detail, summarySha256: 'x' } })).rejects.toThrow(/summarySha256/);
  });
});

describe('publish', () => {
  it('asks GitHub once per request, waits for the thread, and keeps its place while GitHub is down', async () => {
    const { story, ledger, cursors } = controlPlane();
    const messages = new MemoryMessages();
    const dispatched: unknown[] = [];
    let down = true;
    const dispatch = async (_type: string, payload: unknown) => {
      if (down) throw new Transient('GitHub answered 503');
      dispatched.push(payload);
    };
    const publish = makePublish({ ledger, cursors, messages, repository: { dispatch } });
    await story.opened();
    const request: Command = { type: 'Record', events: [{ type: 'ReportRequested', request: 'r1', deadline: 'soon' }] };
    await commitTo(ledger, story.clock, IR, request, person('alice'), commandId('ask'));
    await expect(publish(IR)).rejects.toThrow(/no thread/);
    await messages.put(IR, 'root', { channel: 'C0CORDON', ts: '1.1', seq: 1 });
    await expect(publish(IR)).rejects.toThrow(/503/);
    down = false;
    await publish(IR);
    await publish(IR);
    expect(dispatched).toEqual([{ incident: IR, request: 'r1', channel: 'C0CORDON', thread: '1.1' }]);
  });
});
