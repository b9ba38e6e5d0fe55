import { failurePlan } from '../../core/gate/plan';
import { isolationNow } from '../../core/incident/incident';
import { makeCleanUp } from '../../handlers/clean-up';
import { dismantle } from '../../lab/estate/instances';
import {
  contain,
  detach,
  groupNamed,
  groupsOf,
  historyOf,
  isolate,
  protect,
  prove,
  record,
  swap,
} from './containment-steps';
import { BUCKETS, COLLECTION, closeLabs, type StepLab, stepLab, untilDone } from './step-lab';

afterEach(closeLabs);

describe('isolating an instance', () => {
  it('goes through allow-all to the isolation group on every interface, and proves it', async () => {
    const lab = await stepLab({ extraInterfaces: 2, ipv6: true });
    await contain(lab);
    const isolation = groupNamed(lab, 'cordon-isolation')?.id ?? '';
    const allowAll = groupNamed(lab, 'cordon-allow-all')?.id ?? '';
    expect(groupsOf(lab)).toEqual([[isolation], [isolation], [isolation]]);
    for (const index of [0, 1, 2]) expect(historyOf(lab, index).slice(1)).toEqual([[allowAll], [isolation]]);
    expect((await lab.incident()).containment.isolated?.interfaces).toHaveLength(3);
  });

  it('gives the isolation group nothing in, and out only endpoints and S3', async () => {
    const lab = await stepLab({ reach: 'endpoints', endpointBuckets: BUCKETS });
    await record(lab);
    await isolate(lab);
    const rules = groupNamed(lab, 'cordon-isolation')?.rules ?? [];
    expect(rules.filter((rule) => !rule.egress)).toEqual([]);
    expect(rules.every((rule) => rule.from === 443 && rule.to === 443)).toBe(true);
    expect(rules.map((rule) => rule.source.value.replace(/-.*/, '')).sort()).toEqual(['pl', 'sg']);
  });

  it('gives it no rule at all where S3 could carry data anywhere', async () => {
    const lab = await stepLab({ reach: 'endpoints' });
    await record(lab);
    await isolate(lab);
    expect(groupNamed(lab, 'cordon-isolation')?.rules).toEqual([]);
  });

  it('has both groups made before the first swap', async () => {
    const lab = await stepLab();
    await record(lab);
    lab.calls.length = 0;
    await isolate(lab);
    const firstSwap = lab.calls.indexOf('ec2:ModifyNetworkInterfaceAttribute');
    expect(lab.calls.lastIndexOf('ec2:CreateSecurityGroup')).toBeLessThan(firstSwap);
    expect(lab.calls.filter((call) => call === 'ec2:CreateSecurityGroup')).toHaveLength(2);
  });

  it.each([
    'CreateSecurityGroup',
    'AuthorizeSecurityGroupIngress',
    'RevokeSecurityGroupEgress',
    'ModifyNetworkInterfaceAttribute',
    'DescribeNetworkInterfaces',
  ])('ends isolated, with two groups, after %s took effect and its answer was lost', async (operation) => {
    const lab = await stepLab({ extraInterfaces: 1 });
    await record(lab);
    lab.faults.push({ operation, kind: 'lost' });
    await untilDone(isolate, lab);
    await isolate(lab);
    const isolation = groupNamed(lab, 'cordon-isolation')?.id ?? '';
    expect(groupsOf(lab)).toEqual([[isolation], [isolation]]);
    expect([...lab.estate.groups.values()].filter((group) => group.name.startsWith('cordon-'))).toHaveLength(2);
  });

  it('says which flows stay tracked when an interface could not be given allow-all first', async () => {
    const lab = await stepLab({ extraInterfaces: 1 });
    await record(lab);
    lab.faults.push({ operation: 'ModifyNetworkInterfaceAttribute', kind: 'throttled' });
    await isolate(lab);
    const isolation = groupNamed(lab, 'cordon-isolation')?.id ?? '';
    expect(groupsOf(lab)).toEqual([[isolation], [isolation]]);
    // Allow-all could not be attached to the first interface: its flows stay tracked, and that is said.
    expect((await lab.incident()).containment.isolated?.residual.join()).toContain('open and tracked');
  });

  it('finds the groups of the VPC again instead of making more', async () => {
    const lab = await stepLab();
    await record(lab);
    await isolate(lab);
    const before = lab.estate.groups.size;
    await lab.ports.isolation.ensureGroup(lab.key, lab.id, {
      vpc: 'vpc-0aa11bb22cc33dd01',
      role: 'isolation-closed',
      rules: { ingress: [], egress: [] },
    });
    expect(lab.estate.groups.size).toBe(before);
  });

  it('begins nothing under halt, and finishes what it had begun', async () => {
    const fresh = await stepLab();
    await record(fresh);
    fresh.halt.reason = 'test';
    await expect(isolate(fresh)).rejects.toMatchObject({ code: 'halt' });
    expect(fresh.estate.effects).toEqual([]);

    const begun = await stepLab({ extraInterfaces: 1 });
    await record(begun);
    begun.faults.push({ operation: 'ModifyNetworkInterfaceAttribute', kind: 'lost' });
    // Isolating the first interface fails twice, and so does giving it its own groups back.
    for (let nth = 0; nth < 3; nth++)
      begun.faults.push({ operation: 'ModifyNetworkInterfaceAttribute', kind: 'throttled' });
    await expect(isolate(begun)).rejects.toMatchObject({ name: 'Transient' });
    begun.halt.reason = 'test';
    await isolate(begun);
    const isolation = groupNamed(begun, 'cordon-isolation')?.id ?? '';
    expect(groupsOf(begun)).toEqual([[isolation], [isolation]]);
  });

  it('isolates the other interfaces when one of them fails, which has its own groups back', async () => {
    const lab = await stepLab({ extraInterfaces: 2 });
    await record(lab);
    const [own] = groupsOf(lab);
    // The first interface takes allow-all, then fails twice to take the isolation group.
    for (const kind of ['lost', 'throttled', 'throttled'] as const)
      lab.faults.push({ operation: 'ModifyNetworkInterfaceAttribute', kind });
    await expect(isolate(lab)).rejects.toMatchObject({ name: 'Transient' });
    const isolation = groupNamed(lab, 'cordon-isolation')?.id ?? '';
    const isolated = groupsOf(lab).filter((groups) => groups?.join() === isolation);
    expect(isolated).toHaveLength(2);
    expect(groupsOf(lab)).toContainEqual(own);
    await isolate(lab);
    expect(groupsOf(lab)).toEqual([[isolation], [isolation], [isolation]]);
  });

  it('says, and does not fail, when the instance was terminated before we came or meanwhile', async () => {
    const before = await stepLab({ state: 'terminated' });
    const meanwhile = await stepLab({ scaling: 'none' });
    await record(meanwhile);
    dismantle(meanwhile.estate, meanwhile.instance);
    meanwhile.instance.state = 'terminated';
    await record(before);
    for (const lab of [before, meanwhile]) {
      for (const step of [detach, protect, isolate, swap, prove]) await step(lab);
      const incident = await lab.incident();
      expect(incident.containment.isolated).toBeUndefined();
      expect(incident.missing.map(({ reason }) => reason).join('\n')).toContain('terminated');
      expect(lab.estate.effects).toEqual([]);
    }
    expect((await before.incident()).evidenceLost?.why).toContain('terminated before');
  });

  it('keeps two incidents of one VPC apart whose hosts may reach different things', async () => {
    const lab = await stepLab({ reach: 'endpoints', endpointBuckets: BUCKETS });
    await record(lab);
    await isolate(lab);
    const open = groupNamed(lab, 'cordon-isolation');
    const rules = open?.rules.length;
    // The other incident's host is in a subnet whose S3 route leads anywhere: it gets a group that lets out nothing.
    const vpc = lab.instance.vpc;
    const wanted = { vpc, role: 'isolation-closed', rules: { ingress: [], egress: [] } } as const;
    const closed = await lab.ports.isolation.ensureGroup(lab.key, lab.id, wanted);
    expect(closed).not.toBe(open?.id);
    expect(lab.estate.groups.get(open?.id ?? '')?.rules).toHaveLength(rules ?? 0);
    await prove(lab);
  });

  it('has no proof when somebody changed the rules of the isolation group', async () => {
    const lab = await stepLab();
    await record(lab);
    await isolate(lab);
    const group = groupNamed(lab, 'cordon-isolation');
    const others = [...lab.estate.groups.values()].find((each) => each.name === 'default');
    group?.rules.push(...(others?.rules ?? []));
    await expect(prove(lab)).rejects.toMatchObject({ message: expect.stringContaining('lets') });
  });

  it('has proof asked again after an interface was attached behind its back', async () => {
    const lab = await stepLab({ extraInterfaces: 1 });
    await contain(lab);
    const eni = lab.estate.interfaces.get(lab.instance.interfaces[1] ?? '');
    if (eni !== undefined) eni.groups = ['sg-0aa11bb22cc33dd01'];
    const again = await stepLab({ extraInterfaces: 1 });
    await record(again);
    await isolate(again);
    const open = again.estate.interfaces.get(again.instance.interfaces[1] ?? '');
    if (open !== undefined) open.groups = ['sg-0aa11bb22cc33dd01'];
    await expect(prove(again)).rejects.toMatchObject({ name: 'NeedsHuman' });
    const broken = await again.incident();
    expect(broken.steps['Isolate the instance']?.state).toBe('failed');
    expect(isolationNow(broken)).toBe('unproven');
    const failure = { step: 'Prove the isolation', error: 'NeedsHuman', cause: 'open' } as const;
    expect(failurePlan(broken, failure).lines.at(-1)).toContain('may be reachable');
    await isolate(again);
    await prove(again);
    const isolation = groupNamed(again, 'cordon-isolation')?.id ?? '';
    expect(groupsOf(again)).toEqual([[isolation], [isolation]]);
  });
});

