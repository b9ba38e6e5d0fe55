import { constants, createPublicKey, generateKeyPairSync, privateEncrypt, verify } from 'node:crypto';
import { checkManifest } from '../../core/evidence/verify-manifest';
import { commitTo } from '../../core/incident/commit';
import { commandId, sha256 } from '../../core/incident/ids';
import { canonicalJson, verifyChain } from '../../core/incident/ledger-row';
import type { Signer } from '../../core/ports/signer';
import { makeCloseIncident } from '../../handlers/close-incident';
import { makeRecordEstate } from '../../handlers/record-estate';
import { makeSealEvidence } from '../../handlers/seal-evidence';
import { begin, openStep, record } from '../../handlers/step';
import { findingRef } from '../support/books';
import { MemoryVault } from './memory-vault';
import { closeLabs, type StepLab, stepLab } from './step-lab';

afterEach(closeLabs);

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SPKI = publicKey.export({ type: 'spki', format: 'der' });
/** DER of DigestInfo for SHA-256 (RFC 8017, 9.2): what PKCS#1 v1.5 puts before a digest. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** KMS signs a digest as it is given; node:crypto signs messages, so the padding is made here. */
const signer: Signer = {
  sign: async (digest) =>
    privateEncrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([DIGEST_INFO, Buffer.from(digest, 'hex')]),
    ).toString('base64'),
  publicKey: async () => ({ publicKey: SPKI.toString('base64'), keyId: 'arn:key' }),
};

async function withEvidence() {
  const lab = await stepLab();
  const vault = new MemoryVault();
  const all = { ...lab.ports, vault, signer };
  await all.blobs.put(lab.id, { finding: 'whole' });
  all.blobs.kept.set(`${lab.id}/${findingRef().digest}`, { finding: 'whole' });
  await makeRecordEstate(lab.ports)(lab.input('Record the estate'));
  const context = await openStep(all, lab.input('Collect the console'));
  await begin(all, context);
  const stored = vault.write(`incidents/${lab.id}/derived/console/console-output.txt`, Buffer.from('login:'));
  const artefact = {
    path: 'derived/console/console-output.txt',
    sha256: sha256('login:'),
    bytes: stored.bytes,
    versionId: stored.versionId,
    tool: 'ec2',
    toolVersion: '1',
    at: stored.modifiedAt,
    actor: 'test',
    origin: 'captured' as const,
  };
  await record(all, context, 'kept', [{ type: 'EvidenceKept', artefacts: [artefact] }]);
  return { lab, vault, all };
}

const textOf = (vault: MemoryVault, lab: StepLab, path: string) =>
  new TextDecoder().decode(vault.versions.get(`incidents/${lab.id}/${path}`)?.at(-1)?.body);

describe('the seal', () => {
  it('covers every artefact, the estate and the finding, and verifies', async () => {
    const { lab, vault, all } = await withEvidence();
    await makeSealEvidence(all)(lab.input('Seal'));
    const checked = checkManifest('derived/manifest.json', textOf(vault, lab, 'derived/manifest.json'));
    expect(checked).toMatchObject({ ok: true });
    if (!checked.ok) return;
    expect(checked.value.entries.map((entry) => entry.path)).toEqual([
      'derived/console/console-output.txt',
      'derived/estate.json',
      expect.stringMatching(/^derived\/finding-/),
    ]);
    for (const entry of checked.value.entries) {
      expect(await vault.hash(`incidents/${lab.id}/${entry.path}`, entry.versionId)).toBe(entry.sha256);
    }
    const incident = await lab.incident();
    expect(incident.seals.map((seal) => seal.head)).toEqual([checked.value.head]);
    const key = createPublicKey({ key: SPKI, format: 'der', type: 'spki' });
    const { head: _head, signature, ...signed } = checked.value;
    expect(verify('sha256', Buffer.from(canonicalJson(signed)), key, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('is one seal when it is made twice', async () => {
    const { lab, all } = await withEvidence();
    await makeSealEvidence(all)(lab.input('Seal'));
    await makeSealEvidence(all)(lab.input('Seal'));
    expect((await lab.incident()).seals).toHaveLength(1);
  });
});

describe('closing the books', () => {
  it('makes FinalSealed the last row, over every row before it', async () => {
    const { lab, vault, all } = await withEvidence();
    await makeSealEvidence(all)(lab.input('Seal'));
    await makeCloseIncident(all)(lab.input('Close'));
    await makeCloseIncident(all)(lab.input('Close'));
    const rows = await all.ledger.read(lab.id);
    expect(verifyChain(rows)).toMatchObject({ ok: true, rows: rows.length });
    const last = rows.at(-1)?.events[0];
    const manifest = JSON.parse(textOf(vault, lab, 'final/manifest.json'));
    expect(last).toMatchObject({ type: 'FinalSealed', head: manifest.head, rows: rows.length - 1 });
    expect(manifest.ledger).toEqual({ rows: rows.length - 1, headHash: rows.at(-2)?.hash });
    expect(textOf(vault, lab, 'final/ledger.jsonl').split('\n')).toHaveLength(rows.length);
    expect(rows.filter((row) => row.events.some((event) => event.type === 'FinalSealed'))).toHaveLength(1);
  });

  it('seals anew when somebody wrote while it signed', async () => {
    const { lab, all } = await withEvidence();
    let noted = false;
    const slow: Signer = {
      ...signer,
      sign: async (digest) => {
        if (!noted) {
          noted = true;
          const note = { type: 'AddNote' as const, text: 'seen in the pause' };
          await commitTo(all.ledger, all.clock, lab.id, note, { kind: 'system', part: 'test' }, commandId('note'));
        }
        return signer.sign(digest);
      },
    };
    await makeCloseIncident({ ...all, signer: slow })(lab.input('Close'));
    const rows = await all.ledger.read(lab.id);
    expect(rows.at(-1)?.events[0]).toMatchObject({ type: 'FinalSealed', rows: rows.length - 1 });
    expect(rows.flatMap((row) => row.events).some((event) => event.type === 'NoteAdded')).toBe(true);
  });
});
