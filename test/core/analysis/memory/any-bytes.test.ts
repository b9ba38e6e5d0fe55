import fc from 'fast-check';
import { analyse } from '../../../../core/analysis/analyse';
import { evidenceFileOf, evidenceOf } from '../../../../core/analysis/evidence-in-memory';
import { parseTask } from '../../../../core/analysis/memory/plugin-parsers';
import { PLUGINS } from '../../../../core/analysis/memory/plugins';
import { readPlugin } from '../../../../core/analysis/memory/read-plugin';
import { readVolatile } from '../../../../core/analysis/memory/read-volatile';
import { renderMarkdown } from '../../../../core/analysis/outputs/markdown';
import { renderReport } from '../../../../core/analysis/outputs/report';
import { renderSlack } from '../../../../core/analysis/outputs/slack-message';
import { stixBundle } from '../../../../core/analysis/outputs/stix';
import { Summary } from '../../../../core/analysis/summary-schema';

/** Text made of the characters that matter to JSON, which random bytes hardly ever combine. */
const jsonLike = fc
  .array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '\n',
      ' ',
      '1',
      'a',
      '"PID": 4',
      '"COMM": "x"',
      '"__children": [',
      'null',
    ),
    { maxLength: 300 },
  )
  .map((parts) => parts.join(''));
const anything = fc.oneof(fc.uint8Array({ maxLength: 2_000 }), jsonLike);

const DISK_NAMES = [
  'bodyfile.txt',
  'fls-rd-p.txt',
  'fls-r-p.txt',
  'fsstat.txt',
  'ils-e.txt',
  'blkls-unalloc.strings.txt',
  'sha256.txt',
  'recovered/inode-12.bin',
];

test('any bytes are read as a plugin’s output without throwing, and give no more rows than objects', async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (content) => {
      const { rows } = await readPlugin(evidenceFileOf('memory/linux.pslist.json', content), '', parseTask);
      expect(rows.length).toBeLessThanOrEqual(Buffer.from(content).filter((byte) => byte === 0x7b).length);
    }),
    { numRuns: 400 },
  );
});

test('any bytes are read as volatile state without throwing', async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (content) => {
      const facts = await readVolatile(evidenceFileOf('volatile/state.json', content));
      expect(Array.isArray(facts.processes)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('any bytes in every file at once give a valid summary and all outputs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 5, maxLength: 8 }), async (contents) => {
      const pick = (index: number) => contents[index % contents.length] ?? '';
      const files: Record<string, string | Uint8Array> = { 'volatile/state.json': pick(3) };
      PLUGINS.forEach((plugin, index) => {
        files[`memory/linux.${plugin}.json`] = pick(index);
      });
      DISK_NAMES.forEach((name, index) => {
        files[`disk/${name}`] = pick(index + 1);
      });
      const { summary } = await analyse(evidenceOf(files), { origin: 'captured', now: () => new Date(0) });
      Summary.parse(summary);
      expect(renderMarkdown(summary).length + renderReport(summary).length).toBeGreaterThan(100);
      expect(JSON.stringify([renderSlack(summary), stixBundle(summary)]).length).toBeGreaterThan(10);
    }),
    { numRuns: 60 },
  );
});

test('a row of any values under the known names is told as it was given', async () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.double());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ PID: fc.oneof(fc.nat(), value), COMM: value, PPID: value, __children: fc.constant([]) }), {
        maxLength: 6,
      }),
      async (rows) => {
        const text = `\n${JSON.stringify(rows, null, 2)}\n`;
        const read = await readPlugin(evidenceFileOf('memory/linux.pslist.json', text), '', parseTask);
        for (const { source } of read.rows) {
          expect(rows.map((row) => JSON.stringify(row))).toContain(source.text);
          expect(text.split('\n')[source.line - 1]).toMatch(/^ {2}\{/);
        }
      },
    ),
    { numRuns: 200 },
  );
});
