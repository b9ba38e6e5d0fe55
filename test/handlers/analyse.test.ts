import { resolve } from 'node:path';
import { DOCUMENTS } from '../../core/collect/documents';
import { readSsmDocument } from '../../core/collect/ssm-document';
import type { IncidentEvent, VolumeCopy } from '../../core/incident/events';
import { makeAnalyseDisk } from '../../handlers/analyse-disk';
import { makeAttachEvidence } from '../../handlers/attach-evidence';
import { makeCleanUp } from '../../handlers/clean-up';
import { DISK_ANALYSIS, makeKeepResults } from '../../handlers/keep-results';
import { makeLaunchForensic, markerKey } from '../../handlers/launch-forensic';
import { begin, openStep, record } from '../../handlers/step';
import type { DocumentContent } from '../../lab/estate/command-types';
import { addDocument } from '../../lab/estate/install';
import { MemoryVault } from './memory-vault';
import { closeLabs, parkedOrDone, type StepLab, stepLab, untilDone } from './step-lab';

afterEach(closeLabs);

interface Analysing extends StepLab {
  readonly vault: MemoryVault;
  readonly all: ReturnType<typeof portsWith>;
}

function portsWith(lab: StepLab, vault: MemoryVault) {
  return {
    ...lab.ports,
    vault,
    uploads: vault,
    bucket: 'evidence-bucket',
    home: { account: lab.key.account, region: lab.key.region },
  };
}

/** An incident with the given number of snapshot copies, made by EC2 itself. */
async function analysing(disks: number, parts: Parameters<typeof stepLab>[1] = {}): Promise<Analysing> {
  const vault = new MemoryVault();
  const lab = await stepLab({ dataVolumes: disks - 1 }, parts);
  const { name, file } = DOCUMENTS.analyseDisk;
  addDocument(lab.estate, name, readSsmDocument(resolve(__dirname, '../../runbooks'), file) as DocumentContent);
  const set = await lab.ports.snapshots.createSet(lab.key, lab.id);
  await lab.pass(24 * 3600_000);
  const volumes: VolumeCopy[] = set.map((each, i) => ({
    device: `/dev/sd${i}`,
    volume: each.volume,
    snapshot: each.snapshot,
    copy: each.snapshot,
    gib: each.gib,
  }));
  const context = await openStep(lab.ports, lab.input('Verify the copies'));
  await begin(lab.ports, context);
  await record(lab.ports, context, 'copies', [{ type: 'SnapshotsCopied', volumes } satisfies IncidentEvent]);
  return { ...lab, vault, all: portsWith(lab, vault) };
}

const token = (lab: StepLab, step: string) => ({
  ...lab.input(step as 'Analyse the disks'),
  token: `token of ${step}`,
});
const launch = (lab: Analysing) =>
  parkedOrDone(makeLaunchForensic(lab.all)(token(lab, 'Launch the forensic instance')));
const attach = (lab: Analysing) => parkedOrDone(makeAttachEvidence(lab.all)(token(lab, 'Attach the evidence volumes')));
const analyse = (lab: Analysing) => parkedOrDone(makeAnalyseDisk(lab.all)(token(lab, 'Analyse the disks')));
const keep = (lab: Analysing) => makeKeepResults(lab.all, DISK_ANALYSIS)(lab.input('Keep the disk results'));
const cleanUp = (lab: Analysing) => makeCleanUp(lab.all)(lab.input('Clean up'));

const forensic = (lab: Analysing) =>
  [...lab.estate.instances.values()].filter((each) => each.tags.get('cordon:role') === 'forensic');
const evidenceVolumes = (lab: Analysing) =>
  [...lab.estate.volumes.values()].filter((each) => each.tags.get('cordon:role') === 'evidence-volume');

const isOpenDoor = (each: { tags: ReadonlyMap<string, string>; state: string }) =>
  each.tags.get('cordon:role') === 'endpoint' && !each.state.startsWith('delet');

