import { closeStories, play } from '../../support/story';

afterEach(closeStories);

describe('a drill that meets something the lab does not model', () => {
  it('ends at once as unfinished, and says in one sentence who called what', async () => {
    const story = await play({
      decide: ['stop=approve'],
      before: ({ lab }) => {
        lab.services.recorder.onRow((row) => {
          if (row.operation !== 'CreateSecurityGroup' || lab.services.recorder.unsupported().length > 0) return;
          const { seq: _seq, at: _at, ...call } = row;
          lab.services.recorder.record({ ...call, outcome: 'LabUnsupported' }, 'The lab does not model dual tenancy.');
        });
      },
    });
    expect(story.outcome).toBe('unfinished');
    expect(story.reason).toBe('isolate-instance called ec2 CreateSecurityGroup: The lab does not model dual tenancy.');
    expect(story.calls('ec2', 'StopInstances')).toEqual([]);
  }, 120_000);
});
