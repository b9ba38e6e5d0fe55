import { evaluateGate } from '../../core/gate/evaluate';
import type { Command } from '../../core/incident/commands';
import { commitTo } from '../../core/incident/commit';
import { commandId } from '../../core/incident/ids';
import { outcomeOf } from '../../core/incident/outcome';
import { makeRecordEstate } from '../../handlers/record-estate';
import { SYSTEM } from '../support/books';
import { detach, groupNamed, groupsOf, isolate, protect, record, swap } from './containment-steps';
import { BUCKETS, closeLabs, type StepLab, stepLab } from './step-lab';

afterEach(closeLabs);

/** The incident after the rest of a run that found nothing to do: the gate lets nothing through, and the run ends. */
async function afterLook(lab: StepLab) {
  const looked = await lab.incident();
  if (looked.ruledOut !== undefined) expect(evaluateGate(looked, 'contain', 1).verdict).toBe('skip');
  const end: Command = { type: 'EndRun', run: 1, result: 'completed' };
  await commitTo(lab.ports.ledger, lab.ports.clock, lab.id, end, SYSTEM, commandId('end'));
  return lab.incident();
}

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
