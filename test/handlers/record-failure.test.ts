import type { Command } from '../../core/incident/commands';
import { IR, person, RULEBOOK } from '../support/books';
import { controlPlane } from '../support/control-plane-desk';

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
