import type { Command } from '../../../core/incident/commands';
import { sha256 } from '../../../core/incident/ids';
import { outcomeOf } from '../../../core/incident/outcome';
import { IR, person, refusal, Story } from '../../support/books';

const isolated: Command = {
  type: 'Record',
  events: [{ type: 'InstanceIsolated', group: 'sg-1', interfaces: ['eni-1'], residual: [] }],
};
const endRun = (run: number): Command => ({ type: 'EndRun', run, result: 'completed', step: 'Close', said: 'Done.' });

describe('a run', () => {
  it('is requested by the very row that opens the incident', async () => {
    const story = new Story();
    await story.opened();
    expect((await story.ledger.read(IR))[0]?.events.map((event) => event.type)).toEqual([
      'IncidentOpened',
      'RunRequested',
    ]);
  });

  it('leaves the incident open and contained when nobody stopped the instance', async () => {
    const story = new Story();
    await story.opened();
    await story.does(isolated);
    await story.does(endRun(1));
    const incident = await story.incident();
    expect(incident.status).toBe('open');
    expect(outcomeOf(incident).outcome).toBe('contained');
  });

  it('closes the incident as stopped in the row that ends it', async () => {
    const story = new Story();
    await story.opened();
    await story.does({ type: 'Record', events: [{ type: 'InstanceStopped', state: 'stopped' }] });
    await story.does(endRun(1));
    const rows = await story.ledger.read(IR);
    expect(rows.at(-1)?.events.map((event) => event.type)).toEqual(['StepCompleted', 'RunEnded', 'IncidentClosed']);
    expect(outcomeOf(await story.incident()).outcome).toBe('stopped');
  });

  it('ends as aborted when it was told to, and isolation stays', async () => {
    const story = new Story();
    await story.opened();
    await story.does(isolated);
    await story.does({ type: 'Abort', reason: 'wrong host' }, person('alice'));
    await story.does(endRun(1));
    const incident = await story.incident();
    expect(outcomeOf(incident)).toEqual({ outcome: 'aborted', reason: 'wrong host' });
    expect(incident.containment.isolated).toBeDefined();
    expect(incident.status).toBe('open');
  });

  it('hands over to a release that was asked for meanwhile, and the release closes the incident', async () => {
    const story = new Story();
    await story.opened();
    await story.does(isolated);
    await story.does({ type: 'Release', reason: 'false alarm' }, person('carol'));
    await story.does(endRun(1));
    expect((await story.incident()).runs.at(-1)).toMatchObject({ run: 2, purpose: 'release', state: 'requested' });
    await story.does({ type: 'Record', events: [{ type: 'InstanceReleased', restored: ['eni-1'], differs: [] }] });
    await story.does(endRun(2));
    expect(outcomeOf(await story.incident())).toEqual({ outcome: 'released', reason: 'false alarm' });
  });

  it('starts a release at once when nothing is running', async () => {
    const story = new Story();
    await story.opened();
    await story.does(isolated);
    await story.does(endRun(1));
    await story.does({ type: 'Release' }, person('carol'));
    expect((await story.incident()).runs.at(-1)).toMatchObject({ run: 2, purpose: 'release' });
  });

  it('lets a failed release be asked for again', async () => {
    const story = new Story();
    await story.opened();
    await story.does(isolated);
    await story.does(endRun(1));
    await story.does({ type: 'Release' }, person('carol'));
    await story.does({ type: 'EndRun', run: 2, result: 'failed', cause: 'denied' });
    expect((await story.incident()).status).toBe('open');
    await story.does({ type: 'Release' }, person('carol'));
    expect((await story.incident()).runs).toHaveLength(3);
  });

  it('is not requested twice, paused twice, resumed unpaused, or aborted when nothing runs', async () => {
    const story = new Story();
    await story.opened();
    expect(await refusal(() => story.does({ type: 'RequestRun', purpose: 'respond' }))).toBe('run.active');
    await story.does({ type: 'Pause' }, person('alice'));
    expect(await refusal(() => story.does({ type: 'Pause' }, person('alice')))).toBe('pause.already');
    await story.does({ type: 'Resume' }, person('alice'));
    expect(await refusal(() => story.does({ type: 'Resume' }, person('alice')))).toBe('resume.nothing');
    await story.does(endRun(1));
    expect(await refusal(() => story.does({ type: 'Abort' }, person('alice')))).toBe('abort.nothing');
    expect(await refusal(() => story.does({ type: 'Release' }, person('alice')))).toBe('release.nothing');
  });
});

describe('a closed incident', () => {
  it('takes its final seal and nothing else', async () => {
    const story = new Story();
    await story.opened();
    await story.does({ type: 'Record', events: [{ type: 'InstanceStopped', state: 'stopped' }] });
    await story.does(endRun(1));
    const facts: Command = { type: 'Record', events: [{ type: 'EstateNoticed', text: 'late' }] };
    expect(await refusal(() => story.does(facts))).toBe('incident.closed');
    expect(await refusal(() => story.does({ type: 'AddNote', text: 'late' }, person('alice')))).toBe('incident.closed');
    const rows = (await story.incident()).seq;
    const seal = { head: sha256('h'), signature: 's', keyId: 'k', fingerprint: sha256('f'), rows };
    await story.does({ type: 'Record', events: [{ type: 'FinalSealed', ...seal }] });
    expect((await story.incident()).finalSeal?.rows).toBe(rows);
  });
});

describe('facts', () => {
  it('cannot carry decisions', async () => {
    const story = new Story();
    await story.opened();
    const smuggled: Command = {
      type: 'Record',
      events: [{ type: 'GateDecided', gate: 'stop', opening: 1, decision: 'approve', by: [] }],
    };
    expect(await refusal(() => story.does(smuggled))).toBe('record.decision');
    const passed: Command = {
      type: 'Record',
      events: [{ type: 'GatePassed', gate: 'stop', planDigest: sha256('x'), why: '' }],
    };
    expect(await refusal(() => story.does(passed))).toBe('gate.asks');
  });

  it('larger than a row are refused with the size', async () => {
    const story = new Story();
    await story.opened();
    const huge: Command = { type: 'Record', events: [{ type: 'EstateNoticed', text: 'x'.repeat(65_536) }] };
    await expect(story.does(huge)).rejects.toThrow(/would be \d+ bytes and rows stay under 65536/);
  });
});
