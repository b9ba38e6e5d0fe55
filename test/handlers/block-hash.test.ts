import { createHash } from 'node:crypto';
import { DEFINITION, encodePair } from '../../core/collect/block-hash';
import { BLOCK_HASHES } from '../../core/collect/vault-paths';
import { commitTo } from '../../core/incident/commit';
import { commandId } from '../../core/incident/ids';
import type { SnapshotBlocks } from '../../core/ports/snapshot-blocks';
import { makeCopySnapshots } from '../../handlers/copy-snapshots';
import { makeHashBlocks } from '../../handlers/hash-blocks';
import { makeKeepBlockHash } from '../../handlers/keep-block-hash';
import { makePlanBlockHash } from '../../handlers/plan-block-hash';
import { makeRecordEstate } from '../../handlers/record-estate';
import { makeSnapshotVolumes } from '../../handlers/snapshot-volumes';
import { makeVerifyCopies } from '../../handlers/verify-copies';
import { makeVerifySnapshots } from '../../handlers/verify-snapshots';
import { blockData, usedBlocks } from '../../lab/estate/blocks';
import { SYSTEM } from '../support/books';
import { MemoryVault } from './memory-vault';
import { closeLabs, parkedOrDone, type StepLab, stepLab } from './step-lab';

afterEach(closeLabs);

const DAY = 24 * 3600_000;

interface Hashing extends StepLab {
  readonly vault: MemoryVault;
  readonly all: StepLab['ports'] & { vault: MemoryVault; uploads: MemoryVault; evidenceKey: string };
}

/** An instance whose volumes are copied. */
async function copied(dataVolumes = 1): Promise<Hashing> {
  const vault = new MemoryVault();
  const lab = await stepLab({ dataVolumes });
  const all = { ...lab.ports, vault, uploads: vault, evidenceKey: 'alias/aws/ebs' };
  const token = <S extends Parameters<StepLab['input']>[0]>(step: S) => ({ ...lab.input(step), token: `t ${step}` });
  await makeRecordEstate(lab.ports)(lab.input('Record the estate'));
  await parkedOrDone(makeSnapshotVolumes(all)(token('Snapshot the volumes')));
  await lab.pass(DAY);
  await makeVerifySnapshots(all)(lab.input('Verify the snapshots'));
  await parkedOrDone(makeCopySnapshots(all)(token('Copy the snapshots')));
  await lab.pass(DAY);
  await makeVerifyCopies(all)(lab.input('Verify the copies'));
  return { ...lab, vault, all };
}

const plan = (lab: Hashing) => makePlanBlockHash(lab.all)(lab.input('Plan the block hash'));
const hash = (lab: Hashing, chunk: number, blocks: SnapshotBlocks = lab.all.blocks) =>
  makeHashBlocks({ ...lab.all, blocks })({ ...lab.input('Hash the blocks'), chunk });
const keep = (lab: Hashing) => makeKeepBlockHash(lab.all)(lab.input('Keep the block hash'));
const reads = (lab: Hashing) => lab.calls.filter((call) => call === 'ebs:GetSnapshotBlock').length;

/** The definition, computed from the disk itself. */
function byHand(lab: Hashing, copy: string): string {
  const snapshot = lab.estate.snapshots.get(copy)!;
  const whole = createHash('sha256');
  for (const index of usedBlocks(snapshot)) {
    whole.update(encodePair(index, createHash('sha256').update(blockData(snapshot, index)).digest()));
  }
  return whole.digest('hex');
}

