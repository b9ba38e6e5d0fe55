import { gatePlan } from '../../core/gate/plan';
import { makeCleanUp } from '../../handlers/clean-up';
import { makeCutSubnet } from '../../handlers/cut-subnet';
import { makeDetachFromService } from '../../handlers/detach-from-service';
import { makeIsolateInstance } from '../../handlers/isolate-instance';
import { makeProtectInstance } from '../../handlers/protect-instance';
import { makeProveIsolation } from '../../handlers/prove-isolation';
import { makeRecordEstate } from '../../handlers/record-estate';
import { makeReleaseInstance } from '../../handlers/release-instance';
import { makeRevokeSessions } from '../../handlers/revoke-sessions';
import { makeSwapProfile } from '../../handlers/swap-profile';
import { dismantle } from '../../lab/estate/instances';
import { BUCKETS, COLLECTION, closeLabs, type StepLab, stepLab, untilDone } from './step-lab';

afterEach(closeLabs);

const findingInterfaces = [
  {
    networkInterfaceId: 'eni-0aa11bb22cc33dd01',
    privateIpAddress: '172.16.4.218',
    subnetId: 'subnet-0aa11bb22cc33dd01',
    vpcId: 'vpc-0aa11bb22cc33dd01',
    ipv6Addresses: [],
    securityGroups: [{ groupId: 'sg-0aa11bb22cc33dd01', groupName: 'web' }],
  },
] as const;

const record = (lab: StepLab) => makeRecordEstate(lab.ports)(lab.input('Record the estate'));
const detach = (lab: StepLab) => makeDetachFromService(lab.ports)(lab.input('Detach from service'));
const protect = (lab: StepLab) => makeProtectInstance(lab.ports)(lab.input('Protect the instance'));
const isolate = (lab: StepLab) => makeIsolateInstance(lab.ports)(lab.input('Isolate the instance'));
const swap = (lab: StepLab) => makeSwapProfile(lab.ports)(lab.input('Swap the instance profile'));
const prove = (lab: StepLab) => makeProveIsolation(lab.ports)(lab.input('Prove the isolation'));
const release = (lab: StepLab) => makeReleaseInstance(lab.ports)(lab.input('Release the instance'));

async function contain(lab: StepLab): Promise<void> {
  await record(lab);
  for (const step of [detach, protect, isolate, swap, prove]) await step(lab);
}

const groupsOf = (lab: StepLab) => lab.instance.interfaces.map((id) => lab.estate.interfaces.get(id)?.groups);
const historyOf = (lab: StepLab, index = 0) =>
  lab.estate.interfaces.get(lab.instance.interfaces[index] ?? '')?.groupHistory.map((each) => each.groups) ?? [];
/** By its name; `cordon-isolation` also where it is the closed one. */
const groupNamed = (lab: StepLab, name: string) =>
  [...lab.estate.groups.values()].find((group) => [name, `${name}-closed`].includes(group.name));

