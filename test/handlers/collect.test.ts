import { MEMORY_IMAGE, VOLATILE_STATE } from '../../core/collect/vault-paths';
import { commitTo } from '../../core/incident/commit';
import { commandId, sha256 } from '../../core/incident/ids';
import type { StepName } from '../../core/incident/steps';
import { makeCaptureVolatile } from '../../handlers/capture-volatile';
import { makeCollectConsole } from '../../handlers/collect-console';
import { makeKeepVolatile } from '../../handlers/keep-volatile';
import type { CommandResult, CommandWork } from '../../lab/estate/types';
import { SYSTEM } from '../support/books';
import {
  type Collecting,
  capture,
  collecting,
  copy,
  type Scenario,
  snapshot,
  token,
  verify,
  verifyCopies,
  verifySnapshots,
} from './collecting';
import type { MemoryVault } from './memory-vault';
import { closeLabs } from './step-lab';

afterEach(closeLabs);

const DAY = 24 * 3600_000;
const waitOf = (lab: Collecting, kind: string) => [...lab.all.waits.rows.values()].find((wait) => wait.kind === kind);
const imageKey = (lab: Collecting) => `incidents/${lab.id}/${MEMORY_IMAGE}`;

/** What the capture script does, as far as S3 sees it. */
function sendImage(image: Buffer, over: Record<string, unknown> = {}) {
  return (work: CommandWork, vault: MemoryVault): CommandResult['status'] => {
    const [upload] = [...vault.open.values()];
    upload?.parts.push(image.subarray(0, 6), image.subarray(6));
    const intent = work.command.parameters.Intent?.[0] ?? '';
    const [id, run, step, attempt] = intent.split('/');
    const result = {
      outcome: 'captured',
      bytes: image.length,
      sha256: sha256(image),
      parts: 2,
      tool: 'avml',
      toolVersion: '0.21',
      ...over,
    };
    vault.write(`incidents/${id}/work/result-${step}-${run}-${attempt}.json`, Buffer.from(JSON.stringify(result)));
    return result.outcome === 'captured' ? 'Success' : 'Failed';
  };
}

