import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { csvChunks } from '../../../../core/analysis/timeline/csv-rows';
import { DEFAULT_RUN, type RunSize, sortBodyfile } from '../../../../core/analysis/timeline/sort-bodyfile';
import type { TimeRange } from '../../../../core/analysis/timeline/sorted-run';
import { timelineRows } from '../../../../core/analysis/timeline/timeline-rows';
import { writeGeneratedBodyfile } from '../../../bench/generated-bodyfile';
import { recorded } from '../../../support/recorded-evidence';
import { testWith } from '../../../support/sleuth-kit';
import { spillInMemory } from '../../../support/spill-in-memory';

const ALWAYS: TimeRange = { from: undefined, to: undefined };
/** Three lines a run: everything spills and merges. */
const TINY_RUNS: RunSize = { bytes: 1, lines: 3 };

async function* inPieces(bytes: Uint8Array, piece: number): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += piece) yield bytes.subarray(start, start + piece);
}

async function sorted(bytes: Uint8Array | string, range = ALWAYS, run = DEFAULT_RUN, piece = 1 << 20) {
  const spill = spillInMemory();
  const result = await sortBodyfile({
    chunks: inPieces(Buffer.from(bytes), piece),
    file: 'bodyfile',
    range,
    spill,
    run,
  });
  return { ...result, spill };
}

async function csv(bytes: Uint8Array | string, range = ALWAYS, run = DEFAULT_RUN, piece?: number): Promise<Buffer> {
  const result = await sorted(bytes, range, run, piece);
  const out = Buffer.concat([...csvChunks(result.rows)]);
  result.close();
  expect(result.spill.open).toBe(0);
  return out;
}

async function raw(name: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of (await recorded(name)).chunks()) parts.push(chunk);
  return Buffer.concat(parts);
}

/** mactime drops the row whose name holds a pipe; ours is compared without it, and it is checked on its own. */
function withoutPipeNames(timeline: Buffer): Buffer {
  const lines = timeline.toString('latin1').split('\n');
  return Buffer.from(lines.filter((line) => !line.includes('|')).join('\n'), 'latin1');
}

describe('the timeline of the recorded machine', () => {
  test.each(['disk', 'disk-after-shutdown'])(
    "equals mactime's byte for byte on %s, but for the name with a pipe",
    async (set) => {
      const ours = await csv(await raw(`${set}/bodyfile.txt`));
      const theirs = await raw(`${set}/mactime-d.csv`);
      expect(withoutPipeNames(ours).equals(theirs)).toBe(true);
      expect(ours.toString()).toContain(
        '2026-02-03T14:00:00Z,2,macb,r/rrw-r--r--,0,0,5502,"/srv/backup/report|q1.txt"\n',
      );
      expect(ours.toString().split('\n')).toHaveLength(theirs.toString().split('\n').length + 1);
    },
  );

  test("equals mactime's over a range, whose end is not in it", async () => {
    const range = { from: Date.UTC(2026, 4, 16, 2, 11) / 1000, to: Date.UTC(2026, 4, 16, 2, 20) / 1000 };
    const ours = await csv(await raw('disk/bodyfile.txt'), range);
    expect(ours.equals(await raw('disk/mactime-d-window-time.csv'))).toBe(true);
  });

  test('is the same when every few lines are spilled and merged', async () => {
    const bodyfile = await raw('disk/bodyfile.txt');
    const whole = await csv(bodyfile);
    const result = await sorted(bodyfile, ALWAYS, { bytes: 1, lines: 50 }, 4_099);
    // 5576 lines at 50 are 111 full runs: more than are merged at once, so that merged runs are merged again.
    expect(result.spill.created).toBeGreaterThan(64);
    expect(Buffer.concat([...csvChunks(result.rows)]).equals(whole)).toBe(true);
  });
});

describe('what mactime loses and this timeline keeps', () => {
  test('a name with percent signs stays as it is', async () => {
    const out = await csv('0|/a%0Ab%41|5|r/r|0|0|1|10|10|10|10\n');
    expect(out.toString()).toContain('"/a%0Ab%41"');
  });

  test('two inodes of one name keep their own mode and size', async () => {
    const out = await csv('0|/x (deleted)|5|r/rrwx|0|0|1|10|10|10|10\n0|/x (deleted)|6|r/r---|7|8|2|20|20|20|20\n');
    expect(out.toString()).toContain('1,macb,r/rrwx,0,0,5,"/x (deleted)"\n');
    expect(out.toString()).toContain('2,macb,r/r---,7,8,6,"/x (deleted)"\n');
  });

  test('times before 1970 and after 2286 are rows, in order', async () => {
    const { rows } = await sorted('0|/n|5|r/r|0|0|1|-86400|0|10000000000|9999999999\n');
    expect([...timelineRows(rows)].map((row) => [row.date, row.macb])).toEqual([
      ['1969-12-31T00:00:00Z', '.a..'],
      ['0000-00-00T00:00:00Z', 'm...'],
      ['2286-11-20T17:46:39Z', '...b'],
      ['2286-11-20T17:46:40Z', '..c.'],
    ]);
  });

  test('a line without any time makes no row, as with mactime', async () => {
    expect((await csv('0|/n|5|r/r|0|0|1|0|0|0|0\n')).toString().trim().split('\n')).toHaveLength(1);
  });

  test('a duplicated line makes one row, also across runs', async () => {
    const twice = '0|/n|5|r/r|0|0|1|30|10|20|40\n0|/m|6|r/r|0|0|1|30|10|20|40\n'.repeat(4);
    const once = '0|/n|5|r/r|0|0|1|30|10|20|40\n0|/m|6|r/r|0|0|1|30|10|20|40\n';
    expect((await csv(twice, ALWAYS, TINY_RUNS)).equals(await csv(once))).toBe(true);
  });
});