describe('recording the estate', () => {
  it('chooses to contain first where the isolated host still reaches SSM and our buckets', async () => {
    const lab = await stepLab({ reach: 'endpoints', endpointBuckets: BUCKETS });
    expect(await record(lab)).toEqual({ order: 'contain-first' });
    expect((await lab.incident()).containment.orderWhy).toContain('VPC endpoints');
  });

  it('gives memory its minutes first where the S3 endpoint leads to any bucket', async () => {
    const lab = await stepLab({ reach: 'endpoints' });
    expect(await record(lab)).toEqual({ order: 'memory-first' });
    expect((await lab.incident()).containment.orderWhy).toContain('not limited to our buckets');
  });

  it('contains first when no agent answers, as waiting would win nothing', async () => {
    const lab = await stepLab({ reach: 'internet', agent: 'none' });
    expect(await record(lab)).toEqual({ order: 'contain-first' });
  });

  it('names what a group swap cannot cut', async () => {
    const lab = await stepLab({ reach: 'nat', transitGateway: true });
    await record(lab);
    await isolate(lab);
    const noticed = (await lab.incident()).containment.isolated?.residual.join('\n');
    expect(noticed).toMatch(/NAT gateway nat-/);
    expect(noticed).toMatch(/transit gateway tgw-/);
    expect(noticed).toContain('DNS queries to the VPC resolver');
  });

  it('names the neighbours of a subnet with more than one filter can ask for', async () => {
    const lab = await stepLab({ neighbours: 230, scaling: 'none' });
    const seen = await lab.ports.estates.read(lab.key);
    expect(seen?.network.neighbours).toHaveLength(230);
    expect(new Set(seen?.network.neighbours.map(({ id }) => id)).size).toBe(230);
  });

  it('knows the memory of a type that is newer than the SDK', async () => {
    const lab = await stepLab({}, { finding: { instanceType: 'r99z.48xlarge' } });
    expect((await lab.ports.estates.read(lab.key))?.instance).toMatchObject({
      type: 'r99z.48xlarge',
      memoryMiB: 1536 * 1024,
    });
  });

  it('keeps what was seen first, whatever a second look would see', async () => {
    const lab = await stepLab();
    await record(lab);
    const first = (await lab.incident()).estate?.digest;
    await isolate(lab);
    await record(lab);
    expect((await lab.incident()).estate?.digest).toBe(first);
  });

  it('refuses a protected instance, and no later step touches it', async () => {
    const lab = await stepLab({ tags: { 'cordon:protected': 'true' } });
    await expect(record(lab)).rejects.toMatchObject({ name: 'Refusal', code: 'instance.protected' });
    for (const step of [detach, protect, isolate, swap]) {
      await expect(step(lab)).rejects.toMatchObject({ name: 'Refusal', code: 'instance.protected' });
    }
    expect(lab.estate.effects).toEqual([]);
  });

  it('says that a terminated instance is evidence lost', async () => {
    const lab = await stepLab();
    lab.estate.instances.delete(lab.instance.id);
    expect(await record(lab)).toEqual({ order: 'contain-first' });
    expect((await lab.incident()).evidenceLost?.why).toContain('does not know');
  });
});

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
    expect((await again.incident()).steps['Isolate the instance']?.state).toBe('failed');
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

describe('leaving service', () => {
  it('stands by with desired capacity kept, and leaves its balancers', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 3, desired: 2 }, balancer: 'application' });
    await record(lab);
    const { said } = await detach(lab);
    expect(said).toContain('standby');
    const [group] = [...lab.estate.scalingGroups.values()];
    expect(group?.desired).toBe(2);
    expect((await lab.incident()).containment.detached).toMatchObject({ how: 'standby' });
    expect((await lab.ports.estates.read(lab.key))?.targets).toEqual([]);
  });

  it.each(['EnterStandby', 'DeregisterTargets'])('does it once when the answer of %s is lost', async (operation) => {
    const lab = await stepLab({ scaling: { min: 1, max: 3, desired: 2 }, balancer: 'application' });
    await record(lab);
    lab.faults.push({ operation, kind: 'lost' });
    expect(await untilDone(detach, lab)).toBe(2);
    expect(lab.estate.effects.filter((effect) => effect.what === 'EnterStandby')).toHaveLength(1);
  });

  const refuse = (lab: StepLab, ...operations: readonly string[]) =>
    lab.faults.push(...operations.map((operation) => ({ operation, kind: 'refused' as const })));
  const groupIn = (lab: StepLab) => [...lab.estate.scalingGroups.values()][0];

  it('leaves the group with desired capacity kept where standby is refused', async () => {
    const lab = await stepLab({ scaling: { min: 2, max: 3, desired: 2 } });
    await record(lab);
    refuse(lab, 'EnterStandby');
    await detach(lab);
    expect((await lab.incident()).containment.detached).toMatchObject({ how: 'detached' });
    expect(groupIn(lab)?.desired).toBe(2);
  });

  it('leaves it with its place where a replacement is refused too, and says so', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 2, desired: 2 } });
    await record(lab);
    refuse(lab, 'EnterStandby', 'DetachInstances');
    expect((await detach(lab)).said).toContain('desired capacity went down by one');
    expect(groupIn(lab)?.desired).toBe(1);
  });

  it('is kept by its group, loudly, where the group lets it go in no way, and is given back on release', async () => {
    const lab = await stepLab({ scaling: { min: 2, max: 2, desired: 2 }, balancer: 'application' });
    await record(lab);
    // The third try would take desired under the minimum: the double refuses that by itself.
    refuse(lab, 'EnterStandby', 'DetachInstances');
    const { said } = await detach(lab);
    expect(said).toMatch(/neither stand by .*replaces NO unhealthy instance/);
    expect((await lab.incident()).containment.detached).toMatchObject({ how: 'held' });
    for (const step of [protect, isolate, swap, prove]) await step(lab);
    await lab.pass(600_000);
    expect(lab.estate.instances.get(lab.instance.id)?.state).toBe('running');
    expect(groupIn(lab)).toMatchObject({ suspended: ['ReplaceUnhealthy'] });
    await release(lab);
    expect(groupIn(lab)).toMatchObject({ suspended: [], min: 2, desired: 2 });
    expect(groupIn(lab)?.members.every((member) => !member.protectedFromScaleIn)).toBe(true);
  });

  it('leaves on standby, on release too, what somebody had put there before', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 3, desired: 2 } });
    const member = groupIn(lab)?.members.find((each) => each.instance === lab.instance.id);
    Object.assign(member!, { state: 'Standby' });
    await record(lab);
    await detach(lab);
    await release(lab);
    expect(member?.state).toBe('Standby');
    expect((await lab.incident()).released?.differs.filter((line) => line.includes('Standby'))).toEqual([]);
  });

  it('leaves suspended on release what was suspended before', async () => {
    const lab = await stepLab({ scaling: { min: 2, max: 2, desired: 2 } });
    Object.assign(groupIn(lab)!, { suspended: ['ReplaceUnhealthy'] });
    await record(lab);
    refuse(lab, 'EnterStandby', 'DetachInstances');
    await detach(lab);
    await release(lab);
    expect(groupIn(lab)?.suspended).toEqual(['ReplaceUnhealthy']);
  });

  it('asks a person where even that is refused: isolation would cost the evidence', async () => {
    const lab = await stepLab({ scaling: { min: 2, max: 2, desired: 2 } });
    await record(lab);
    refuse(lab, 'EnterStandby', 'DetachInstances', 'SuspendProcesses');
    await expect(detach(lab)).rejects.toMatchObject({
      name: 'NeedsHuman',
      message: expect.stringContaining('would terminate the evidence'),
    });
  });

  it('says so when it is in no group and behind no balancer', async () => {
    const lab = await stepLab({ scaling: 'none', balancer: 'none' });
    await record(lab);
    expect((await detach(lab)).said).toContain('in no Auto Scaling group');
  });
});