describe('the memory image', () => {
  const IMAGE = Buffer.from('all of its memory');

  it('is captured by one command with URLs and no credentials, completed, hashed again and kept', async () => {
    const lab = await collecting({}, sendImage(IMAGE));
    await capture(lab);
    const [command] = [...lab.estate.commands.values()];
    expect(command?.parameters.UrlList?.[0]).toMatch(/^https:\/\/get\/evidence\/incidents\/IR-\w+\/work\/urls-/);
    expect(waitOf(lab, 'command')?.external).toEqual({ [command?.id ?? '']: 'pending' });
    await lab.pass(60_000);
    await verify(lab);
    const incident = await lab.incident();
    expect(incident.memory).toEqual({ bytes: IMAGE.length, hostClaim: sha256(IMAGE), tool: 'avml' });
    expect(incident.artefacts).toMatchObject([{ path: MEMORY_IMAGE, sha256: sha256(IMAGE), origin: 'captured' }]);
    expect(incident.steps['Capture memory']?.state).toBe('done');
  });

  it('lists one URL a part for the whole of RAM, and never in the ledger', async () => {
    const lab = await collecting({}, sendImage(IMAGE));
    await capture(lab);
    const list = [...lab.vault.versions].find(([key]) => key.includes('/work/urls-'))?.[1][0]?.body;
    const lines = new TextDecoder().decode(list).split('\n');
    // t3.micro: 1,024 MiB; parts of 32 MiB; 1,024 × 1.05 + 64 = 1,140 MiB in 36 parts.
    expect(lines.filter((line) => line.startsWith('part\t'))).toHaveLength(36);
    expect(JSON.stringify([...lab.all.ledger.rows.values()])).not.toContain('https://');
  });

  it('falls back on a LiME module of the kernel where the shelf has no other tool', async () => {
    const lab = await collecting({ tool: 'lime-6.1.0-18-cloud-amd64.ko' }, sendImage(IMAGE));
    await capture(lab);
    const list = [...lab.vault.versions].find(([key]) => key.includes('/work/urls-'))?.[1][0]?.body;
    const [line] = new TextDecoder().decode(list).split('\n');
    expect(line).toMatch(/^lime\t6\.1\.0-18-cloud-amd64 a{64} https:\/\/get\/tools\/tools\//);
  });

  it.each(['SendCommand', 'ListCommands'])('runs one command when the answer of %s is lost', async (operation) => {
    const lab = await collecting({}, sendImage(IMAGE));
    lab.faults.push({ operation, kind: 'lost' });
    await expect(capture(lab)).rejects.toMatchObject({ name: 'Transient' });
    await capture(lab);
    await capture(lab);
    expect(lab.estate.commands.size).toBe(1);
  });

  it('is marked when the host claims another hash than the one recomputed', async () => {
    const lab = await collecting({}, sendImage(IMAGE, { sha256: 'f'.repeat(64) }));
    await capture(lab);
    await lab.pass(60_000);
    expect((await verify(lab)).said).toContain('NOT what the host claims');
  });

  it('is refused when S3 holds fewer bytes than the host sent, and a retry is a new capture', async () => {
    const lab = await collecting({}, sendImage(IMAGE, { bytes: 99 }));
    await capture(lab);
    await lab.pass(60_000);
    await expect(verify(lab)).rejects.toMatchObject({ name: 'NeedsHuman' });
    expect((await lab.incident()).steps['Capture memory']?.state).toBe('failed');
    await capture(lab);
    expect(lab.estate.commands.size).toBe(2);
  });

  it.each([
    ['the kernel is locked down', {}, sendImage(IMAGE, { outcome: 'lockdown' }), 'locked down'],
    ['the instance is stopped', { state: 'stopped' }, undefined, 'the instance is stopped'],
    ['no agent answers', { agent: 'none' }, undefined, 'agent does not answer'],
    ['the shelf holds no tool', { tool: undefined }, undefined, 'no capture tool'],
  ] as const)('is missing with its reason when %s', async (_what, options, does, reason) => {
    const lab = await collecting(options as Scenario, does);
    await capture(lab);
    await lab.pass(60_000);
    const { said } = await verify(lab);
    expect(said).toContain(reason);
    expect((await lab.incident()).missing.map((each) => each.what)).toContain('memory image');
  });

  it('is not begun, and missing with its reason, where it could never arrive before its URLs expire', async () => {
    const lab = await collecting();
    const [[digest, estate] = []] = [...lab.all.blobs.kept];
    const instance = { ...(estate as { instance: object }).instance, memoryMiB: 1536 * 1024 };
    lab.all.blobs.kept.set(digest!, { ...(estate as object), instance });
    expect(await capture(lab)).toBe('done');
    expect(lab.estate.commands.size).toBe(0);
    expect((await verify(lab)).said).toContain('1536 GiB of memory are too large for the session');
    expect((await lab.incident()).missing.map((each) => each.what)).toContain('memory image');
  });

  it('ends at once when there is nothing to wait for', async () => {
    const lab = await collecting({ agent: 'none' });
    expect(await capture(lab)).toBe('done');
  });

  it('asks a person when an upload failed', async () => {
    const lab = await collecting({}, sendImage(IMAGE, { outcome: 'upload-failed' }));
    await capture(lab);
    await lab.pass(60_000);
    await expect(verify(lab)).rejects.toMatchObject({
      name: 'NeedsHuman',
      message: expect.stringContaining('could not be uploaded'),
    });
  });

  it.each(['stopped', 'terminated'] as const)(
    'is missing, and nobody is asked, when the host is %s meanwhile',
    async (state) => {
      const lab = await collecting({}, () => 'TimedOut');
      await capture(lab);
      await makeCaptureVolatile(lab.all)(token(lab, 'Capture volatile state'));
      await lab.pass(60_000);
      lab.instance.state = state;
      expect((await verify(lab)).said).toContain(`the instance is ${state} now`);
      await makeKeepVolatile(lab.all)(lab.input('Keep the volatile state'));
      const { missing, steps } = await lab.incident();
      expect(missing.map(({ what, reason }) => [what, reason.includes(`is ${state} now`)])).toEqual([
        ['memory image', true],
        ['volatile state', true],
      ]);
      expect(steps['Capture memory']?.state).toBe('done');
    },
  );

  it('is completed once when the same answer is judged twice', async () => {
    const lab = await collecting({}, sendImage(IMAGE));
    await capture(lab);
    await lab.pass(60_000);
    await verify(lab);
    await verify(lab);
    expect(lab.vault.versions.get(imageKey(lab))).toHaveLength(1);
  });
});

describe('the volatile state', () => {
  it('is kept with the origin its writer named', async () => {
    const lab = await collecting({}, (work, vault) => {
      vault.write(`incidents/${work.command.parameters.Incident?.[0]}/${VOLATILE_STATE}`, Buffer.from('{}'), {
        'cordon-origin': 'recorded',
      });
      return 'Success';
    });
    await makeCaptureVolatile(lab.all)(token(lab, 'Capture volatile state'));
    await lab.pass(60_000);
    await makeKeepVolatile(lab.all)(lab.input('Keep the volatile state'));
    expect((await lab.incident()).artefacts).toMatchObject([{ path: VOLATILE_STATE, origin: 'recorded' }]);
  });

  it('is asked about when the command left no file', async () => {
    const lab = await collecting({}, () => 'Failed');
    await makeCaptureVolatile(lab.all)(token(lab, 'Capture volatile state'));
    await lab.pass(60_000);
    await expect(makeKeepVolatile(lab.all)(lab.input('Keep the volatile state'))).rejects.toMatchObject({
      name: 'NeedsHuman',
    });
  });
});

describe('the disks', () => {
  it('are one set of all twelve volumes, locked, and copied with their mapping kept', async () => {
    const lab = await collecting({ dataVolumes: 11, encryption: 'aws-managed' });
    await snapshot(lab);
    expect(Object.keys(waitOf(lab, 'snapshots')?.external ?? {})).toHaveLength(12);
    await lab.pass(DAY);
    await verifySnapshots(lab);
    await copy(lab);
    await lab.pass(DAY);
    await verifyCopies(lab);
    const { volumes } = await lab.incident();
    expect(volumes).toHaveLength(12);
    for (const volume of volumes) {
      expect(volume).toMatchObject({
        device: expect.stringMatching(/^\/dev\//),
        copy: expect.stringMatching(/^snap-/),
      });
      for (const id of [volume.snapshot, volume.copy ?? ''])
        expect(lab.estate.snapshots.get(id)?.lock).toMatchObject({ mode: 'governance' });
    }
    expect(new Set(volumes.map((volume) => volume.copy)).size).toBe(12);
  });

  it.each(['CreateSnapshots', 'DescribeSnapshots', 'LockSnapshot'])(
    'are one set when the answer of %s is lost',
    async (operation) => {
      const lab = await collecting({ dataVolumes: 2 });
      lab.faults.push({ operation, kind: 'lost' });
      await expect(snapshot(lab)).rejects.toMatchObject({ name: 'Transient' });
      await snapshot(lab);
      await snapshot(lab);
      expect(lab.estate.snapshots.size).toBe(3);
    },
  );

  it.each(['CopySnapshot', 'LockSnapshot'])(
    'are copied and locked once each when the answer of %s is lost',
    async (operation) => {
      const lab = await collecting({ dataVolumes: 2 });
      await snapshot(lab);
      await lab.pass(DAY);
      await verifySnapshots(lab);
      lab.faults.push({ operation, kind: 'lost' });
      await expect(copy(lab)).rejects.toMatchObject({ name: 'Transient' });
      await copy(lab);
      await copy(lab);
      const copies = [...lab.estate.snapshots.values()].filter(
        ({ tags }) => tags.get('cordon:role') === 'evidence-copy',
      );
      expect(copies).toHaveLength(3);
      expect(copies.every(({ lock }) => lock?.mode === 'governance')).toBe(true);
    },
  );

  it.each([
    ['root', 0],
    ['second data', 2],
  ])('are asked about when the snapshot of the %s volume fails, and a retry takes that one alone', async (_, nth) => {
    const lab = await collecting({ dataVolumes: 2 });
    await snapshot(lab);
    const all = () => [...lab.estate.snapshots.values()];
    const failed = all().find(({ volume }) => volume === lab.instance.devices[nth]?.volume)!;
    await lab.pass(DAY);
    Object.assign(failed, { state: 'error', stateMessage: 'internal error' });
    await expect(verifySnapshots(lab)).rejects.toMatchObject({
      name: 'NeedsHuman',
      message: expect.stringContaining(`${failed.id} of ${failed.volume} failed (internal error)`),
    });
    await snapshot(lab);
    await snapshot(lab);
    expect(
      all()
        .slice(3)
        .map(({ volume }) => volume),
    ).toEqual([failed.volume]);
    await lab.pass(DAY);
    const { said } = await verifySnapshots(lab);
    expect(said).toBe('3 snapshots, 1 of them taken again after the set, where it had failed.');
    const { volumes, missing } = await lab.incident();
    expect([volumes.length, missing]).toEqual([3, []]);
    expect(volumes.map((each) => each.snapshot)).not.toContain(failed.id);
  });

  it('are said to be missing on an instance that has none', async () => {
    const lab = await collecting({ instanceStore: 'root' });
    await snapshot(lab);
    await verifySnapshots(lab);
    expect((await lab.incident()).missing.map((each) => each.what)).toContain('disk snapshots');
  });
});

describe('a step that people went on without', () => {
  const skip = (lab: Collecting, step: StepName) => {
    const events = [{ type: 'StepSkipped' as const, step, reason: 'carol: the host is needed' }];
    const key = commandId(`skip ${step}`);
    return commitTo(lab.all.ledger, lab.all.clock, lab.id, { type: 'Record', events }, SYSTEM, key);
  };

  it('is told with their reason, once: the judging step neither guesses another nor asks again', async () => {
    const lab = await collecting();
    lab.halt.reason = 'test';
    for (const begin of [capture, snapshot]) await expect(begin(lab)).rejects.toMatchObject({ code: 'halt' });
    for (const step of ['Capture memory', 'Snapshot the volumes', 'Capture volatile state'] as const)
      await skip(lab, step);
    const keep = makeKeepVolatile(lab.all)(lab.input('Keep the volatile state'));
    for (const { said } of [await verify(lab), await verifySnapshots(lab), await keep])
      expect(said).toContain('gone on without: carol: the host is needed');
    expect((await lab.incident()).missing.map(({ what }) => what)).toEqual([
      'Capture memory',
      'Snapshot the volumes',
      'Capture volatile state',
    ]);
  });

  it('leaves the snapshots on record where only their copies were gone on without', async () => {
    const lab = await collecting({ dataVolumes: 1 });
    await snapshot(lab);
    await lab.pass(DAY);
    await verifySnapshots(lab);
    await skip(lab, 'Copy the snapshots');
    expect((await verifyCopies(lab)).said).toContain('gone on without');
    expect((await lab.incident()).volumes).toHaveLength(2);
  });
});

describe('the console', () => {
  it('is kept as EC2 shows it, and what EC2 has not is named', async () => {
    const lab = await collecting();
    await makeCollectConsole(lab.all)(lab.input('Collect the console'));
    const incident = await lab.incident();
    expect(incident.artefacts.map((each) => each.path)).toEqual([
      'derived/console/console-output.txt',
      'derived/console/user-data.txt',
    ]);
    expect(incident.missing.map((each) => each.what)).toEqual(['screenshot.jpg']);
  });

  it('keeps user data out of the ledger', async () => {
    const lab = await collecting();
    await makeCollectConsole(lab.all)(lab.input('Collect the console'));
    expect(JSON.stringify([...lab.all.ledger.rows.values()])).not.toContain('s3cret');
  });
});
