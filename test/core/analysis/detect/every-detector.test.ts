import { analyse } from '../../../../core/analysis/analyse';
import { DETECTORS } from '../../../../core/analysis/detect/shelf';
import { evidenceOf } from '../../../../core/analysis/evidence-in-memory';
import type { Summary } from '../../../../core/analysis/summary-schema';
import { FILE_CASES } from './file-cases';
import { KERNEL_CASES } from './kernel-cases';
import type { DetectorCase, Files } from './made-evidence';
import { PROCESS_CASES } from './process-cases';
import { TRACE_CASES } from './trace-cases';

const CASES: readonly DetectorCase[] = [...PROCESS_CASES, ...KERNEL_CASES, ...FILE_CASES, ...TRACE_CASES];

async function summaryOf(files: Files, finding: unknown): Promise<Summary> {
  const { summary } = await analyse(evidenceOf(files), {
    origin: 'stand-in',
    now: () => new Date('2026-06-01T12:00:00Z'),
    ...(finding === undefined ? {} : { finding }),
  });
  return summary;
}

const of = (summary: Summary, detector: string) => summary.findings.filter((finding) => finding.detector === detector);

test('every detector has a case it finds and a near miss it leaves alone', () => {
  expect(CASES.map(({ detector }) => detector).sort()).toEqual(DETECTORS.map(({ id }) => id).sort());
});

describe.each(CASES.map((one) => [one.detector, one] as const))('%s', (detector, { finds, leaves }) => {
  test(`finds ${finds.what}, with the lines that say so`, async () => {
    const found = of(await summaryOf(finds.files, finds.finding), detector);
    expect(found.map(({ title }) => title)).toContainEqual(expect.stringMatching(finds.says));
    for (const { evidence, confidence } of found.filter(({ title }) => finds.says.test(title))) {
      expect(confidence).not.toBe('low');
      expect(evidence.length).toBeGreaterThan(0);
      for (const { file, line, text } of evidence) expectAt(finds.files, file, line, text);
    }
  });

  test(`leaves alone ${leaves.what}`, async () => {
    const summary = await summaryOf(leaves.files, leaves.finding);
    expect(summary.checked.map((checked) => checked.detector)).toContain(detector);
    const told = of(summary, detector).filter(({ confidence, title }) => confidence !== 'low' && !MARKERS.test(title));
    expect(told.map(({ title }) => title)).toEqual([]);
  });
});

/** The two files by which the made listing says when it was broken into; they are findings in their own right. */
const MARKERS = /\/var\/tmp\/\.\.\.q|\/etc\/ld\.so\.preload/;

/** The quoted text stands at that line, or is the serialisation of the JSON object that begins there. */
function expectAt(files: Files, file: string, line: number, text: string): void {
  const lines = (files[file] ?? '').split('\n');
  const raw = lines[line - 1] ?? '';
  if (raw.includes(text)) return;
  const rest = lines.slice(line - 1).join('\n');
  const end = rest.indexOf('\n  }');
  expect(JSON.parse(text)).toEqual(JSON.parse(`${rest.slice(0, end)}\n}`));
}