describe('releasing an instance', () => {
  it.each([
    ['one interface', {}],
    [
      'a dual-stack multi-interface instance behind a balancer',
      { extraInterfaces: 2, ipv6: true, balancer: 'application' },
    ],
    ['an instance without a profile', { profile: 'none' }],
    ['twelve volumes', { dataVolumes: 11 }],
    ['a Classic balancer', { balancer: 'classic' }],
  ] as const)('gives back all of %s', async (_what, options) => {
    const lab = await stepLab({ scaling: { min: 1, max: 4, desired: 2 }, ...options });
    const before = await lab.ports.estates.read(lab.key);
    await contain(lab);
    await lab.pass(120_000);
    expect(lab.instance.tags.get('cordon:incident')).toBe(lab.id);
    await release(lab);
    // Our roles may stop, and send commands to, what carries the tag: it goes.
    expect(lab.instance.tags.has('cordon:incident')).toBe(false);
    await lab.pass(120_000);
    const after = await lab.ports.estates.read(lab.key);
    expect(after?.interfaces).toEqual(before?.interfaces);
    expect(after?.attributes).toEqual(before?.attributes);
    expect(after?.profile?.arn).toBe(before?.profile?.arn);
    expect(after?.volumes).toEqual(before?.volumes);
    expect(after?.targets).toEqual(before?.targets);
    expect(after?.classicBalancers).toEqual(before?.classicBalancers);
    expect(after?.group?.name).toBe(before?.group?.name);
    expect([...lab.estate.groups.values()].filter((group) => group.name.startsWith('cordon-'))).toEqual([]);
  });

  it('says, and does not fail, when the instance was terminated meanwhile', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 4, desired: 2 } });
    await record(lab);
    // Isolated while still in service: the group terminates it.
    await isolate(lab);
    await lab.pass(600_000);
    await release(lab);
    expect((await lab.incident()).released?.differs.join()).toContain('terminated meanwhile');
  });

  it('leaves a stopped instance out of its group, which would terminate it, and says so', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 4, desired: 2 }, balancer: 'application' });
    await contain(lab);
    await lab.ports.protections.set(lab.key, { attribute: 'stop', on: false });
    await lab.ports.power.stop(lab.key);
    await lab.pass(120_000);
    await release(lab);
    await lab.pass(600_000);
    expect((await lab.incident()).released?.differs.join()).toMatch(
      /it is stopped, so it was not put back into .*: start it, then put it back by hand/,
    );
    expect(lab.estate.instances.get(lab.instance.id)?.state).toBe('stopped');
  });

  it('lists what it could not give back when the group is full', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 2, desired: 2 } });
    await contain(lab);
    await lab.pass(300_000);
    await release(lab);
    const differs = (await lab.incident()).released?.differs.join('\n') ?? '';
    expect(differs).toMatch(/did not take it back|Standby|capacity/);
  });
});

