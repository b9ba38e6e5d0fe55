import { sha256 } from '../../core/incident/ids';
import { IR, KEY } from '../support/books';
import { controlPlane } from '../support/control-plane-desk';

const place = { account: KEY.account, region: KEY.region };
const scaling = (what: 'Launch' | 'Terminate', instance: string, group = 'web', id = `${what}-${instance}`) => ({
  ...place,
  source: 'aws.autoscaling',
  'detail-type': `EC2 Instance ${what} Successful`,
  detail: { AutoScalingGroupName: group, EC2InstanceId: instance, ActivityId: id },
});
const terminated = (instance: string) => ({
  ...place,
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  detail: { 'instance-id': instance, state: 'terminated' },
});

describe('what happens around an open incident', () => {
  async function inGroup() {
    const plane = controlPlane();
    await plane.story.opened();
    await plane.claims.take(KEY, { incident: IR, generation: 1 });
    const summary = {
      state: 'running',
      interfaces: 1,
      volumes: 1,
      group: 'web',
      targetGroups: [],
      ssmOnline: true,
      platform: 'linux',
      instanceType: 't3.micro',
    } as const;
    const estate = { type: 'EstateRecorded', digest: sha256('estate'), summary } as const;
    await plane.story.does({ type: 'Record', events: [estate] });
    await plane.conduct(IR);
    const told = async () => (await plane.story.incident()).noticed.map(({ text }) => text);
    return { ...plane, told };
  }

  it('tells that its Auto Scaling group started another instance, once', async () => {
    const { resume, told } = await inGroup();
    await resume(scaling('Launch', 'i-0aaaaaaaaaaaaaaaa'));
    await resume(scaling('Launch', 'i-0aaaaaaaaaaaaaaaa'));
    expect(await told()).toEqual(['Auto Scaling group web started i-0aaaaaaaaaaaaaaaa: the application heals.']);
  });

  it('tells that another instance of the group was terminated, without calling it evidence', async () => {
    const { resume, told, story } = await inGroup();
    await resume(scaling('Terminate', 'i-0aaaaaaaaaaaaaaaa'));
    expect(await told()).toEqual([expect.stringContaining('not this incident’s instance')]);
    expect((await story.incident()).evidenceLost).toBeUndefined();
  });

  it('says that evidence is lost when its own instance was terminated, once for both events', async () => {
    const { resume, story } = await inGroup();
    await resume(scaling('Terminate', KEY.instance));
    await resume(terminated(KEY.instance));
    expect((await story.incident()).evidenceLost?.why).toContain('not by Cordon');
    expect((await story.events()).filter((type) => type === 'EvidenceLost')).toHaveLength(1);
  });

  it('hears of an end that no group brought about', async () => {
    const { resume, story } = await inGroup();
    await resume(terminated(KEY.instance));
    expect((await story.incident()).evidenceLost).toBeDefined();
  });

  it.each([
    ['another group', scaling('Launch', 'i-0aaaaaaaaaaaaaaaa', 'batch')],
    ['another account', { ...scaling('Launch', 'i-0aaaaaaaaaaaaaaaa'), account: '444555666777' }],
    ['an instance nobody claims', terminated('i-0aaaaaaaaaaaaaaaa')],
  ])('keeps quiet about %s', async (_what, event) => {
    const { resume, story } = await inGroup();
    const before = (await story.incident()).seq;
    await resume(event);
    expect((await story.incident()).seq).toBe(before);
  });

  it('says at most twenty things about a group that breathes', async () => {
    const { resume, told } = await inGroup();
    for (let i = 0; i < 30; i++) await resume(scaling('Launch', `i-0aaaaaaaaaaaaaa${10 + i}`));
    expect(await told()).toHaveLength(20);
  });
});

describe('a host left isolated', () => {
  async function isolated() {
    const plane = controlPlane();
    await plane.story.opened();
    const cut = { type: 'InstanceIsolated', group: 'sg-0', interfaces: ['eni-0'], residual: [] } as const;
    await plane.story.does({ type: 'Record', events: [cut] });
    await plane.story.does({ type: 'EndRun', run: 1, result: 'completed' });
    await plane.conduct(IR);
    const reminders = async () => (await plane.story.events()).filter((type) => type === 'IsolationReminded').length;
    const days = async (count: number) => {
      for (let i = 0; i < count * 4; i++) {
        plane.clock.minutes(6 * 60);
        await plane.reconcile();
      }
    };
    return { ...plane, reminders, days };
  }

  it('stays in the list and is spoken of once a day', async () => {
    const { list, days, reminders } = await isolated();
    expect(await list.open(5)).toEqual([expect.objectContaining({ incident: IR, leftIsolated: true })]);
    await days(3);
    expect(await reminders()).toBe(3);
  });

  it('is left alone once it is released', async () => {
    const { story, conduct, days, reminders, list } = await isolated();
    await story.does({ type: 'Record', events: [{ type: 'InstanceReleased', restored: ['groups'], differs: [] }] });
    await conduct(IR);
    await days(3);
    expect(await reminders()).toBe(0);
    expect((await list.open(5))[0]?.leftIsolated).toBeUndefined();
  });
});
