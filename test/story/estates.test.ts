import { closeStories, play, type Story } from '../support/story';
import { brokenLaws } from '../support/story-laws';

afterEach(closeStories);

const LONG = 300_000;
const missing = (story: Story) => story.incident?.missing.map(({ what, reason }) => `${what}: ${reason}`) ?? [];
const estateOf = ({ desk, incident }: Story) => desk.lab.estates.at(incident?.account ?? '', incident?.region ?? '');

describe('an estate as one meets them', () => {
  it(
    'of three dual-stack interfaces, twelve volumes under the key of AWS, in a group at its minimum and maximum',
    async () => {
      const story = await play({
        decide: ['stop=approve'],
        scenario: {
          extraInterfaces: 2,
          ipv6: true,
          dataVolumes: 11,
          encryption: 'aws-managed',
          scaling: { min: 2, max: 2, desired: 2 },
        },
      });
      expect(story.outcome).toBe('stopped');
      const [isolation, ...others] = [...new Set(Object.values(story.estate.after?.groups ?? {}).flat())];
      expect([isolation, others]).toEqual([expect.stringMatching(/^sg-/), []]);
      expect(Object.keys(story.estate.after?.groups ?? {})).toHaveLength(3);
      const group = estateOf(story).groups.get(isolation ?? '');
      expect(group?.name).toBe('cordon-isolation');
      expect(story.estate.after?.asg).toMatchObject({ state: 'Standby', desired: 2, members: 3 });
      const { snapshots } = estateOf(story);
      const copies = (story.incident?.volumes ?? []).map(({ copy }) => snapshots.get(copy ?? ''));
      expect(copies).toHaveLength(12);
      for (const copy of copies) {
        expect(copy).toMatchObject({ state: 'completed', encrypted: true, lock: { mode: 'governance' } });
        expect(copy?.kmsKey).not.toContain('aws/ebs');
      }
      expect(missing(story)).toEqual([]);
      expect(brokenLaws(story)).toEqual([]);
    },
    LONG,
  );

  it(
    'of a spot instance without an agent, behind a network load balancer: contained, its disks kept, and what cannot be had or cut is said',
    async () => {
      const story = await play({
        decide: ['stop=approve', 'failed:Stop=skip'],
        scenario: { lifecycle: 'spot', agent: 'none', balancer: 'network' },
      });
      expect(story.calls('elasticloadbalancing', 'DeregisterTargets')).toHaveLength(1);
      expect(story.incident?.containment.isolated?.residual).toContain('open flows through its network load balancer');
      // EC2 stops no instance of a one-time Spot request: that is said, and it stays isolated.
      expect(story.outcome).toBe('contained');
      expect(story.thread().join('\n')).toContain('one-time Spot Instance request');
      expect(missing(story)).toEqual(
        expect.arrayContaining([
          'memory image: its SSM agent does not answer',
          'volatile state: its SSM agent does not answer',
          'stop protection: EC2 does not offer it for this instance',
        ]),
      );
      expect(story.incident?.volumes.every(({ copy }) => copy !== undefined)).toBe(true);
      expect(story.effects('SendCommand').filter((command) => command.startsWith('Cordon-Capture'))).toEqual([]);
      expect(brokenLaws(story)).toEqual([]);
    },
    LONG,
  );

  it(
    'of a stopped instance: isolated and its disks kept, without anything that needs it to run',
    async () => {
      const story = await play({ decide: ['stop=approve'], scenario: { state: 'stopped' } });
      expect(story.effects('StopInstances')).toEqual([]);
      expect(missing(story)).toEqual(
        expect.arrayContaining(['memory image: the instance is stopped', 'volatile state: the instance is stopped']),
      );
      expect(story.incident?.containment.isolated?.interfaces).toHaveLength(1);
      expect(story.incident?.volumes).toHaveLength(1);
      expect(brokenLaws(story)).toEqual([]);
    },
    LONG,
  );

  it(
    'of an instance on instance store, behind a Classic balancer: out of service, no snapshot, no stop, and it is said',
    async () => {
      const story = await play({
        decide: ['stop=approve', 'failed:Stop=skip'],
        scenario: { instanceStore: 'root', balancer: 'classic' },
        // Nothing is detached here: EC2 is still terminating the forensic instance as the run ends.
        after: (desk) => desk.lab.runFor(120_000),
      });
      expect(story.outcome).toBe('contained');
      expect(missing(story)).toContain('disk snapshots: the instance has no EBS volume');
      expect(story.incident?.memory).toBeDefined();
      expect(story.estate.after?.state).toBe('running');
      expect(story.effects('CreateSnapshots')).toEqual([]);
      expect(story.estate.before?.classicBalancers).toHaveLength(1);
      expect(story.estate.after?.classicBalancers).toEqual([]);
      expect(brokenLaws(story)).toEqual([]);
    },
    LONG,
  );

  it(
    'of a terminated instance: said so, nothing touched, nobody asked to stop it',
    async () => {
      const story = await play({ decide: ['stop=approve'], scenario: { state: 'terminated' } });
      expect(story.outcome).toBe('aborted');
      expect(story.reason).toContain('was terminated before Cordon came');
      expect(missing(story)).toContain('disk snapshots: the instance was terminated before');
      expect(story.incident?.gates.stop).toBeUndefined();
      expect(story.effects('ModifyNetworkInterfaceAttribute')).toEqual([]);
      expect(brokenLaws(story)).toEqual([]);
    },
    LONG,
  );

  it(
    'that policy protects is not touched, and people are called to respond by hand: the gate skips containment',
    async () => {
      const story = await play({
        scenario: { tags: { 'cordon:protected': 'true' } },
      });
      expect(story.reason).toContain('protected');
      expect(story.thread().join('\n')).toContain(
        'Nothing is done here. Somebody has to look into the finding by hand',
      );
      expect(Object.keys(story.incident?.gates ?? {})).toEqual([]);
      expect(story.estate.after).toEqual(story.estate.before);
      // The step that would refuse was never asked: this is the state machine's own layer.
      expect(Object.keys(story.incident?.steps ?? {})).not.toContain('Detach from service');
      expect(Object.keys(story.incident?.steps ?? {})).not.toContain('Isolate the instance');
      expect(brokenLaws(story)).toEqual([]);
    },
    LONG,
  );
});