describe('malformed input', () => {
  test('is reported by its line, and the rest is kept', async () => {
    const long = `0|/${'x'.repeat(1_100_000)}|5|r/r|0|0|1|1|1|1|1`;
    const bodyfile = `# made by hand\n\nmd5|file|st_ino|st_ls\nnonsense\n0|/a|5|r/r|0|0|1|1|1|1\n${long}\n0|/b|x|r/r|0|0|1|1|1|1|1\r\n0|/c|6|r/r|0|0|1|1|1|1|1\r\n0|/d|7|r/r|0|0|1|2|2|2|2`;
    const result = await sorted(bodyfile, ALWAYS, DEFAULT_RUN, 65_536);
    expect([...timelineRows(result.rows)].map((row) => [row.name.slice(0, 40), row.line])).toEqual([
      ['/c', 8],
      ['/d', 9],
    ]);
    expect(result.issues.map((issue) => issue.line)).toEqual([4, 5, 6, 7]);
    expect(result).toMatchObject({ lines: 9, readable: 2 });
  });

  test('of any bytes in any pieces never throws', async () => {
    const bodyfile = await raw('disk/bodyfile.txt');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc
        .tuple(fc.nat(bodyfile.length), fc.nat(3000), fc.uint8Array({ minLength: 1, maxLength: 60 }))
        .map(([start, length, noise]) => Buffer.concat([bodyfile.subarray(start, start + length), noise])),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 5000 }), async (input, piece) => {
        const out = await csv(input, ALWAYS, TINY_RUNS, piece);
        expect(out.equals(await csv(input))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

interface Line {
  readonly name: string;
  readonly inode: string;
  readonly times: readonly number[];
}

const lineOf = ({ name, inode, times }: Line): string =>
  `0|/${name}|${inode}|r/rrw-r--r--|0|33|12|${times.join('|')}\n`;

/** Names and inodes from small sets, so that ties and duplicates are common; times mactime can order. */
const anyLine: fc.Arbitrary<Line> = fc.record({
  name: fc.oneof(
    fc.constantFrom('a', 'b', 'a b', 'q"uote', 'ünïcode', 'x (deleted)', '=1+1'),
    fc.string({ maxLength: 12 }).map((text) => text.replace(/[|%\n\r]/g, '_')),
  ),
  inode: fc.oneof(fc.constantFrom('9', '10', '5-128-1', '5-128-10', '5', '123456789012345678'), fc.nat(30).map(String)),
  times: fc.array(fc.oneof(fc.nat(5), fc.integer({ min: 1_700_000_000, max: 1_700_000_003 }), fc.nat(4_000_000_000)), {
    minLength: 4,
    maxLength: 4,
  }),
});

/** The same timeline, written the plain way: every row an object, sorted by text. */
function plainTimeline(lines: readonly Line[]): string[] {
  const rows = new Map<string, { time: number; line: Line; letters: Set<string> }>();
  for (const line of lines) {
    if (line.times.every((time) => time === 0)) continue;
    for (const [index, letter] of [
      [1, 'm'],
      [0, 'a'],
      [2, 'c'],
      [3, 'b'],
    ] as const) {
      const time = line.times[index] ?? 0;
      const key = `${String(time).padStart(10, '0')},${line.inode},${Buffer.from(line.name).toString('latin1')}`;
      const row = rows.get(key) ?? { time, line, letters: new Set() };
      row.letters.add(letter);
      rows.set(key, row);
    }
  }
  const keys = [...rows.keys()].sort((a, b) => (a < b ? -1 : 1));
  return keys.map((key) => {
    const { time, line, letters } = rows.get(key)!;
    const macb = ['m', 'a', 'c', 'b'].map((letter) => (letters.has(letter) ? letter : '.')).join('');
    const date = time === 0 ? '0000-00-00T00:00:00Z' : new Date(time * 1000).toISOString().replace('.000', '');
    return `${date},12,${macb},r/rrw-r--r--,0,33,${line.inode},"/${line.name.replaceAll('"', '""')}"`;
  });
}

test('any lines sort as the plain algorithm sorts them, however small the runs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), async (lines, runLines) => {
      const out = await csv(lines.map(lineOf).join(''), ALWAYS, { bytes: 1, lines: runLines });
      expect(out.toString().trimEnd().split('\n').slice(1)).toEqual(plainTimeline(lines));
    }),
    { numRuns: 200 },
  );
});

describe('beside the real mactime', () => {
  const mactime = (path: string): Buffer =>
    spawnSync('mactime', ['-y', '-z', 'UTC', '-d', '-b', path], { maxBuffer: 1 << 28 }).stdout;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cordon-mactime-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  testWith(['mactime'])('20,000 generated lines give the same bytes', async () => {
    const path = join(folder, 'generated');
    writeGeneratedBodyfile(path, 20_000, 7);
    expect((await csv(readFileSync(path), ALWAYS, { bytes: 1, lines: 3000 })).equals(mactime(path))).toBe(true);
  });

  testWith(['mactime'])('odd names, tied times and NTFS addresses give the same bytes', async () => {
    const path = join(folder, 'odd');
    // One size and mode for all, and names of the same file only: the differences above are tested above.
    const lines = fc.sample(fc.array(anyLine, { minLength: 60, maxLength: 60 }), { numRuns: 20, seed: 4 });
    for (const sample of lines) {
      const bodyfile = sample.map(lineOf).join('');
      writeFileSync(path, bodyfile);
      expect((await csv(bodyfile, ALWAYS, TINY_RUNS)).toString()).toBe(mactime(path).toString());
    }
  });
});
