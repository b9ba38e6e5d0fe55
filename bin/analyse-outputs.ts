import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Analysis } from '../core/analysis/analyse';
import { diskFileNames } from '../core/analysis/correlate/disk-files';
import type { EvidenceSource } from '../core/analysis/evidence-source';
import { renderMarkdown } from '../core/analysis/outputs/markdown';
import { memoryEvents } from '../core/analysis/outputs/memory-events';
import { mergedTimeline } from '../core/analysis/outputs/merged-timeline';
import { renderReport } from '../core/analysis/outputs/report';
import { renderSlack } from '../core/analysis/outputs/slack-message';
import { stixBundle } from '../core/analysis/outputs/stix';
import { sortBodyfile } from '../core/analysis/timeline/sort-bodyfile';
import type { SpillStore } from '../core/analysis/timeline/spill';

/** Smaller runs than `cordon timeline` takes: the joined host is still in memory, and the heap of the reading before. */
const RUN = { bytes: 8 * 1024 * 1024, lines: 65_536 };

/** Writes all outputs of an analysis into a folder that exists. */
export async function writeAnalysis(
  analysis: Analysis,
  source: EvidenceSource,
  out: string,
  spill: SpillStore,
): Promise<void> {
  const { summary } = analysis;
  await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await writeFile(join(out, 'summary.md'), renderMarkdown(summary));
  await writeFile(join(out, 'slack.json'), `${JSON.stringify(renderSlack(summary), null, 2)}\n`);
  await writeFile(join(out, 'report.html'), renderReport(summary));
  await writeFile(join(out, 'iocs.stix.json'), `${JSON.stringify(stixBundle(summary), null, 2)}\n`);
  await writeTimeline(analysis, source, join(out, 'timeline.jsonl'), spill);
}

/** Bodyfiles of several file systems become one; findings mark rows by line, which only one file's lines can tell. */
async function writeTimeline(
  { tags, host, summary }: Analysis,
  source: EvidenceSource,
  path: string,
  spill: SpillStore,
): Promise<void> {
  const names = diskFileNames(await source.list()).bodyfiles;
  const sorted = await sortBodyfile({
    chunks: allChunks(source, names),
    file: names[0] ?? 'disk/bodyfile.txt',
    range: { from: undefined, to: undefined },
    spill,
    run: RUN,
  });
  try {
    const only = names.length === 1 ? names[0] : undefined;
    const tagsAt = (line: number) => (only === undefined ? undefined : tags.get(`${only}:${line}`));
    const rows = mergedTimeline(sorted.rows, memoryEvents(host, tags), tagsAt, summary.originNote);
    await pipeline(Readable.from(rows, { objectMode: true, highWaterMark: 1 }), createWriteStream(path));
  } finally {
    sorted.close();
  }
}

async function* allChunks(source: EvidenceSource, names: readonly string[]): AsyncIterable<Uint8Array> {
  for (const name of names) {
    const file = await source.open(name);
    if (file === undefined) continue;
    yield* file.chunks();
    // A last line without its end must not run into the next file's first.
    if (names.length > 1) yield Buffer.from('\n');
  }
}
