import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { summaryJsonSchema } from '../../../core/analysis/summary-schema';

test('the published schema is the one the program keeps to', () => {
  const published: unknown = JSON.parse(readFileSync(join(__dirname, '../../../docs/schema/summary.v1.json'), 'utf8'));
  expect(published).toEqual(JSON.parse(JSON.stringify(summaryJsonSchema())));
});
