import { evaluateGate } from '../../core/gate/evaluate';
import { failurePlan } from '../../core/gate/plan';
import type { Command } from '../../core/incident/commands';
import { commitTo } from '../../core/incident/commit';
import { commandId } from '../../core/incident/ids';
import { isolationNow } from '../../core/incident/incident';
import { outcomeOf } from '../../core/incident/outcome';
import { makeCleanUp } from '../../handlers/clean-up';
import { makeRecordEstate } from '../../handlers/record-estate';
import { dismantle } from '../../lab/estate/instances';
import { SYSTEM } from '../support/books';
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

  it('leaves alone what was protected after it was recorded, and finishes what had begun', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 3, desired: 2 } });
    await record(lab);
    lab.instance.tags.set('cordon:protected', 'true');
    for (const step of [detach, isolate])
      await expect(step(lab)).rejects.toMatchObject({ name: 'Refusal', code: 'instance.protected' });
    expect(lab.estate.effects).toEqual([]);
    lab.instance.tags.delete('cordon:protected');
    lab.faults.push({ operation: 'ModifyNetworkInterfaceAttribute', kind: 'lost' });
    for (let n = 0; n < 3; n++) lab.faults.push({ operation: 'ModifyNetworkInterfaceAttribute', kind: 'throttled' });
    await expect(isolate(lab)).rejects.toMatchObject({ name: 'Transient' });
    lab.instance.tags.set('cordon:protected', 'true');
    await isolate(lab);
    expect(groupsOf(lab)).toEqual([[groupNamed(lab, 'cordon-isolation')?.id]]);
  });

  it('rules a protected instance out, and no later step touches it', async () => {
    const lab = await stepLab({ tags: { 'cordon:protected': 'true' } });
    await record(lab);
    const incident = await afterLook(lab);
    expect(incident).toMatchObject({ status: 'open', ruledOut: { as: 'protected' } });
    expect(incident.evidenceLost).toBeUndefined();
    for (const step of [detach, protect, isolate, swap]) {
      await expect(step(lab)).rejects.toMatchObject({ name: 'Refusal', code: 'instance.protected' });
    }
    expect(lab.estate.effects).toEqual([]);
  });

  it('finds nothing to respond to where EC2 does not know the instance: evidence lost, and the finding stays open', async () => {
    const lab = await stepLab();
    lab.estate.instances.delete(lab.instance.id);
    expect(await record(lab)).toEqual({ order: 'contain-first' });
    const incident = await afterLook(lab);
    expect(incident.evidenceLost?.why).toContain('does not know');
    expect(incident).toMatchObject({ status: 'open', ruledOut: { as: 'no-such-instance' } });
    expect(outcomeOf(incident)).toMatchObject({ outcome: 'aborted' });
  });

  it('closes with the run what a person opened on an id that EC2 does not know, and nothing is lost', async () => {
    const lab = await stepLab({}, { byHand: 'isolate' });
    lab.estate.instances.delete(lab.instance.id);
    await record(lab);
    const incident = await afterLook(lab);
    expect(incident).toMatchObject({ status: 'closed', closed: { as: 'no-such-instance' } });
    expect(incident.evidenceLost).toBeUndefined();
    expect(incident.missing).toEqual([]);
    expect(outcomeOf(incident).reason).toContain('EC2 does not know');
  });

  it('looks again where a protection was lifted since, as nothing was touched under it', async () => {
    const lab = await stepLab({ tags: { 'cordon:protected': 'true' } });
    await record(lab);
    await afterLook(lab);
    lab.instance.tags.delete('cordon:protected');
    const again: readonly Command[] = [
      { type: 'RequestRun', purpose: 'respond' },
      { type: 'StartRun', run: 2, execution: 'arn:run:2' },
    ];
    for (const [index, command] of again.entries())
      await commitTo(lab.ports.ledger, lab.ports.clock, lab.id, command, SYSTEM, commandId(`again-${index}`));
    await makeRecordEstate(lab.ports)({ ...lab.input('Record the estate'), run: 2 });
    const incident = await lab.incident();
    expect(incident.ruledOut).toBeUndefined();
    expect(evaluateGate(incident, 'contain', 2).verdict).toBe('go');
  });

  it.each([
    ['without the tag', 'closed', {}],
    ['with the tag saying false', 'closed', { 'cordon:drill': 'false' }],
    ['with the tag', 'open', { 'cordon:drill': 'true' }],
  ] as const)('drills an instance %s: the incident is %s afterwards', async (_how, status, tags) => {
    const lab = await stepLab({ tags }, { byHand: 'drill' });
    await record(lab);
    const looked = await lab.incident();
    expect(evaluateGate(looked, 'contain', 1).verdict).toBe(status === 'closed' ? 'skip' : 'go');
    expect((await afterLook(lab)).status).toBe(status);
    expect(lab.estate.effects).toEqual([]);
  });
});

/** The incident after the rest of a run that found nothing to do: the gate lets nothing through, and the run ends. */
async function afterLook(lab: StepLab) {
  const looked = await lab.incident();
  if (looked.ruledOut !== undefined) expect(evaluateGate(looked, 'contain', 1).verdict).toBe('skip');
  const end: Command = { type: 'EndRun', run: 1, result: 'completed' };
  await commitTo(lab.ports.ledger, lab.ports.clock, lab.id, end, SYSTEM, commandId('end'));
  return lab.incident();
}

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