async function ready(lab: Analysing): Promise<void> {
  await launch(lab);
  await lab.pass(60_000);
  lab.vault.write(markerKey(await lab.incident()), Buffer.from('ready'));
}

describe('the forensic instance', () => {
  it('waits for its own marker, with the quarantine opened to Systems Manager', async () => {
    const lab = await analysing(1);
    await launch(lab);
    const [wait] = [...lab.all.waits.rows.values()];
    expect(wait).toMatchObject({ kind: 'object', external: { [markerKey(await lab.incident())]: 'pending' } });
    const doors = [...lab.estate.endpoints.values()].filter((each) => each.tags.get('cordon:role') === 'endpoint');
    const services = doors.map((each) => each.service);
    expect(services.sort()).toEqual(['com.amazonaws.eu-west-1.ssm', 'com.amazonaws.eu-west-1.ssmmessages']);
    for (const { account, policy, service } of doors) {
      const [statement, ...more] = JSON.parse(policy).Statement;
      expect(more).toEqual([]);
      expect(statement.Condition).toEqual({ StringEquals: { 'aws:PrincipalAccount': account } });
      const [prefix] = new Set(statement.Action.map((action: string) => action.split(':')[0]));
      expect(`com.amazonaws.eu-west-1.${prefix}`).toBe(service);
      expect(policy).not.toMatch(/"(ssm|ssmmessages):\*"|"Action":"\*"/);
    }
    expect(forensic(lab)).toHaveLength(1);
  });

  it.each(['RunInstances', 'CreateVpcEndpoint'])('is one when the answer of %s is lost', async (operation) => {
    const lab = await analysing(1);
    lab.faults.push({ operation, kind: 'lost' });
    await expect(launch(lab)).rejects.toMatchObject({ name: 'Transient' });
    await launch(lab);
    await launch(lab);
    expect(forensic(lab)).toHaveLength(1);
    expect(
      [...lab.estate.endpoints.values()].filter((each) => each.tags.get('cordon:role') === 'endpoint'),
    ).toHaveLength(2);
  });

  it('goes to another zone and then another type where there is no capacity', async () => {
    const tried: string[] = [];
    const insufficientCapacity = (type: string, zone: string) => {
      tried.push(`${type} ${zone}`);
      return type === 'm7i.xlarge';
    };
    const lab = await analysing(1, { insufficientCapacity });
    await launch(lab);
    expect(tried).toEqual(['m7i.xlarge eu-west-1a', 'm7i.xlarge eu-west-1b', 'm6i.xlarge eu-west-1a']);
    expect(forensic(lab)[0]?.type).toBe('m6i.xlarge');
  });

  it('is not started when there is nothing to analyse', async () => {
    const vault = new MemoryVault();
    const lab = await stepLab();
    const all = portsWith(lab, vault);
    expect(await parkedOrDone(makeLaunchForensic(all)(token(lab, 'Launch the forensic instance')))).toBe('done');
    expect(lab.calls.filter((call) => call === 'ec2:RunInstances')).toEqual([]);
  });
});

describe('the evidence volumes', () => {
  it.each(['CreateVolume', 'AttachVolume'])(
    'are one of each copy, all attached, when the answer of %s is lost',
    async (operation) => {
      const lab = await analysing(3);
      await ready(lab);
      lab.faults.push({ operation, kind: 'lost' });
      await expect(attach(lab)).rejects.toMatchObject({ name: 'Transient' });
      await attach(lab);
      await attach(lab);
      expect(evidenceVolumes(lab)).toHaveLength(3);
      await lab.pass(30_000);
      const [machine] = forensic(lab);
      expect(evidenceVolumes(lab).map((volume) => volume.attachment?.instance)).toEqual([
        machine?.id,
        machine?.id,
        machine?.id,
      ]);
    },
  );

  it('are not attached to an instance that never said it is ready, and a retry launches again', async () => {
    const lab = await analysing(1);
    await launch(lab);
    await lab.pass(60_000);
    await expect(attach(lab)).rejects.toMatchObject({ name: 'NeedsHuman' });
    expect((await lab.incident()).steps['Launch the forensic instance']?.state).toBe('failed');
  });
});

