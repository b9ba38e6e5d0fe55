import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { REAL_DURATIONS } from '../../lab/estate/durations';
import { predecessorSeconds, stepTimes, stepTimesTable } from '../support/step-times';
import { closeStories, type FindingJson, play } from '../support/story';

const ROOT = resolve(__dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/step-times.md');
const FINDING = join(ROOT, 'lab/scenarios/findings/reverse-shell.json');

/** Numbers of a table's cells, by the text of the first. */
function cells(markdown: string): ReadonlyMap<string, readonly number[]> {
  const rows = [...markdown.matchAll(/^\| (.+?) \| ([0-9 |]+) \|$/gm)];
  return new Map(rows.map(([, name = '', numbers = '']) => [name, numbers.split('|').map(Number)]));
}

describe('the time a response takes', () => {
  let table: string;
  let contained: number;
  let predecessor: number;

  beforeAll(async () => {
    const event: FindingJson = JSON.parse(readFileSync(FINDING, 'utf8'));
    const { rows } = await play({ event, decide: ['stop=approve'] });
    const times = stepTimes(rows);
    contained = times.find((each) => each.step === 'Prove the isolation')?.to ?? Number.NaN;
    predecessor = predecessorSeconds(REAL_DURATIONS, contained);
    table = stepTimesTable(times, contained, predecessor);
    if (process.env.UPDATE_DOCS === '1') {
      const text = readFileSync(DOCUMENT, 'utf8');
      writeFileSync(DOCUMENT, text.replace(/\| Step[\s\S]*$/, `${table}\n`));
    }
  }, 300_000);
  afterAll(closeStories);

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
