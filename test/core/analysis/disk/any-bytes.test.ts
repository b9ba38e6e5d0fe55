import fc from 'fast-check';
import { bodyfileRows } from '../../../../core/analysis/disk/bodyfile';
import { parseFls } from '../../../../core/analysis/disk/fls';
import { parseFsstat } from '../../../../core/analysis/disk/fsstat';
import { parseIls } from '../../../../core/analysis/disk/ils';
import { parseJls } from '../../../../core/analysis/disk/jls';
import { parseMactimeCsv } from '../../../../core/analysis/disk/mactime-csv';
import { parseMmls } from '../../../../core/analysis/disk/mmls';
import {
  parseImgStat,
  parseSha256Sums,
  parseTskRecover,
  parseUnallocatedStrings,
} from '../../../../core/analysis/disk/small-outputs';
import { evidenceFileOf } from '../../../../core/analysis/evidence-in-memory';
import type { EvidenceFile } from '../../../../core/analysis/evidence-source';
import type { ParseIssue } from '../../../../core/analysis/parse-result';
import { recorded } from '../../../support/recorded-evidence';

interface Outcome {
  readonly sources: readonly { readonly line: number; readonly text: string }[];
  readonly issues: readonly ParseIssue[];
}

type Reader = (file: EvidenceFile) => Promise<Outcome>;

const rowsOf =
  (
    parse: (
      file: EvidenceFile,
    ) => Promise<{ rows: readonly { source: { line: number; text: string } }[]; issues: readonly ParseIssue[] }>,
  ): Reader =>
  async (file) => {
    const { rows, issues } = await parse(file);
    return { sources: rows.map((row) => row.source), issues };
  };

const READERS: Readonly<Record<string, readonly [string, Reader]>> = {
  bodyfile: [
    'disk/bodyfile.txt',
    async (file) => {
      const issues: ParseIssue[] = [];
      const sources = [];
      for await (const row of bodyfileRows(file, (issue) => issues.push(issue))) sources.push(row.source);
      return { sources, issues };
    },
  ],
  fls: ['disk/fls-r-p.txt', rowsOf(parseFls)],
  mmls: [
    'disk/mmls.txt',
    async (file) => {
      const { table, issues } = await parseMmls(file);
      return { sources: table.partitions.map((row) => row.source), issues };
    },
  ],
  fsstat: ['disk/fsstat.txt', rowsOf(parseFsstat)],
  ils: ['disk/ils-e-orphans.txt', rowsOf(parseIls)],
  jls: ['disk/jls.txt', rowsOf(parseJls)],
  img_stat: ['disk/img_stat.txt', rowsOf(parseImgStat)],
  sha256: ['disk/sha256.txt', rowsOf(parseSha256Sums)],
  strings: ['disk/blkls-unalloc.strings.txt', rowsOf(parseUnallocatedStrings)],
  tsk_recover: ['disk/tsk_recover.txt', rowsOf(parseTskRecover)],
  'mactime -d': ['disk/mactime-d.csv', rowsOf(parseMactimeCsv)],
};

/** Bytes a tool could never print, and its real output cut and overwritten anywhere. */
function damaged(sample: Buffer): fc.Arbitrary<Uint8Array> {
  const cut = fc
    .tuple(fc.nat(sample.length), fc.nat(4000), fc.nat(sample.length), fc.uint8Array({ maxLength: 40 }))
    .map(([start, length, at, noise]) => {
      const piece = Buffer.from(sample.subarray(start, start + length));
      piece.set(noise.subarray(0, Math.max(0, piece.length - (at % (piece.length + 1)))), at % (piece.length + 1));
      return piece;
    });
  return fc.oneof(fc.uint8Array({ maxLength: 2000 }), cut);
}

describe.each(Object.entries(READERS))('the %s parser', (_name, [fixture, read]) => {
  test('takes any bytes without throwing, and quotes only lines that are there', async () => {
    const sample = Buffer.from(await (await recorded(fixture)).text());
    await fc.assert(
      fc.asyncProperty(damaged(sample), async (bytes) => {
        const lines = Buffer.from(bytes).toString('utf8').split('\n');
        const { sources, issues } = await read(evidenceFileOf(fixture, bytes));
        for (const source of sources) expect(lines[source.line - 1]?.replace(/\r$/, '')).toBe(source.text);
        for (const issue of issues) expect(issue.line).toBeLessThanOrEqual(lines.length);
      }),
      { numRuns: 150 },
    );
  });

  test('ends in good time on one long line', async () => {
    const long = evidenceFileOf(fixture, `${'0|a|1 : r/r * "'.repeat(60_000)}`);
    const started = performance.now();
    await read(long);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
