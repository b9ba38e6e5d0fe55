import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idleMonth, oneIncident } from '../../core/cost/cost';
import { costTable } from '../../core/cost/cost-table';
import { useOf } from '../support/incident-use';
import { closeStories, play } from '../support/story';
import { coreCounts } from '../support/template-counts';

const README = join(__dirname, '..', '..', 'README.md');
const PLACE = /(<!-- cost: UPDATE_DOCS=1 writes this table -->\n)[\s\S]*?(<!-- \/cost -->)/;

/** Dollars by the text before them. */
function figures(markdown: string): ReadonlyMap<string, number> {
  const rows = [...markdown.matchAll(/^\| (.+?) \| \**(?:under )?\$([0-9.]+)\** \|$/gm)];
  return new Map(rows.map(([, what = '', dollars = '']) => [what, Number(dollars)]));
}

describe('what Cordon costs', () => {
  afterAll(closeStories);

  it('is what the README says, from the templates and a drill’s own call log, within a tenth or two cents', async () => {
    const { desk, rows } = await play({ decide: ['stop=approve'] });
    const { executions, recorder } = desk.lab.services;
    const table = costTable(idleMonth(coreCounts(), 3), oneIncident(useOf(recorder.rows, executions.all(), rows)));
    const readme = readFileSync(README, 'utf8');
    if (process.env.UPDATE_DOCS === '1')
      writeFileSync(
        README,
        readme.replace(PLACE, (_, before: string, after: string) => `${before}${table}\n${after}`),
      );
    const written = figures(PLACE.exec(readFileSync(README, 'utf8'))?.[0] ?? '');
    const measured = figures(table);
    expect([...written.keys()]).toEqual([...measured.keys()]);
    for (const [what, dollars] of measured)
      expect([what, Math.abs((written.get(what) ?? 0) - dollars) <= Math.max(0.02, dollars / 10)]).toEqual([
        what,
        true,
      ]);
  }, 300_000);
});
