import { sha256 } from '../../core/incident/ids';
import { IR } from '../support/books';
import { controlPlane } from '../support/control-plane-desk';

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
