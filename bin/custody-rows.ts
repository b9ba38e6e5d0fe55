import * as z from 'zod';
import type { Summary } from '../core/analysis/summary-schema';

const Manifest = z.looseObject({
  entries: z.array(
    z.looseObject({
      path: z.string(),
      sha256: z.string(),
      bytes: z.number().nullish(),
      tool: z.string().nullish(),
      toolVersion: z.string().nullish(),
      at: z.string().nullish(),
      actor: z.unknown(),
    }),
  ),
});

/** The manifest's entries as the report's custody table; undefined when the JSON is no manifest. */
export function custodyRows(json: unknown): Summary['custody'] | undefined {
  const parsed = Manifest.safeParse(json);
  if (!parsed.success) return undefined;
  return parsed.data.entries.map(({ path, sha256, bytes, tool, toolVersion, at, actor }) => ({
    path,
    sha256,
    bytes: bytes ?? null,
    tool: [tool, toolVersion].filter((part) => typeof part === 'string').join(' '),
    at: at ?? '',
    actor: typeof actor === 'string' ? actor : JSON.stringify(actor ?? ''),
  }));
}
