import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type LedgerRow, sha256, verifyLedger, verifyManifest } from '../../lab/page/src/evidence/verify';

const hex = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** A chain of rows, each hashed as the ledger does it. */
function chain(count: number): readonly LedgerRow[] {
  const rows: LedgerRow[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const row = {
      seq,
      at: `2026-05-16T02:25:0${seq}.000Z`,
      prevHash: rows.at(-1)?.hash ?? '0'.repeat(64),
      commandId: `command ${seq}`,
      actor: { kind: 'system', part: 'intake' },
      events: [{ type: 'NoteKept', text: `ü ${seq}` }],
    };
    rows.push({ ...row, hash: hex(canonicalize(row) ?? '') });
  }
  return rows;
}

/** A manifest signed with a new key, as the sealing step writes it. */
function manifest() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const signed = {
    publicKey: der.toString('base64'),
    fingerprint: hex(der),
    entries: [{ path: 'a', sha256: hex('a') }],
  };
  const text = canonicalize(signed) ?? '';
  return { ...signed, head: hex(text), signature: createSign('RSA-SHA256').update(text).sign(privateKey, 'base64') };
}

describe('verification in the browser', () => {
  it('hashes bytes and text as everybody else does', async () => {
    await expect(sha256('évidence')).resolves.toBe(hex('évidence'));
    await expect(sha256(new Uint8Array([0, 255, 10]).buffer)).resolves.toBe(hex(Buffer.from([0, 255, 10])));
  });

  it('finds a whole ledger unbroken', async () => {
    await expect(verifyLedger(chain(4))).resolves.toMatchObject({ ok: true, rows: 4 });
  });

  it.each([
    ['a changed event', (rows: LedgerRow[]) => rows.with(1, { ...at(rows, 1), events: [] }), 'Row 2 was changed'],
    ['a missing row', (rows: LedgerRow[]) => rows.toSpliced(1, 1), 'Row 2 is missing'],
    [
      'a row of another chain',
      (rows: LedgerRow[]) => rows.with(2, { ...at(rows, 2), prevHash: hex('other') }),
      'Row 3 does not follow',
    ],
  ])('names the first bad row: %s', async (_what, spoil, said) => {
    const verdict = await verifyLedger(spoil([...chain(4)]));
    expect(verdict.ok).toBe(false);
    expect(verdict.said).toContain(said);
  });

  it('accepts a signed manifest, and refuses a changed one, another key and another signature', async () => {
    const whole = manifest();
    await expect(verifyManifest(whole)).resolves.toMatchObject({ ok: true });
    const changed = { ...whole, entries: [] };
    await expect(verifyManifest(changed)).resolves.toMatchObject({ ok: false, said: expect.stringContaining('head') });
    const renamed = rehead({ ...whole, fingerprint: hex('another key') });
    await expect(verifyManifest(renamed)).resolves.toMatchObject({ ok: false, said: expect.stringContaining('key') });
    const forged = { ...whole, signature: manifest().signature };
    await expect(verifyManifest(forged)).resolves.toMatchObject({ ok: false });
  });
});

function at(rows: readonly LedgerRow[], index: number): LedgerRow {
  const row = rows[index];
  if (row === undefined) throw new Error(`There is no row ${index}.`);
  return row;
}

/** The same manifest with the head its content asks for. */
function rehead(whole: ReturnType<typeof manifest>): ReturnType<typeof manifest> {
  const { head: _head, signature, ...signed } = whole;
  return { ...signed, signature, head: hex(canonicalize(signed) ?? '') };
}
