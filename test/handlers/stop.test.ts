import { gatePlan } from '../../core/gate/plan';
import { commitTo } from '../../core/incident/commit';
import { commandId, personKey } from '../../core/incident/ids';
import { makeIsolateInstance } from '../../handlers/isolate-instance';
import { makeProtectInstance } from '../../handlers/protect-instance';
import { makeRecordEstate } from '../../handlers/record-estate';
import { makeStopInstance } from '../../handlers/stop-instance';
import { PIN } from '../support/books';
import { closeLabs, type StepLab, stepLab, untilDone } from './step-lab';

afterEach(closeLabs);

async function contained(options: Parameters<typeof stepLab>[0] = {}): Promise<StepLab> {
  const lab = await stepLab(options);
  await makeRecordEstate(lab.ports)(lab.input('Record the estate'));
  await makeProtectInstance(lab.ports)(lab.input('Protect the instance'));
  await makeIsolateInstance(lab.ports)(lab.input('Isolate the instance'));
  return lab;
}

/** Two persons approve the stop as it would be done now. */
async function approve(lab: StepLab): Promise<void> {
  const { ledger, clock } = lab.ports;
  const plan = gatePlan(await lab.incident(), 'stop');
  const rule = {
    ...PIN.gates.stop!,
    mode: 'ask' as const,
    quorum: 2,
    excludeRequester: false,
    typedConfirmation: false,
  };
  const system = { kind: 'system' as const, part: 'test' };
  await commitTo(ledger, clock, lab.id, { type: 'OpenGate', gate: 'stop', plan, rule }, system, commandId('open-stop'));
  for (const name of ['ana', 'ben']) {
    const vote = {
      type: 'Vote' as const,
      gate: 'stop' as const,
      opening: 1,
      decision: 'approve' as const,
      reason: 'seen',
      planDigest: plan.digest,
    };
    await commitTo(ledger, clock, lab.id, vote, { kind: 'person', person: personKey(name) }, commandId(`vote-${name}`));
  }
}

const stop = (lab: StepLab) => makeStopInstance(lab.ports)(lab.input('Stop'));
const stops = (lab: StepLab) => lab.estate.effects.filter((effect) => effect.what === 'StopInstances');

describe('the stop', () => {
  it('is done once, after approval, on the protected instance, and recorded as EC2 shows it', async () => {
    const lab = await contained();
    await approve(lab);
    await stop(lab);
    await stop(lab);
    expect(stops(lab)).toHaveLength(1);
    const incident = await lab.incident();
    expect(incident.stopped?.state).toMatch(/^stopp/);
    expect(incident.stopIntended?.planDigest).toBe(incident.gates.stop?.plan.digest);
  });

  it('is refused without an approval, and nothing is stopped', async () => {
    const lab = await contained();
    await expect(stop(lab)).rejects.toMatchObject({ code: 'stop.unapproved' });
    expect(stops(lab)).toEqual([]);
    expect((await lab.ports.protections.read(lab.key)).stop).toBe(true);
  });

  it.each(['StopInstances', 'ModifyInstanceAttribute', 'DescribeInstances'])(
    'happens once when the answer of %s is lost',
    async (operation) => {
      const lab = await contained();
      await approve(lab);
      lab.faults.push({ operation, kind: 'lost' });
      expect(await untilDone(stop, lab)).toBe(2);
      expect(stops(lab)).toHaveLength(1);
      expect((await lab.incident()).stopped).toBeDefined();
    },
  );

  it('is refused under halt, for another generation, without our tag, and once policy protects the instance', async () => {
    const halted = await contained();
    await approve(halted);
    halted.halt.reason = 'test';
    await expect(stop(halted)).rejects.toMatchObject({ code: 'halt' });

    const superseded = await contained();
    await approve(superseded);
    await superseded.ports.claims.take(superseded.key, { incident: superseded.id, generation: 2 });
    await expect(stop(superseded)).rejects.toMatchObject({ code: 'stop.generation' });

    const untagged = await contained();
    await approve(untagged);
    untagged.instance.tags.delete('cordon:incident');
    await expect(stop(untagged)).rejects.toMatchObject({ code: 'stop.untagged' });

    const guarded = await contained();
    await approve(guarded);
    guarded.instance.tags.set('cordon:protected', 'true');
    await expect(stop(guarded)).rejects.toMatchObject({ code: 'instance.protected' });
    for (const lab of [halted, superseded, untagged, guarded]) expect(stops(lab)).toEqual([]);
  });

  it('calls a terminated instance evidence lost and never stopped', async () => {
    const lab = await contained();
    await approve(lab);
    lab.instance.state = 'terminated';
    await stop(lab);
    const incident = await lab.incident();
    expect(incident.stopped).toBeUndefined();
    expect(incident.evidenceLost?.why).toContain('terminated');
  });

  it('is recorded, and not repeated, on an instance somebody stopped meanwhile', async () => {
    const lab = await contained();
    await approve(lab);
    lab.instance.state = 'stopped';
    await stop(lab);
    expect(stops(lab)).toEqual([]);
    expect((await lab.incident()).stopped?.state).toBe('stopped');
  });
});
