import { resolve } from 'node:path';
import { DOCUMENTS } from '../../core/collect/documents';
import { readSsmDocument } from '../../core/collect/ssm-document';
import { makeAnalyseDisk } from '../../handlers/analyse-disk';
import { makeAttachEvidence } from '../../handlers/attach-evidence';
import { makeCaptureMemory } from '../../handlers/capture-memory';
import { makeCaptureVolatile } from '../../handlers/capture-volatile';
import { makeCleanUp } from '../../handlers/clean-up';
import { makeCopySnapshots } from '../../handlers/copy-snapshots';
import { makeCutSubnet } from '../../handlers/cut-subnet';
import { makeDetachFromService } from '../../handlers/detach-from-service';
import { makeIsolateInstance } from '../../handlers/isolate-instance';
import { makeLaunchForensic, markerKey } from '../../handlers/launch-forensic';
import { makeProtectInstance } from '../../handlers/protect-instance';
import { makeRecordEstate } from '../../handlers/record-estate';
import { makeReleaseInstance } from '../../handlers/release-instance';
import { makeRevokeSessions } from '../../handlers/revoke-sessions';
import { makeSnapshotVolumes } from '../../handlers/snapshot-volumes';
import { makeStopInstance } from '../../handlers/stop-instance';
import { makeSwapProfile } from '../../handlers/swap-profile';
import { makeVerifyCopies } from '../../handlers/verify-copies';
import { makeVerifySnapshots } from '../../handlers/verify-snapshots';
import type { DocumentContent } from '../../lab/estate/command-types';
import { addDocument } from '../../lab/estate/install';
import { MemoryVault, presigner, shelfWith } from './memory-vault';
import { closeLabs, parkedOrDone, type StepLab, stepLab } from './step-lab';

afterEach(closeLabs);

const DAY = 24 * 3600_000;

/** Everything any step needs, over an instance whose estate is on record. */
async function recorded(options: Parameters<typeof stepLab>[0] = {}) {
  const vault = new MemoryVault();
  const lab = await stepLab({ scaling: { min: 1, max: 3, desired: 2 }, ...options });
  for (const { name, file } of Object.values(DOCUMENTS))
    addDocument(lab.estate, name, readSsmDocument(resolve(__dirname, '../../runbooks'), file) as DocumentContent);
  const all = {
    ...lab.ports,
    vault,
    uploads: vault,
    presigner,
    shelf: shelfWith('avml'),
    evidenceKey: 'alias/aws/ebs',
    bucket: 'evidence-bucket',
    home: { account: lab.key.account, region: lab.key.region },
  };
  await makeRecordEstate(all)(lab.input('Record the estate'));
  const parked = <S extends Parameters<StepLab['input']>[0]>(step: S) => ({ ...lab.input(step), token: `t ${step}` });
  const throwSwitch = () => {
    lab.halt.reason = 'we look first';
    lab.estate.effects.length = 0;
  };
  return { ...lab, vault, all, parked, throwSwitch };
}
type Recorded = Awaited<ReturnType<typeof recorded>>;

async function copied(lab: Recorded): Promise<void> {
  await parkedOrDone(makeSnapshotVolumes(lab.all)(lab.parked('Snapshot the volumes')));
  await lab.pass(DAY);
  await makeVerifySnapshots(lab.all)(lab.input('Verify the snapshots'));
  await parkedOrDone(makeCopySnapshots(lab.all)(lab.parked('Copy the snapshots')));
  await lab.pass(DAY);
  await makeVerifyCopies(lab.all)(lab.input('Verify the copies'));
}

async function launched(lab: Recorded): Promise<void> {
  await copied(lab);
  await parkedOrDone(makeLaunchForensic(lab.all)(lab.parked('Launch the forensic instance')));
  await lab.pass(60_000);
  lab.vault.write(markerKey(await lab.incident()), Buffer.from('ready'));
}

async function attached(lab: Recorded): Promise<void> {
  await launched(lab);
  await parkedOrDone(makeAttachEvidence(lab.all)(lab.parked('Attach the evidence volumes')));
}

async function snapshotted(lab: Recorded): Promise<void> {
  await parkedOrDone(makeSnapshotVolumes(lab.all)(lab.parked('Snapshot the volumes')));
  await lab.pass(DAY);
  await makeVerifySnapshots(lab.all)(lab.input('Verify the snapshots'));
}

const nothing = async () => undefined;

