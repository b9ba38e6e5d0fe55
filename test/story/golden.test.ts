import { exportThread } from '../../lab/slack/workspace';
import { closeStories, play, type Story } from '../support/story';
import { brokenLaws } from '../support/story-laws';

jest.setTimeout(240_000);
afterEach(closeStories);

const INSTANCE = 'i-0011222aa333333b4';
const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const told = ({ desk }: Story): string => JSON.stringify(exportThread(desk.slack.workspace, desk.channel));

describe('a finding whose stop two persons approve', () => {
  it('is contained, collected, analysed, sealed, reported and stopped, each once', async () => {
    const story = await play({ decide: ['stop=approve'], evidence: 'all' });
    expect([story.outcome, story.reason]).toEqual(['stopped', 'the stop was approved by carol and dave']);
    expect(brokenLaws(story)).toEqual([]);
    expect(story.estate.after).toMatchObject({ instance: INSTANCE, state: 'stopped', asg: { state: 'Standby' } });
    expect(story.effects('StopInstances')).toEqual([INSTANCE]);
    expect(story.effects('CreateSnapshots')).toEqual([INSTANCE]);
    expect(story.effects('SendCommand').filter((command) => command.startsWith('Cordon-CaptureMemory'))).toEqual([
      `Cordon-CaptureMemory ${INSTANCE}`,
    ]);
    expect(story.effects('DeleteSnapshot')).toEqual([]);
    expect(story.rows.at(-1)?.events.map(({ type }) => type)).toEqual(['FinalSealed']);
    const words = story.thread().join('\n');
    expect(words).toContain('Trojan:EC2/DNSDataExfiltration');
    expect(words).toContain('recorded evidence of another machine');
    expect(words).toContain('Approved by Carol Lindqvist and Dave Moreau');
  });

  // Three stories more: in `.ci/run`.
  const itInCi = process.env.CORDON_ALL === '1' ? it : it.skip;
  itInCi('is told to the byte as it was told before under the same seed, and reordered under another', async () => {
    const [one, same] = [await play({ decide: ['stop=approve'] }), await play({ decide: ['stop=approve'] })];
    expect(told(same)).toBe(told(one));
    expect(lines(same.rows)).toBe(lines(one.rows));
    const other = await play({ decide: ['stop=approve'], seed: '2' });
    expect(other.outcome).toBe(one.outcome);
    const kinds = ({ rows }: Story) => rows.flatMap(({ events }) => events.map(({ type }) => type)).sort();
    expect(kinds(other)).toEqual(kinds(one));
    expect(lines(other.rows)).not.toBe(lines(one.rows));
  });
});
