import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ResourceCounts } from '../../core/cost/cost';

const FOLDER = resolve(__dirname, '../golden/templates');
const CORE = ['CordonEvidence', 'CordonQuarantine', 'CordonResponse', 'CordonGithub'];
const TEMPLATE = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) })),
});

type Resources = z.output<typeof TEMPLATE>['Resources'];

/** Every resource of the reviewed templates of the core. */
export function coreResources(): readonly Resources[string][] {
  return CORE.flatMap((name) => {
    const text = readFileSync(join(FOLDER, `${name}.json`), 'utf8');
    return Object.values(TEMPLATE.parse(JSON.parse(text)).Resources);
  });
}

export function coreCounts(): ResourceCounts {
  const counts: Record<string, number> = {};
  for (const { Type } of coreResources()) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}