describe('the offers', () => {
  it('cut the subnet, hit its neighbours, and give it back', async () => {
    const lab = await stepLab({ neighbours: 2, scaling: 'none' });
    const subnet = 'subnet-0aa11bb22cc33dd01';
    const aclOf = () =>
      [...lab.estate.acls.values()].find((acl) => acl.associations.some((each) => each.subnet === subnet));
    const before = aclOf()?.id;
    await contain(lab);
    const cut = () => makeCutSubnet(lab.ports)(lab.input('Cut the subnet'));
    lab.faults.push({ operation: 'CreateNetworkAcl', kind: 'lost' });
    await untilDone(cut, lab);
    expect((await lab.incident()).steps['Cut the subnet']?.said).toContain('2 other instances');
    expect(aclOf()?.id).not.toBe(before);
    await release(lab);
    expect(aclOf()?.id).toBe(before);
  });

  it('cut the subnets of every VPC the instance is in, and give a subnet back that two incidents cut', async () => {
    const [first] = findingInterfaces;
    const elsewhere = { ...first, networkInterfaceId: 'eni-0bb', vpcId: 'vpc-0bb', subnetId: 'subnet-0bb' };
    const networkInterfaces = [
      first,
      { ...elsewhere, privateIpAddress: '10.9.9.9', securityGroups: [{ groupId: 'sg-0bb', groupName: 'db' }] },
    ];
    const lab = await stepLab({ scaling: 'none' }, { finding: { networkInterfaces } });
    const aclOf = (subnet: string) =>
      [...lab.estate.acls.values()].find((acl) => acl.associations.some((each) => each.subnet === subnet))?.id;
    const subnets = [first.subnetId, 'subnet-0bb'];
    const before = subnets.map(aclOf);
    await contain(lab);
    const { acls } = lab.ports;
    // Another incident of the first subnet cut it before, and is released first.
    const other = 'IR-OTHEROTH';
    const theirs = await acls.ensureDenyAll(lab.key, first.vpcId, other, await acls.of(lab.key, [first.subnetId]));
    for (const each of await acls.of(lab.key, [first.subnetId])) await acls.replace(lab.key, each.association, theirs);
    await makeCutSubnet(lab.ports)(lab.input('Cut the subnet'));
    const ours = await acls.remembered(lab.key, lab.id);
    expect(ours.map(({ acl }) => acl).sort()).toEqual(subnets.map((subnet) => aclOf(subnet)).sort());
    await acls.remove(lab.key, theirs);
    await release(lab);
    expect(subnets.map(aclOf)).toEqual(before);
    expect(await acls.remembered(lab.key, lab.id)).toEqual([]);
  });

  it('revoke sessions for this instance only, and name before and after who else uses the role', async () => {
    const lab = await stepLab({ sharedRole: true });
    await contain(lab);
    const plan = gatePlan(await lab.incident(), 'revoke').lines.join(' ');
    expect(plan).toMatch(/Its role is shared: sessions of i-[0-9a-f]+.* stay/);
    await makeRevokeSessions(lab.ports)(lab.input('Revoke the sessions'));
    const revoked = (await lab.incident()).containment.sessionsRevoked;
    expect(revoked?.scope).toMatch(/i-[0-9a-f]+.* use the role too/);
    const policies = [...(lab.estate.roles.get(revoked?.role ?? '')?.inline.entries() ?? [])];
    expect(policies.map(([name]) => name)).toEqual([`cordon-revoke-${lab.instance.id}`]);
    expect(JSON.stringify(policies)).toContain('ec2:SourceInstanceARN');
    expect(plan).toContain(revoked?.scope.match(/i-[0-9a-f]+/)?.[0]);
  });

  it.each([
    [3, 1],
    [13, 0],
  ])('revoke: a release %d hours later leaves %d deny on the role', async (hours, left) => {
    const lab = await stepLab();
    await contain(lab);
    await makeRevokeSessions(lab.ports)(lab.input('Revoke the sessions'));
    const role = (await lab.incident()).containment.sessionsRevoked?.role ?? '';
    await lab.pass(hours * 3_600_000);
    await release(lab);
    // Taken away early, the deny would give stolen sessions their rights back.
    expect(lab.estate.roles.get(role)?.inline.size).toBe(left);
    const { differs = [] } = (await lab.incident()).released ?? {};
    expect(differs.filter((line) => line.includes('stay revoked'))).toHaveLength(left);
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