type Step = readonly [
  what: string,
  before: (lab: Recorded) => Promise<unknown>,
  step: (lab: Recorded) => Promise<unknown>,
];
const STEPS: readonly Step[] = [
  ['taking it out of service', nothing, (lab) => makeDetachFromService(lab.all)(lab.input('Detach from service'))],
  ['protecting it', nothing, (lab) => makeProtectInstance(lab.all)(lab.input('Protect the instance'))],
  ['isolating it', nothing, (lab) => makeIsolateInstance(lab.all)(lab.input('Isolate the instance'))],
  ['swapping its profile', nothing, (lab) => makeSwapProfile(lab.all)(lab.input('Swap the instance profile'))],
  ['cutting the subnet', nothing, (lab) => makeCutSubnet(lab.all)(lab.input('Cut the subnet'))],
  ['revoking sessions', nothing, (lab) => makeRevokeSessions(lab.all)(lab.input('Revoke the sessions'))],
  ['capturing memory', nothing, (lab) => makeCaptureMemory(lab.all)(lab.parked('Capture memory'))],
  ['capturing volatile state', nothing, (lab) => makeCaptureVolatile(lab.all)(lab.parked('Capture volatile state'))],
  ['taking snapshots', nothing, (lab) => makeSnapshotVolumes(lab.all)(lab.parked('Snapshot the volumes'))],
  ['copying snapshots', snapshotted, (lab) => makeCopySnapshots(lab.all)(lab.parked('Copy the snapshots'))],
  ['launching', copied, (lab) => makeLaunchForensic(lab.all)(lab.parked('Launch the forensic instance'))],
  ['attaching', launched, (lab) => makeAttachEvidence(lab.all)(lab.parked('Attach the evidence volumes'))],
  ['analysing', attached, (lab) => makeAnalyseDisk(lab.all)(lab.parked('Analyse the disks'))],
  ['stopping it', nothing, (lab) => makeStopInstance(lab.all)(lab.input('Stop'))],
];

describe('the kill switch', () => {
  it.each(STEPS)('refuses %s from the next call on, and nothing is changed', async (_what, before, step) => {
    const lab = await recorded();
    await before(lab);
    lab.throwSwitch();
    await expect(step(lab)).rejects.toMatchObject({
      name: 'Refusal',
      message: expect.stringContaining('we look first'),
    });
    expect(lab.estate.effects).toEqual([]);
  });

  it('lets the profile be swapped once the instance is isolated: that is finishing', async () => {
    const lab = await recorded();
    await makeIsolateInstance(lab.all)(lab.input('Isolate the instance'));
    lab.throwSwitch();
    await makeSwapProfile(lab.all)(lab.input('Swap the instance profile'));
    expect((await lab.incident()).containment.profile).toBeDefined();
  });

  it('lets our own machines be removed, and the instance be given back', async () => {
    const lab = await recorded({ scaling: 'none' });
    await makeIsolateInstance(lab.all)(lab.input('Isolate the instance'));
    await launched(lab);
    lab.throwSwitch();
    await makeCleanUp(lab.all)(lab.input('Clean up'));
    const forensic = [...lab.estate.instances.values()].filter(({ tags }) => tags.get('cordon:role') === 'forensic');
    expect(forensic.map(({ state }) => state)).not.toContain('running');
    await makeReleaseInstance(lab.all)(lab.input('Release the instance'));
    expect((await lab.incident()).containment.isolated).toBeUndefined();
  });
});

describe('a protected instance, with the gate and IAM out of the way', () => {
  const touching = STEPS.filter(([, before]) => before === nothing);

  it.each(touching)('is refused by the step itself: %s', async (_what, _before, step) => {
    const lab = await stepLab({ tags: { 'cordon:protected': 'true' } });
    await makeRecordEstate(lab.ports)(lab.input('Record the estate'));
    const vault = new MemoryVault();
    const all = { ...lab.ports, vault, uploads: vault, presigner, shelf: shelfWith('avml') } as Recorded['all'];
    const parked = (name: string) => ({ ...lab.input(name as 'Capture memory'), token: name });
    lab.estate.effects.length = 0;
    await expect(step({ ...lab, all, parked } as Recorded)).rejects.toMatchObject({
      name: 'Refusal',
      message: expect.stringMatching(/is protected/),
    });
    expect(lab.estate.effects).toEqual([]);
  });

  it('is ruled out when it is one of our own machines', async () => {
    const lab = await stepLab({ tags: { 'cordon:role': 'forensic' } });
    await makeRecordEstate(lab.ports)(lab.input('Record the estate'));
    expect((await lab.incident()).ruledOut?.why).toMatch(/Cordon's own forensic/);
  });
});
