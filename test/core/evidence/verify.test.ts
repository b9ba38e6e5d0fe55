import fc from 'fast-check';
import { ledgerLines, manifestBody } from '../../../core/evidence/build-manifest';
import { verifyFolder } from '../../../core/evidence/verify';
import { canonicalJson } from '../../../core/incident/ledger-row';
import { IR } from '../../support/books';
import {
  bucketFolder,
  drillFolder,
  FINGERPRINT,
  type Files,
  folderOf,
  otherKey,
  rowsBefore,
  signed,
} from '../../support/sealed-folder';

async function badEntry(files: Files): Promise<string> {
  const result = await verifyFolder(folderOf(files));
  return result.verdict === 'bad' ? result.entry : result.verdict;
}

function changed(files: Files, path: string, to: (text: string) => string): Files {
  return new Map(files).set(path, Buffer.from(to(files.get(path)!.toString())));
}

const drill = drillFolder();
const bucket = bucketFolder();

describe('verifyFolder', () => {
  it('verifies what a drill leaves and what lies in the bucket', async () => {
    const expected = { verdict: 'verified', incident: IR, artefacts: 3, fingerprint: FINGERPRINT };
    expect(await verifyFolder(folderOf(drill))).toMatchObject({ ...expected, rows: 7 });
    expect(await verifyFolder(folderOf(bucket))).toMatchObject({ ...expected, rows: 6 });
  });

  it('finds one changed byte anywhere in anything, and names the file', async () => {
    const places = [...drill].map(([path, bytes]) =>
      fc.record({
        path: fc.constant(path),
        at: fc.integer({ min: 0, max: bytes.length - 1 }),
        bit: fc.integer({ min: 0, max: 7 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(...places), async ({ path, at, bit }) => {
        const bytes = Buffer.from(drill.get(path)!);
        bytes[at] = bytes[at]! ^ (1 << bit);
        const entry = await badEntry(new Map(drill).set(path, bytes));
        expect(entry.startsWith(path.replace(/^evidence\/(?!manifest)/, ''))).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('names the first missing row when the last rows are cut off', async () => {
    const cut = (count: number) =>
      changed(
        drill,
        'ledger.jsonl',
        (text) =>
          `${text
            .split('\n')
            .slice(0, -1 - count)
            .join('\n')}\n`,
      );
    expect(await badEntry(cut(1))).toBe('ledger.jsonl row 7');
    expect(await badEntry(cut(3))).toBe('ledger.jsonl row 5');
  });

  it('names a row that was taken out of the middle, and one that was added at the end', async () => {
    const dropped = changed(drill, 'ledger.jsonl', (text) =>
      text
        .split('\n')
        .filter((_, index) => index !== 2)
        .join('\n'),
    );
    expect(await badEntry(dropped)).toBe('ledger.jsonl row 3');
    const longer = changed(bucket, 'final/ledger.jsonl', () => ledgerLines(rowsBefore(8)));
    expect(await badEntry(longer)).toBe('final/ledger.jsonl row 8');
  });

  it('takes no earlier seal for the final one, though its key, its ledger and its artefacts are right', async () => {
    const rows = rowsBefore(4);
    const earlier = signed(manifestBody('evidence', IR, rows, [], []));
    const files = new Map(bucket)
      .set('final/manifest.json', Buffer.from(`${canonicalJson(earlier)}\n`))
      .set('final/ledger.jsonl', Buffer.from(ledgerLines(rows)));
    expect(await verifyFolder(folderOf(files))).toEqual({
      verdict: 'bad',
      entry: 'final/manifest.json',
      why: 'it is not the final seal but one made before: what was decided since is missing',
    });
  });

  it('names a file that was added to a drill, tells of one beside the evidence of a bucket, and knows scratch', async () => {
    const add = (files: Files, path: string) => new Map(files).set(path, Buffer.from('planted'));
    expect(await badEntry(add(drill, 'evidence/derived/disk/planted.txt'))).toBe('derived/disk/planted.txt');
    const beside = add(add(bucket, 'work/urls-1.tsv'), 'derived/memory/tried.json');
    expect(await verifyFolder(folderOf(beside))).toMatchObject({
      verdict: 'verified',
      unnamed: ['derived/memory/tried.json'],
    });
    const emptied = new Map(drill)
      .set('ledger.jsonl', Buffer.from(''))
      .set('evidence/manifest.json', Buffer.from('{}'));
    expect(await badEntry(emptied)).toBe('evidence/manifest.json');
  });

  it('names a missing artefact, a missing manifest and a missing ledger', async () => {
    const without = (path: string) => new Map([...drill].filter(([name]) => name !== path));
    expect(await badEntry(without('evidence/images/memory.lime'))).toBe('images/memory.lime');
    expect(await badEntry(without('evidence/manifest.json'))).toBe('evidence/manifest.json');
    expect(await badEntry(without('ledger.jsonl'))).toBe('ledger.jsonl');
  });

  it('does not take a manifest signed with another key under this key’s name', async () => {
    const rows = rowsBefore(6);
    const forged = signed(manifestBody('final', IR, rows, [], []), otherKey());
    const files = new Map(bucket).set('final/manifest.json', Buffer.from(canonicalJson(forged)));
    expect(await verifyFolder(folderOf(files))).toMatchObject({
      verdict: 'bad',
      why: expect.stringContaining('signature'),
    });
  });

  it('does not follow a path out of the evidence, whoever signed it', async () => {
    const rows = rowsBefore(6);
    const entry = {
      path: '../../etc/passwd',
      sha256: signed(manifestBody('final', IR, rows, [], [])).head,
      bytes: 1,
      versionId: 'v',
      tool: 't',
      toolVersion: '1',
      at: '',
      actor: 'a',
      origin: 'captured' as const,
    };
    const manifest = signed(manifestBody('final', IR, rows, [entry], []));
    const files = new Map(bucket).set('final/manifest.json', Buffer.from(canonicalJson(manifest)));
    expect(await badEntry(files)).toBe('../../etc/passwd');
  });

  it('says what is no evidence, and that a notice was never sealed', async () => {
    expect((await verifyFolder(folderOf(new Map()))).verdict).toBe('not-evidence');
    const empty: Files = new Map([
      ['ledger.jsonl', Buffer.from('')],
      ['evidence/manifest.json', Buffer.from('{}')],
    ]);
    expect((await verifyFolder(folderOf(empty))).verdict).toBe('nothing-sealed');
  });
});
