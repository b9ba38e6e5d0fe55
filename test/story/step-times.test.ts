import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DrillResult, runDrill } from '../../lab/drill/drill';
import { REAL_DURATIONS } from '../../lab/estate/durations';
import { predecessorSeconds, stepTimes, stepTimesTable } from '../support/step-times';

const ROOT = resolve(__dirname, '../..');
const ASSEMBLY = join(ROOT, 'cdk.out');
const DOCUMENT = join(ROOT, 'docs/step-times.md');
const FINDING = join(ROOT, 'lab/scenarios/findings/reverse-shell.json');

const suite = existsSync(join(ASSEMBLY, 'manifest.json')) ? describe : describe.skip;

/** Numbers of a table's cells, by the text of the first. */
function cells(markdown: string): ReadonlyMap<string, readonly number[]> {
  const rows = [...markdown.matchAll(/^\| (.+?) \| ([0-9 |]+) \|$/gm)];
  return new Map(rows.map(([, name = '', numbers = '']) => [name, numbers.split('|').map(Number)]));
}

suite('the time a response takes', () => {
  let result: DrillResult;
  let table: string;
  let contained: number;
  let predecessor: number;

  beforeAll(async () => {
    const event = JSON.parse(readFileSync(FINDING, 'utf8'));
    result = await runDrill({
      event,
      decisions: [{ gate: 'stop', decision: 'approve' }],
      at: [],
      desk: { assembly: ASSEMBLY, seed: '1' },
    });
    const times = stepTimes(result.rows);
    contained = times.find((each) => each.step === 'Prove the isolation')?.to ?? Number.NaN;
    predecessor = predecessorSeconds(REAL_DURATIONS, contained);
    table = stepTimesTable(times, contained, predecessor);
    if (process.env.UPDATE_DOCS === '1') {
      const text = readFileSync(DOCUMENT, 'utf8');
      writeFileSync(DOCUMENT, text.replace(/\| Step[\s\S]*$/, `${table}\n`));
    }
  }, 300_000);
  afterAll(() => result?.desk.close());

  it('is under a minute from finding to proven isolation, and waits for no draining', () => {
    expect(contained).toBeLessThan(60);
    expect(contained).toBeLessThan(REAL_DURATIONS.targetDrain / 1000);
  });

  it('is minutes less than in the order of the predecessor', () => {
    expect(predecessor - contained).toBeGreaterThanOrEqual(180);
  });

  it('is what docs/step-times.md says, within a quarter or five seconds', () => {
    const written = cells(readFileSync(DOCUMENT, 'utf8'));
    const measured = cells(table);
    expect([...written.keys()]).toEqual([...measured.keys()]);
    for (const [name, numbers] of measured) {
      for (const [column, value] of numbers.entries()) {
        const told = written.get(name)?.[column] ?? Number.NaN;
        expect(Math.abs(told - value)).toBeLessThanOrEqual(Math.max(5, value / 4));
      }
    }
  });
});
