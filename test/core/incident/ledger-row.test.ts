import fc from 'fast-check';
import type { Commit } from '../../../core/incident/events';
import { commandId, type Sha256, sha256 } from '../../../core/incident/ids';
import { canonicalJson, GENESIS, nextRow, rowHash, verifyChain } from '../../../core/incident/ledger-row';
import { IR, SYSTEM } from '../../support/books';

function chain(length: number): readonly Commit[] {
  const rows: Commit[] = [];
  for (let index = 0; index < length; index++) {
    const events = [{ type: 'NoteAdded' as const, text: `note ${index}` }];
    const at = new Date(1_700_000_000_000 + index);
    rows.push(nextRow(IR, rows.at(-1), { events, actor: SYSTEM, commandId: commandId(`c${index}`), at }));
  }
  return rows;
}

describe('a ledger row', () => {
  it('has the SHA-256 of its RFC 8785 JSON without hash, as anybody can compute it', () => {
    const [row] = chain(1);
    const { hash, ...rest } = row!;
    const sorted = JSON.stringify(rest, Object.keys(rest).sort());
    expect(canonicalJson({ b: 1, a: [1.0, 'é', null] })).toBe('{"a":[1,"é",null],"b":1}');
    expect(sorted.startsWith('{"actor":')).toBe(true);
    expect(hash).toBe(sha256(canonicalJson(rest)));
    expect(row?.prevHash).toBe(GENESIS);
  });

  it('does not change its hash with the order of its members', () => {
    const [row] = chain(1);
    const turned = Object.fromEntries(Object.entries(row!).reverse()) as unknown as Commit;
    expect(rowHash(turned)).toBe(row?.hash);
  });
});

describe('verifyChain', () => {
  const rows = chain(40);

  it('holds for a chain as written', () => {
    expect(verifyChain(rows)).toEqual({ ok: true, rows: 40, head: rows.at(-1)?.hash });
  });

  it('names the first row that was changed, dropped or swapped, wherever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 38 }), fc.constantFrom('change', 'drop', 'swap'), (at, how) => {
        const copy = [...rows];
        const [one, two] = [copy[at]!, copy[at + 1]!];
        if (how === 'change') copy[at] = { ...one, at: '2000-01-01T00:00:00.000Z' };
        if (how === 'drop') copy.splice(at, 1);
        if (how === 'swap') copy.splice(at, 2, two, one);
        expect(verifyChain(copy)).toMatchObject({ ok: false, seq: at + 1 });
      }),
    );
  });

  it('names the row after one that was changed together with its hash', () => {
    const copy = [...rows];
    const forged = { ...copy[10]!, at: '2000-01-01T00:00:00.000Z' };
    copy[10] = { ...forged, hash: rowHash(forged) as Sha256 };
    expect(verifyChain(copy)).toMatchObject({ ok: false, seq: 12 });
  });
});