describe('cleaning up after containment', () => {
  const cleanUp = (lab: StepLab) => makeCleanUp({ ...lab.ports, uploads: noUploads })(lab.input('Clean up'));
  const noUploads = { find: async () => undefined } as never;
  const ours = (lab: StepLab) => [...lab.estate.groups.values()].filter(({ name }) => name.startsWith('cordon-'));

  it('finishes an isolation that was broken off between its two swaps, and leaves no allow-all group', async () => {
    const lab = await stepLab();
    await record(lab);
    for (const kind of ['lost', 'throttled', 'throttled', 'throttled'] as const)
      lab.faults.push({ operation: 'ModifyNetworkInterfaceAttribute', kind });
    await expect(isolate(lab)).rejects.toMatchObject({ name: 'Transient' });
    expect(groupsOf(lab)).toEqual([[groupNamed(lab, 'cordon-allow-all')?.id]]);
    // Here the run is aborted: the step never comes again.
    await cleanUp(lab);
    expect(groupsOf(lab)).toEqual([[groupNamed(lab, 'cordon-isolation')?.id]]);
    expect(ours(lab)).toHaveLength(1);
    expect((await lab.incident()).containment.isolated?.interfaces).toHaveLength(1);
  });

  it('leaves no group behind when the instance was terminated under isolation', async () => {
    const lab = await stepLab({ scaling: 'none' });
    await contain(lab);
    expect(ours(lab)).toHaveLength(2);
    dismantle(lab.estate, lab.instance);
    lab.instance.state = 'terminated';
    await cleanUp(lab);
    expect(ours(lab)).toEqual([]);
  });

  it('leaves no group behind when it was made and never given to the instance', async () => {
    const lab = await stepLab();
    await record(lab);
    const wanted = { vpc: lab.instance.vpc, role: 'isolation-closed', rules: { ingress: [], egress: [] } } as const;
    await lab.ports.isolation.ensureGroup(lab.key, lab.id, wanted);
    await cleanUp(lab);
    expect(ours(lab)).toEqual([]);
  });
});

describe('the profile', () => {
  it.each(['ReplaceIamInstanceProfileAssociation', 'AssociateIamInstanceProfile'])(
    'is the collection profile after the answer of %s was lost',
    async (operation) => {
      const lab = await stepLab(operation.startsWith('Associate') ? { profile: 'none' } : {});
      await record(lab);
      lab.faults.push({ operation, kind: 'lost' });
      await untilDone(swap, lab);
      await lab.pass(10_000);
      expect((await lab.ports.profiles.current(lab.key))?.arn).toBe(COLLECTION);
    },
  );
});

describe('the protections', () => {
  it('are all on, and the volumes outlive the instance', async () => {
    const lab = await stepLab({ dataVolumes: 3 });
    await record(lab);
    await protect(lab);
    expect(await lab.ports.protections.read(lab.key)).toEqual({ termination: true, stop: true, shutdown: 'stop' });
    expect(Object.values(await lab.ports.protections.deleteOnTermination(lab.key))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('of a spot instance are what EC2 offers, and the rest is said', async () => {
    const lab = await stepLab({ lifecycle: 'spot' });
    await record(lab);
    await protect(lab);
    const incident = await lab.incident();
    expect(incident.steps['Protect the instance']?.state).toBe('done');
  });
});
