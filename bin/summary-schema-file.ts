import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { summaryJsonSchema } from '../core/analysis/summary-schema';

/** `npx tsx bin/summary-schema-file.ts` writes docs/schema/summary.v1.json after the schema changed; a test compares them. */
writeFileSync(join(__dirname, '../docs/schema/summary.v1.json'), `${JSON.stringify(summaryJsonSchema(), null, 2)}\n`);