describe('the disk hash without an instance', () => {
  it('is what its definition says of every copy, in the manifest with that definition', async () => {
    const lab = await copied();
    // 8 GiB and 20 GiB, in whatever order: one chunk and two.
    const { chunks } = await plan(lab);
    expect(chunks).toEqual([0, 1, 2]);
    for (const chunk of chunks.toReversed()) await hash(lab, chunk);
    await keep(lab);
    const incident = await lab.incident();
    expect(incident.blockHashes).toHaveLength(2);
    for (const each of incident.blockHashes ?? []) expect(each.sha256).toBe(byHand(lab, each.copy));
    expect(incident.artefacts.map(({ path }) => path)).toEqual([BLOCK_HASHES]);
    const file = JSON.parse(new TextDecoder().decode(await lab.vault.read(`incidents/${lab.id}/${BLOCK_HASHES}`)));
    expect(file).toMatchObject({ definition: DEFINITION, blockBytes: 524_288, volumes: incident.blockHashes });
    for (const step of ['Plan the block hash', 'Hash the blocks', 'Keep the block hash'] as const)
      expect(incident.steps[step]?.state).toBe('done');
  });

  it('reads no block again when a step is repeated, or its answer was lost', async () => {
    const lab = await copied(0);
    lab.faults.push({ operation: 'GetSnapshotBlock', kind: 'lost' });
    await plan(lab);
    await expect(hash(lab, 0)).rejects.toMatchObject({ name: 'Transient' });
    await hash(lab, 0);
    const before = reads(lab);
    expect(await hash(lab, 0)).toEqual({ blocks: 0 });
    expect(reads(lab)).toBe(before);
    expect((await plan(lab)).chunks).toEqual([]);
    await keep(lab);
    await keep(lab);
    expect((await lab.incident()).artefacts).toHaveLength(1);
  });

  it('asks a person when a chunk was not read, and a retry reads only that one', async () => {
    const lab = await copied();
    await plan(lab);
    await hash(lab, 0);
    await hash(lab, 2);
    await expect(keep(lab)).rejects.toThrow(/blocks \d+ to \d+ of snap-\w+ were not read/);
    const failed = {
      type: 'StepFailed' as const,
      step: 'Keep the block hash' as const,
      error: 'NeedsHuman',
      cause: 'not read',
      attempt: 1,
    };
    const { ledger, clock } = lab.ports;
    await commitTo(ledger, clock, lab.id, { type: 'Record', events: [failed] }, SYSTEM, commandId('failed'));
    expect((await plan(lab)).chunks).toEqual([1]);
    await hash(lab, 1);
    await keep(lab);
    expect((await lab.incident()).blockHashes).toHaveLength(2);
  });

  it('asks for new tokens when those of a page ran out half way', async () => {
    const lab = await copied(0);
    let lists = 0;
    const blocks: SnapshotBlocks = {
      async list(...args) {
        const page = await lab.all.blocks.list(...args);
        lists++;
        return { ...page, expiresAt: new Date(lab.time.now() + 150) };
      },
      async digest(...args) {
        // A round of blocks takes 100 ms or more: the page of 64 is left after two rounds at most.
        await lab.pass(100);
        return lab.all.blocks.digest(...args);
      },
    };
    await plan(lab);
    expect((await hash(lab, 0, blocks)).blocks).toBe(64);
    expect(lists).toBeGreaterThan(3);
    await keep(lab);
    const [only] = (await lab.incident()).blockHashes ?? [];
    expect(only?.sha256).toBe(byHand(lab, only?.copy ?? ''));
  });

  it('believes no block whose bytes are not what EBS says', async () => {
    const lab = await copied(0);
    const [copy = ''] = (await lab.incident()).volumes.map((volume) => volume.copy ?? '');
    const { blocks } = await lab.all.blocks.list(lab.key, copy, 0);
    const wrong = { index: blocks[0]!.index, token: blocks[1]!.token };
    await expect(lab.all.blocks.digest(lab.key, copy, wrong)).rejects.toMatchObject({ name: 'NeedsHuman' });
  });

  it('says so when nothing was copied', async () => {
    const vault = new MemoryVault();
    const lab = await stepLab({ instanceStore: 'root' });
    await makeRecordEstate(lab.ports)(lab.input('Record the estate'));
    const ports = { ...lab.ports, vault };
    expect(await makePlanBlockHash(ports)(lab.input('Plan the block hash'))).toEqual({ chunks: [] });
    const { said } = await makeKeepBlockHash(ports)(lab.input('Keep the block hash'));
    expect(said).toBe('No copy was hashed block by block.');
  });
});
