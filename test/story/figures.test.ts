import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { idleMonth, oneIncident } from '../../core/cost/cost';
import { costTable } from '../../core/cost/cost-table';
import { REAL_DURATIONS } from '../../lab/estate/durations';
import { useOf } from '../support/incident-use';
import { predecessorSeconds, stepTimes, stepTimesTable } from '../support/step-times';
import { closeStories, type FindingJson, play, type Story } from '../support/story';
import { coreCounts } from '../support/template-counts';

const ROOT = resolve(__dirname, '../..');
const README = join(ROOT, 'README.md');
const COSTS = /(<!-- cost: UPDATE_DOCS=1 writes this table -->\n)[\s\S]*?(<!-- \/cost -->)/;
const STEP_TIMES = join(ROOT, 'docs/step-times.md');
const FINDING = join(ROOT, 'lab/scenarios/findings/reverse-shell.json');
const updating = process.env.UPDATE_DOCS === '1';

/** Dollars by the text before them. */
function dollars(markdown: string): ReadonlyMap<string, number> {
  const rows = [...markdown.matchAll(/^\| (.+?) \| \**(?:under )?\$([0-9.]+)\** \|$/gm)];
  return new Map(rows.map(([, what = '', amount = '']) => [what, Number(amount)]));
}

/** Numbers of a table's cells, by the text of the first. */
function cells(markdown: string): ReadonlyMap<string, readonly number[]> {
  const rows = [...markdown.matchAll(/^\| (.+?) \| ([0-9 |]+) \|$/gm)];
  return new Map(rows.map(([, name = '', numbers = '']) => [name, numbers.split('|').map(Number)]));
}

let story: Story;
beforeAll(async () => {
  const event: FindingJson = JSON.parse(readFileSync(FINDING, 'utf8'));
  story = await play({ event, decide: ['stop=approve'] });
}, 300_000);
afterAll(closeStories);

describe('what Cordon costs', () => {
  it('is what the README says, from the templates and a drill’s own call log, within a tenth or two cents', () => {
    const { desk, rows } = story;
    const { executions, recorder } = desk.lab.services;
    const table = costTable(idleMonth(coreCounts(), 3), oneIncident(useOf(recorder.rows, executions.all(), rows)));
    const readme = readFileSync(README, 'utf8');
    if (updating)
      writeFileSync(
        README,
        readme.replace(COSTS, (_, before: string, after: string) => `${before}${table}\n${after}`),
      );
    const written = dollars(COSTS.exec(readFileSync(README, 'utf8'))?.[0] ?? '');
    const measured = dollars(table);
    expect([...written.keys()]).toEqual([...measured.keys()]);
    for (const [what, amount] of measured)
      expect([what, Math.abs((written.get(what) ?? 0) - amount) <= Math.max(0.02, amount / 10)]).toEqual([what, true]);
  });
});

describe('the time a response takes', () => {
  const times = () => stepTimes(story.rows);
  const contained = () => times().find((each) => each.step === 'Prove the isolation')?.to ?? Number.NaN;
  const predecessor = () => predecessorSeconds(REAL_DURATIONS, contained());

  it('is under a minute from finding to proven isolation, and waits for no draining', () => {
    expect(contained()).toBeLessThan(60);
    expect(contained()).toBeLessThan(REAL_DURATIONS.targetDrain / 1000);
  });

  it('is minutes less than in the order of the predecessor', () => {
    expect(predecessor() - contained()).toBeGreaterThanOrEqual(180);
  });

  it('is what docs/step-times.md says, within a quarter or five seconds', () => {
    const table = stepTimesTable(times(), contained(), predecessor());
    const document = readFileSync(STEP_TIMES, 'utf8');
    if (updating) writeFileSync(STEP_TIMES, document.replace(/\| Step[\s\S]*$/, `${table}\n`));
    const written = cells(readFileSync(STEP_TIMES, 'utf8'));
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
