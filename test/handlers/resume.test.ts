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

  it('says once in the thread that symbols of a kernel came, and refuses news that could write anything there', async () => {
    const { story, resume } = controlPlane();
    await story.opened();
    const detail = { incident: IR, kernel: '6.1.0-18-amd64', sha256: sha256('s') };
    const event = { source: 'cordon.github', 'detail-type': 'Symbols ready', detail };
    await resume(event);
    await resume(event);
    const { noticed } = await story.incident();
    expect(noticed.map(({ text }) => text)).toEqual([
      'Symbols of kernel 6.1.0-18-amd64 are there now: /ir forensics retry reads the memory with them.',
    ]);
    for (const wrong of [{ kernel: '<!channel>' }, { sha256: 'x' }, { incident: 'somebody' }])
      await expect(resume({ ...event, detail: { ...detail, ...wrong } })).rejects.toThrow('malformed');
  });

  it('says in the thread that an answer of GitHub’s reviewers came to nothing, and refuses one that is malformed', async () => {
    const { story, resume } = controlPlane();
    await story.opened();
    const detail = { incident: IR, opening: 1, plan: sha256('plan'), by: ['octo'], runUrl: 'https://x' };
    const event = { source: 'cordon.github', 'detail-type': 'Stop approved', detail };
    await resume(event);
    await resume(event);
    const { noticed, gates } = await story.incident();
    expect(noticed.map(({ text }) => text)).toEqual([
      'An answer from GitHub to “Stop the instance?” changed nothing. It answers a question of gate stop that is not the one asked now.',
    ]);
    expect(gates.stop).toBeUndefined();
    for (const wrong of [{ by: ['<!channel>'] }, { plan: 'x' }, { opening: 0 }, { incident: 'somebody' }])
      await expect(resume({ ...event, detail: { ...detail, ...wrong } })).rejects.toThrow('malformed');
  });
});