describe('the disk analysis', () => {
  it('names each volume by its id, and its results come under custody', async () => {
    const lab = await analysing(2);
    await ready(lab);
    await attach(lab);
    await lab.pass(30_000);
    await analyse(lab);
    const [command] = [...lab.estate.commands.values()];
    const wanted = evidenceVolumes(lab)
      .map((volume) => volume.id)
      .sort();
    expect(
      command?.parameters.Volumes?.[0]
        ?.split(',')
        .map((pair) => pair.split('=')[1])
        .sort(),
    ).toEqual(wanted);
    for (let i = 0; i < 250; i++) {
      lab.vault.write(`incidents/${lab.id}/derived/disk/out-${i}.txt`, Buffer.from(`${i}`), {
        'cordon-origin': 'recorded',
        'cordon-tool-version': '4.11.1',
      });
    }
    await lab.pass(3600_000);
    await keep(lab);
    const { artefacts } = await lab.incident();
    expect(artefacts).toHaveLength(250);
    expect(artefacts[0]).toMatchObject({
      tool: 'sleuthkit',
      toolVersion: '4.11.1',
      origin: 'recorded',
      actor: 'analyse-the-disks',
    });
  });

  it('is asked about when its command left nothing', async () => {
    const lab = await analysing(1);
    await ready(lab);
    await attach(lab);
    await lab.pass(30_000);
    await analyse(lab);
    await lab.pass(3600_000);
    await expect(keep(lab)).rejects.toMatchObject({ name: 'NeedsHuman' });
  });
});

describe('cleaning up', () => {
  it('removes instance, volumes, endpoints and an unfinished upload, and leaves the snapshots', async () => {
    const lab = await analysing(2);
    await ready(lab);
    await attach(lab);
    await lab.pass(30_000);
    await lab.vault.start(`incidents/${lab.id}/images/memory.lime`);
    const snapshots = lab.estate.snapshots.size;
    await untilDone(cleanUp, lab);
    await lab.pass(60_000);
    expect(forensic(lab).map((each) => each.state)).toEqual(['terminated']);
    expect(evidenceVolumes(lab)).toEqual([]);
    expect([...lab.estate.endpoints.values()].filter(isOpenDoor)).toEqual([]);
    expect(lab.vault.open.size).toBe(0);
    expect(lab.estate.snapshots.size).toBe(snapshots);
  });

  it('has nothing to do, and says so, when nothing was made', async () => {
    const lab = await analysing(1);
    expect((await cleanUp(lab)).said).toContain('nothing to remove');
  });

  it('removes everything else where one thing cannot be removed, and then asks', async () => {
    const lab = await analysing(1);
    await ready(lab);
    lab.faults.push({ operation: 'DescribeVpcEndpoints', kind: 'refused' });
    await lab.vault.start(`incidents/${lab.id}/images/memory.lime`);
    await expect(cleanUp(lab)).rejects.toMatchObject({ name: 'NeedsHuman' });
    await lab.pass(60_000);
    expect(forensic(lab).map((each) => each.state)).toEqual(['terminated']);
    expect(lab.vault.open.size).toBe(0);
    await cleanUp(lab);
    expect([...lab.estate.endpoints.values()].filter(isOpenDoor)).toEqual([]);
  });

  it.each(['TerminateInstances', 'DeleteVpcEndpoints'])(
    'ends the same when the answer of %s is lost',
    async (operation) => {
      const lab = await analysing(1);
      await ready(lab);
      await attach(lab);
      lab.faults.push({ operation, kind: 'lost' });
      expect(await untilDone(cleanUp, lab)).toBeGreaterThan(1);
      expect(lab.faults).toEqual([]);
      await lab.pass(60_000);
      expect(forensic(lab).map((each) => each.state)).toEqual(['terminated']);
      expect(evidenceVolumes(lab)).toEqual([]);
    },
  );
});
