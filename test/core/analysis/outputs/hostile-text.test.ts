import fc from 'fast-check';
import { renderMarkdown } from '../../../../core/analysis/outputs/markdown';
import { renderReport } from '../../../../core/analysis/outputs/report';
import { renderSlack } from '../../../../core/analysis/outputs/slack-message';
import { stixBundle } from '../../../../core/analysis/outputs/stix';
import { summaryOf, summarySaying } from '../../../support/summaries';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><style>*{display:none}',
  '<!channel> <@U123> <https://evil.test|click>',
  '[click](https://evil.test) ![x](https://evil.test/x.png)',
  '# heading\n\n| a | b |',
  'evil\u202Egnp.exe',
  '```\n# out',
  '\u001b[31mred\u0000',
];
const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 60 }).map((text) => `<${text}>`),
);

/** Elements of a page whatever text it shows. */
function elements(page: string): readonly string[] {
  return page.match(/<\/?[a-z][a-z0-9]*/gi) ?? [];
}

test('no text of the evidence adds an element or an attribute to the report', () => {
  const plain = elements(renderReport(summarySaying('plain')));
  fc.assert(
    fc.property(hostile, (text) => {
      const page = renderReport(summarySaying(text));
      expect(elements(page)).toEqual(plain);
      // Quotes inside of values are escaped, so what is left of a tag without its values is its attributes' names.
      expect(page.replace(/="[^"]*"/g, '=')).not.toMatch(/<[^>]*\son[a-z]+\s*=/i);
      expect(page).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
    }),
    { numRuns: 300 },
  );
});

test('the report loads nothing: no script, no address to fetch, and a policy that forbids both', () => {
  const page = renderReport(summarySaying('https://evil.test/x.png'));
  expect(page).not.toMatch(/<script|<iframe|<object|<embed|<link(?! rel="icon" href="data:,")|@import|url\(/i);
  expect(page).not.toMatch(/\b(?:src|href|action)="https?:/i);
  expect(page).toContain("default-src 'none'");
});

test('no text of the evidence makes a mention, a link or a command in the Slack message, and the message stays within three phone screens', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { blocks, text: fallback } = renderSlack(summarySaying(text.repeat(20)));
      const shown = blocks.flatMap((block) =>
        'text' in block ? [block.text.text] : 'elements' in block ? block.elements.map((element) => element.text) : [],
      );
      for (const part of [fallback, ...shown.slice(1)]) expect(part).not.toMatch(/[<>]/);
      expect(shown.join('').length).toBeLessThan(3_900);
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const part of shown) expect(part.length).toBeLessThanOrEqual(3_000);
    }),
    { numRuns: 300 },
  );
});

test('no text of the evidence makes a link, an image, a heading or HTML in the Markdown', () => {
  const headings = (text: string) => text.split('\n').filter((line) => line.startsWith('#'));
  const plain = headings(renderMarkdown(summarySaying('plain')));
  fc.assert(
    fc.property(hostile, (text) => {
      const page = renderMarkdown(summarySaying(text));
      expect(headings(page)).toEqual(plain);
      const outsideCode = page.replace(/(`+) [\s\S]*? \1/g, '');
      expect(outsideCode).not.toMatch(/(?<!\\)\]\(/);
      expect(outsideCode).not.toMatch(/<[a-z!/]/i);
    }),
    { numRuns: 300 },
  );
});

test('every output of recorded evidence says at its top that it is of another machine', () => {
  const summary = summaryOf({
    origin: 'recorded',
    originNote: 'This is recorded evidence of another machine, not of the instance in the finding.',
  });
  const note = 'recorded evidence of another machine';
  const { text, blocks } = renderSlack(summary);
  expect(renderMarkdown(summary).slice(0, 200)).toContain(note);
  expect(renderReport(summary).indexOf(note)).toBeLessThan(renderReport(summary).indexOf('<h1>'));
  expect(JSON.stringify(blocks.slice(0, 2))).toContain(note);
  expect(text).toContain(note);
});

test('indicators keep their ids from one analysis to the next, and quotes cannot leave a pattern', () => {
  const at = (generatedAt: string, value: string) =>
    stixBundle(
      summaryOf({
        generatedAt,
        indicators: [
          { type: 'path', value, why: 'x', confidence: 'high', evidence: { file: 'f', line: 1, text: 't' } },
        ],
      }),
    );
  const ids = (bundle: unknown) => (JSON.stringify(bundle).match(/indicator--[0-9a-f-]{36}/g) ?? []).slice(0, 1);
  expect(ids(at('2026-06-01T12:00:00Z', '/tmp/a'))).toEqual(ids(at('2026-07-01T12:00:00Z', '/tmp/a')));
  expect(ids(at('2026-06-01T12:00:00Z', '/tmp/a'))).not.toEqual(ids(at('2026-06-01T12:00:00Z', '/tmp/b')));
  const [indicator] = (
    at('2026-06-01T12:00:00Z', "/tmp/a' OR 'x") as { objects: { type: string; pattern?: string }[] }
  ).objects.filter(({ type }) => type === 'indicator');
  expect(indicator?.pattern).toBe("[file:name = 'a\\' OR \\'x' AND file:parent_directory_ref.path = '/tmp']");
});
