import { failurePlan, gatePlan } from '../../core/gate/plan';
import { commitTo } from '../../core/incident/commit';
import { commandId } from '../../core/incident/ids';
import { isolationNow } from '../../core/incident/incident';
import { makeCutSubnet } from '../../handlers/cut-subnet';
import { DEFAULT_RULE } from '../../handlers/record-failure';
import { makeRevokeSessions } from '../../handlers/revoke-sessions';
import { FINDING_INTERFACES } from '../lab/estate/finding-event';
import { SYSTEM } from '../support/books';
import { contain, detach, groupsOf, isolate, protect, prove, record, release, swap } from './containment-steps';
import { COLLECTION, closeLabs, type StepLab, stepLab, untilDone } from './step-lab';

afterEach(closeLabs);

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

  it.each([
    [['EnterStandby'], 'standby', ['EnterStandby', 'ExitStandby']],
    [['DetachInstances'], 'detached', ['DetachInstances', 'AttachInstances']],
    [['ExitStandby'], 'standby', ['EnterStandby', 'ExitStandby']],
    [['AttachInstances'], 'detached', ['DetachInstances', 'AttachInstances']],
  ] as const)(
    'takes no second way out or back when the SDK repeats %j after a lost answer',
    async (repeats, how, effects) => {
      const lab = await stepLab({ scaling: { min: 1, max: 4, desired: 2 } });
      if (how === 'detached') lab.faults.push({ operation: 'EnterStandby', kind: 'refused' });
      lab.faults.push(...repeats.map((operation) => ({ operation, kind: 'repeated' as const })));
      await contain(lab);
      expect((await lab.incident()).containment.detached).toMatchObject({ how });
      await release(lab);
      expect((await lab.incident()).released?.differs.join()).not.toContain('did not take it back');
      const moves = ['EnterStandby', 'DetachInstances', 'ExitStandby', 'AttachInstances'];
      expect(lab.estate.effects.map(({ what }) => what).filter((what) => moves.includes(what))).toEqual(effects);
    },
  );

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

  it('gives its protection from scale-in back to an instance that left its group and returned', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 4, desired: 2 } });
    const [group] = [...lab.estate.scalingGroups.values()];
    const protection = () => group?.members.find((each) => each.instance === lab.instance.id)?.protectedFromScaleIn;
    Object.assign(group!.members.find((each) => each.instance === lab.instance.id)!, { protectedFromScaleIn: true });
    lab.faults.push({ operation: 'EnterStandby', kind: 'refused' });
    await contain(lab);
    expect(protection()).toBeUndefined();
    await release(lab);
    expect(protection()).toBe(true);
  });

  it('gives its address back to a target group of addresses, on every port, and names the balancer that is gone', async () => {
    const lab = await stepLab({ scaling: 'none', balancer: 'network' });
    const [group] = [...lab.estate.targetGroups.values()];
    const address = lab.estate.interfaces.get(lab.instance.interfaces[0] ?? '')?.privateIp ?? '';
    const targets = [8443, 9000].map((port) => ({ id: address, port, state: 'healthy' as const }));
    const gone = { ...group!, arn: group!.arn.replace('web', 'gone'), targets: structuredClone(targets) };
    lab.estate.targetGroups.set(gone.arn, gone);
    Object.assign(group!, { targetType: 'ip', targets });
    await contain(lab);
    expect(group?.targets.map(({ state }) => state)).toEqual(['draining', 'draining']);
    lab.estate.targetGroups.delete(gone.arn);
    await release(lab);
    expect(group?.targets.map(({ id, port, state }) => [id, port, state])).toEqual(
      [8443, 9000].map((port) => [address, port, 'initial']),
    );
    const { released } = await lab.incident();
    expect(released?.differs.join('\n')).toMatch(/targetgroup\/gone\/\S+ did not take it back: .*not found/);
    expect(released?.restored).toContain('load balancer registrations');
  });

  it('is reachable only when it is whole, and is not called isolated when its release broke off after that', async () => {
    const lab = await stepLab({ scaling: 'none' });
    await contain(lab);
    const isolated = groupsOf(lab);
    const failure = { step: 'Release the instance', error: 'NeedsHuman', cause: 'not allowed' } as const;
    lab.faults.push({ operation: 'ModifyInstanceAttribute', kind: 'refused' });
    await expect(release(lab)).rejects.toMatchObject({ name: 'NeedsHuman' });
    expect(groupsOf(lab)).toEqual(isolated);
    lab.faults.push({ operation: 'DeleteTags', kind: 'refused' });
    await expect(release(lab)).rejects.toMatchObject({ name: 'NeedsHuman' });
    expect(groupsOf(lab)).not.toEqual(isolated);
    const plan = failurePlan(await lab.incident(), failure);
    expect(plan.lines.at(-1)).toContain('may be reachable again');
    expect(isolationNow(await lab.incident())).toBe('isolated');
    const [at, rule] = [lab.ports.clock, DEFAULT_RULE];
    await commitTo(lab.ports.ledger, at, lab.id, { type: 'FailStep', ...failure, plan, rule }, SYSTEM, commandId('f'));
    expect(isolationNow(await lab.incident())).toBe('broken-off');
    await release(lab);
    expect(isolationNow(await lab.incident())).toBe('none');
    expect((await lab.incident()).released).toBeDefined();
  });

  it('names what is gone meanwhile, does without it, and puts nothing into service that is still isolated', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 4, desired: 2 }, balancer: 'application', extraInterfaces: 1 });
    await contain(lab);
    const { groups, interfaces } = lab.estate;
    const [first] = lab.instance.interfaces;
    const own = interfaces.get(first ?? '')?.groupHistory[0]?.groups ?? [];
    for (const id of own) groups.delete(id);
    for (const arn of lab.estate.profiles.keys()) if (arn !== COLLECTION) lab.estate.profiles.delete(arn);
    lab.estate.scalingGroups.clear();
    await release(lab);
    await lab.pass(300_000);
    const { restored = [], differs = [] } = (await lab.incident()).released ?? {};
    expect(differs.join('\n')).toMatch(/stays isolated: a group it carried is gone/);
    expect(differs.join('\n')).toMatch(/it has no profile: there is no arn:\S+ any more/);
    expect(differs.join('\n')).toMatch(/it is isolated in part, so it was not put back into web, /);
    expect(restored).not.toContain('load balancer registrations');
    expect(await lab.ports.profiles.current(lab.key)).toBeUndefined();
    expect(lab.estate.instances.get(lab.instance.id)?.state).toBe('running');
  });

  it('says, and does not fail, when its Auto Scaling group is gone', async () => {
    const lab = await stepLab({ scaling: { min: 1, max: 4, desired: 2 } });
    await contain(lab);
    lab.estate.scalingGroups.clear();
    await release(lab);
    expect((await lab.incident()).released?.differs.join()).toMatch(/Auto Scaling group \S+ is gone/);
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
      /it is stopped, so it was not put back into .*: see to that, then put it back by hand/,
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
    const [first] = FINDING_INTERFACES;
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
